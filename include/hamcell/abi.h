// What a built cell (a shared object) shows to hamcell-runner: a table of functions and how to hold their
// values.
//
// Runner and cell are compiled separately, perhaps by different compilers, so nothing of the C++ library
// crosses this border: only plain structs, pointers, and the inline classes ham::sink and ham::source.
#pragma once

#include <hamcell/layout.h>

namespace ham {

/// Changes whenever a struct of this file or of layout.h, or ham::sink or ham::source, does.
inline constexpr unsigned abi_version = 5;

/// How values of one type are held, written and read.
struct type_entry {
  std::size_t size, alignment;
  void (*destroy)(void* value);  ///< leaves its memory alone; null: there is nothing to do
  /// Makes a value in `memory` for the engine to read into, a sequence with `count` elements; null: values of
  /// this type are not read.
  void (*make)(void* memory, std::size_t count);
  const layout* how;  ///< null: values of this type cannot be stored
};

/// A node's function, or the function that gives the default of a parameter.
struct function_entry {
  const char* name;
  /// Calls the function with values of the types in `parameters`, and makes its result in the memory at
  /// `result`.
  void (*call)(void* result, const void* const* arguments);
  const type_entry* result;
  const type_entry* const* parameters;  ///< null where there are none
  unsigned parameter_count;
};

/// How a function failed; the texts live only during the call of `failed`.
struct failure {
  const char* type;     ///< of what was thrown, as std::type_info::name() has it; null when not known
  const char* message;  ///< what(); null when there is none
};

struct cell_entry {
  unsigned version;  ///< abi_version of the headers that the cell was compiled with
  unsigned function_count;
  const function_entry* functions;
  const engine** engine_in_use;  ///< where the runner puts its own, for codecs of the user's own
  /// Calls a function and catches what it throws: false after `failed` was called.
  bool (*invoke)(const function_entry& function, void* result, const void* const* arguments, void* context,
                 void (*failed)(void* context, const failure& how));
};

}  // namespace ham

/// The name under which the runner looks the table up.
extern "C" const ham::cell_entry* hamcell_cell_entry();
