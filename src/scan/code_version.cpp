// Code versions: a digest of all source that can change what a node computes.
#include "scan/code_version.h"

#include <algorithm>
#include <set>

#include "scan/references.h"

namespace hamcell {
namespace {

/// Counts this program's idea of what a code version covers; raise it when that changes.
constexpr std::string_view version_of_versions = "hamcell code version 1";

/// A stretch of tokens, digested both without layout and with it.
struct Digested {
  Digest tokens;
  Digest positions;  ///< lines and columns of the same tokens
  SourceEffects effects;
};

/// Digests tokens one by one.
class TokenDigester {
 public:
  explicit TokenDigester(MacroTable& macros) : macros_(macros) {}

  void add(const Token& token) {
    // The end of a directive's line ends the directive, and white space in it tells `F(x)` from `F (x)`.
    if (token.begins_directive || token.in_directive != was_in_directive_) tokens_.add("\n");
    was_in_directive_ = token.in_directive;
    if (token.in_directive && token.space_before) tokens_.add(" ");
    tokens_.add(token.text);
    positions_.add(std::uint64_t{token.line}).add(std::uint64_t{token.column});
    if (token.begins_directive) in_definition_ = false;
    if (token.in_directive && token.text == "define") in_definition_ = true;
    // What a macro's body names counts where the macro is used, not where it is defined.
    const bool is_definition = token.in_directive && in_definition_;
    const bool is_name = token.kind == TokenKind::identifier || token.kind == TokenKind::keyword;
    if (is_name && !is_definition) effects_.add(macros_.effects(std::string(token.text)));
  }

  Digested finish() const { return {tokens_.finish(), positions_.finish(), effects_}; }

 private:
  MacroTable& macros_;
  Digester tokens_;
  Digester positions_;
  SourceEffects effects_;
  bool was_in_directive_ = false;
  bool in_definition_ = false;
};

class VersionFiller {
 public:
  VersionFiller(CellSource& source, const IncludedFiles& files, FoundFunctions& found)
      : source_(source),
        files_(files),
        found_(found),
        references_(source, found),
        text_(source.main_text()) {}

  void run() {
    digest_bodies();
    digest_shared();
    find_calls();
    for (std::uint32_t i = 0; i < found_.functions.size(); i++) fill(i);
  }

 private:
  bool counts(std::size_t token) const { return !found_.is_attribute[token]; }

  /// The tokens of each definition. Functions that one macro makes share theirs.
  void digest_bodies() {
    in_node_.assign(text_.tokens.size(), false);
    for (const FoundNode& node : found_.nodes) {
      TokenDigester digester(source_.declarations.macros);
      for (std::size_t i = text_.index_at(node.body.begin);
           i < text_.tokens.size() && text_.tokens[i].begin < node.body.end; i++) {
        if (counts(i)) digester.add(text_.tokens[i]);
        // A directive inside a body reaches beyond it.
        if (!text_.tokens[i].in_directive) in_node_[i] = true;
      }
      bodies_.push_back(digester.finish());
    }
  }

  /// Everything that is common to all nodes: helpers of the cell, the user's headers, the system's.
  void digest_shared() {
    Digester shared;
    shared.add(version_of_versions);
    TokenDigester cell(source_.declarations.macros);
    for (std::size_t i = 0; i < text_.tokens.size(); i++)
      if (!in_node_[i] && counts(i)) cell.add(text_.tokens[i]);
    add_shared(cell.finish(), shared);
    for (const IncludedFile& file : files_.files) {
      if (file.source.is_system) {
        shared.add(file.source.path).add(file.source.content);
        continue;
      }
      TokenDigester header(source_.declarations.macros);
      for (const Token& token : source_.texts.of(file.file).tokens) header.add(token);
      add_shared(header.finish(), shared);
      // Where a header is not C++ text to the lexer (data that is included), its tokens may say too little.
      if (source_.texts.of(file.file).tokens.empty()) shared.add(file.source.content);
    }
    shared_ = shared.finish();
  }

  void add_shared(const Digested& part, Digester& shared) {
    shared.add(part.tokens);
    shared_effects_.add(part.effects);
    if (part.effects.position) shared.add(part.positions).add(source_.request.path);
  }

  void find_calls() {
    for (const CXCursor cursor : source_.declarations.user_cursors)
      collect_from_helper(cursor, helper_calls_);
    collect_calls_outside_nodes(helper_calls_);
    for (std::size_t i = 0; i < found_.nodes.size(); i++) {
      const FoundNode& node = found_.nodes[i];
      std::set<std::uint32_t> calls = helper_calls_;
      references_.collect(entity(node).definition, calls);
      std::set<std::string_view> hidden;
      for (const Parameter& parameter : found_.functions[i].parameters) hidden.insert(parameter.name);
      references_.collect_calls(text_, text_.index_at(node.body.begin), text_.index_at(node.body.end), hidden,
                                calls);
      found_.functions[i].calls.assign(calls.begin(), calls.end());
    }
  }

  const FunctionEntity& entity(const FoundNode& node) const {
    return source_.declarations.functions[node.entity];
  }

  /// Definitions of nodes are left out: what they refer to is theirs.
  void collect_from_helper(CXCursor cursor, std::set<std::uint32_t>& out) {
    if (clang_getCursorKind(cursor) == CXCursor_LinkageSpec) {
      for_each_child(cursor, [&](CXCursor child) { collect_from_helper(child, out); });
      return;
    }
    if (is_node_definition(cursor)) return;
    references_.collect(cursor, out);
  }

  bool is_node_definition(CXCursor cursor) const {
    if (clang_getCursorKind(cursor) != CXCursor_FunctionDecl) return false;
    const Span span = span_of(cursor);
    const auto found =
        std::lower_bound(found_.nodes.begin(), found_.nodes.end(), span.begin,
                         [](const FoundNode& node, unsigned begin) { return node.body.begin < begin; });
    for (auto at = found; at != found_.nodes.end() && at->body.begin == span.begin; ++at)
      if (span.file == source_.main_file && clang_equalCursors(entity(*at).definition, cursor) != 0)
        return true;
    return false;
  }

  void collect_calls_outside_nodes(std::set<std::uint32_t>& out) {
    for (std::size_t i = 0; i < text_.tokens.size(); i++)
      if (!in_node_[i]) references_.collect_calls(text_, i, i + 1, {}, out);
    for (const IncludedFile& file : files_.files) {
      if (file.source.is_system) continue;
      const TokenText& header = source_.texts.of(file.file);
      references_.collect_calls(header, 0, header.tokens.size(), {}, out);
    }
  }

  /// The node and all that it calls, transitively, in source order.
  std::set<std::uint32_t> reached(std::uint32_t index) const {
    std::set<std::uint32_t> seen = {index};
    std::vector<std::uint32_t> open = {index};
    while (!open.empty()) {
      const std::uint32_t current = open.back();
      open.pop_back();
      for (const std::uint32_t next : found_.functions[current].calls)
        if (seen.insert(next).second) open.push_back(next);
    }
    return seen;
  }

  void fill(std::uint32_t index) {
    NodeFunction& function = found_.functions[index];
    Digester digester;
    SourceEffects effects = shared_effects_;
    digester.add(shared_);
    add_body(index, digester, effects);
    for (const std::uint32_t called : reached(index))
      if (called != index) add_body(called, digester, effects);
    function.code.version = digester.finish();
    function.code.always_run = effects.always_run;
    for (std::size_t k = 0; k < function.parameters.size(); k++) fill_default(index, k);
  }

  void add_body(std::uint32_t index, Digester& digester, SourceEffects& effects) const {
    const Digested& body = bodies_[index];
    digester.add(found_.functions[index].function).add(body.tokens);
    if (body.effects.position) digester.add(body.positions).add(source_.request.path);
    effects.add(body.effects);
  }

  void fill_default(std::uint32_t index, std::size_t parameter) {
    std::optional<DefaultArgument>& argument = found_.functions[index].parameters[parameter].default_argument;
    if (!argument || argument->value) return;
    const FoundDefault& found = *found_.nodes[index].defaults[parameter];
    Digester digester;
    SourceEffects effects = shared_effects_;
    digester.add(shared_);
    add_expression(found, index, digester);
    std::set<std::uint32_t> calls;
    references_.collect(found.parameter, calls);
    // What helpers refer to is in every node's calls, and so in those of any node reached here.
    calls.insert(helper_calls_.begin(), helper_calls_.end());
    std::set<std::uint32_t> all;
    for (const std::uint32_t called : calls) all.merge(reached(called));
    for (const std::uint32_t called : all) add_body(called, digester, effects);
    argument->code.version = digester.finish();
  }

  /// The tokens of a default; where a macro made it, those of the whole function.
  void add_expression(const FoundDefault& found, std::uint32_t index, Digester& digester) {
    if (found.text.begin == found.text.end) {
      SourceEffects ignored;
      add_body(index, digester, ignored);
      return;
    }
    const TokenText& text = source_.texts.of(found.text.file);
    TokenDigester expression(source_.declarations.macros);
    for (std::size_t i = text.index_at(found.text.begin);
         i < text.tokens.size() && text.tokens[i].begin < found.text.end; i++)
      expression.add(text.tokens[i]);
    const Digested digested = expression.finish();
    digester.add(digested.tokens);
    if (digested.effects.position) digester.add(digested.positions).add(source_.request.path);
  }

  CellSource& source_;
  const IncludedFiles& files_;
  FoundFunctions& found_;
  NodeReferences references_;
  const TokenText& text_;
  std::vector<bool> in_node_;
  std::vector<Digested> bodies_;
  std::set<std::uint32_t> helper_calls_;  ///< what anything outside the nodes refers to
  Digest shared_;
  SourceEffects shared_effects_;
};

}  // namespace

void fill_code_versions(CellSource& source, const IncludedFiles& files, FoundFunctions& found) {
  VersionFiller(source, files, found).run();
}

}  // namespace hamcell
