// Numbers, quotes and elements as Graphviz reads them ("The DOT Language", "Node Shapes: HTML-Like Labels").
#include "draw/dot_syntax.h"

#include <fmt/format.h>

#include "base/text.h"

namespace hamcell {

std::string escaped(std::string_view text) {
  std::string out;
  const std::string safe = visible(text, {.keep_layout = true});
  for (std::size_t i = 0; i < safe.size(); ++i) {
    switch (safe[i]) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += safe[i];
    }
    // U+FFFE and U+FFFF are UTF-8 but no characters (XML 1.0, section 2.2).
    if (out.ends_with("\xEF\xBF\xBE") || out.ends_with("\xEF\xBF\xBF")) out.replace(out.size() - 3, 3, "?");
  }
  return out;
}

// Only the quote and the backslash, which starts escapes such as \\N, need care.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string number(double value) {
  std::string text = fmt::format("{:.2f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string inches(BoxSize size) {
  return fmt::format("width={:.4f} height={:.4f}", size.width / points_per_inch,
                     size.height / points_per_inch);
}

std::string font(double size, const char* color, std::string_view content) {
  return fmt::format("<FONT POINT-SIZE=\"{}\" COLOR=\"{}\">{}</FONT>", number(size), color, content);
}

std::string tagged(const char* tag, std::string_view text) {
  return fmt::format("<{0}>{1}</{0}>", tag, escaped(text));
}

std::string row(std::string_view cell) { return fmt::format("<TR><TD>{}</TD></TR>", cell); }

}  // namespace hamcell
