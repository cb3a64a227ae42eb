// The elements of a sequence, and what the halves of the engine that write and read them are called by.
#pragma once

#include <algorithm>
#include <cstddef>

#include "codec/engine.h"

namespace hamcell::engine {

/// How many rows are worked on at once: few enough for what they take in memory to stay in the nearest cache.
inline constexpr std::size_t rows_at_once = 64;
static_assert(ham::detail::block_rows <= rows_at_once, "what a container gives at once must fit");

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

void encode_value(ham::sink& out, const ham::layout& type, const void* value);
void encode_elements(ham::sink& out, const ham::layout& element, const Elements& elements);

void decode_value(ham::source& in, const ham::layout& type, void* value);
/// Reads as many elements as there are, no more and no less.
void decode_elements(ham::source& in, const ham::layout& element, const Elements& elements);
/// How many elements the sequence ahead has; an error where the data cannot hold so many.
std::size_t elements_ahead(ham::source& in, const ham::layout& element);

}  // namespace hamcell::engine
