// Puts a page together: the parts of page/web, the pictures, and the data.
#include "page/page.h"

#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

#include "draw/dot_syntax.h"
#include "page/web_parts.h"
#include "report/document.h"
#include "value/base64.h"

namespace hamcell {
namespace {

/// The bytes that hexadecimal digits stand for.
std::string bytes_from_hex(std::string_view digits) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes += static_cast<char>(value(digits[i]) * 16 + value(digits[i + 1]));
  return bytes;
}

/// How a Content Security Policy (W3C, level 3, section 6.7.2) names an inline script or style sheet.
std::string hash_source(std::string_view sha256) {
  return "'sha256-" + base64_from_bytes(bytes_from_hex(sha256)) + "'";
}

/// An SVG document as an element of HTML: without the declaration in front, and without a style sheet of its
/// own, since that of the page goes by the reader's choice of light or dark. No text in it has a "<".
std::string element_of(std::string_view svg) {
  constexpr std::string_view style_end = "</style>";
  const std::size_t begin = svg.find("<svg");
  std::string element(begin == std::string_view::npos ? std::string_view() : svg.substr(begin));
  for (std::size_t style = element.find("<style"); style != std::string::npos;
       style = element.find("<style")) {
    const std::size_t end = element.find(style_end, style);
    element.erase(style, end == std::string::npos ? end : end + style_end.size() - style);
  }
  return element;
}

/// JSON as the text of a script element, which a "</script>" in a string must not end.
std::string script_text(const nlohmann::ordered_json& json) {
  std::string text;
  for (const char c : compact_text(json)) {
    if (c == '<')
      text += "\\u003c";
    else
      text += c;
  }
  return text;
}

/// The template with each `{{name}}` replaced once, so that what comes in is never looked at again.
std::string filled(std::string_view text, const std::map<std::string_view, std::string>& values) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find("{{");
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find("}}", open);
    out += values.at(text.substr(open + 2, close - open - 2));
    text.remove_prefix(close + 2);
  }
  return out;
}

}  // namespace

std::string page_html(const PageSubject& subject, const PagePictures& pictures) {
  const bool has_run = !pictures.after.empty();
  return filled(web::html, {{"title", escaped(subject.title)},
                            {"script-hash", hash_source(web::script_sha256)},
                            {"style-hash", hash_source(web::style_sha256)},
                            {"style", std::string(web::style)},
                            {"script", std::string(web::script)},
                            {"data", script_text(page_data(subject))},
                            {"shown", element_of(has_run ? pictures.after : pictures.before)},
                            {"kept", has_run ? element_of(pictures.before) : ""}});
}

}  // namespace hamcell
