// The fixed part of the glue that is compiled behind the text of a cell; the rest is generated for the cell.
#pragma once

#include <hamcell/abi.h>
#include <hamcell/describe.h>

#include <exception>
#include <new>
#include <typeinfo>

/// Of the C++ ABI for Itanium (2.5.1). Its header takes a compiler longer than the rest of this file.
namespace __cxxabiv1 {
extern "C" std::type_info* __cxa_current_exception_type() noexcept __attribute__((__pure__));
}

namespace ham::glue {

// What is marked as cold is compiled for size, which is quicker. It runs once for a value.

template <class T>
[[gnu::cold]] void make(void* memory, std::size_t) {
  ::new (memory) T();
}
template <class T>
consteval auto find_make() {
  if constexpr (requires { detail::described<T>::value.make; })
    return &detail::described<T>::make;
  else
    return &make<T>;
}

/// A type whose values are written to the store and read from it.
template <class T>
inline constexpr type_entry stored{sizeof(T), alignof(T), detail::find_destroy<T>(), find_make<T>(),
                                   &detail::described<T>::value};

/// A type whose values are written to the store, and that nothing takes.
template <class T>
inline constexpr type_entry written{sizeof(T), alignof(T), detail::find_destroy<T>(), nullptr,
                                    detail::written_layout<T>()};

/// A type whose values stay in the runner that made them.
template <class T>
inline constexpr type_entry held{sizeof(T), alignof(T), detail::find_destroy<T>(), nullptr, nullptr};

/// The result type of a function, for types that have no name that generated code could write.
template <class R, class... Parameters>
R result_of(R (*)(Parameters...));

template <class F>
using pointer_to = F*;

template <class T>
struct remove_reference_and_const {
  using type = T;
};
template <class T>
struct remove_reference_and_const<const T> {
  using type = T;
};
template <class T>
struct remove_reference_and_const<T&> : remove_reference_and_const<T> {};
template <class T>
struct remove_reference_and_const<T&&> : remove_reference_and_const<T> {};
template <class T>
using bare = typename remove_reference_and_const<T>::type;

/// Hands on what is known of the exception that is being handled.
[[gnu::cold, gnu::noinline]] inline void report(void* context, void (*failed)(void*, const failure&),
                                                const char* message) {
  const std::type_info* type = __cxxabiv1::__cxa_current_exception_type();
  failed(context, {type == nullptr ? nullptr : type->name(), message});
}

/// cell_entry::invoke. It is compiled into the cell, because an exception must be caught by the C++ library
/// that threw it.
[[gnu::cold]] inline bool invoke(const function_entry& function, void* result, const void* const* arguments,
                                 void* context, void (*failed)(void* context, const failure& how)) {
#if defined(__cpp_exceptions)
  try {
    function.call(result, arguments);
    return true;
  } catch (const std::exception& error) {
    report(context, failed, error.what());
  } catch (const char* text) {
    report(context, failed, text);
  } catch (...) {
    report(context, failed, nullptr);
  }
  return false;
#else
  function.call(result, arguments);
  return true;
#endif
}

}  // namespace ham::glue
