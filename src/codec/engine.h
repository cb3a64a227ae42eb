// The codec's engine: writes and reads values by the description of how they lie in memory. It is compiled
// once, into hamcell-runner, and works for the types of every cell.
#pragma once

#include <hamcell/codec.h>

#include <algorithm>
#include <vector>

namespace hamcell {

/// The engine itself.
const ham::engine& codec_engine();

/// Every program that has the engine in it uses it.
inline const bool uses_codec_engine = (ham::engine_in_use = &codec_engine()) != nullptr;

}  // namespace hamcell

namespace hamcell::engine {

/// Bytes that the encoding of a value takes at the least: how many elements a given number of bytes can hold,
/// so that no reader allocates more than the data can fill.
std::size_t least_bytes(const ham::layout& type);

// ---- Between the parts of the engine

/// How many rows are worked on at once: what they take in memory stays in the nearest cache.
inline constexpr std::size_t rows_at_once = 64;

/// The layout as what its form says that it is.
template <class Layout>
const Layout& as(const ham::layout& type) {
  return static_cast<const Layout&>(type);
}

/// The elements of a sequence: rows, or what a container gives when it is walked over.
struct Elements {
  ham::rows rows;
  std::size_t count = 0;
  const ham::sequence_layout* linked = nullptr;  ///< then `rows` are not known
  void* container = nullptr;
  std::ptrdiff_t offset = 0;  ///< linked: bytes from each element to what is meant

  Elements(ham::rows all, std::size_t length) : rows(all), count(length) {}
  Elements(const ham::sequence_layout& type, void* sequence) {
    char* const first = type.view(sequence, &count);
    if (type.walk == nullptr) {
      rows = {first, type.element->size, nullptr, 0};
    } else {
      linked = &type;
      container = sequence;
    }
  }

  Elements shifted(std::ptrdiff_t bytes) const {
    Elements part = *this;
    if (linked != nullptr) {
      part.offset += bytes;
    } else if (count != 0) {
      part.rows = rows.shifted(bytes);
    }
    return part;
  }

  /// Whether elements of `width` bytes lie one behind the other.
  bool is_block(std::size_t width) const {
    return linked == nullptr && rows.places == nullptr && rows.step == width;
  }

  /// Calls `take(rows, count)` for some rows after the other, until it says false.
  template <class Take>
  void blocks(Take take) const {
    if (linked == nullptr) {
      for (std::size_t done = 0; done < count; done += rows_at_once)
        if (!take(rows.behind(done), std::min(rows_at_once, count - done))) return;
      return;
    }
    struct Context {
      Take& take;
      std::ptrdiff_t offset;
    } context{take, offset};
    linked->walk(container, &context, [](void* given, char* const* places, std::size_t length) {
      auto& to = *static_cast<Context*>(given);
      return to.take(ham::rows{nullptr, 0, places, to.offset}, length);
    });
  }
};

/// A sequence of such structures is a table: stored by column.
inline bool is_table_row(const ham::layout& type) {
  return type.what == ham::form::structure && as<ham::structure_layout>(type).count != 0;
}

/// A column of a table that has no columns itself: a member, or a member of members.
struct Leaf {
  const ham::layout* value = nullptr;
  const ham::bit_field_functions* bits = nullptr;
  std::ptrdiff_t offset = 0;  ///< bytes from the row
  unsigned depth = 0;         ///< structures around it inside the row
};

/// Collects the leaves of `type` in order; it lies `offset` bytes from the row, `depth` structures deep in
/// it.
void find_leaves(const ham::structure_layout& type, std::ptrdiff_t offset, unsigned depth,
                 std::vector<Leaf>& leaves);

void encode_value(ham::sink& out, const ham::layout& type, const void* value);
void encode_elements(ham::sink& out, const ham::layout& element, const Elements& elements);

void decode_value(ham::source& in, const ham::layout& type, void* value);
/// Reads as many elements as there are, no more and no less.
void decode_elements(ham::source& in, const ham::layout& element, const Elements& elements);
/// How many elements the sequence ahead has; an error where the data cannot hold so many.
std::size_t elements_ahead(ham::source& in, const ham::layout& element);

}  // namespace hamcell::engine
