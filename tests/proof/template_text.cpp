// The texts of features, cut into parts.
#include "template_text.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace hamcell::proof {
namespace {

constexpr std::string_view calls_mark = "{{calls}}";

bool is_name_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Reads a text from left to right.
class TextParser {
 public:
  explicit TextParser(const std::string& text) : text_(text) {}

  std::vector<Part> parse() {
    while (at_ < text_.size()) step();
    return std::move(parts_);
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void step() {
    const bool names = std::isalpha(static_cast<unsigned char>(peek(1))) != 0;
    if (text_.compare(at_, calls_mark.size(), calls_mark) == 0)
      put({Part::Kind::calls, "", {}}, calls_mark.size());
    else if (peek() == '@' && peek(1) == '?')
      put({Part::Kind::mentioned, "", {}}, 2);
    else if (peek() == '%' && peek(1) == '%')
      plain('%', 2);
    else if ((peek() == '@' || peek() == '%') && names)
      slot();
    else if (peek() == '$')
      value();
    else if (peek() == '`')
      put({Part::Kind::mark, "", {}}, 1);
    else
      plain(peek(), 1);
  }

  void put(Part part, std::size_t length) {
    parts_.push_back(std::move(part));
    at_ += length;
  }

  void plain(char c, std::size_t length) {
    if (parts_.empty() || parts_.back().kind != Part::Kind::text) parts_.push_back({});
    parts_.back().text += c;
    at_ += length;
  }

  void slot() {
    const Part::Kind kind = peek() == '@' ? Part::Kind::slot : Part::Kind::call_slot;
    std::size_t end = at_ + 1;
    while (end < text_.size() && is_name_char(text_[end])) end++;
    put({kind, text_.substr(at_ + 1, end - at_ - 1), {}}, end - at_);
  }

  void value() {
    if (peek(1) != '{') return put({Part::Kind::number, "", {}}, 1);
    Part part{Part::Kind::choice, "", {""}};
    int depth = 1;
    std::size_t end = at_ + 2;
    for (;; end++) {
      if (end >= text_.size()) throw std::logic_error("a choice without an end: " + text_);
      const char c = text_[end];
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (depth == 0) break;
      if (c == '|' && depth == 1)
        part.choices.emplace_back();
      else
        part.choices.back() += c;
    }
    put(std::move(part), end + 1 - at_);
  }

  const std::string& text_;
  std::size_t at_ = 0;
  std::vector<Part> parts_;
};

void collect_slots(const std::string& text, std::vector<std::string>& out) {
  for (const Part& part : parse_text(text)) {
    if (part.kind == Part::Kind::slot || part.kind == Part::Kind::call_slot) {
      if (std::find(out.begin(), out.end(), part.text) == out.end()) out.push_back(part.text);
    }
    for (const std::string& choice : part.choices) collect_slots(choice, out);
  }
}

}  // namespace

std::vector<Part> parse_text(const std::string& text) { return TextParser(text).parse(); }

std::vector<std::string> slots_of(const FeatureSpec& spec) {
  std::vector<std::string> out;
  for (const PieceSpec& piece : spec.pieces) {
    collect_slots(piece.file_name, out);
    collect_slots(piece.text, out);
  }
  return out;
}

}  // namespace hamcell::proof
