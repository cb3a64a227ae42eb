// Whether a reference to a variable can change it, judged from the expression around it.
//
// The tree shows implicit conversions as unexposed expressions: where a value is taken from a variable, or a
// const reference to it, one stands around the reference. Whatever is not known to be harmless counts as a
// change.
#include "scan/reach/variable_use.h"

#include <optional>

#include "scan/reach/callable_state.h"
#include "scan/reach/library_calls.h"
#include "scan/reach/type_access.h"

namespace hamcell {
namespace {

bool is_const(CXType type) {
  const CXType canonical = clang_getCanonicalType(type);
  return clang_isConstQualifiedType(canonical) != 0;
}

bool is_class(CXType type) { return clang_getCanonicalType(type).kind == CXType_Record; }
bool is_pointer(CXType type) { return clang_getCanonicalType(type).kind == CXType_Pointer; }

/// A local variable may be bound to an element of another local variable, and so on so often.
constexpr unsigned most_locals = 3;

bool is_function_like(CXCursorKind kind) {
  return kind == CXCursor_FunctionDecl || kind == CXCursor_CXXMethod || kind == CXCursor_Constructor ||
         kind == CXCursor_Destructor || kind == CXCursor_ConversionFunction || kind == CXCursor_LambdaExpr;
}

class UseReader {
 public:
  /// `is_iterator`: what is used is a local iterator into the variable, and not the variable itself.
  UseReader(const std::vector<CXCursor>& path, bool through_pointer, bool is_iterator, unsigned locals)
      : path_(path),
        at_(path.size() - 1),
        through_pointer_(through_pointer),
        is_iterator_(is_iterator),
        locals_(locals) {}

  VariableUse read() {
    while (at_ > 0) {
      const CXCursor expression = path_[at_];
      const CXCursor parent = path_[--at_];
      const std::optional<VariableUse> use = step(expression, parent);
      if (use) return *use;
    }
    return VariableUse::escaped;
  }

 private:
  /// What `parent` does with `expression`; nothing where that depends on what is around `parent`.
  std::optional<VariableUse> step(CXCursor expression, CXCursor parent) {
    switch (clang_getCursorKind(parent)) {
      case CXCursor_ParenExpr:
      case CXCursor_ConditionalOperator:
        return std::nullopt;
      case CXCursor_UnexposedExpr:
        return converted(expression, parent);
      case CXCursor_MemberRefExpr:
        return member(parent);
      case CXCursor_CallExpr:
        return call(expression, parent);
      case CXCursor_ArraySubscriptExpr:
        reach_element();
        return std::nullopt;
      case CXCursor_UnaryOperator:
        return unary(parent);
      case CXCursor_BinaryOperator:
        return binary(expression, parent);
      case CXCursor_UnaryExpr:
        return VariableUse::none;
      case CXCursor_CXXForRangeStmt:
        return range(expression, parent);
      case CXCursor_VarDecl:
        return local(parent);
      case CXCursor_ReturnStmt:
        return is_iterator_ ? VariableUse::escaped : VariableUse::exposed;
      case CXCursor_CompoundAssignOperator:
        return VariableUse::changed;
      case CXCursor_CompoundStmt:
      case CXCursor_IfStmt:
      case CXCursor_ForStmt:
      case CXCursor_DoStmt:
      case CXCursor_WhileStmt:
      case CXCursor_SwitchStmt:
        return VariableUse::read;
      default:
        return VariableUse::escaped;
    }
  }

  /// A conversion that the compiler put in.
  std::optional<VariableUse> converted(CXCursor expression, CXCursor parent) {
    const CXType from = clang_getCursorType(expression);
    const CXType to = clang_getCursorType(parent);
    // A full expression that has temporaries looks the same, and binds the reference all the same.
    if (binds_reference()) return binding();
    if (is_pointer(to)) {
      // An array, which decays, or a pointer, whose value is taken: what matters is where it goes.
      const CXType pointee = clang_getPointeeType(clang_getCanonicalType(to));
      if (is_const(pointee) || pointee.kind == CXType_FunctionProto) return VariableUse::read;
      through_pointer_ = true;
      return std::nullopt;
    }
    if (through_pointer_ && is_class(from)) return std::nullopt;
    if (!is_class(to)) return VariableUse::read;
    return is_const(to) ? std::optional(VariableUse::read) : std::nullopt;
  }

  /// What follows is about an element, and no more about what led to it.
  void reach_element() {
    through_pointer_ = false;
    is_iterator_ = false;
  }

  bool binds_reference() const {
    if (at_ == 0) return false;
    const CXCursor around = path_[at_ - 1];
    const CXCursorKind kind = clang_getCursorKind(around);
    if (kind == CXCursor_VarDecl) return is_reference_to_changeable(clang_getCursorType(around));
    return kind == CXCursor_ReturnStmt && returns_reference();
  }

  VariableUse binding() const {
    const CXCursor around = path_[at_ - 1];
    return clang_getCursorKind(around) == CXCursor_ReturnStmt ? VariableUse::exposed : local(around);
  }

  /// A local variable that is bound to an element, or is an iterator to one, is used in its place:
  ///     auto it = table.find(key);
  ///     return it == table.end() ? 0 : it->second;
  VariableUse local(CXCursor declared) const {
    if (clang_Cursor_getStorageClass(declared) != CX_SC_None) return VariableUse::escaped;
    const CXType type = clang_getCanonicalType(clang_getCursorType(declared));
    if (is_reference_to_changeable(type)) return uses_of(declared, through_pointer_, is_iterator_);
    // A copy of an element is the function's own.
    if (is_iterator_ && is_class(type)) return uses_of(declared, true, true);
    return VariableUse::escaped;
  }

  /// What the function around does with a local variable, or with one of several that are declared together.
  VariableUse uses_of(CXCursor declared, bool through_pointer, bool is_iterator) const {
    if (locals_ == 0) return VariableUse::escaped;
    std::size_t around = at_;
    while (around > 0 && !is_function_like(clang_getCursorKind(path_[around]))) around--;
    if (!is_function_like(clang_getCursorKind(path_[around]))) return VariableUse::escaped;
    const Span span = span_of(declared);
    std::vector<CXCursor> path;
    VariableUse worst = VariableUse::read;
    const auto visit = [&](auto&& self, CXCursor cursor) -> void {
      path.push_back(cursor);
      if (clang_getCursorKind(cursor) == CXCursor_DeclRefExpr) {
        const Position named = position_of(clang_getCursorReferenced(cursor));
        if (span.contains(named.file, named.offset)) {
          const VariableUse use = UseReader(path, through_pointer, is_iterator, locals_ - 1).read();
          if (use != VariableUse::read && use != VariableUse::none) worst = VariableUse::changed;
        }
      }
      for_each_child(cursor, [&](CXCursor child) { self(self, child); });
      path.pop_back();
    };
    visit(visit, path_[around]);
    return worst;
  }

  /// Whether the function around returns a reference that is not const.
  bool returns_reference() const {
    for (std::size_t i = at_; i-- > 0;) {
      const CXCursorKind kind = clang_getCursorKind(path_[i]);
      if (kind == CXCursor_LambdaExpr) return true;
      if (kind == CXCursor_FunctionDecl || kind == CXCursor_CXXMethod || kind == CXCursor_FunctionTemplate)
        return is_reference_to_changeable(clang_getCursorResultType(path_[i]));
    }
    return false;
  }

  std::optional<VariableUse> member(CXCursor parent) {
    const CXCursor named = clang_getCursorReferenced(parent);
    if (is_null(named)) return VariableUse::escaped;
    const CXCursorKind kind = clang_getCursorKind(named);
    if (kind == CXCursor_FieldDecl) {
      reach_element();
      // A key of a map. What it may point to is the variable's own matter (`Variable::is_deep`).
      return is_const(clang_getCursorType(parent)) ? std::optional(VariableUse::read) : std::nullopt;
    }
    if (kind != CXCursor_CXXMethod && kind != CXCursor_ConversionFunction) return VariableUse::escaped;
    return method(named);
  }

  /// A member function that is called on the variable; what it gives back may be the variable's.
  std::optional<VariableUse> method(CXCursor named) {
    if (only_looks(named)) return VariableUse::read;
    const bool gives = gives_iterator(named) || (is_iterator_ && steps_iterator(named));
    if (gives || gives_element(named)) {
      is_iterator_ = gives;
      // On to the call around.
      while (at_ > 0 && clang_getCursorKind(path_[at_]) != CXCursor_CallExpr) at_--;
      through_pointer_ = is_iterator_ || is_pointer(clang_getCursorType(path_[at_]));
      return std::nullopt;
    }
    if (clang_CXXMethod_isStatic(named) != 0) return VariableUse::read;
    const bool is_conversion = clang_getCursorKind(named) == CXCursor_ConversionFunction;
    const bool is_safe = clang_CXXMethod_isConst(named) != 0 && (is_conversion || !through_pointer_);
    return is_safe ? VariableUse::read : VariableUse::changed;
  }

  std::optional<VariableUse> call(CXCursor expression, CXCursor parent) {
    const CXCursor called = clang_getCursorReferenced(parent);
    if (is_null(called)) return VariableUse::escaped;
    const CXCursorKind kind = clang_getCursorKind(called);
    if (compares(called, parent)) return VariableUse::read;
    if (is_iterator_) {
      if (is_copy(called)) return std::nullopt;
      if (only_reads_range(called) || finds_in_range(called)) {
        if (has_changing_argument(parent)) return VariableUse::escaped;
        return finds_in_range(called) ? std::nullopt : std::optional(VariableUse::read);
      }
    }
    // A constructor that takes a const reference has a conversion in between; one that moves has none.
    if (kind != CXCursor_CXXMethod) return VariableUse::escaped;
    bool is_object = false;
    bool is_first = true;
    for_each_child(parent, [&](CXCursor child) {
      if (is_first) is_object = clang_equalCursors(child, expression) != 0;
      is_first = false;
    });
    return is_object ? method(called) : VariableUse::escaped;
  }

  /// Whether an argument of an algorithm could change the elements that it is called with:
  ///     std::any_of(v.begin(), v.end(), [](double& x) { return ++x > 3; })
  static bool has_changing_argument(CXCursor call) {
    bool found = false;
    for (int i = 0; i < clang_Cursor_getNumArguments(call); i++)
      found = found || may_change_arguments(
                           clang_getCursorType(clang_Cursor_getArgument(call, static_cast<unsigned>(i))));
    return found;
  }

  std::optional<VariableUse> unary(CXCursor parent) {
    switch (clang_getCursorUnaryOperatorKind(parent)) {
      case CXUnaryOperator_Deref:
        reach_element();
        return std::nullopt;
      case CXUnaryOperator_PostInc:
      case CXUnaryOperator_PostDec:
      case CXUnaryOperator_PreInc:
      case CXUnaryOperator_PreDec:
        return VariableUse::changed;
      case CXUnaryOperator_AddrOf:
        return VariableUse::escaped;
      default:
        return VariableUse::read;
    }
  }

  std::optional<VariableUse> binary(CXCursor expression, CXCursor parent) const {
    const CXBinaryOperatorKind kind = clang_getCursorBinaryOperatorKind(parent);
    switch (kind) {
      case CXBinaryOperator_Assign:
        return VariableUse::changed;
      case CXBinaryOperator_Comma:
      case CXBinaryOperator_PtrMemD:
      case CXBinaryOperator_PtrMemI:
      case CXBinaryOperator_Invalid:
        return VariableUse::escaped;
      case CXBinaryOperator_Add:
      case CXBinaryOperator_Sub:
        // Arithmetic with a pointer is still that pointer.
        if (is_pointer(clang_getCursorType(expression)) && is_pointer(clang_getCursorType(parent)))
          return std::nullopt;
        return VariableUse::read;
      default:
        // In a template it may be any operator function:
        //     template <class T> void note(T t) { log << t; }
        return is_class(clang_getCursorType(expression)) &&
                       clang_getCursorType(parent).kind == CXType_Dependent
                   ? VariableUse::escaped
                   : VariableUse::read;
    }
  }

  std::optional<VariableUse> range(CXCursor expression, CXCursor parent) const {
    std::optional<VariableUse> use;
    // The user's own `begin` may do anything.
    const CXType type = clang_getCursorType(expression);
    if (is_class(type) && !is_const(type) &&
        !is_of_library(clang_getTypeDeclaration(clang_getCanonicalType(type))))
      return VariableUse::escaped;
    for_each_child(parent, [&](CXCursor child) {
      const CXCursorKind kind = clang_getCursorKind(child);
      // Structured bindings are declarations that libclang has no kind for.
      if (use || (kind != CXCursor_VarDecl && kind != CXCursor_UnexposedDecl)) return;
      use = is_reference_to_changeable(clang_getCursorType(child)) ? uses_of(child, false, false)
                                                                   : VariableUse::read;
    });
    return use ? *use : VariableUse::escaped;
  }

  const std::vector<CXCursor>& path_;
  std::size_t at_;
  bool through_pointer_;
  bool is_iterator_;
  unsigned locals_;
};

}  // namespace

VariableUse use_of(const std::vector<CXCursor>& path, bool through_pointer) {
  return UseReader(path, through_pointer, false, most_locals).read();
}

}  // namespace hamcell
