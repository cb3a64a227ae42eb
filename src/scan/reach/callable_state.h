// Whether a callable can be another one after each call.
#pragma once

#include "scan/reach/units.h"

namespace hamcell {

/// Whether a lambda-expression makes a closure that changes when it is called, or that changes something
/// which only it knows:
///     [n = 0]() mutable { return n++; }
///     [p = std::make_shared<int>(0)] { return ++*p; }
bool lambda_has_state(CXCursor lambda);

/// Whether an `operator()` of a class does the same:
///     struct Next { int n = 0; int operator()() { return n++; } };
bool call_operator_has_state(CXCursor method);

/// Whether a class has virtual functions that could change its objects although they are const:
///     struct Count : Step { mutable int n = 0; int next() const override { return n++; } };
bool virtual_class_has_state(CXCursor declaration);

/// Whether objects of a class are changed when they are called:
///     const std::function<unsigned()> draw = std::mt19937(42);
bool class_changes_when_called(CXCursor owner);

/// Whether a callable of that type takes an argument by a reference through which it can be changed.
bool may_change_arguments(CXType type);

/// Whether the unit makes a callable of a function and arguments, which the function may change:
///     std::bind([](int& n) { return n++; }, 0)
bool binds_arguments(const Unit& unit);

}  // namespace hamcell
