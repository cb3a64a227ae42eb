// What the syntax tree says about a unit: what it refers to, and which variables it uses.
#include "scan/reach/unit_tree.h"

#include <algorithm>

#include "scan/reach/callable_state.h"
#include "scan/reach/variable_use.h"

namespace hamcell {
namespace {

bool is_reference(CXCursorKind kind) {
  switch (kind) {
    case CXCursor_TypeRef:
    case CXCursor_TemplateRef:
    case CXCursor_NamespaceRef:
    case CXCursor_MemberRef:
    case CXCursor_VariableRef:
    case CXCursor_LabelRef:
    case CXCursor_OverloadedDeclRef:
    case CXCursor_DeclRefExpr:
    case CXCursor_MemberRefExpr:
    case CXCursor_CallExpr:
      return true;
    default:
      return false;
  }
}

/// "<" of an expression `a < b`; empty where it is no such expression.
std::string operator_of(CXCursor cursor, CXCursorKind kind) {
  if (kind == CXCursor_BinaryOperator || kind == CXCursor_CompoundAssignOperator)
    return text_of(clang_getBinaryOperatorKindSpelling(clang_getCursorBinaryOperatorKind(cursor)));
  if (kind == CXCursor_UnaryOperator)
    return text_of(clang_getUnaryOperatorKindSpelling(clang_getCursorUnaryOperatorKind(cursor)));
  return {};
}

/// Expressions that are worked out before the program starts, so that no order can matter.
bool needs_running(CXCursorKind kind) {
  return kind == CXCursor_CallExpr || kind == CXCursor_LambdaExpr || kind == CXCursor_CXXNewExpr;
}

class TreeReader {
 public:
  TreeReader(std::uint32_t index, Targets& targets, Marks& marks, UnitTree& out)
      : index_(index), targets_(targets), marks_(marks), out_(out) {}

  void visit(CXCursor cursor) {
    const CXCursorKind kind = clang_getCursorKind(cursor);
    path_.push_back(cursor);
    if (kind == CXCursor_LambdaExpr) lambdas_++;
    note_callable(cursor, kind);
    if (clang_isDeclaration(kind) != 0)
      declare(cursor, kind);
    else if (is_reference(kind))
      refer(cursor, kind);
    if (clang_isExpression(kind) != 0 && clang_getCursorType(cursor).kind == CXType_Dependent) {
      out_.has_late_names = true;
      if (std::string used = operator_of(cursor, kind); !used.empty()) add_late_operator(std::move(used));
    }
    if (in_variable_ && (needs_running(kind) || makes_object(cursor, kind))) out_.runs_at_load = true;
    if (is_union_object(cursor, kind)) out_.runs_at_load = true;
    if (kind == CXCursor_LabelStmt) mark(cursor, Mark::resolved);
    const bool was_in_variable = in_variable_;
    if (kind == CXCursor_VarDecl && is_static(cursor)) {
      in_variable_ = true;
      // Members may have initialisers of their own, which the tree does not show here.
      const CXType type = clang_getCanonicalType(clang_getCursorType(cursor));
      const bool refers = type.kind == CXType_LValueReference || type.kind == CXType_RValueReference;
      if (is_object(refers ? clang_getPointeeType(type) : type)) out_.runs_at_load = true;
    }
    if (kind == CXCursor_VarDecl && depends_on_first_call(cursor))
      out_.variables.push_back({targets_.add_set_by_first_call(cursor, index_), true, false});
    for_each_child(cursor, [&](CXCursor child) { visit(child); });
    in_variable_ = was_in_variable;
    if (kind == CXCursor_LambdaExpr) lambdas_--;
    path_.pop_back();
  }

  void finish() {
    std::sort(out_.units.begin(), out_.units.end());
    out_.units.erase(std::unique(out_.units.begin(), out_.units.end()), out_.units.end());
    out_.resolution = resolution_.finish();
    std::sort(later_.begin(), later_.end());
    for (const std::uint32_t unit : at_load_)
      if (!std::binary_search(later_.begin(), later_.end(), unit)) out_.called_at_load.push_back(unit);
    std::sort(out_.called_at_load.begin(), out_.called_at_load.end());
  }

 private:
  void note_callable(CXCursor cursor, CXCursorKind kind) {
    bool& found = out_.makes_callable_with_state;
    if (found) return;
    if (kind == CXCursor_LambdaExpr) found = lambda_has_state(cursor);
    if (kind == CXCursor_CXXMethod || kind == CXCursor_FunctionTemplate)
      found = call_operator_has_state(cursor);
    if (is_type_kind(kind) && kind != CXCursor_EnumDecl && clang_isCursorDefinition(cursor) != 0)
      found = virtual_class_has_state(cursor);
  }

  /// At namespace scope or in a class: not in a function.
  static bool is_static(CXCursor cursor) {
    return is_scope(clang_getCursorKind(clang_getCursorLexicalParent(cursor)));
  }
  static bool is_object(CXType type) {
    CXType element = clang_getCanonicalType(type);
    while (element.kind == CXType_ConstantArray)
      element = clang_getCanonicalType(clang_getArrayElementType(element));
    return element.kind == CXType_Record || element.kind == CXType_Unexposed;
  }
  /// An object on the way to a value, whose members may have initialisers:
  ///     struct P { int x = next(); };
  ///     static const int n = P{}.x;
  static bool makes_object(CXCursor cursor, CXCursorKind kind) {
    return clang_isExpression(kind) != 0 && is_object(clang_getCursorType(cursor));
  }
  ///     static union { int n = next(); };
  static bool is_union_object(CXCursor cursor, CXCursorKind kind) {
    return kind == CXCursor_UnionDecl && clang_Cursor_isAnonymous(cursor) != 0 &&
           !is_type_kind(clang_getCursorKind(clang_getCursorSemanticParent(cursor)));
  }
  static bool is_scope(CXCursorKind kind) {
    return kind == CXCursor_TranslationUnit || kind == CXCursor_Namespace || kind == CXCursor_LinkageSpec ||
           is_type_kind(kind);
  }

  /// A static in a function whose initialiser uses parameters or locals of that function.
  static bool depends_on_first_call(CXCursor cursor) {
    if (clang_Cursor_getStorageClass(cursor) != CX_SC_Static || clang_isCursorDefinition(cursor) == 0)
      return false;
    const CXCursor owner = clang_getCursorSemanticParent(cursor);
    if (is_scope(clang_getCursorKind(owner))) return false;
    bool depends = false;
    for_each_descendant(cursor, [&](CXCursor below) {
      const CXCursorKind kind = clang_getCursorKind(below);
      if (kind == CXCursor_CXXThisExpr) depends = true;
      if (kind != CXCursor_DeclRefExpr) return !depends;
      const CXCursor named = clang_getCursorReferenced(below);
      const CXCursorKind declared = clang_getCursorKind(named);
      // Those of a lambda in the initialiser are its own.
      const bool is_local = clang_equalCursors(clang_getCursorSemanticParent(named), owner) != 0;
      if (is_local && (declared == CXCursor_ParmDecl ||
                       (declared == CXCursor_VarDecl && clang_Cursor_getStorageClass(named) != CX_SC_Static)))
        depends = !is_function_scope_constant(named);
      return !depends;
    });
    return depends;
  }

  static bool is_function_scope_constant(CXCursor variable) {
    return clang_getCursorKind(variable) == CXCursor_VarDecl &&
           clang_isConstQualifiedType(clang_getCursorType(variable)) != 0 && is_evaluated(variable);
  }

  /// By the compiler, so that it is there before anything runs. Of more than numbers and strings libclang
  /// does not tell.
  static bool is_evaluated(CXCursor variable) {
    const CXCursor definition = clang_getCursorDefinition(variable);
    if (is_null(definition)) return false;
    CXEvalResult value = clang_Cursor_Evaluate(definition);
    const bool is_known = value != nullptr && clang_EvalResult_getKind(value) != CXEval_UnExposed;
    if (value != nullptr) clang_EvalResult_dispose(value);
    return is_known;
  }

  static Position file_position(CXCursor cursor) {
    Position at;
    clang_getFileLocation(clang_getCursorLocation(cursor), &at.file, &at.line, &at.column, &at.offset);
    return at;
  }

  void mark(CXCursor cursor, Mark mark) {
    const Position at = file_position(cursor);
    if (at.file != nullptr) marks_.set(at.file, at.offset, mark);
  }

  void declare(CXCursor cursor, CXCursorKind kind) {
    if (kind == CXCursor_FriendDecl || kind == CXCursor_UnexposedDecl) return;
    mark(cursor, Mark::resolved);
    if (path_.size() > 1 && is_type_kind(kind) &&
        !is_scope(clang_getCursorKind(clang_getCursorLexicalParent(cursor))))
      out_.has_local_type = true;
    // A friend, or a function that is declared inside another one, is defined elsewhere.
    if (path_.size() > 1 && (kind == CXCursor_FunctionDecl || kind == CXCursor_FunctionTemplate))
      add_units(targets_.of(clang_getCanonicalCursor(cursor)));
    const CXCursor parent = clang_getCursorLexicalParent(cursor);
    const bool is_local = path_.size() > 1 && !is_scope(clang_getCursorKind(parent));
    const bool has_linkage = clang_getCursorLinkage(cursor) == CXLinkage_External;
    if (is_local && has_linkage && is_null(clang_getCursorDefinition(cursor))) out_.declares_elsewhere = true;
  }

  void refer(CXCursor cursor, CXCursorKind kind) {
    if (kind == CXCursor_OverloadedDeclRef) return refer_to_set(cursor);
    const CXCursor declaration = clang_getCursorReferenced(cursor);
    if (is_null(declaration) || clang_isInvalid(clang_getCursorKind(declaration)) != 0) return;
    const CXCursorKind declared = clang_getCursorKind(declaration);
    if (declared == CXCursor_OverloadedDeclRef) return;
    if (declared == CXCursor_Namespace) return mark(cursor, Mark::is_namespace);
    if (kind != CXCursor_CallExpr) mark(cursor, Mark::resolved);
    if (clang_isDeclaration(declared) == 0) return;  // a label
    const Target& target = targets_.of(declaration);
    resolve(target);
    add_units(target);
    note_call(target, declared);
    if (kind == CXCursor_CallExpr) return;
    if (target.variable && in_variable_ && !targets_.variables[*target.variable].is_const)
      out_.runs_at_load = true;
    // A constant can be one that is worked out at load itself.
    if (in_variable_ && declared == CXCursor_VarDecl && is_static(declaration) && !target.units.empty() &&
        !targets_.is_constexpr(target) && !is_evaluated(declaration))
      out_.runs_at_load = true;
    if (target.variable) use_variable(*target.variable);
    if (target.accessor) use_accessor(*target.accessor);
  }

  /// A function that an initialiser calls runs before any node; one whose address it takes may run at any
  /// time.
  void note_call(const Target& target, CXCursorKind declared) {
    const bool is_callee = declared == CXCursor_Constructor || is_called();
    std::vector<std::uint32_t>& units = is_at_load() && is_callee ? at_load_ : later_;
    units.insert(units.end(), target.units.begin(), target.units.end());
  }

  /// Whether the reference at the end of the path is what a call calls.
  bool is_called() const {
    std::size_t at = path_.size() - 1;
    if (clang_getCursorKind(path_[at]) == CXCursor_CallExpr ||
        clang_getCursorKind(path_[at]) == CXCursor_TypeRef)
      return true;
    while (at > 0 && clang_getCursorKind(path_[at - 1]) == CXCursor_UnexposedExpr) at--;
    if (at == 0 || clang_getCursorKind(path_[at - 1]) != CXCursor_CallExpr) return false;
    const CXCursor called = clang_getCursorReferenced(path_[at - 1]);
    const CXCursor named = clang_getCursorReferenced(path_.back());
    return !is_null(called) && clang_equalCursors(called, named) != 0;
  }

  void refer_to_set(CXCursor cursor) {
    mark(cursor, Mark::late);
    out_.has_late_names = true;
    static constexpr std::string_view word = "operator";
    const std::string name = text_of(clang_getCursorSpelling(cursor));
    if (name.starts_with(word)) add_late_operator(name.substr(word.size()));
    const unsigned count = clang_getNumOverloadedDecls(cursor);
    for (unsigned i = 0; i < count; i++) add_units(targets_.of(clang_getOverloadedDecl(cursor, i)));
  }

  /// A comparison may be made from another one ([over.match.oper], paragraph 3.4).
  void add_late_operator(std::string used) {
    if (used == "!=") out_.late_operators.insert("==");
    if (used == "<" || used == ">" || used == "<=" || used == ">=") out_.late_operators.insert("<=>");
    out_.late_operators.insert(std::move(used));
  }

  void add_units(const Target& target) {
    for (const std::uint32_t unit : target.units)
      if (unit != index_) out_.units.push_back(unit);
    out_.tells_callers_place = out_.tells_callers_place || target.tells_callers_place;
    out_.has_outside_effects = out_.has_outside_effects || target.has_outside_effects;
    out_.makes_callable_with_state = out_.makes_callable_with_state || target.makes_callable_with_state;
  }

  void resolve(const Target& target) {
    if (target.units.empty())
      resolution_.add(target.identity);
    else if (target.representative != index_)
      out_.resolved.push_back(target.representative);
  }

  // ---- Variables

  bool is_at_load() const { return in_variable_ && lambdas_ == 0; }

  void use_variable(std::uint32_t index) {
    const Variable& variable = targets_.variables[index];
    VariableUse use = use_of(path_, variable.is_pointer);
    // What has mutable members, or holds pointers, is changed by its const functions as well.
    if (variable.is_deep && (use == VariableUse::read || (use == VariableUse::exposed && !accessor_around())))
      use = VariableUse::changed;
    if (use == VariableUse::none) return;
    if (use == VariableUse::exposed && lambdas_ > 0) use = VariableUse::escaped;
    const std::optional<std::uint32_t> accessor =
        use == VariableUse::exposed ? accessor_around() : std::nullopt;
    if (accessor) out_.exposures.emplace_back(*accessor, index);
    const bool escapes = use == VariableUse::escaped;
    out_.variables.push_back({index, escapes || use == VariableUse::changed, is_at_load() && !escapes});
  }

  void use_accessor(std::uint32_t index) {
    // From the function's name out to its call, which stands for what it gives access to.
    std::vector<CXCursor> path = path_;
    path.pop_back();
    while (!path.empty() && clang_getCursorKind(path.back()) == CXCursor_UnexposedExpr) path.pop_back();
    if (path.empty() || clang_getCursorKind(path.back()) != CXCursor_CallExpr) {
      out_.accessors.push_back({index, true, false, std::nullopt});
      return;
    }
    const bool gives_pointer =
        clang_getCanonicalType(clang_getCursorType(path.back())).kind == CXType_Pointer;
    const VariableUse use = use_of(path, gives_pointer);
    if (use == VariableUse::none) return;
    const std::optional<std::uint32_t> around =
        use == VariableUse::exposed ? accessor_around() : std::nullopt;
    const bool escapes = use == VariableUse::escaped;
    out_.accessors.push_back(
        {index, escapes || use == VariableUse::changed, is_at_load() && !escapes, around});
  }

  /// The function that the walk is in, where it returns something through which a variable can be changed.
  std::optional<std::uint32_t> accessor_around() {
    for (std::size_t i = path_.size(); i-- > 0;) {
      const CXCursorKind kind = clang_getCursorKind(path_[i]);
      if (kind == CXCursor_FunctionDecl || kind == CXCursor_CXXMethod || kind == CXCursor_FunctionTemplate)
        return targets_.of(path_[i]).accessor;
    }
    return std::nullopt;
  }

  std::uint32_t index_;
  Targets& targets_;
  Marks& marks_;
  UnitTree& out_;
  std::vector<CXCursor> path_;
  Digester resolution_;
  std::vector<std::uint32_t> at_load_;  ///< units that are called by initialisers
  std::vector<std::uint32_t> later_;    ///< units that are referred to in any other way
  unsigned lambdas_ = 0;
  bool in_variable_ = false;
};

}  // namespace

void Marks::set(CXFile file, unsigned offset, Mark mark) {
  std::vector<Mark>& marks = marks_[file];
  if (marks.size() <= offset) marks.resize(std::size_t{offset} + 1);
  // What is looked up late stays so, whatever else the tree says about the same word.
  if (marks[offset] != Mark::late) marks[offset] = mark;
}

Mark Marks::at(CXFile file, unsigned offset) const {
  const auto found = marks_.find(file);
  if (found == marks_.end() || offset >= found->second.size()) return Mark::unknown;
  return found->second[offset];
}

UnitTree read_tree(std::uint32_t index, const Unit& unit, Targets& targets, Marks& marks) {
  UnitTree out;
  out.makes_callable_with_state = binds_arguments(unit);
  TreeReader reader(index, targets, marks, out);
  for (const CXCursor cursor : unit.cursors) reader.visit(cursor);
  reader.finish();
  return out;
}

}  // namespace hamcell
