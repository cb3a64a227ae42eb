// The attributes of namespace `ham`, read from the tokens, because a compiler drops attributes that it does
// not know.
#include "scan/attributes.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "scan/literals.h"
#include "scan/problem.h"

namespace hamcell {
namespace {

const std::vector<std::string>& attribute_names() {
  static const std::vector<std::string> names = {"cache", "exclude", "tag", "when"};
  return names;
}

const std::vector<std::string>& behavior_names() {
  static const std::vector<std::string> names = {"default", "recompute", "disable", "ignore"};
  return names;
}

std::string known_or_near(const std::string& word, const std::vector<std::string>& candidates) {
  return suggestion(word, candidates, "known are: " + join(candidates, ", "));
}

struct Argument {
  std::string key;  ///< empty where there is no "="
  std::string value;
  ExpandedToken at;
};

struct Attribute {
  std::string space;  ///< "ham"; empty for a standard attribute
  std::string name;
  ExpandedToken at;  ///< the name
  bool has_arguments = false;
  std::vector<Argument> arguments;
  std::size_t begin = 0, end = 0;  ///< indexes into the expanded tokens
};

/// Reads attribute lists ([dcl.attr.grammar]) out of expanded tokens.
class ListReader {
 public:
  ListReader(const std::vector<ExpandedToken>& tokens, std::string file, std::vector<Problem>& problems)
      : tokens_(tokens), file_(std::move(file)), problems_(problems) {}

  /// Calls `found(attribute)` for each attribute of `ham`, and `group(begin, end, only_ham)` for each list.
  template <class Found, class Group>
  void read(Found&& found, Group&& group) {
    for (at_ = 0; at_ + 1 < tokens_.size();) {
      if (!(is("[") && tokens_[at_ + 1].text == "[")) {
        at_++;
        continue;
      }
      const std::size_t begin = at_;
      at_ += 2;
      bool only_ham = true;
      const std::string prefix = read_using();
      while (at_ < tokens_.size() && !is("]")) {
        if (is(",") || is("...")) {
          at_++;
          continue;
        }
        const std::size_t before = at_;
        const Attribute attribute = read_attribute(prefix);
        if (attribute.space == "ham")
          found(attribute);
        else
          only_ham = false;
        if (at_ == before) at_++;
      }
      at_ = std::min(at_ + 2, tokens_.size());
      group(begin, at_, only_ham);
    }
  }

 private:
  bool is(std::string_view text) const { return at_ < tokens_.size() && tokens_[at_].text == text; }

  std::string read_using() {
    if (!is("using") || at_ + 2 >= tokens_.size() || tokens_[at_ + 2].text != ":") return {};
    std::string prefix(tokens_[at_ + 1].text);
    at_ += 3;
    return prefix;
  }

  Attribute read_attribute(const std::string& prefix) {
    Attribute out;
    out.space = prefix;
    out.begin = at_;
    out.at = tokens_[at_];
    out.name = tokens_[at_++].text;
    if (is("::") && at_ + 1 < tokens_.size()) {
      out.space = out.name;
      at_++;
      out.at = tokens_[at_];
      out.name = tokens_[at_++].text;
    }
    if (is("(")) {
      out.has_arguments = true;
      if (out.space == "ham")
        read_arguments(out);
      else
        skip_parentheses();
    }
    out.end = at_;
    return out;
  }

  void skip_parentheses() {
    int depth = 0;
    do {
      if (is("(")) depth++;
      if (is(")")) depth--;
      at_++;
    } while (depth > 0 && at_ < tokens_.size());
  }

  void read_arguments(Attribute& out) {
    at_++;
    while (at_ < tokens_.size() && !is(")")) {
      if (is(",")) {
        at_++;
        continue;
      }
      Argument argument;
      argument.at = tokens_[at_];
      std::string first = read_value();
      if (is("=")) {
        at_++;
        argument.key = std::move(first);
        argument.value = read_value();
      } else {
        argument.value = std::move(first);
      }
      out.arguments.push_back(std::move(argument));
    }
    if (is(")")) at_++;
  }

  /// A word, a number or strings: values compare as text, so 1.5 and "1.5" are the same.
  std::string read_value() {
    std::string out;
    int depth = 0;
    while (at_ < tokens_.size()) {
      if (depth == 0 && (is(",") || is("=") || is(")"))) break;
      if (is("(")) depth++;
      if (is(")")) depth--;
      const ExpandedToken& token = tokens_[at_++];
      if (token.pasted)
        problems_.push_back(problem_at(
            {file_, token.line, token.column},
            "this attribute is put together by a macro with '#' or '##', which is not worked out here",
            "write the attribute's value in the macro, or the attribute itself before the function"));
      std::string text(token.text);
      if (token.kind == TokenKind::literal && text.find('"') != std::string::npos)
        text = string_literal_value(token.text).value_or(text);
      out += text;
    }
    return out;
  }

  const std::vector<ExpandedToken>& tokens_;
  std::string file_;
  std::vector<Problem>& problems_;
  std::size_t at_ = 0;
};

/// Turns attributes into what they mean for one function.
class AttributeMeaning {
 public:
  AttributeMeaning(std::string file, FunctionAttributes& out, std::vector<Problem>& problems)
      : file_(std::move(file)), out_(out), problems_(problems) {}

  void add(const Attribute& attribute) {
    const Place place = place_of(attribute.at);
    if (out_.first_name.empty()) {
      out_.first_name = attribute.name;
      out_.first_place = place;
    }
    if (attribute.name == "cache") {
      add_cache(attribute, place);
    } else if (attribute.name == "exclude") {
      if (attribute.has_arguments)
        problem(attribute.at, "[[ham::exclude]] takes no arguments", "write [[ham::exclude]]");
      if (!out_.exclude) out_.exclude_place = place;
      out_.exclude = true;
    } else if (attribute.name == "tag" || attribute.name == "when") {
      add_pairs(attribute, attribute.name == "tag" ? out_.tags : out_.when);
    } else {
      problem(attribute.at, "unknown attribute [[ham::" + attribute.name + "]]",
              known_or_near(attribute.name, attribute_names()));
    }
  }

 private:
  Place place_of(const ExpandedToken& token) const { return {file_, token.line, token.column}; }

  void problem(const ExpandedToken& at, std::string what, std::string next) {
    problems_.push_back(problem_at(place_of(at), std::move(what), std::move(next)));
  }

  void add_cache(const Attribute& attribute, const Place& place) {
    if (!out_.marked_cache) out_.cache_place = place;
    out_.marked_cache = true;
    if (attribute.arguments.empty() && !out_.behavior) out_.behavior = Behavior::standard;
    for (const Argument& argument : attribute.arguments) {
      if (argument.key.empty()) {
        problem(argument.at, "[[ham::cache]] takes its argument by name, but found '" + argument.value + "'",
                "write [[ham::cache(behavior = \"recompute\")]]");
      } else if (argument.key != "behavior") {
        problem(argument.at, "[[ham::cache]] knows no '" + argument.key + "'",
                known_or_near(argument.key, {"behavior"}));
      } else if (const std::optional<Behavior> behavior = behavior_of(argument.value); !behavior) {
        problem(argument.at, "'" + argument.value + "' is not a behavior",
                known_or_near(argument.value, behavior_names()));
      } else if (out_.behavior && *out_.behavior != *behavior) {
        problem(argument.at, "this function has two behaviors, one of them '" + argument.value + "'",
                "keep one");
      } else {
        out_.behavior = behavior;
      }
    }
  }

  static std::optional<Behavior> behavior_of(const std::string& word) {
    const auto& names = behavior_names();
    const auto found = std::find(names.begin(), names.end(), word);
    if (found == names.end()) return std::nullopt;
    static constexpr std::array<Behavior, 4> behaviors = {Behavior::standard, Behavior::recompute,
                                                          Behavior::disable, Behavior::ignore};
    return behaviors[static_cast<std::size_t>(found - names.begin())];
  }

  void add_pairs(const Attribute& attribute, std::vector<std::pair<std::string, std::string>>& out) {
    const std::string example =
        attribute.name == "tag" ? "[[ham::tag(owner = \"ml\")]]" : "[[ham::when(engine = \"fast\")]]";
    if (attribute.arguments.empty())
      problem(attribute.at, "[[ham::" + attribute.name + "]] says nothing without a key and a value",
              "write " + example);
    for (const Argument& argument : attribute.arguments) {
      if (argument.key.empty()) {
        problem(argument.at,
                "[[ham::" + attribute.name + "]] needs key = value, but found '" + argument.value + "'",
                "write it like " + example);
        continue;
      }
      const auto same =
          std::find_if(out.begin(), out.end(), [&](const auto& pair) { return pair.first == argument.key; });
      if (same == out.end())
        out.emplace_back(argument.key, argument.value);
      else if (same->second != argument.value)
        problem(argument.at, "'" + argument.key + "' is already '" + same->second + "' for this function",
                "keep one value");
    }
  }

  std::string file_;
  FunctionAttributes& out_;
  std::vector<Problem>& problems_;
};

}  // namespace

AttributeReader::AttributeReader(MacroTable& macros, const TokenText& text, std::string file_name)
    : macros_(macros),
      text_(text),
      file_name_(std::move(file_name)),
      is_attribute_(text.tokens.size()),
      is_read_(text.tokens.size()) {}

void AttributeReader::read(unsigned begin, unsigned name, FunctionAttributes& out,
                           std::vector<Problem>& problems) {
  const std::size_t first = text_.index_at(begin);
  std::size_t from = first;
  for (; from > 0; from--) {
    const Token& before = text_.tokens[from - 1];
    const bool passes = before.in_directive || before.skipped;
    if (!passes && (before.text == ";" || before.text == "{" || before.text == "}")) break;
  }
  // A declaration that a macro makes has its name inside the macro's use: nothing of it stands before that.
  const std::size_t until = std::max(first, text_.index_at(name));
  const std::vector<ExpandedToken> tokens = expand(macros_, text_, from, until);
  std::vector<Problem> found;
  ListReader lists(tokens, file_name_, found);
  AttributeMeaning meaning(file_name_, out, found);
  const auto mark = [&](std::size_t expanded_begin, std::size_t expanded_end) {
    for (std::size_t i = expanded_begin; i < expanded_end; i++) is_attribute_[tokens[i].origin] = true;
  };
  lists.read(
      [&](const Attribute& attribute) {
        meaning.add(attribute);
        mark(attribute.begin, attribute.end);
      },
      [&](std::size_t group_begin, std::size_t group_end, bool only_ham) {
        if (only_ham) mark(group_begin, group_end);
      });
  // Two functions that one macro makes share its tokens: what is wrong there is said once.
  if (from < until && !is_read_[from]) problems.insert(problems.end(), found.begin(), found.end());
  for (std::size_t i = from; i < until; i++) is_read_[i] = true;
}

void AttributeReader::find_stray(std::vector<Problem>& problems) const {
  const std::vector<Token>& tokens = text_.tokens;
  for (std::size_t i = 0; i + 3 < tokens.size(); i++) {
    if (tokens[i].text != "[" || tokens[i + 1].text != "[" || is_read_[i]) continue;
    if (tokens[i].in_directive || tokens[i].skipped) continue;
    for (std::size_t at = i + 2; at + 1 < tokens.size() && tokens[at].text != "]"; at++) {
      const bool is_ham =
          tokens[at].text == "ham" && (tokens[at + 1].text == "::" || tokens[at - 1].text == "using");
      if (!is_ham) continue;
      problems.push_back(
          problem_at({file_name_, tokens[at].line, tokens[at].column},
                     "this attribute of 'ham' stands in front of no function, so it would mean nothing",
                     "put it before the first word of the function that it is about, or take it out"));
      break;
    }
  }
}

}  // namespace hamcell
