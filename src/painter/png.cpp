// Chooses a palette, and has libpng write the rows. Drawings are white nearly everywhere: rows are told apart
// from the row above (filter "up"), and zlib looks for runs only.
#include "painter/png.h"

#include <png.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace hamcell {
namespace {

using Color = std::uint32_t;  // 0x00rrggbb
constexpr std::size_t most_colors = 256;

/// A few thousand colours with their numbers of pixels, later with their places in the palette.
class ColorTable {
 public:
  ColorTable() : slots_(1024) {}

  std::uint32_t& operator[](Color color) {
    if (2 * (used_ + 1) > slots_.size()) grow();
    Slot& slot = find(color);
    if (!slot.is_used) {
      slot = {true, color, 0};
      ++used_;
    }
    return slot.number;
  }

  /// All colours, the most frequent first.
  std::vector<Color> by_frequency() const {
    std::vector<std::pair<std::uint32_t, Color>> found;
    for (const Slot& slot : slots_)
      if (slot.is_used) found.emplace_back(slot.number, slot.color);
    std::ranges::sort(found, [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    std::vector<Color> colors;
    for (const auto& [count, color] : found) colors.push_back(color);
    return colors;
  }

 private:
  struct Slot {
    bool is_used = false;
    Color color = 0;
    std::uint32_t number = 0;
  };

  Slot& find(Color color) {
    const Color mixed = color * 2654435761U;  // Knuth's multiplicative hash
    std::size_t at = mixed % slots_.size();
    while (slots_[at].is_used && slots_[at].color != color) at = (at + 1) % slots_.size();
    return slots_[at];
  }
  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old)
      if (slot.is_used) find(slot.color) = slot;
  }

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

/// The pixels of one row, as 0x00rrggbb.
class Row {
 public:
  Row(const Pixels& pixels, std::uint32_t y) : data_(pixels.data + y * pixels.stride) {}
  Color operator[](std::size_t x) const {
    Color color = 0;
    std::memcpy(&color, data_ + 4 * x, sizeof color);
    return color & 0xFFFFFFU;
  }

 private:
  const std::uint8_t* data_;
};

bool repeats_row_above(const Pixels& pixels, std::uint32_t y) {
  const std::uint8_t* row = pixels.data + y * pixels.stride;
  return y > 0 && std::memcmp(row, row - pixels.stride, std::size_t{4} * pixels.width) == 0;
}

void count_colors(const Pixels& pixels, ColorTable& table) {
  for (std::uint32_t y = 0; y < pixels.height; ++y) {
    if (repeats_row_above(pixels, y)) continue;
    const Row row(pixels, y);
    for (std::uint32_t x = 0; x < pixels.width;) {
      const Color color = row[x];
      const std::uint32_t first = x;
      while (x < pixels.width && row[x] == color) ++x;
      table[color] += x - first;
    }
  }
}

int distance(Color a, Color b) {
  int sum = 0;
  for (const unsigned shift : {0U, 8U, 16U}) {
    const int part = static_cast<int>(a >> shift & 0xFFU) - static_cast<int>(b >> shift & 0xFFU);
    sum += part * part;
  }
  return sum;
}

std::uint32_t nearest_in(const std::vector<Color>& palette, Color color) {
  const auto same = std::ranges::find(palette, color);
  const auto nearest = same != palette.end() ? same : std::ranges::min_element(palette, {}, [&](Color other) {
    return distance(color, other);
  });
  return static_cast<std::uint32_t>(nearest - palette.begin());
}

/// The colours that mean something, then the most frequent others, and in the table for each colour the
/// nearest of them. What is left out are rare shades of the edges of letters, whose neighbours in the palette
/// nobody can tell from them; but the outline of one failed node among thousands is rare, too.
std::vector<Color> choose_palette(ColorTable& table, const std::vector<Color>& kept) {
  std::vector<Color> palette = kept;
  std::ranges::sort(palette);
  palette.erase(std::ranges::unique(palette).begin(), palette.end());
  if (palette.size() > most_colors) palette.resize(most_colors);
  const std::vector<Color> colors = table.by_frequency();
  const auto named = static_cast<std::ptrdiff_t>(palette.size());
  for (const Color color : colors) {
    if (palette.size() == most_colors) break;
    if (!std::binary_search(palette.begin(), palette.begin() + named, color)) palette.push_back(color);
  }
  for (const Color color : colors) table[color] = nearest_in(palette, color);
  return palette;
}

/// The rows of a picture as places in its palette.
class IndexedRows {
 public:
  IndexedRows(const Pixels& pixels, ColorTable& table)
      : pixels_(pixels), table_(table), bytes_(pixels.width, 0) {}

  /// The next row. Valid until the next call.
  std::uint8_t* next() {
    const std::uint32_t y = y_++;
    if (repeats_row_above(pixels_, y)) return bytes_.data();
    const Row row(pixels_, y);
    for (std::uint32_t x = 0; x < pixels_.width;) {
      const Color color = row[x];
      const std::uint32_t first = x;
      while (x < pixels_.width && row[x] == color) ++x;
      std::memset(bytes_.data() + first, static_cast<int>(table_[color]), x - first);
    }
    return bytes_.data();
  }

 private:
  const Pixels& pixels_;
  ColorTable& table_;
  std::vector<std::uint8_t> bytes_;
  std::uint32_t y_ = 0;
};

/// What libpng is given, and what it gives back.
struct Encoding {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t dots_per_meter = 0;
  std::vector<png_color> palette;
  IndexedRows rows;
  std::string out;
  std::string problem;
};

Encoding& encoding_of(void* encoding) { return *static_cast<Encoding*>(encoding); }

// libpng calls these, and jumps back over them when something goes wrong: nothing in them has a destructor,
// and no exception leaves them.

void append(png_structp png, png_bytep bytes, std::size_t size) noexcept {
  bool has_room = true;
  try {
    encoding_of(png_get_io_ptr(png)).out.append(reinterpret_cast<const char*>(bytes), size);
  } catch (const std::exception&) {
    has_room = false;
  }
  if (!has_room) png_error(png, "out of memory");
}

[[noreturn]] void fail(png_structp png, png_const_charp problem) {
  try {
    encoding_of(png_get_error_ptr(png)).problem = problem;
  } catch (const std::exception&) {
    // Then it is told without.
  }
  png_longjmp(png, 1);
}

void ignore(png_structp /*png*/, png_const_charp /*warning*/) {}

/// False when libpng cannot do it. It comes back here by a jump.
bool encode(png_structp png, png_infop info, Encoding& encoding) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_write_fn(png, &encoding, append, nullptr);
  png_set_IHDR(png, info, encoding.width, encoding.height, 8, PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_PLTE(png, info, encoding.palette.data(), static_cast<int>(encoding.palette.size()));
  png_set_pHYs(png, info, encoding.dots_per_meter, encoding.dots_per_meter, PNG_RESOLUTION_METER);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_UP);
  png_set_compression_level(png, 1);
  png_set_compression_strategy(png, Z_RLE);
  png_set_compression_buffer_size(png, std::size_t{1} << 16);
  png_write_info(png, info);
  for (std::uint32_t y = 0; y < encoding.height; ++y) png_write_row(png, encoding.rows.next());
  png_write_end(png, info);
  return true;
}

}  // namespace

std::string png_file(const Pixels& pixels, double dots_per_point, const std::vector<std::uint32_t>& kept) {
  ColorTable table;
  count_colors(pixels, table);
  Encoding encoding{pixels.width,
                    pixels.height,
                    static_cast<std::uint32_t>(std::lround(dots_per_point * 72 / 0.0254)),
                    {},
                    IndexedRows(pixels, table),
                    {},
                    {}};
  for (const Color color : choose_palette(table, kept))
    encoding.palette.push_back({static_cast<png_byte>(color >> 16U), static_cast<png_byte>(color >> 8U),
                                static_cast<png_byte>(color)});
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &encoding, fail, ignore);
  png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
  const bool is_done = info != nullptr && encode(png, info, encoding);
  png_destroy_write_struct(&png, &info);
  if (!is_done)
    throw Failure(ExitStatus::storage, "libpng cannot write the picture: " + encoding.problem,
                  "draw with --format svg");
  return std::move(encoding.out);
}

}  // namespace hamcell
