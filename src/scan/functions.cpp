// Which functions of the cell are nodes, and everything about them that their declarations say.
#include "scan/functions.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include "base/text.h"
#include "scan/documentation.h"
#include "scan/parameters.h"
#include "scan/type_names.h"

namespace hamcell {
namespace {

/// Allocation functions that the library lets a program replace without having declared them.
constexpr std::array<std::string_view, 7> replaceable = {"malloc",        "calloc",         "realloc", "free",
                                                         "aligned_alloc", "posix_memalign", "memalign"};

std::string name_of(const FunctionEntity& function) {
  return text_of(clang_getCursorSpelling(function.cursor()));
}

bool is_operator(const std::string& name) {
  static constexpr std::string_view word = "operator";
  if (!name.starts_with(word) || name.size() == word.size()) return false;
  const char next = name[word.size()];
  return !(next == '_' || (next >= '0' && next <= '9') || (next >= 'a' && next <= 'z') ||
           (next >= 'A' && next <= 'Z'));
}

bool any_declaration(const FunctionEntity& function, bool (*test)(CXCursor)) {
  return std::any_of(function.declarations.begin(), function.declarations.end(), test);
}

bool is_static(CXCursor cursor) { return clang_Cursor_getStorageClass(cursor) == CX_SC_Static; }
bool is_inlined(CXCursor cursor) { return clang_Cursor_isFunctionInlined(cursor) != 0; }

bool replaces_library_function(const FunctionEntity& function, const std::string& name) {
  const CXCursor first = clang_getCanonicalCursor(function.cursor());
  if (clang_Location_isInSystemHeader(clang_getCursorLocation(first)) != 0) return true;
  const bool is_known = std::find(replaceable.begin(), replaceable.end(), name) != replaceable.end();
  return is_known && text_of(clang_Cursor_getMangling(function.cursor())) == name;
}

class FunctionFinder {
 public:
  FunctionFinder(CellSource& source, TypeCollector& types, FoundFunctions& out)
      : source_(source),
        types_(types),
        out_(out),
        attributes_(source.declarations.macros, source.main_text(), source.request.path) {}

  void run() {
    for (std::size_t i = 0; i < source_.declarations.functions.size(); i++)
      if (source_.declarations.functions[i].in_cell) add(i);
    sort_by_place();
    check_duplicates();
    attributes_.find_stray(out_.problems);
    out_.is_attribute = attributes_.is_attribute();
  }

 private:
  void add(std::size_t index) {
    const FunctionEntity& function = source_.declarations.functions[index];
    const FunctionAttributes attributes = attributes_of(function);
    const std::string name = name_of(function);
    const std::string reason = helper_reason(function, name, attributes);
    if (reason.empty()) {
      check_contradiction(attributes, name);
      add_node(index, function, name, attributes);
      return;
    }
    out_.helpers.push_back({name, source_.place(function.cursor()), reason});
    check_contradiction(attributes, name);
    if (!attributes.first_name.empty() && !attributes.exclude)
      out_.problems.push_back(problem_at(attributes.first_place,
                                         "[[ham::" + attributes.first_name + "]] is on a helper ('" + name +
                                             "': " + reason + "), which takes no part in the dataflow",
                                         "take the attribute out, or make '" + name + "' a node"));
  }

  FunctionAttributes attributes_of(const FunctionEntity& function) {
    FunctionAttributes out;
    for (const CXCursor declaration : function.declarations) {
      const Span extent = span_of(declaration);
      const Position name = position_of(declaration);
      if (extent.file == source_.main_file) {
        attributes_.read(extent.begin, name.offset, out, out_.problems);
      } else {
        const TokenText& text = source_.texts.of(extent.file);
        AttributeReader(source_.declarations.macros, text, path_of(extent.file))
            .read(extent.begin, name.offset, out, out_.problems);
      }
    }
    return out;
  }

  void check_contradiction(const FunctionAttributes& attributes, const std::string& name) {
    if (attributes.exclude && (attributes.marked_cache || !attributes.when.empty()))
      out_.problems.push_back(
          problem_at(attributes.exclude_place,
                     "'" + name + "' is excluded, so its other attributes of 'ham' contradict that",
                     "keep either [[ham::exclude]] or the others"));
  }

  /// Why a function is a helper; empty for a node.
  std::string helper_reason(const FunctionEntity& function, const std::string& name,
                            const FunctionAttributes& attributes) {
    if (!function.enclosing.empty()) return "it is in " + function.enclosing;
    if (is_operator(name)) return "it is an operator";
    if (function.is_template) return "it is a template";
    if (name == "main") return "it is main";
    if (clang_getCursorAvailability(function.cursor()) == CXAvailability_NotAvailable) return "it is deleted";
    if (any_declaration(function, is_static)) return "it is static";
    if (any_declaration(function, is_inlined)) return inline_reason(function);
    if (is_null(function.definition)) return "it is declared but has no body in the cell";
    if (position_of(function.definition).file != source_.main_file) return "its body is in a header";
    if (replaces_library_function(function, name)) return "it replaces a function of the library";
    if (name.starts_with("_")) return "its name starts with '_'";
    const CXType result = clang_getCanonicalType(clang_getCursorResultType(function.definition));
    if (result.kind == CXType_Void) return "its result is void";
    if (attributes.exclude) return "it is marked [[ham::exclude]]";
    return {};
  }

  /// constexpr and consteval make a function inline, but that is not the word that the user wrote.
  std::string inline_reason(const FunctionEntity& function) {
    for (const CXCursor declaration : function.declarations) {
      const Span extent = span_of(declaration);
      const TokenText& text = source_.texts.of(extent.file);
      const unsigned name = position_of(declaration).offset;
      for (std::size_t i = text.index_at(extent.begin); i < text.tokens.size() && text.tokens[i].begin < name;
           i++) {
        const std::string_view word = text.tokens[i].text;
        if (word == "constexpr" || word == "consteval") return "it is " + std::string(word);
      }
    }
    return "it is inline";
  }

  void add_node(std::size_t index, const FunctionEntity& function, const std::string& name,
                const FunctionAttributes& attributes) {
    NodeFunction node;
    FoundNode found;
    found.entity = index;
    found.body = span_of(function.definition);
    node.function = name;
    node.name = attributes.when.empty() ? name : variant_base(name);
    node.place = source_.place(function.definition);
    const CXType result = clang_getCursorResultType(function.definition);
    node.spelled_result = readable(text_of(clang_getTypeSpelling(result)));
    node.result = types_.add(result);
    node.documentation = documentation_of(function);
    node.is_overloaded = source_.declarations.global_names[name] > 1;
    node.cpp_type = function_type_of(clang_getCursorType(function.definition));
    node.behavior = attributes.behavior;
    node.marked_cache = attributes.marked_cache;
    node.when = attributes.when;
    node.tags = attributes.tags;
    node.begin_line = found.body.begin_line;
    node.end_line = found.body.end_line;
    read_parameters(source_, types_, function, node, found, out_);
    out_.functions.push_back(std::move(node));
    out_.nodes.push_back(std::move(found));
  }

  /// Without noexcept: a pointer to the plain type takes both.
  static std::string function_type_of(CXType type) {
    std::string parameters;
    for (int i = 0; i < clang_getNumArgTypes(type); i++) {
      const CXType parameter = clang_getArgType(type, static_cast<unsigned>(i));
      parameters += (i == 0 ? "" : ", ") + cpp_name_of(clang_getCanonicalType(parameter));
    }
    return cpp_name_of(clang_getCanonicalType(clang_getResultType(type))) + " (" + parameters + ")";
  }

  /// "model" of "model__fast".
  static std::string variant_base(const std::string& name) {
    const std::size_t suffix = name.find("__");
    return suffix == std::string::npos || suffix == 0 ? name : name.substr(0, suffix);
  }

  static std::string documentation_of(const FunctionEntity& function) {
    std::string own = comment_text(text_of(clang_Cursor_getRawCommentText(function.definition)));
    if (!own.empty()) return own;
    for (const CXCursor declaration : function.declarations)
      if (std::string text = comment_text(text_of(clang_Cursor_getRawCommentText(declaration)));
          !text.empty())
        return text;
    return {};
  }

  /// A forward declaration comes before other functions' bodies; the model has the order of the definitions.
  void sort_by_place() {
    std::vector<std::size_t> order(out_.functions.size());
    for (std::size_t i = 0; i < order.size(); i++) order[i] = i;
    // Functions that one macro makes begin at the same offset: they keep their order.
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(out_.nodes[a].body.begin, a) < std::pair(out_.nodes[b].body.begin, b);
    });
    std::vector<NodeFunction> functions;
    std::vector<FoundNode> nodes;
    for (const std::size_t i : order) {
      functions.push_back(std::move(out_.functions[i]));
      nodes.push_back(std::move(out_.nodes[i]));
    }
    out_.functions = std::move(functions);
    out_.nodes = std::move(nodes);
  }

  void check_duplicates() {
    std::map<std::pair<std::string, std::vector<std::pair<std::string, std::string>>>, const NodeFunction*>
        seen;
    for (const NodeFunction& function : out_.functions) {
      std::vector<std::pair<std::string, std::string>> when = function.when;
      std::sort(when.begin(), when.end());
      const auto [first, is_new] = seen.try_emplace({function.name, when}, &function);
      if (is_new) continue;
      const NodeFunction& other = *first->second;
      const std::string what =
          when.empty() ? "two nodes are called '" + function.name + "'"
                       : "two variants of node '" + function.name + "' take part under the same config";
      const std::string next = when.empty()
                                   ? "rename one, or make one a helper by putting 'static' in front of it"
                                   : "give them different values in [[ham::when(…)]], or make one a helper "
                                     "by putting 'static' in front of it";
      out_.problems.push_back(
          problem_at(function.place, what, next, {{other.place, "the other one is here"}}));
    }
  }

  CellSource& source_;
  TypeCollector& types_;
  FoundFunctions& out_;
  AttributeReader attributes_;
};

}  // namespace

FoundFunctions find_functions(CellSource& source, TypeCollector& types) {
  FoundFunctions out;
  FunctionFinder(source, types, out).run();
  return out;
}

}  // namespace hamcell
