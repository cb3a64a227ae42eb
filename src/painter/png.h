// Pixels as a PNG file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hamcell {

/// Pixels of four bytes: blue, green, red and one that does not count.
struct Pixels {
  const std::uint8_t* data = nullptr;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::size_t stride = 0;  ///< bytes from row to row
};

/// The PNG of an opaque picture whose resolution is `dots_per_point`. Made for drawings, which are plain for
/// the most part: with a palette of 256 colours, of which `kept` (0xrrggbb) are some however rare they are,
/// and rows that repeat cost next to nothing. Throws Failure (storage).
std::string png_file(const Pixels& pixels, double dots_per_point,
                     const std::vector<std::uint32_t>& kept = {});

}  // namespace hamcell
