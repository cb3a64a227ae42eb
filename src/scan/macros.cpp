// The macros of a cell: what their definitions say, and what a few tokens become when they are expanded.
#include "scan/macros.h"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace hamcell {
namespace {

constexpr std::array<std::string_view, 4> names_that_differ_in_each_build = {"__DATE__", "__TIME__",
                                                                             "__TIMESTAMP__", "__COUNTER__"};
constexpr std::array<std::string_view, 5> names_that_tell_positions = {
    "__LINE__", "__FILE__", "__FILE_NAME__", "__BASE_FILE__", "__PRETTY_FUNCTION__"};
/// As default arguments these tell the place of the call.
constexpr std::array<std::string_view, 8> names_that_tell_callers = {
    "stacktrace",     "source_location",     "__builtin_LINE",     "__builtin_COLUMN",
    "__builtin_FILE", "__builtin_FILE_NAME", "__builtin_FUNCTION", "__builtin_source_location"};

template <std::size_t Size>
bool holds(const std::array<std::string_view, Size>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool names_something(const Token& token) {
  return token.kind == TokenKind::identifier || token.kind == TokenKind::keyword;
}

/// Expands a sequence of tokens by the rules of [cpp.replace], except that `#` and `##` are only marked.
class Expander {
 public:
  Expander(MacroTable& macros, CXFile file, unsigned offset)
      : macros_(macros), file_(file), offset_(offset) {}

  void run(const std::vector<ExpandedToken>& tokens, std::vector<ExpandedToken>& out) {
    for (std::size_t i = 0; i < tokens.size(); i++) {
      const std::string name(tokens[i].text);
      const bool can_be_macro =
          tokens[i].kind == TokenKind::identifier || tokens[i].kind == TokenKind::keyword;
      const MacroDefinition* macro =
          can_be_macro && !is_active(name) ? macros_.find(name, file_, offset_) : nullptr;
      if (macro == nullptr || (macro->is_function && (i + 1 >= tokens.size() || tokens[i + 1].text != "("))) {
        out.push_back(tokens[i]);
        continue;
      }
      std::vector<std::vector<ExpandedToken>> arguments;
      const ExpandedToken& use = tokens[i];
      if (macro->is_function) i = read_arguments(tokens, i + 1, arguments);
      active_.push_back(name);
      if (active_.size() < depth_limit) run(substituted(*macro, use, arguments), out);
      active_.pop_back();
    }
  }

 private:
  static constexpr std::size_t depth_limit = 64;

  bool is_active(const std::string& name) const {
    return std::find(active_.begin(), active_.end(), name) != active_.end();
  }

  /// Reads "( a, b )" from `open` on; returns the index of the closing parenthesis.
  static std::size_t read_arguments(const std::vector<ExpandedToken>& tokens, std::size_t open,
                                    std::vector<std::vector<ExpandedToken>>& out) {
    int depth = 0;
    out.emplace_back();
    for (std::size_t i = open; i < tokens.size(); i++) {
      if (tokens[i].text == "(" && depth++ == 0) continue;
      if (tokens[i].text == ")" && --depth == 0) return i;
      if (tokens[i].text == "," && depth == 1)
        out.emplace_back();
      else
        out.back().push_back(tokens[i]);
    }
    return tokens.size();
  }

  static std::vector<ExpandedToken> substituted(const MacroDefinition& macro, const ExpandedToken& use,
                                                const std::vector<std::vector<ExpandedToken>>& arguments) {
    std::vector<ExpandedToken> out;
    for (const Token& token : macro.body) {
      const auto found = std::find(macro.parameters.begin(), macro.parameters.end(), token.text);
      if (found == macro.parameters.end()) {
        out.push_back({token.text, token.kind, use.line, use.column, use.origin,
                       token.text == "#" || token.text == "##"});
        continue;
      }
      const auto index = static_cast<std::size_t>(found - macro.parameters.begin());
      const bool is_rest = *found == "__VA_ARGS__";
      for (std::size_t i = index; i < arguments.size() && (i == index || is_rest); i++) {
        if (i != index) out.push_back({",", TokenKind::punctuation, use.line, use.column, use.origin, false});
        out.insert(out.end(), arguments[i].begin(), arguments[i].end());
      }
    }
    return out;
  }

  MacroTable& macros_;
  CXFile file_;
  unsigned offset_;
  std::vector<std::string> active_;
};

}  // namespace

void MacroTable::add(CXCursor definition) {
  const Position at = position_of(definition);
  MacroDefinition entry;
  entry.cursor = definition;
  entry.file = at.file;
  entry.offset = at.offset;
  definitions_[text_of(clang_getCursorSpelling(definition))].push_back(std::move(entry));
}

void MacroTable::load(MacroDefinition& definition) {
  if (definition.is_loaded) return;
  definition.is_loaded = true;
  definition.is_function = clang_Cursor_isMacroFunctionLike(definition.cursor) != 0;
  if (definition.file == nullptr) return;
  std::vector<Token> tokens = tokens_of(unit_, clang_getCursorExtent(definition.cursor));
  std::size_t body = 1;
  if (definition.is_function) {
    for (body = 2; body < tokens.size() && tokens[body].text != ")"; body++) {
      if (tokens[body].text == "...") definition.parameters.emplace_back("__VA_ARGS__");
      if (names_something(tokens[body])) definition.parameters.emplace_back(tokens[body].text);
    }
    body++;
  }
  if (body < tokens.size())
    definition.body.assign(tokens.begin() + static_cast<std::ptrdiff_t>(body), tokens.end());
}

const MacroDefinition* MacroTable::find(const std::string& name, CXFile file, unsigned offset) {
  const auto found = definitions_.find(name);
  if (found == definitions_.end()) return nullptr;
  MacroDefinition* best = nullptr;
  for (MacroDefinition& candidate : found->second) {
    if (candidate.file == file && candidate.offset > offset) continue;
    if (best == nullptr || candidate.file == file || best->file != file) best = &candidate;
  }
  if (best != nullptr) load(*best);
  return best;
}

bool MacroTable::is_of_system(const std::string& name) const {
  const auto found = definitions_.find(name);
  return found != definitions_.end() &&
         std::any_of(found->second.begin(), found->second.end(), [](const MacroDefinition& definition) {
           return clang_Location_isInSystemHeader(clang_getCursorLocation(definition.cursor)) != 0;
         });
}

void MacroTable::collect_pastes(const MacroDefinition& definition, std::vector<std::string>& out) {
  const auto piece = [&](std::size_t at) {
    const std::string text(definition.body[at].text);
    const auto& parameters = definition.parameters;
    return std::find(parameters.begin(), parameters.end(), text) == parameters.end() ? text : std::string();
  };
  for (std::size_t i = 1; i + 1 < definition.body.size(); i++) {
    if (definition.body[i].text != "##") continue;
    const std::string left = piece(i - 1);
    out.push_back(left.empty() ? piece(i + 1) : left);
  }
}

const MacroTable::Uses& MacroTable::uses(const std::string& name) {
  const auto known = uses_.find(name);
  if (known != uses_.end()) return known->second;
  Uses out;
  std::unordered_set<std::string> seen = {name};
  std::vector<std::string> open = {name};
  while (!open.empty()) {
    const std::string current = std::move(open.back());
    open.pop_back();
    if (current != name) out.words.push_back(current);
    if (out.effects.always_run.empty() && holds(names_that_differ_in_each_build, current))
      out.effects.always_run = current;
    out.effects.position = out.effects.position || holds(names_that_tell_positions, current);
    out.effects.caller = out.effects.caller || holds(names_that_tell_callers, current);
    const auto found = definitions_.find(current);
    if (found == definitions_.end()) continue;
    for (MacroDefinition& definition : found->second) {
      load(definition);
      collect_pastes(definition, out.pastes);
      for (const Token& token : definition.body) {
        if (token.text == "#" && definition.is_function) out.effects.position = true;
        const auto& parameters = definition.parameters;
        if (!names_something(token) ||
            std::find(parameters.begin(), parameters.end(), token.text) != parameters.end())
          continue;
        if (seen.emplace(token.text).second) open.emplace_back(token.text);
      }
    }
  }
  return uses_[name] = std::move(out);
}

std::vector<ExpandedToken> expand(MacroTable& macros, const TokenText& text, std::size_t begin,
                                  std::size_t end) {
  std::vector<ExpandedToken> tokens;
  for (std::size_t i = begin; i < end; i++) {
    const Token& token = text.tokens[i];
    if (!token.in_directive && !token.skipped)
      tokens.push_back({token.text, token.kind, token.line, token.column, i, false});
  }
  if (tokens.empty()) return {};
  std::vector<ExpandedToken> out;
  Expander(macros, text.file, text.tokens[end - 1].begin).run(tokens, out);
  return out;
}

}  // namespace hamcell
