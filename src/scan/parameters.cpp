// The parameters of a node: their types, their defaults, and what is not allowed among them.
#include "scan/parameters.h"

#include <algorithm>
#include <set>

#include "scan/literals.h"
#include "scan/structure.h"
#include "scan/type_names.h"

namespace hamcell {
namespace {

/// Whether a copy of any value of the type can be made, told without asking the compiler.
bool is_surely_copyable(const TypeTable& types, std::uint32_t index, std::set<std::uint32_t>& seen) {
  if (!seen.insert(index).second) return true;
  const Type& type = types[index];
  switch (type.kind) {
    case TypeKind::opaque:
      return type.why_opaque.ends_with("is a pointer");
    case TypeKind::custom:
      return false;
    case TypeKind::view:
      return true;
    default:
      break;
  }
  return std::all_of(type.arguments.begin(), type.arguments.end(),
                     [&](std::uint32_t argument) { return is_surely_copyable(types, argument, seen); }) &&
         std::all_of(type.members.begin(), type.members.end(),
                     [&](const Member& member) { return is_surely_copyable(types, member.type, seen); });
}

/// A class that declares constructors of its own may have deleted the one that copies.
bool declares_constructors(CXType type) {
  const CXCursor declaration = clang_getTypeDeclaration(clang_getCanonicalType(type));
  bool out = false;
  for_each_child(pattern_of(declaration),
                 [&](CXCursor child) { out = out || clang_getCursorKind(child) == CXCursor_Constructor; });
  return out;
}

class ParameterReader {
 public:
  ParameterReader(CellSource& source, TypeCollector& types, const FunctionEntity& function,
                  NodeFunction& node, FoundNode& found, FoundFunctions& out)
      : source_(source), types_(types), function_(function), node_(node), found_(found), out_(out) {}

  void run() {
    const int count = clang_Cursor_getNumArguments(function_.definition);
    for (int i = 0; i < count; i++) read(static_cast<unsigned>(i));
    if (clang_Cursor_isVariadic(function_.definition) != 0)
      problem(node_.place,
              "node '" + node_.function + "' takes any number of arguments (...), which no node can provide",
              "name every parameter; " + make_helper());
  }

 private:
  std::string make_helper() const {
    return "or make '" + node_.function + "' a helper by putting 'static' in front of it";
  }

  void problem(const Place& place, std::string what, std::string next) {
    out_.problems.push_back(problem_at(place, std::move(what), std::move(next)));
  }

  void read(unsigned index) {
    const CXCursor cursor = clang_Cursor_getArgument(function_.definition, index);
    const CXType type = clang_getCursorType(cursor);
    Parameter parameter;
    parameter.name = text_of(clang_getCursorSpelling(cursor));
    parameter.place = source_.place(cursor);
    parameter.spelled = readable(text_of(clang_getTypeSpelling(type)));
    parameter.type = types_.add(type);
    if (parameter.name.empty())
      problem(parameter.place,
              "parameter " + std::to_string(index + 1) + " of node '" + node_.function +
                  "' has no name, so nothing can provide it",
              "give it the name of the node or input that it needs, " + make_helper());
    else
      check_passing(parameter, type);
    std::optional<FoundDefault> found = find_default(source_, function_, index);
    if (found) {
      found->argument.value = literal_default(types_.table(), parameter.type, tokens_of_default(*found));
      parameter.default_argument = found->argument;
    }
    found_.defaults.push_back(std::move(found));
    found_.parameter_types.push_back(cpp_name_of(clang_getCanonicalType(type)));
    node_.parameters.push_back(std::move(parameter));
  }

  /// How the value is taken: a node only ever sees `const T&`.
  void check_passing(const Parameter& parameter, CXType type) {
    const CXType canonical = clang_getCanonicalType(type);
    const std::string who = "parameter '" + parameter.name + "' of node '" + node_.function + "'";
    const std::string plain = types_.table()[parameter.type].name;
    const std::string next = "take 'const " + plain + "&', or '" + plain + "' for a copy; " + make_helper();
    if (canonical.kind == CXType_RValueReference) {
      problem(
          parameter.place,
          who + " is an rvalue reference (" + parameter.spelled + "), but its value is shared with others",
          next);
    } else if (canonical.kind == CXType_LValueReference) {
      if (clang_isConstQualifiedType(clang_getPointeeType(canonical)) == 0)
        problem(parameter.place,
                who + " is a reference that could change its value (" + parameter.spelled +
                    "), which is shared with others",
                next);
    } else {
      ask_for_copy(parameter, canonical, who, "take 'const " + plain + "&'; " + make_helper());
    }
  }

  void ask_for_copy(const Parameter& parameter, CXType canonical, const std::string& who,
                    const std::string& next) {
    std::set<std::uint32_t> seen;
    const bool is_class = canonical.kind == CXType_Record;
    if (!is_class) return;
    const TypeKind kind = types_.table()[parameter.type].kind;
    const bool may_hide_copy = kind == TypeKind::structure && declares_constructors(canonical);
    if (!may_hide_copy && is_surely_copyable(types_.table(), parameter.type, seen)) return;
    out_.copy_questions.push_back(
        {parameter.type, problem_at(parameter.place,
                                    who + " takes " + types_.table()[parameter.type].name +
                                        " by value, which cannot be copied",
                                    next)});
  }

  std::vector<std::string_view> tokens_of_default(const FoundDefault& found) {
    std::vector<std::string_view> out;
    if (found.text.end == found.text.begin) {
      // A macro made the function: clang has printed the expression.
      const std::string_view printed = found.argument.text;
      const bool has_sign = printed.starts_with("-") || printed.starts_with("+");
      if (has_sign) out.push_back(printed.substr(0, 1));
      out.push_back(printed.substr(has_sign ? 1 : 0));
      return out;
    }
    const TokenText& text = source_.texts.of(found.text.file);
    for (std::size_t i = text.index_at(found.text.begin);
         i < text.tokens.size() && text.tokens[i].begin < found.text.end; i++)
      out.push_back(text.tokens[i].text);
    return out;
  }

  CellSource& source_;
  TypeCollector& types_;
  const FunctionEntity& function_;
  NodeFunction& node_;
  FoundNode& found_;
  FoundFunctions& out_;
};

}  // namespace

void read_parameters(CellSource& source, TypeCollector& types, const FunctionEntity& function,
                     NodeFunction& node, FoundNode& found, FoundFunctions& out) {
  ParameterReader(source, types, function, node, found, out).run();
}

}  // namespace hamcell
