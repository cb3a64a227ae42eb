// Conditional text that one compiler takes and another may not.
#include "scan/reach/conditionals.h"

namespace hamcell {

bool CompilerBranches::differs(const Token& token) const {
  if (token.kind != TokenKind::identifier && token.kind != TokenKind::keyword) return false;
  const std::string name(token.text);
  if (name == "defined" || name.starts_with("__has_include")) return false;
  // Reserved names, which every compiler defines as it likes, and the few old ones that are not reserved.
  if (name.starts_with('_') || name == "linux" || name == "unix" || name == "i386") return true;
  return learned_.contains(name) || macros_.is_of_system(name);
}

std::vector<bool> CompilerBranches::in(const TokenText& text) const {
  std::vector<bool> out(text.tokens.size());
  std::vector<bool> open;  // by enclosing #if: its condition differs between compilers
  std::size_t doubtful = 0;
  for (std::size_t i = 0; i < text.tokens.size(); i++) {
    out[i] = doubtful > 0;
    if (!text.tokens[i].begins_directive || i + 1 >= text.tokens.size()) continue;
    const std::string_view word = text.tokens[i + 1].text;
    if (word == "endif" && !open.empty()) {
      if (open.back()) doubtful--;
      open.pop_back();
    }
    const bool opens = word == "if" || word == "ifdef" || word == "ifndef";
    if (!opens && !word.starts_with("elif")) continue;
    if (opens) open.push_back(false);
    for (std::size_t k = i + 2; k < text.tokens.size() && text.tokens[k].in_directive &&
                                !text.tokens[k].begins_directive && !open.empty() && !open.back();
         k++)
      if (differs(text.tokens[k])) {
        open.back() = true;
        doubtful++;
      }
  }
  return out;
}

bool CompilerBranches::learn(const TokenText& text) {
  const std::size_t before = learned_.size();
  const std::vector<bool> is_inside = in(text);
  for (std::size_t i = 0; i + 2 < text.tokens.size(); i++) {
    const std::string_view word = text.tokens[i + 1].text;
    if (text.tokens[i].begins_directive && is_inside[i] && (word == "define" || word == "undef"))
      learned_.emplace(text.tokens[i + 2].text);
  }
  return learned_.size() != before;
}

}  // namespace hamcell
