// What calls of the library do with the object that they are given: look, give access, or anything else.
#pragma once

#include "scan/clang.h"

namespace hamcell {

/// Whether a declaration stands in a header of the system.
bool is_of_library(CXCursor declaration);

/// Members of library classes that give access to an element, and change nothing themselves. `operator[]` of
/// a map is none of them: it inserts.
bool gives_element(CXCursor method);

/// Members of containers that give an iterator to an element, and change nothing themselves.
bool gives_iterator(CXCursor method);

/// Members of library classes that only look, although they are not const.
bool only_looks(CXCursor method);

/// `++it` and its like: they change the iterator, and give one.
bool steps_iterator(CXCursor method);

/// Comparisons of the library's types, and the distance of two iterators, in the call expression `call`.
bool compares(CXCursor called, CXCursor call);

/// Algorithms that read what lies between two iterators, and change nothing there.
bool only_reads_range(CXCursor function);

/// Algorithms that give one of the iterators that they are given, or one between them, and change nothing
/// there.
bool finds_in_range(CXCursor function);

/// Copies or moves an object of a library type.
bool is_copy(CXCursor constructor);

}  // namespace hamcell
