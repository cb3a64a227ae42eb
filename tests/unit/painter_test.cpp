// What hamcell-draw is made of: layouts of large graphs, pixels as PNG, and where texts stand on a page.
#include <doctest/doctest.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "draw/dot_text.h"
#include "draw/text_width.h"
#include "painter/coarse_layout.h"
#include "painter/page.h"
#include "painter/png.h"
#include "painter/render.h"

using namespace hamcell;

namespace {

/// A box for each number, with arrows from two of the twenty before it.
Diagram large_graph(std::uint32_t count) {
  Diagram diagram;
  diagram.title = "large";
  diagram.summary = "A large graph";
  std::uint32_t random = 1;
  for (std::uint32_t i = 0; i < count; ++i) {
    Box box;
    box.id = box.name = "f" + std::to_string(i);
    box.type = i % 7 == 0 ? "std::map<std::string, std::vector<int>>" : "int";
    diagram.boxes.push_back(std::move(box));
    std::set<std::uint32_t> needed;
    for (int k = 0; k < 2 && i > 0; ++k) {
      random = random * 1664525U + 1013904223U;
      needed.insert(i - 1 - (random >> 16U) % std::min<std::uint32_t>(i, 20));
    }
    for (const std::uint32_t other : needed) diagram.arrows.push_back({other, i});
  }
  return diagram;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

bool overlap(Point a, BoxSize size_a, Point b, BoxSize size_b) {
  return std::abs(a.x - b.x) < (size_a.width + size_b.width) / 2 &&
         std::abs(a.y - b.y) < (size_a.height + size_b.height) / 2;
}

// ---- Reading PNG

std::uint32_t number_at(const std::string& png, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = at; i < at + 4; ++i) value = value << 8U | static_cast<unsigned char>(png[i]);
  return value;
}

/// The data of all chunks of this kind, which belong together.
std::string chunk(const std::string& png, const std::string& kind) {
  std::string data;
  for (std::size_t at = 8; at + 8 <= png.size(); at += 12 + number_at(png, at))
    if (png.substr(at + 4, 4) == kind) data += png.substr(at + 8, number_at(png, at));
  return data;
}

std::set<std::uint32_t> palette_of(const std::string& png) {
  const std::string palette = chunk(png, "PLTE");
  std::set<std::uint32_t> colors;
  for (std::size_t at = 0; at + 3 <= palette.size(); at += 3)
    colors.insert(number_at(std::string(1, '\0') + palette.substr(at, 3), 0));
  return colors;
}

/// The colours of all pixels, row by row, as 0xrrggbb.
std::vector<std::uint32_t> colors_of(const std::string& png, std::uint32_t width, std::uint32_t height) {
  const std::string packed = chunk(png, "IDAT");
  const std::string palette = chunk(png, "PLTE");
  std::string rows(std::size_t{width + 1} * height, '\0');
  uLongf size = rows.size();
  REQUIRE(::uncompress(reinterpret_cast<Bytef*>(rows.data()), &size,
                       reinterpret_cast<const Bytef*>(packed.data()), packed.size()) == Z_OK);
  REQUIRE(size == rows.size());
  std::vector<std::uint8_t> above(width, 0);
  std::vector<std::uint32_t> colors;
  for (std::uint32_t y = 0; y < height; ++y) {
    REQUIRE(rows[std::size_t{y} * (width + 1)] == 2);
    for (std::uint32_t x = 0; x < width; ++x) {
      above[x] = static_cast<std::uint8_t>(
          above[x] + static_cast<std::uint8_t>(rows[std::size_t{y} * (width + 1) + 1 + x]));
      REQUIRE(std::size_t{3} * above[x] + 2 < palette.size());
      colors.push_back(number_at(std::string(1, '\0') + palette.substr(std::size_t{3} * above[x], 3), 0));
    }
  }
  return colors;
}

std::string png_of_colors(const std::vector<std::uint32_t>& colors, std::uint32_t width) {
  std::vector<std::uint8_t> bytes;
  for (const std::uint32_t color : colors)
    for (const unsigned shift : {0U, 8U, 16U, 24U})
      bytes.push_back(static_cast<std::uint8_t>((color | 0xAB000000U) >> shift));
  return png_file(
      {bytes.data(), width, static_cast<std::uint32_t>(colors.size() / width), std::size_t{4} * width},
      8.0 / 3);
}

}  // namespace

TEST_CASE("a large graph is laid out in no time, without boxes over each other") {
  const Diagram diagram = large_graph(3000);
  REQUIRE(diagram.arrows.size() > very_many_arrows);
  const Layout layout = lay_out(diagram);
  CHECK(layout.is_coarse);
  REQUIRE(layout.centers.size() == diagram.boxes.size());
  REQUIRE(layout.curves.size() == diagram.arrows.size());
  std::size_t overlaps = 0;
  for (std::size_t i = 0; i < layout.centers.size(); ++i) {
    const Point at = layout.centers[i];
    const BoxSize size = layout.sizes[i];
    CHECK(at.x - size.width / 2 >= -0.01);
    CHECK(at.y - size.height / 2 >= -0.01);
    CHECK(at.x + size.width / 2 <= layout.size.width + 0.01);
    CHECK(at.y + size.height / 2 <= layout.size.height + 0.01);
    for (std::size_t k = 0; k < i; ++k)
      overlaps += overlap(at, size, layout.centers[k], layout.sizes[k]) ? 1 : 0;
  }
  CHECK(overlaps == 0);
}

TEST_CASE("arrows of a coarse drawing go from left to right, from box to box") {
  const Diagram diagram = large_graph(500);
  const Layout layout = coarse_layout(diagram);
  for (std::size_t i = 0; i < diagram.arrows.size(); ++i) {
    const std::uint32_t from = diagram.arrows[i].from;
    const std::uint32_t to = diagram.arrows[i].to;
    const Curve& curve = layout.curves[i];
    REQUIRE(curve.points.size() == 4);
    CHECK(curve.points.front() ==
          Point{layout.centers[from].x + layout.sizes[from].width / 2, layout.centers[from].y});
    CHECK(curve.tip == Point{layout.centers[to].x - layout.sizes[to].width / 2, layout.centers[to].y});
    CHECK(curve.points.front().x < curve.tip.x);
  }
}

TEST_CASE("a coarse layout does not depend on what a run did, and is the same each time") {
  const Diagram before = large_graph(400);
  Diagram after = before;
  for (Box& box : after.boxes) box.status = NodeStatus::cached;
  CHECK(coarse_layout(before) == coarse_layout(after));
  CHECK(coarse_layout(before) == coarse_layout(before));
}

TEST_CASE("a coarse layout keeps what belongs together at one height") {
  // Two chains that have nothing to do with each other.
  Diagram diagram;
  for (std::uint32_t i = 0; i < 20; ++i) {
    Box box;
    box.id = box.name = "f" + std::to_string(i);
    diagram.boxes.push_back(box);
    if (i >= 2) diagram.arrows.push_back({i - 2, i});
  }
  const Layout layout = coarse_layout(diagram);
  for (std::size_t i = 2; i < 20; ++i) CHECK(layout.centers[i].y == doctest::Approx(layout.centers[i - 2].y));
}

TEST_CASE("a coarse drawing says that it is one, and no other does") {
  Diagram diagram = large_graph(40);
  Layout layout = coarse_layout(diagram);
  const std::string svg = render(diagram, layout, PictureFormat::svg);
  CHECK(has(svg, ">A coarse drawing: the graph is large"));
  CHECK(has(svg, "<desc>A large graph. A coarse drawing: "));
  CHECK_FALSE(has(render(diagram, PictureFormat::svg), "coarse"));
}

TEST_CASE("a diagram of unconnected boxes has a coarse layout too") {
  Diagram diagram = large_graph(10);
  diagram.arrows.clear();
  const Layout layout = coarse_layout(diagram);
  for (std::size_t i = 1; i < 10; ++i)
    CHECK_FALSE(overlap(layout.centers[i], layout.sizes[i], layout.centers[i - 1], layout.sizes[i - 1]));
}

TEST_CASE("a PNG of few colours has just these") {
  std::vector<std::uint32_t> colors;
  for (std::uint32_t i = 0; i < 60 * 40; ++i)
    colors.push_back((i / 60 % 5 == 0 ? 0xFFFFFFU : i * i % 251 * 0x10203U) & 0xFFFFFFU);
  const std::string png = png_of_colors(colors, 60);
  CHECK(png.starts_with("\x89PNG\r\n\x1a\n"));
  CHECK(number_at(png, 16) == 60);
  CHECK(number_at(png, 20) == 40);
  CHECK(number_at(chunk(png, "pHYs"), 0) == 7559);  // 192 dots per inch
  CHECK(colors_of(png, 60, 40) == colors);
}

TEST_CASE("a PNG of very many colours keeps the frequent ones, and has near ones for the others") {
  // Shades between an ink and the fill under it, as the edges of letters have them.
  std::vector<std::uint32_t> colors(std::size_t{100} * 50, 0xC9E3EEU);
  for (std::uint32_t i = 0; i < 1500; ++i) {
    std::uint32_t shade = 0;
    for (const unsigned shift : {0U, 8U, 16U})
      shade |= ((0x17242BU >> shift & 0xFFU) + i * (60 + shift * 4) / 1500) << shift;
    colors[std::size_t{3} * i + 1] = shade + i % 5;
  }
  REQUIRE(std::set<std::uint32_t>(colors.begin(), colors.end()).size() > 300);
  const std::vector<std::uint32_t> found = colors_of(png_of_colors(colors, 100), 100, 50);
  CHECK(std::set<std::uint32_t>(found.begin(), found.end()).size() <= 256);
  int farthest = 0;
  for (std::size_t i = 0; i < colors.size(); ++i) {
    if (colors[i] == 0xC9E3EEU) CHECK(found[i] == colors[i]);
    for (const unsigned shift : {0U, 8U, 16U})
      farthest = std::max(farthest, std::abs(static_cast<int>(found[i] >> shift & 0xFFU) -
                                             static_cast<int>(colors[i] >> shift & 0xFFU)));
  }
  CHECK(farthest > 0);
  CHECK(farthest < 6);
}

TEST_CASE("a PNG has every colour that means something, however rare it is") {
  // Boxes of two kinds only, but for one of each other kind.
  Diagram diagram = large_graph(1200);
  for (std::size_t i = 0; i < diagram.boxes.size(); ++i)
    diagram.boxes[i].status = i % 2 == 0 ? NodeStatus::cached : NodeStatus::executed;
  diagram.boxes[700].status = NodeStatus::failed;
  diagram.boxes[701].is_overridden = true;
  diagram.boxes[702].is_target = true;
  diagram.boxes[703].status = NodeStatus::skipped;
  const Layout layout = coarse_layout(diagram);
  const std::string png = render(diagram, layout, PictureFormat::png);
  const std::set<std::uint32_t> palette = palette_of(png);
  CHECK(palette.size() == 256);
  for (const std::uint32_t color : {0xFFFFFFU, 0xA3001CU, 0xFBDCDCU, 0x6B3FA0U, 0xFFC72EU, 0xD95F00U})
    CHECK_MESSAGE(palette.contains(color), "no ", color);
  for (const std::uint32_t color : colors_of(page_of(diagram, layout))) {
    CAPTURE(color);
    CHECK(palette.contains(color));
  }
}

TEST_CASE("a graph whose arrows are long is laid out in no time, too") {
  // A chain, and arrows from anywhere to anywhere: 420 in all, which reach over 7,900 ranks.
  Diagram diagram;
  std::set<std::pair<std::uint32_t, std::uint32_t>> arrows;
  std::uint32_t random = 1;
  for (std::uint32_t i = 0; i < 85; ++i) {
    Box box;
    box.id = box.name = "f" + std::to_string(i);
    diagram.boxes.push_back(std::move(box));
    if (i > 0) arrows.emplace(i - 1, i);
  }
  while (arrows.size() < 420) {
    random = random * 1664525U + 1013904223U;
    const std::uint32_t to = 1 + (random >> 8U) % 84;
    random = random * 1664525U + 1013904223U;
    arrows.emplace((random >> 8U) % to, to);
  }
  for (const auto& [from, to] : arrows) diagram.arrows.push_back({from, to});
  CHECK(rank_spans(diagram) > 7500);
  CHECK(lay_out(diagram).is_coarse);
  // Of a graph that is as large, but whose arrows are short, Graphviz makes the better picture.
  CHECK(rank_spans(large_graph(300)) < 6500);
  CHECK_FALSE(lay_out(large_graph(300)).is_coarse);
}

TEST_CASE("a line below a narrow drawing has room") {
  Diagram diagram = large_graph(2);
  const Page page = page_of(diagram, coarse_layout(diagram));
  const auto note = std::ranges::find(page.groups, "coarse", &Group::id);
  REQUIRE(note != page.groups.end());
  const Label& line = note->labels.front();
  CHECK(line.at.x + text_width(line.text, line.size, line.bold) <= page.size.width);
  CHECK(line.at.y < page.size.height);
}

TEST_CASE("a PNG in which nothing can be read says so, in a line that can") {
  const Diagram diagram = large_graph(3);
  Layout layout = coarse_layout(diagram);
  const Page small = page_of(diagram, layout);
  CHECK(resolved_for_png(small).page.groups.size() == small.groups.size());
  CHECK(resolved_for_png(small).dots == doctest::Approx(192.0 / 72));

  layout.size.height = 90000;
  const Page tall = page_of(diagram, layout);
  const auto [page, dots] = resolved_for_png(tall);
  REQUIRE(page.groups.size() == tall.groups.size() + 1);
  const Label& line = page.groups.back().labels.front();
  CHECK(has(line.text, "draw it as SVG"));
  CHECK(line.size * dots > 14);
  CHECK(line.at.x + text_width(line.text, line.size, line.bold) <= page.size.width);
  const double moved = page.groups.front().labels.front().at.y - tall.groups.front().labels.front().at.y;
  CHECK(line.at.y < moved);
  CHECK(page.size.height == tall.size.height + moved);

  CHECK_FALSE(has(render(diagram, layout, PictureFormat::svg), "draw it as SVG"));
}

TEST_CASE("a PNG is not larger than it may be, whatever the arithmetic of its size adds") {
  const Diagram diagram = large_graph(2);
  Layout layout = coarse_layout(diagram);
  layout.size.height = 90000;
  const auto height = [&] {
    const auto [page, dots] = resolved_for_png(page_of(diagram, layout));
    return (page.size.height + 2 * page_margin) * dots;
  };
  while (height() <= 32000) layout.size.height += 1;
  CHECK(number_at(render(diagram, layout, PictureFormat::png), 20) == 32000);
}

TEST_CASE("text goes from left to right, whatever script it begins with") {
  const auto titled = [](const char* title) {
    Diagram diagram = large_graph(1);
    diagram.title = title;
    return render(diagram, PictureFormat::png);
  };
  CHECK(titled("אx") == titled("אx"));
  CHECK(titled("אx") != titled("xא"));
}

TEST_CASE("spaces in a text stay") {
  Diagram diagram = large_graph(2);
  diagram.title = "two  spaces";
  const std::string svg = render(diagram, PictureFormat::svg);
  CHECK(has(svg, "xml:space=\"preserve\""));
  CHECK(has(svg, ">two  spaces</text>"));
}

TEST_CASE("every text of a box stands inside it, whatever its font") {
  Diagram diagram = large_graph(30);
  for (std::size_t i = 0; i < diagram.boxes.size(); ++i) {
    Box& box = diagram.boxes[i];
    if (i % 3 == 0) box.behavior = "recompute";
    if (i % 4 == 0) box.kind = BoxKind::optional_input;
    if (i % 4 == 0) box.default_text = "a long text that must be cut somewhere";
    box.status = NodeStatus::executed;
    box.seconds = 71;
    box.bytes = 999000;
  }
  const Page page = page_of(diagram, lay_out(diagram));
  for (const Group& group : page.groups) {
    if (!group.id.starts_with("box_")) continue;
    CAPTURE(group.id);
    const Frame& frame = group.frames.front();
    for (const Label& label : group.labels) {
      CAPTURE(label.text);
      const double width = text_width(label.text, label.size, label.bold);
      const double left = label.side == Label::Side::left     ? label.at.x
                          : label.side == Label::Side::middle ? label.at.x - width / 2
                                                              : label.at.x - width;
      CHECK(left >= frame.left);
      CHECK(left + width <= frame.left + frame.width);
      CHECK(label.at.y - label.size >= frame.top);
      CHECK(label.at.y + label.size * 0.25 <= frame.top + frame.height);
    }
  }
}
