// One pass over the text of an SVG. Graphviz's output is regular, so that an XML parser would only add a
// dependency.
#include "painter/svg.h"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "base/text.h"
#include "draw/box_face.h"
#include "draw/dot_box.h"
#include "draw/dot_syntax.h"

namespace hamcell {
namespace {

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

/// Without everything between `open` and `close`, and the line feed behind it.
std::string without(std::string_view text, std::string_view open, std::string_view close) {
  std::string out;
  while (true) {
    const std::size_t begin = text.find(open);
    out += text.substr(0, begin);
    if (begin == std::string_view::npos) return out;
    const std::size_t end = text.find(close, begin + open.size());
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + close.size());
    if (text.starts_with('\n')) text.remove_prefix(1);
  }
}

/// What a reader sees when the pointer rests on an element, by the title that Graphviz gave it.
std::map<std::string, std::string, std::less<>> titles_of(const Diagram& diagram) {
  std::map<std::string, std::string, std::less<>> titles;
  const std::vector<std::string> ids = safe_ids(diagram);
  for (std::size_t i = 0; i < ids.size(); ++i) titles[ids[i]] = escaped(tooltip(diagram.boxes[i]));
  for (const Arrow& arrow : diagram.arrows) {
    titles[ids[arrow.from] + "-&gt;" + ids[arrow.to]] =
        escaped(diagram.boxes[arrow.from].name + " → " + diagram.boxes[arrow.to].name);
  }
  return titles;
}

/// Replaces the content of every `title` element that is known, and removes the others.
std::string with_titles(std::string_view svg, const Diagram& diagram) {
  constexpr std::string_view open = "<title>";
  constexpr std::string_view close = "</title>\n";
  const auto titles = titles_of(diagram);
  std::string out;
  while (true) {
    const std::size_t begin = svg.find(open);
    const std::size_t end = begin == std::string_view::npos ? begin : svg.find(close, begin);
    if (end == std::string_view::npos) return out += svg;
    out += svg.substr(0, begin);
    const auto found = titles.find(svg.substr(begin + open.size(), end - begin - open.size()));
    if (found != titles.end()) out += fmt::format("{}{}{}", open, found->second, close);
    svg.remove_prefix(end + close.size());
  }
}

}  // namespace

std::string finished_svg(std::string_view graphviz_svg, const Diagram& diagram) {
  std::string_view body = graphviz_svg.substr(std::min(graphviz_svg.find("<svg"), graphviz_svg.size()));
  std::string svg = without(body, "<!--", "-->");
  replace_all(svg, "&#45;", "-");
  replace_all(svg, "stroke=\"transparent\"", "stroke=\"none\"");
  replace_all(svg, "class=\"node legend", "class=\"legend");
  replace_all(svg, "class=\"node title", "class=\"title");
  replace_all(svg, "class=\"node box", "class=\"box");
  svg = with_titles(svg, diagram);
  const std::size_t head = std::min(svg.find('>'), svg.size());
  const std::string heading = fmt::format(" role=\"img\">\n<title>{}</title>\n<desc>{}</desc>",
                                          escaped(diagram.title), escaped(diagram.summary));
  if (head < svg.size()) svg.replace(head, 1, heading);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + svg;
}

}  // namespace hamcell
