// Writes values as CBOR, as codec.h says, by the description of their types.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/date.h"
#include "codec/elements.h"
#include "codec/parts.h"
#include "codec/places.h"

namespace hamcell::engine {
namespace {

using namespace ham;

/// Tables of fewer rows are written column by column.
constexpr std::size_t least_rows_at_once = 256;

/// Columns of a table that wait in memory until those before them are written, at most.
constexpr std::size_t most_waiting_bytes = std::size_t{24} << 20;

template <class Number>
Number load(const char* at) {
  Number number;
  std::memcpy(&number, at, sizeof number);
  return number;
}

std::uint64_t unsigned_at(const char* at, unsigned width) {
  switch (width) {
    case 1:
      return load<std::uint8_t>(at);
    case 2:
      return load<std::uint16_t>(at);
    case 4:
      return load<std::uint32_t>(at);
    default:
      return load<std::uint64_t>(at);
  }
}

std::int64_t signed_at(const char* at, unsigned width) {
  switch (width) {
    case 1:
      return load<std::int8_t>(at);
    case 2:
      return load<std::int16_t>(at);
    case 4:
      return load<std::int32_t>(at);
    default:
      return load<std::int64_t>(at);
  }
}

void encode_number(sink& out, const layout& type, const char* at) {
  if (type.what == form::floating) {
    if (type.width == 4) {
      out.floating(load<float>(at));
    } else if (type.width == 8) {
      out.floating(load<double>(at));
    } else {
      out.floating(load<long double>(at));
    }
  } else if (type.is_signed) {
    out.signed_integer(signed_at(at, type.width));
  } else {
    out.unsigned_integer(unsigned_at(at, type.width));
  }
}

/// `width` bytes of each row, one behind the other. At most rows_at_once rows.
void gather(sink& out, const rows& from, std::size_t count, std::size_t width) {
  unsigned char* at = out.room(count * width);
  if (at == nullptr) return;
  for_each_row(from, count, width, [&](const char* row, std::size_t index, auto constant) {
    std::memcpy(at + index * constant, row, constant);
  });
  out.commit(count * width);
}

/// What stands in front of the elements of a sequence: that they are `count`, and how they are written.
void encode_head(sink& out, const layout& element, std::size_t count) {
  if (!is_typed(element)) return out.array(count);
  if (element.what == form::complex) {
    out.tag(40);
    out.array(2);
    out.array(2);
    out.unsigned_integer(count);
    out.unsigned_integer(2);
  }
  out.tag(element.array_tag);
  out.head(bytes_item, count * element.size);
}

void encode_rows(sink& out, const layout& type, const rows& from, std::size_t count);

/// Elements of a sequence as they stand behind its head.
void encode_content(sink& out, const layout& element, const rows& from, std::size_t count) {
  if (is_typed(element)) return gather(out, from, count, element.size);
  encode_rows(out, element, from, count);
}

// ---- Tables

/// A column of a table that has no columns itself: a member, or a member of members.
struct Leaf {
  const ham::layout* value = nullptr;
  const ham::bit_field_functions* bits = nullptr;
  std::ptrdiff_t offset = 0;  ///< bytes from the row
  unsigned depth = 0;         ///< structures around it inside the row
};

/// Collects the leaves of `type` in order; it lies `offset` bytes from the row, `depth` structures deep in
/// it.
void find_leaves(const structure_layout& type, std::ptrdiff_t offset, unsigned depth,
                 std::vector<Leaf>& leaves) {
  for (std::size_t i = 0; i < type.count; ++i) {
    const member_layout& member = type.members[i];
    const std::ptrdiff_t place = offset + static_cast<std::ptrdiff_t>(member.offset);
    if (is_table_row(*member.value)) {
      find_leaves(as<structure_layout>(*member.value), place, depth + 1, leaves);
    } else {
      leaves.push_back({member.value, member.bits, place, depth + 1});
    }
  }
}

/// A column that waits in memory until those before it are written. There is some room for all of them; one
/// that finds none is thrown away.
class WaitingColumn {
 public:
  WaitingColumn(unsigned depth, std::size_t& room) : out_(&take, this), room_(room) {
    for (unsigned i = 0; i < depth; ++i) out_.enter();
  }
  ~WaitingColumn() { room_ += size_; }
  WaitingColumn(const WaitingColumn&) = delete;
  WaitingColumn& operator=(const WaitingColumn&) = delete;

  sink& out() { return out_; }
  /// All is written to out().
  void finish() { out_.flush(); }
  bool is_too_large() const { return is_too_large_; }

  void write_to(sink& to) {
    if (out_.error() != nullptr) return to.fail(out_.error());
    for (const Block& block : blocks_) to.write(block.bytes.get(), block.size);
  }

 private:
  struct Free {
    void operator()(char* bytes) const { std::free(bytes); }
  };
  using Bytes = std::unique_ptr<char, Free>;
  struct Block {
    Bytes bytes;
    std::size_t size;
  };

  static void take(void* self, const void* data, std::size_t size) {
    auto& column = *static_cast<WaitingColumn*>(self);
    if (column.is_too_large_) return;
    if (size > column.room_) {
      column.is_too_large_ = true;
      column.blocks_.clear();
      return;
    }
    // A block that is hardly used would hold more memory than it counts for.
    const bool is_full = data == column.out_.data() && size >= sink::block_size / 2;
    Bytes bytes(is_full ? column.out_.release() : copied(data, size));
    if (bytes == nullptr) return column.out_.fail("not enough memory to encode the value");
    column.room_ -= size;
    column.size_ += size;
    column.blocks_.push_back({std::move(bytes), size});
  }

  static char* copied(const void* data, std::size_t size) {
    void* const copy = std::malloc(size);
    if (copy != nullptr) std::memcpy(copy, data, size);
    return static_cast<char*>(copy);
  }

  sink out_;
  std::size_t& room_;
  std::size_t size_ = 0;
  std::vector<Block> blocks_;
  bool is_too_large_ = false;
};

class TableWriter {
 public:
  TableWriter(sink& out, const structure_layout& row, const Elements& elements)
      : out_(out), row_(row), elements_(elements) {
    find_leaves(row, 0, 0, leaves_);
    // What is small is read from the nearest cache also when each column is written for itself.
    is_at_once_ = elements.count > least_rows_at_once && leaves_.size() > 1;
    if (is_at_once_) waiting_.resize(leaves_.size());
  }

  void write() { write_columns(row_); }

 private:
  void write_columns(const structure_layout& type) {
    if (!out_.enter()) return;
    out_.map(type.count);
    for (std::size_t i = 0; i < type.count && out_.error() == nullptr; ++i) {
      const member_layout& member = type.members[i];
      out_.name(member.name);
      if (is_table_row(*member.value)) {
        write_columns(as<structure_layout>(*member.value));
      } else {
        write_leaf(next_leaf_++);
      }
    }
    out_.leave();
  }

  void write_leaf(std::size_t index) {
    const Leaf& leaf = leaves_[index];
    encode_head(out_, *leaf.value, elements_.count);
    if (!is_at_once_ || waiting_[index] == nullptr) return write_from(index);
    waiting_[index]->write_to(out_);
    waiting_[index].reset();
  }

  /// Writes a column, and collects as many of the following ones as there may be room for, so that the rows
  /// come by only once.
  void write_from(std::size_t first) {
    const Leaf& leaf = leaves_[first];
    if (leaf.bits == nullptr && is_typed(*leaf.value)) {
      const Elements column = elements_.shifted(leaf.offset);
      if (column.is_block(leaf.value->size) && column.count != 0)
        return out_.write(column.rows.first, column.count * leaf.value->size);
    }
    const std::size_t end = is_at_once_ ? begin_waiting(first + 1) : first + 1;
    elements_.blocks([&](const rows& block, std::size_t count) {
      write_block(out_, leaves_[first], block, count);
      for (std::size_t i = first + 1; i < end; ++i) {
        if (waiting_[i] == nullptr) continue;
        write_block(waiting_[i]->out(), leaves_[i], block, count);
        if (waiting_[i]->is_too_large()) waiting_[i].reset();  // it is written on its own later
      }
      return out_.error() == nullptr;
    });
    for (std::size_t i = first + 1; i < end; ++i) {
      if (waiting_[i] == nullptr) continue;
      waiting_[i]->finish();
      if (waiting_[i]->is_too_large()) waiting_[i].reset();
    }
  }

  /// Makes columns from `first` on that are to be collected; the end of them.
  std::size_t begin_waiting(std::size_t first) {
    for (std::size_t i = first; i < leaves_.size(); ++i) waiting_[i].reset();
    std::size_t planned = 0;  // bytes
    std::size_t end = first;
    for (; end < leaves_.size(); ++end) {
      const Leaf& leaf = leaves_[end];
      const std::size_t width = is_typed(*leaf.value) ? leaf.value->size : 0;
      if (elements_.count > (most_waiting_bytes - planned) / std::max<std::size_t>(width, 1)) break;
      planned += elements_.count * width;
      // As deep as it will stand in `out_`, which is inside the structure of the leaf before it.
      const unsigned depth = out_.depth() + leaf.depth - leaves_[first - 1].depth;
      waiting_[end] = std::make_unique<WaitingColumn>(depth, room_);
    }
    return end;
  }

  static void write_block(sink& to, const Leaf& leaf, const rows& block, std::size_t count) {
    if (leaf.bits == nullptr) return encode_content(to, *leaf.value, block.shifted(leaf.offset), count);
    std::uint64_t values[rows_at_once];
    char* first = reinterpret_cast<char*>(values);
    leaf.bits->get(block.shifted(leaf.offset), count, first);
    encode_content(to, *leaf.value, {first, leaf.value->size, nullptr, 0}, count);
  }

  sink& out_;
  const structure_layout& row_;
  const Elements& elements_;
  std::vector<Leaf> leaves_;
  std::size_t next_leaf_ = 0;
  bool is_at_once_ = false;
  std::size_t room_ = most_waiting_bytes;                // left for columns that wait
  std::vector<std::unique_ptr<WaitingColumn>> waiting_;  // by leaf; null: not collected
};

// ---- Sets and maps

/// Puts the elements of an unordered container into the bytewise order of their encodings, which is the same
/// however the container was filled.
class SortedEntries {
 public:
  struct Entry {
    const char* bytes;
    std::size_t size;
    const char* key;
    const char* value;
  };

  explicit SortedEntries(std::size_t count) { entries_.reserve(count); }

  sink keys;  ///< write an element's key here, then add() the element

  void add(const char* key, const char* value) {
    const auto end = static_cast<std::size_t>(keys.size());
    entries_.push_back({nullptr, end - end_, key, value});
    end_ = end;
  }

  const std::vector<Entry>& sorted() {
    const char* at = keys.data();
    for (Entry& entry : entries_) {
      entry.bytes = at;
      at += entry.size;
    }
    std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
      return std::string_view(a.bytes, a.size) < std::string_view(b.bytes, b.size);
    });
    return entries_;
  }

 private:
  std::vector<Entry> entries_;
  std::size_t end_ = 0;  // bytes of `keys` that belong to entries
};

class KeyedWriter {
 public:
  KeyedWriter(sink& out, const keyed_layout& type, const void* container)
      : out_(out), type_(type), container_(container) {}

  void write() {
    const std::size_t count = type_.length(container_);
    if (type_.value == nullptr) {
      encode_head(out_, *type_.key, count);
    } else if (is_object(type_)) {
      out_.map(count);
    } else {
      out_.array(count);
    }
    if (type_.is_unordered) return write_sorted(count);
    walk([this](char* const* keys, char* const* values, std::size_t length) {
      if (type_.value == nullptr) {
        encode_content(out_, *type_.key, {nullptr, 0, keys, 0}, length);
      } else {
        write_entries(keys, values, length);
      }
      return out_.error() == nullptr;
    });
  }

 private:
  template <class Take>
  void walk(Take take) const {
    type_.walk(container_, &take, [](void* given, char* const* keys, char* const* values, std::size_t count) {
      return (*static_cast<Take*>(given))(keys, values, count);
    });
  }

  void write_entries(char* const* keys, char* const* values, std::size_t count) {
    const Block key_block(*type_.key, keys, count);
    const Block value_block(*type_.value, values, count);
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_object(type_)) out_.array(2);
      key_block.write(out_, i);
      value_block.write(out_, i);
    }
  }

  /// Values of one type; those that are text are looked at all at once.
  class Block {
   public:
    Block(const layout& type, char* const* values, std::size_t count) : type_(type), values_(values) {
      static_assert(detail::block_rows <= values_at_once);
      if (type.what == form::text) as<text_layout>(type).view({nullptr, 0, values, 0}, count, texts_);
    }
    void write(sink& to, std::size_t index) const {
      if (type_.what == form::text) return to.text_or_bytes(texts_[index].data, texts_[index].size);
      encode_value(to, type_, values_[index]);
    }

   private:
    const layout& type_;
    char* const* values_;
    piece texts_[values_at_once];
  };

  void write_sorted(std::size_t count) {
    SortedEntries entries(count);
    const bool is_map = type_.value != nullptr;
    walk([&](char* const* keys, char* const* values, std::size_t length) {
      for (std::size_t i = 0; i < length; ++i) {
        encode_value(entries.keys, *type_.key, keys[i]);
        // Equal keys are told apart by their values; also NaN, of which a container of single keys holds
        // many.
        if (is_map && !is_object(type_)) encode_value(entries.keys, *type_.value, values[i]);
        entries.add(keys[i], is_map ? values[i] : nullptr);
      }
      return entries.keys.error() == nullptr;
    });
    if (entries.keys.error() != nullptr) return out_.fail(entries.keys.error());
    for (const auto& entry : entries.sorted()) {
      if (!is_map && is_typed(*type_.key)) {
        out_.write(entry.key, type_.key->size);
        continue;
      }
      if (is_map && !is_object(type_)) out_.array(2);
      out_.write(entry.bytes, entry.size);
      if (is_map && is_object(type_)) encode_value(out_, *type_.value, entry.value);
    }
  }

  sink& out_;
  const keyed_layout& type_;
  const void* container_;
};

// ---- Single values

void encode_structure(sink& out, const structure_layout& type, char* row) {
  if (!out.enter()) return;
  out.map(type.count);
  for (std::size_t i = 0; i < type.count; ++i) {
    const member_layout& member = type.members[i];
    out.name(member.name);
    if (member.bits == nullptr) {
      encode_value(out, *member.value, row + member.offset);
      continue;
    }
    std::uint64_t value = 0;
    member.bits->get({row, 0, nullptr, 0}, 1, reinterpret_cast<char*>(&value));
    encode_value(out, *member.value, &value);
  }
  out.leave();
}

void encode_bits(sink& out, const bits_layout& type, const void* bits) {
  const std::size_t count = type.resize != nullptr ? type.length(bits) : type.count;
  out.array(count);
  for (std::size_t i = 0; i < count; ++i) out.boolean(type.get(bits, i));
}

void encode_date(sink& out, const date_layout& type, const void* date) {
  int parts[3];
  type.get(date, parts);
  const std::string text = date_text({parts[0], parts[1], parts[2]});
  out.text(text.data(), text.size());
}

void encode_variant(sink& out, const variant_layout& type, const void* variant) {
  std::size_t index = 0;
  const char* value = type.active(variant, &index);
  if (value == nullptr) return out.fail("a variant is without a value");
  out.array(2);
  out.unsigned_integer(index);
  encode_value(out, *type.alternatives[index], value);
}

void encode_tuple(sink& out, const tuple_layout& type, const void* tuple) {
  Places places(type.count);
  type.addresses(tuple, places.data());
  out.array(type.count);
  for (std::size_t i = 0; i < type.count; ++i) encode_value(out, *type.parts[i], places[i]);
}

/// Writes texts until one is long or not ASCII; how many.
std::size_t write_short_texts(sink& out, const piece* texts, std::size_t count) {
  unsigned char* const room = out.room(count * 24);
  if (room == nullptr) return count;
  unsigned char* at = room;
  std::size_t i = 0;
  for (; i < count && texts[i].size < 24; ++i) {
    const std::size_t written = detail::write_short_ascii(at, texts[i].data, texts[i].size);
    if (written == 0) break;
    at += written;
  }
  out.commit(static_cast<std::size_t>(at - room));
  return i;
}

void encode_texts(sink& out, const text_layout& type, rows from, std::size_t count) {
  piece texts[values_at_once];
  while (count != 0) {
    const std::size_t now = std::min(count, values_at_once);
    type.view(from, now, texts);
    for (std::size_t i = write_short_texts(out, texts, now); i < now;
         i += write_short_texts(out, texts + i, now - i)) {
      out.text_or_bytes(texts[i].data, texts[i].size);
      ++i;
    }
    from = from.behind(now);
    count -= now;
  }
}

/// Writes doubles and nulls, without a branch for which of them it is, since that is as good as random.
void write_optional_doubles(sink& out, char* const* values, std::size_t count) {
  constexpr std::size_t largest = 9;
  static constexpr char nothing[8] = {};
  unsigned char* const room = out.room(count * largest);
  if (room == nullptr) return;
  unsigned char* at = room;
  for (std::size_t i = 0; i < count; ++i) {
    const char* const from[2] = {nothing, values[i]};
    const bool has_value = values[i] != nullptr;
    *at = has_value ? 0xfb : 0xf6;
    detail::store_big_endian(at + 1, load<std::uint64_t>(from[has_value]));
    at += has_value ? largest : 1;
  }
  out.commit(static_cast<std::size_t>(at - room));
}

void encode_optionals(sink& out, const optional_layout& type, rows from, std::size_t count) {
  char* values[values_at_once];
  const layout& inner = *type.value;
  const bool is_double = inner.what == form::floating && inner.width == 8;
  while (count != 0) {
    const std::size_t now = std::min(count, values_at_once);
    type.view(from, now, values);
    if (is_double) write_optional_doubles(out, values, now);
    for (std::size_t i = 0; i < now && !is_double; ++i) {
      if (inner.may_be_null) {
        out.array(values[i] != nullptr ? 1 : 0);
      } else if (values[i] == nullptr) {
        out.null();
      }
      if (values[i] == nullptr) continue;
      if (is_number(inner)) {
        encode_number(out, inner, values[i]);
      } else {
        encode_value(out, inner, values[i]);
      }
    }
    from = from.behind(now);
    count -= now;
  }
}

/// Values one behind the other, each as it stands for itself.
void encode_rows(sink& out, const layout& type, const rows& from, std::size_t count) {
  switch (type.what) {
    case form::boolean:
      for (std::size_t i = 0; i < count; ++i) out.boolean(load<bool>(from[i]));
      return;
    case form::integer:
    case form::floating:
      for (std::size_t i = 0; i < count; ++i) encode_number(out, type, from[i]);
      return;
    case form::text:
      return encode_texts(out, as<text_layout>(type), from, count);
    case form::optional:
      return encode_optionals(out, as<optional_layout>(type), from, count);
    default:
      for (std::size_t i = 0; i < count && out.error() == nullptr; ++i) encode_value(out, type, from[i]);
  }
}

}  // namespace

void encode_elements(sink& out, const layout& element, const Elements& elements) {
  if (is_table_row(element)) return TableWriter(out, as<structure_layout>(element), elements).write();
  encode_head(out, element, elements.count);
  if (is_typed(element) && elements.is_block(element.size)) {
    if (elements.count != 0) out.write(elements.rows.first, elements.count * element.size);
    return;
  }
  elements.blocks([&](const rows& some, std::size_t count) {
    encode_content(out, element, some, count);
    return out.error() == nullptr;
  });
}

void encode_value(sink& out, const layout& type, const void* value) {
  char* at = const_cast<char*>(static_cast<const char*>(value));
  switch (type.what) {
    case form::complex: {
      const layout& part = *as<complex_layout>(type).part;
      out.array(2);
      return encode_rows(out, part, {at, part.size, nullptr, 0}, 2);
    }
    case form::variant:
      return encode_variant(out, as<variant_layout>(type), value);
    case form::null:
      return out.null();
    case form::date:
      return encode_date(out, as<date_layout>(type), value);
    case form::tuple:
      return encode_tuple(out, as<tuple_layout>(type), value);
    case form::array: {
      const auto& array = as<array_layout>(type);
      return encode_elements(out, *array.element,
                             Elements({at, array.element->size, nullptr, 0}, array.count));
    }
    case form::sequence: {
      const auto& sequence = as<sequence_layout>(type);
      return encode_elements(out, *sequence.element, Elements(sequence, at));
    }
    case form::bits:
      return encode_bits(out, as<bits_layout>(type), value);
    case form::keyed:
      return KeyedWriter(out, as<keyed_layout>(type), value).write();
    case form::structure:
      return encode_structure(out, as<structure_layout>(type), at);
    case form::custom:
      if (!out.enter()) return;
      as<custom_layout>(type).encode(value, out);
      return out.leave();
    default:
      return encode_rows(out, type, {at, 0, nullptr, 0}, 1);
  }
}

}  // namespace hamcell::engine
