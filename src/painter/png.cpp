// Writes PNG with zlib alone. Where a drawing library would spend most of its time on finding the best filter
// and the best compression of what is white nearly everywhere, rows here are told apart from the row above
// (filter "up") and zlib looks for runs only.
#include "painter/png.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string_view>
#include <vector>

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

/// The most frequent colours, and in the table for each colour the nearest of them. What is left out are rare
/// shades of the edges of letters, whose neighbours in the palette nobody can tell from them.
std::vector<Color> choose_palette(ColorTable& table) {
  const std::vector<Color> colors = table.by_frequency();
  std::vector<Color> palette(
      colors.begin(), colors.begin() + static_cast<std::ptrdiff_t>(std::min(most_colors, colors.size())));
  for (std::size_t i = 0; i < colors.size(); ++i) {
    std::size_t nearest = i;
    if (i >= palette.size())
      nearest = static_cast<std::size_t>(
          std::ranges::min_element(palette, {}, [&](Color other) { return distance(colors[i], other); }) -
          palette.begin());
    table[colors[i]] = static_cast<std::uint32_t>(nearest);
  }
  return palette;
}

/// Compresses what is added to it.
class Deflater {
 public:
  Deflater() {
    constexpr int fast = 1;
    constexpr int largest_window = 15;
    constexpr int most_memory = 9;
    if (::deflateInit2(&stream_, fast, Z_DEFLATED, largest_window, most_memory, Z_RLE) != Z_OK)
      throw Failure(ExitStatus::storage, "zlib does not start", "draw with --format svg");
  }
  ~Deflater() { ::deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  void add(const std::vector<std::uint8_t>& bytes) {
    stream_.next_in = const_cast<Bytef*>(bytes.data());
    stream_.avail_in = static_cast<uInt>(bytes.size());
    run(Z_NO_FLUSH);
  }
  std::string finish() {
    run(Z_FINISH);
    return std::move(out_);
  }

 private:
  void run(int flush) {
    int status = Z_OK;
    do {
      stream_.next_out = piece_.data();
      stream_.avail_out = static_cast<uInt>(piece_.size());
      status = ::deflate(&stream_, flush);
      out_.append(reinterpret_cast<const char*>(piece_.data()), piece_.size() - stream_.avail_out);
    } while (flush == Z_FINISH ? status == Z_OK : stream_.avail_in > 0 || stream_.avail_out == 0);
  }

  z_stream stream_{};
  std::array<Bytef, 65536> piece_{};
  std::string out_;
};

/// Each row is a byte for its filter, and the places in the palette less those of the row above.
std::string compressed_rows(const Pixels& pixels, ColorTable& table) {
  constexpr std::uint8_t filter_up = 2;
  Deflater deflater;
  std::vector<std::uint8_t> now(pixels.width, 0);
  std::vector<std::uint8_t> above(pixels.width, 0);
  std::vector<std::uint8_t> unchanged(pixels.width + 1, 0);
  unchanged[0] = filter_up;
  std::vector<std::uint8_t> bytes = unchanged;
  for (std::uint32_t y = 0; y < pixels.height; ++y) {
    if (repeats_row_above(pixels, y)) {
      deflater.add(unchanged);
      continue;
    }
    const Row row(pixels, y);
    for (std::uint32_t x = 0; x < pixels.width;) {
      const Color color = row[x];
      const std::uint32_t first = x;
      while (x < pixels.width && row[x] == color) ++x;
      std::memset(now.data() + first, static_cast<int>(table[color]), x - first);
    }
    for (std::size_t x = 0; x < now.size(); ++x) bytes[x + 1] = static_cast<std::uint8_t>(now[x] - above[x]);
    deflater.add(bytes);
    now.swap(above);
  }
  return deflater.finish();
}

void put_number(std::string& out, std::uint32_t number) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) out += static_cast<char>(number >> shift & 0xFFU);
}

void put_chunk(std::string& out, std::string_view kind, std::string_view data) {
  put_number(out, static_cast<std::uint32_t>(data.size()));
  const std::size_t begin = out.size();
  out += kind;
  out += data;
  put_number(out, static_cast<std::uint32_t>(::crc32(0, reinterpret_cast<const Bytef*>(out.data() + begin),
                                                     static_cast<uInt>(out.size() - begin))));
}

}  // namespace

std::string png_file(const Pixels& pixels, double dots_per_point) {
  ColorTable table;
  count_colors(pixels, table);
  const std::vector<Color> palette = choose_palette(table);

  std::string header;
  put_number(header, pixels.width);
  put_number(header, pixels.height);
  // Eight bits, by a palette; the only methods of compression and filtering that there are; rows in order.
  header += std::string_view("\x08\x03\x00\x00\x00", 5);
  std::string colors;
  for (const Color color : palette)
    for (const unsigned shift : {16U, 8U, 0U}) colors += static_cast<char>(color >> shift & 0xFFU);
  std::string resolution;
  const auto dots_per_meter = static_cast<std::uint32_t>(std::lround(dots_per_point * 72 / 0.0254));
  put_number(resolution, dots_per_meter);
  put_number(resolution, dots_per_meter);
  resolution += '\x01';

  std::string png = "\x89PNG\r\n\x1a\n";
  put_chunk(png, "IHDR", header);
  put_chunk(png, "PLTE", colors);
  put_chunk(png, "pHYs", resolution);
  put_chunk(png, "IDAT", compressed_rows(pixels, table));
  put_chunk(png, "IEND", {});
  return png;
}

}  // namespace hamcell
