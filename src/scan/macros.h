// The macros of a cell: what their definitions say, and what a few tokens become when they are expanded.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "scan/tokens.h"

namespace hamcell {

/// What it does to a node when a macro or name is used in code that it reaches.
struct SourceEffects {
  bool position = false;   ///< the result may depend on where tokens stand: __LINE__, stringification
  bool caller = false;     ///< it may depend on where its callers stand: source_location as a default
  std::string always_run;  ///< the result may differ in each build: "__TIME__"; empty: it cannot

  void add(const SourceEffects& other) {
    position = position || other.position;
    caller = caller || other.caller;
    if (always_run.empty()) always_run = other.always_run;
  }
};

struct MacroDefinition {
  CXCursor cursor = clang_getNullCursor();
  CXFile file = nullptr;
  unsigned offset = 0;
  bool is_loaded = false;  ///< the following are filled when someone asks, since headers define thousands
  bool is_function = false;
  std::vector<std::string> parameters;  ///< "__VA_ARGS__" for "..."
  std::vector<Token> body;
};

class MacroTable {
 public:
  explicit MacroTable(CXTranslationUnit unit) : unit_(unit) {}
  void add(CXCursor definition);

  /// Whether any macro of this name is defined anywhere.
  bool has(const std::string& name) const { return definitions_.contains(name); }

  /// The definition that holds at `offset` of `file`: the last one above it there, else the last one of
  /// another file. Null where there is none.
  const MacroDefinition* find(const std::string& name, CXFile file, unsigned offset);

  /// Whether a system header defines it.
  bool is_of_system(const std::string& name) const;

  /// What using `name`, as a macro or as it stands, brings with it; all definitions count, and whatever they
  /// name.
  const SourceEffects& effects(const std::string& name) { return uses(name).effects; }

  /// All words in the definitions of `name` and, transitively, of the macros that they name; without the
  /// parameters of macros. Empty where `name` is no macro.
  const std::vector<std::string>& words(const std::string& name) { return uses(name).words; }

  /// What stands beside a `##` in those definitions; an empty piece for one whose both sides are parameters.
  const std::vector<std::string>& pastes(const std::string& name) { return uses(name).pastes; }

 private:
  struct Uses {
    SourceEffects effects;
    std::vector<std::string> words;
    std::vector<std::string> pastes;
  };

  void load(MacroDefinition& definition);
  const Uses& uses(const std::string& name);
  static void collect_pastes(const MacroDefinition& definition, std::vector<std::string>& out);

  CXTranslationUnit unit_;
  std::unordered_map<std::string, std::vector<MacroDefinition>> definitions_;
  std::unordered_map<std::string, Uses> uses_;
};

/// A token after expansion. Tokens that a macro brought have the place of the macro's use.
struct ExpandedToken {
  std::string_view text;
  TokenKind kind = TokenKind::punctuation;
  unsigned line = 0;
  unsigned column = 0;
  std::size_t origin =
      0;                ///< index of the token in the file that it, or the macro that brought it, stands for
  bool pasted = false;  ///< stands for what `#` or `##` would have made, which is not worked out here
};

/// Expands `text.tokens[begin, end)`, leaving out directives and skipped branches.
std::vector<ExpandedToken> expand(MacroTable& macros, const TokenText& text, std::size_t begin,
                                  std::size_t end);

}  // namespace hamcell
