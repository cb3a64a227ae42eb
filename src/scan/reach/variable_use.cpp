// Whether a reference to a variable can change it, judged from the expression around it.
//
// The tree shows implicit conversions as unexposed expressions: where a value is taken from a variable, or a
// const reference to it, one stands around the reference. Whatever is not known to be harmless counts as a
// change.
#include "scan/reach/variable_use.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace hamcell {
namespace {

bool is_const(CXType type) {
  const CXType canonical = clang_getCanonicalType(type);
  return clang_isConstQualifiedType(canonical) != 0;
}

bool is_reference_to_changeable(CXType type) {
  const CXType canonical = clang_getCanonicalType(type);
  return (canonical.kind == CXType_LValueReference || canonical.kind == CXType_RValueReference) &&
         !is_const(clang_getPointeeType(canonical));
}

bool is_class(CXType type) { return clang_getCanonicalType(type).kind == CXType_Record; }
bool is_pointer(CXType type) { return clang_getCanonicalType(type).kind == CXType_Pointer; }

/// Members of library classes that give access to an element, and change nothing themselves. `operator[]` of
/// a map is none of them: it inserts.
bool gives_element(CXCursor method) {
  static constexpr std::array<std::string_view, 10> names = {
      "at", "front", "back", "operator[]", "value", "get", "data", "operator->", "operator*", "top"};
  const std::string name = text_of(clang_getCursorSpelling(method));
  if (clang_Location_isInSystemHeader(clang_getCursorLocation(method)) == 0) return false;
  if (std::find(names.begin(), names.end(), name) == names.end()) return false;
  const std::string owner = text_of(clang_getCursorSpelling(clang_getCursorSemanticParent(method)));
  return name != "operator[]" || owner.find("map") == std::string::npos;
}

/// Members of library classes that only look, although they are not const.
bool only_looks(CXCursor method) {
  static constexpr std::array<std::string_view, 6> names = {"size",     "empty",  "count",
                                                            "contains", "length", "max_size"};
  const std::string name = text_of(clang_getCursorSpelling(method));
  return clang_Location_isInSystemHeader(clang_getCursorLocation(method)) != 0 &&
         std::find(names.begin(), names.end(), name) != names.end();
}

class UseReader {
 public:
  UseReader(const std::vector<CXCursor>& path, bool through_pointer)
      : path_(path), at_(path.size() - 1), through_pointer_(through_pointer) {}

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
        through_pointer_ = false;
        return std::nullopt;
      case CXCursor_UnaryOperator:
        return unary(parent);
      case CXCursor_BinaryOperator:
        return binary(expression, parent);
      case CXCursor_UnaryExpr:
        return VariableUse::none;
      case CXCursor_CXXForRangeStmt:
        return range(parent);
      case CXCursor_ReturnStmt:
        return VariableUse::exposed;
      case CXCursor_CompoundAssignOperator:
        return VariableUse::changed;
      case CXCursor_CompoundStmt:
      case CXCursor_IfStmt:
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

  bool binds_reference() const {
    if (at_ == 0) return false;
    const CXCursor around = path_[at_ - 1];
    const CXCursorKind kind = clang_getCursorKind(around);
    if (kind == CXCursor_VarDecl) return is_reference_to_changeable(clang_getCursorType(around));
    return kind == CXCursor_ReturnStmt && returns_reference();
  }

  VariableUse binding() const {
    return clang_getCursorKind(path_[at_ - 1]) == CXCursor_ReturnStmt ? VariableUse::exposed
                                                                      : VariableUse::escaped;
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
      through_pointer_ = false;
      return std::nullopt;
    }
    if (kind != CXCursor_CXXMethod && kind != CXCursor_ConversionFunction) return VariableUse::escaped;
    return method(named);
  }

  /// A member function that is called on the variable; what it gives back may be the variable's.
  std::optional<VariableUse> method(CXCursor named) {
    if (only_looks(named)) return VariableUse::read;
    if (gives_element(named)) {
      // On to the call around.
      while (at_ > 0 && clang_getCursorKind(path_[at_]) != CXCursor_CallExpr) at_--;
      through_pointer_ = is_pointer(clang_getCursorType(path_[at_]));
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

  std::optional<VariableUse> unary(CXCursor parent) {
    switch (clang_getCursorUnaryOperatorKind(parent)) {
      case CXUnaryOperator_Deref:
        through_pointer_ = false;
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
        return VariableUse::read;
    }
  }

  std::optional<VariableUse> range(CXCursor parent) const {
    std::optional<VariableUse> use;
    for_each_child(parent, [&](CXCursor child) {
      const CXCursorKind kind = clang_getCursorKind(child);
      // Structured bindings are declarations that libclang has no kind for.
      if (use || (kind != CXCursor_VarDecl && kind != CXCursor_UnexposedDecl)) return;
      use = is_reference_to_changeable(clang_getCursorType(child)) ? VariableUse::escaped : VariableUse::read;
    });
    return use ? *use : VariableUse::escaped;
  }

  const std::vector<CXCursor>& path_;
  std::size_t at_;
  bool through_pointer_;
};

}  // namespace

VariableUse use_of(const std::vector<CXCursor>& path, bool through_pointer) {
  return UseReader(path, through_pointer).read();
}

}  // namespace hamcell
