// What a type lets those do who hold a const object of it, or a callable inside it.
#pragma once

#include "scan/clang.h"

namespace hamcell {

/// The element of an array of any depth; other types as they are. Canonical.
CXType element_of(CXType type);

/// Of an array, whose const may stand with it or with its elements.
bool is_const_throughout(CXType type);

/// A reference through which what it refers to can be changed.
bool is_reference_to_changeable(CXType type);

/// Types whose const objects give access to something that is not const.
bool is_pointer_like(CXType type);

/// Objects that only order threads: their state is no part of any value.
bool is_synchronisation(CXType type);

/// Whether const access to a value gives access to something that can be changed: a pointer in it, a
/// `mutable` member. Of the library's own types only what they hold counts: a const object of them can be
/// shared between threads ([res.on.data.races]), so its users cannot change what others see.
bool gives_access(CXType type);

/// Whether a value can hold something whose type does not tell what it does when it is called: a closure, a
/// library type that hides what it was made of, an object of a derived class; here or in a member, a base or
/// an element, or behind a pointer.
bool can_hold_callable(CXType type);

}  // namespace hamcell
