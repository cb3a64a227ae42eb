// The fixed part of the glue that is compiled behind the text of a cell; the rest is generated for the cell.
#pragma once

#include <cxxabi.h>
#include <hamcell/abi.h>
#include <hamcell/describe.h>

#include <cstdlib>
#include <exception>
#include <new>
#include <typeinfo>

namespace ham::glue {

// What is marked as cold is compiled for size, which is quicker. It runs once for a value.

template <class T>
[[gnu::cold]] void destroy(void* value) {
  detail::destroy_value(*static_cast<T*>(value));
}

template <class T>
[[gnu::cold]] void make(void* memory) {
  ::new (memory) T();
}

/// A type whose values are written to the store and read from it.
template <class T>
inline constexpr type_entry stored{sizeof(T), alignof(T), &destroy<T>, &make<T>,
                                   &detail::described<T>::value};

/// A type whose values are written to the store, and that nothing takes.
template <class T>
inline constexpr type_entry written{sizeof(T), alignof(T), &destroy<T>, nullptr, detail::written_layout<T>()};

/// A type whose values stay in the runner that made them.
template <class T>
inline constexpr type_entry held{sizeof(T), alignof(T), &destroy<T>, nullptr, nullptr};

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

/// cell_entry::invoke. It is compiled into the cell, because an exception must be caught by the C++ library
/// that threw it.
[[gnu::cold]] inline bool invoke(const function_entry& function, void* result, const void* const* arguments,
                                 void* context, void (*failed)(void* context, const failure& how)) {
#if defined(__cpp_exceptions)
  try {
    function.call(result, arguments);
    return true;
  } catch (...) {
    failure how{nullptr, nullptr};
    char* readable = nullptr;
    if (const std::type_info* type = abi::__cxa_current_exception_type()) {
      int status = 0;
      readable = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
      how.type = readable != nullptr ? readable : type->name();
    }
    try {
      throw;
    } catch (const std::exception& error) {
      how.message = error.what();
      failed(context, how);
    } catch (const char* text) {
      how.message = text;
      failed(context, how);
    } catch (...) {
      failed(context, how);
    }
    std::free(readable);
    return false;
  }
#else
  function.call(result, arguments);
  return true;
#endif
}

}  // namespace ham::glue
