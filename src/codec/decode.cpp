// Reads values from CBOR, as codec.h says, by the description of their types. Everything is checked before
// memory is taken for it.
#include <algorithm>
#include <cstring>
#include <memory>
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

template <class Number>
void store(char* at, Number number) {
  std::memcpy(at, &number, sizeof number);
}

void decode_number(source& in, const layout& type, char* to) {
  if (type.what == form::floating) {
    if (type.width == 4) {
      store(to, in.float32());
    } else if (type.width == 8) {
      store(to, in.float64());
    } else {
      store(to, in.float80());
    }
    return;
  }
  const std::uint64_t value =
      type.is_signed ? static_cast<std::uint64_t>(in.signed_integer(static_cast<std::int64_t>(type.max)))
                     : in.unsigned_integer(type.max);
  // Little-endian: the first bytes are the number in its own width.
  with_width(type.width, [&](auto width) { std::memcpy(to, &value, width); });
}

/// The bytes of a typed array (RFC 8746) whose elements have `width` bytes each.
piece typed_array(source& in, unsigned tag, std::size_t width) {
  if (in.tag() != tag) in.fail("a typed array of another element type");
  const piece bytes = in.bytes();
  if (bytes.size % width != 0) in.fail("a typed array that ends inside an element");
  return in.ok() ? bytes : piece{};
}

/// The same behind what says that the numbers are complex.
piece typed_elements(source& in, const layout& element, std::size_t count) {
  if (element.what == form::complex) {
    if (in.tag() != 40 || in.array() != 2 || in.array() != 2) in.fail("not an array of complex numbers");
    if (in.unsigned_integer(UINT64_MAX) != count || in.unsigned_integer(2) != 2)
      in.fail("a column or array of another length");
  }
  const piece bytes = typed_array(in, element.array_tag, element.size);
  if (in.ok() && bytes.size != count * element.size) in.fail("a column or array of another length");
  if (element.max == 1) {
    // Of a bool inside an enum, any other byte would be undefined.
    for (std::size_t i = 0; i < bytes.size && in.ok(); ++i)
      if (static_cast<unsigned char>(bytes.data[i]) > 1) in.fail("an integer that does not fit its type");
  }
  return in.ok() ? bytes : piece{};
}

void scatter(const char* bytes, const rows& to, std::size_t count, std::size_t width) {
  for_each_row(to, count, width, [&](char* row, std::size_t index, auto constant) {
    std::memcpy(row, bytes + index * constant, constant);
  });
}

// ---- Items

constexpr unsigned null_byte = 0xf6;    ///< the only byte of null
constexpr unsigned double_byte = 0xfb;  ///< the first byte of a double

/// Bytes of an item, at most 24, by its first byte; 0 where that does not tell.
struct ItemSizes {
  unsigned char of[256] = {};

  constexpr ItemSizes() {
    for (unsigned first = 0; first < 256; ++first) {
      const unsigned major = first >> 5;
      const unsigned info = first & 0x1f;
      if (major == array_item || major == map_item || major == tag_item || info > 27) continue;
      const bool is_string = major == bytes_item || major == text_item;
      if (info < 24) {
        of[first] = static_cast<unsigned char>(1 + (is_string ? info : 0));
      } else if (!is_string) {
        of[first] = static_cast<unsigned char>(1 + (1U << (info - 24)));
      }
    }
  }
};

/// Takes `count` items, and puts down the size of each, in bytes; 0 where it must be looked for again. Where
/// an item ends is known only when the one before it was looked at; with the sizes, a processor reads several
/// at once.
template <class SizeOf>
void find_sizes(source& in, std::size_t count, unsigned char* sizes, SizeOf size_of) {
  constexpr std::size_t largest = 24;
  std::size_t i = 0;
  while (i < count && in.ok()) {
    const piece ahead = in.ahead();
    const char* at = ahead.data;
    const char* const last = at + ahead.size - std::min(ahead.size, largest);
    for (; i < count && at < last; ++i) {
      const std::size_t size = size_of(static_cast<unsigned char>(*at));
      sizes[i] = static_cast<unsigned char>(size);
      if (size == 0) break;
      at += size;
    }
    in.pass(static_cast<std::size_t>(at - ahead.data));
    if (i == count) return;
    sizes[i++] = 0;
    in.skip();
  }
  std::fill(sizes + i, sizes + count, static_cast<unsigned char>(0));
}

/// The same for items that are most likely text, whose size is worked out, which is quicker than a look into
/// a table.
void find_sizes(source& in, const layout& type, std::size_t count, unsigned char* sizes) {
  static constexpr ItemSizes by_first;
  if (type.what == form::text) {
    find_sizes(in, count, sizes, [](unsigned first) {
      const unsigned length = first - (text_item << 5);
      return length < 24 ? length + 1 : 0;
    });
  } else {
    find_sizes(in, count, sizes, [](unsigned first) { return by_first.of[first]; });
  }
}

/// The items of a sequence that are still to be read.
struct Items {
  announced left;
  const unsigned char* sizes;  ///< of all of them, from find_sizes(); null: not known

  Items(source& in, std::size_t count, const layout& element, const unsigned char* known = nullptr)
      : left(in, count, least_bytes(element)), sizes(known) {}

  /// The next items are about to be read; gives their sizes.
  const unsigned char* next(std::size_t count = 1) {
    left.next(count);
    return sizes == nullptr ? nullptr : std::exchange(sizes, sizes + count);
  }
};

// ---- Rows: values one behind the other, each as it stands for itself

/// Reads some values of a sequence whose items were announced.
void decode_rows(source& in, const layout& type, const rows& to, std::size_t count, Items& items);

/// The sizes of the next items: those that are known, or those that it finds.
class BlockSizes {
 public:
  BlockSizes(const source& in, const layout& type, std::size_t count, const unsigned char* known)
      : sizes_(known) {
    if (known != nullptr) return;
    sizes_ = found_;
    source ahead = in;
    find_sizes(ahead, type, count, found_);
  }
  BlockSizes(const BlockSizes&) = delete;
  BlockSizes& operator=(const BlockSizes&) = delete;
  std::size_t operator[](std::size_t index) const { return sizes_[index]; }

 private:
  const unsigned char* sizes_;
  unsigned char found_[values_at_once];
};

bool is_ascii(const char* bytes, std::size_t size) {
  std::uint64_t all = 0;
  std::size_t i = 0;
  for (; i + 32 <= size; i += 32) {
    all |= detail::load_word<std::uint64_t>(bytes + i) | detail::load_word<std::uint64_t>(bytes + i + 8);
    all |=
        detail::load_word<std::uint64_t>(bytes + i + 16) | detail::load_word<std::uint64_t>(bytes + i + 24);
  }
  for (; i + 8 <= size; i += 8) all |= detail::load_word<std::uint64_t>(bytes + i);
  for (; i < size; ++i) all |= static_cast<unsigned char>(bytes[i]);
  return (all & detail::high_bits) == 0;
}

constexpr const char* not_utf8 = "text that is not UTF-8";

/// Fails in `in` where one of the strings ahead of `begin` is text that is not UTF-8.
void check_texts(source begin, source& in, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_text = begin.peek_major() == text_item;
    const piece text = begin.text();
    if (!is_text || detail::is_utf8(text.data, text.size)) continue;
    in = begin;
    return in.fail(not_utf8);
  }
}

/// Takes strings.
void take_texts(source& in, std::size_t count, const BlockSizes& sizes, piece* texts) {
  std::size_t i = 0;
  while (i < count && in.ok()) {
    const piece ahead = in.ahead();
    const char* at = ahead.data;
    for (; i < count && sizes[i] != 0; ++i) {
      // Byte strings differ from text in one bit.
      const unsigned length = (static_cast<unsigned char>(*at) & 0xdfU) - (bytes_item << 5);
      if (length >= 24) break;
      texts[i] = {at + 1, length};
      at += sizes[i];
    }
    in.pass(static_cast<std::size_t>(at - ahead.data));
    if (i < count) texts[i++] = in.text();
  }
}

void decode_texts(source& in, const text_layout& type, rows to, std::size_t count,
                  const unsigned char* known) {
  piece texts[values_at_once];
  while (count != 0 && in.ok()) {
    const std::size_t now = std::min(count, values_at_once);
    const source begin = in;
    take_texts(in, now, BlockSizes(in, type, now, known), texts);
    // Most text is ASCII, and so are most of the bytes that stand before it.
    if (in.ok() && !is_ascii(begin.data() + begin.position(), in.position() - begin.position()))
      check_texts(begin, in, now);
    if (!in.ok()) return;
    type.assign(to, now, texts);
    to = to.behind(now);
    count -= now;
    if (known != nullptr) known += now;
  }
}

void decode_text(source& in, const text_layout& type, char* to) {
  const bool is_text = in.peek_major() == text_item;
  const piece text = in.text();
  if (is_text && !detail::is_utf8(text.data, text.size)) in.fail(not_utf8);
  if (in.ok()) type.assign({to, 0, nullptr, 0}, 1, &text);
}

/// What an optional double is, by its first byte: a table, since the processor would guess wrong in a branch.
struct OptionalKinds {
  enum : unsigned char { neither, null, number };
  unsigned char of[256] = {};

  constexpr OptionalKinds() {
    of[null_byte] = null;
    of[double_byte] = number;
  }
};

/// Takes doubles in their own width and nulls, until something else is ahead; how many.
std::size_t take_optional_doubles(source& in, std::size_t count, const BlockSizes& sizes, bool* has_value,
                                  std::uint64_t* bits) {
  static constexpr OptionalKinds kinds;
  const piece ahead = in.ahead();
  const char* at = ahead.data;
  const char* const last = at + ahead.size - std::min<std::size_t>(ahead.size, 8);
  std::size_t i = 0;
  for (; i < count && at < last; ++i) {
    const unsigned char kind = kinds.of[static_cast<unsigned char>(*at)];
    if (sizes[i] == 0 || kind == OptionalKinds::neither) break;
    has_value[i] = kind == OptionalKinds::number;
    bits[i] = __builtin_bswap64(detail::load_word<std::uint64_t>(at + 1));
    at += sizes[i];
  }
  in.pass(static_cast<std::size_t>(at - ahead.data));
  return i;
}

/// Optionals of numbers, which are read before they are put where they belong.
void decode_optional_numbers(source& in, const optional_layout& type, rows to, std::size_t count,
                             const unsigned char* known) {
  bool has_value[values_at_once];
  std::uint64_t numbers[values_at_once];
  const bool is_double = type.value->what == form::floating && type.value->width == 8;
  while (count != 0 && in.ok()) {
    const std::size_t now = std::min(count, values_at_once);
    const bool is_block = is_double && now > 1;
    std::size_t i =
        is_block ? take_optional_doubles(in, now, BlockSizes(in, type, now, known), has_value, numbers) : 0;
    for (; i < now; ++i) {
      has_value[i] = !in.take_null();
      numbers[i] = 0;
      if (has_value[i]) decode_number(in, *type.value, reinterpret_cast<char*>(&numbers[i]));
    }
    if (!in.ok()) return;
    // Which are empty is as good as random; so the processor is not asked to guess.
    unsigned char empty[values_at_once];
    std::size_t empty_count = 0;
    for (i = 0; i < now; ++i) {
      empty[empty_count] = static_cast<unsigned char>(i);
      empty_count += has_value[i] ? 0 : 1;
    }
    type.assign_numbers(to, now, numbers, empty, empty_count);
    to = to.behind(now);
    count -= now;
    if (known != nullptr) known += now;
  }
}

void decode_optional(source& in, const optional_layout& type, char* to) {
  if (type.assign_numbers != nullptr)
    return decode_optional_numbers(in, type, {to, 0, nullptr, 0}, 1, nullptr);
  bool has_value = false;
  if (type.value->may_be_null) {
    const std::size_t count = in.array();
    if (count > 1) in.fail("an optional with more than one value");
    has_value = count == 1 && in.ok();
  } else {
    has_value = !in.take_null();
  }
  char* value = nullptr;
  type.assign({to, 0, nullptr, 0}, 1, &has_value, &value);
  if (has_value) decode_value(in, *type.value, value);
}

// ---- Structures and tables

/// Tells which members a map has, so that each must be there once.
class MemberNames {
 public:
  MemberNames(source& in, const structure_layout& type)
      : in_(in), type_(type), left_(in.map()), seen_(type.count, false) {}

  /// The next member in the map, whose value is ahead then; `count` of the type behind the last one.
  std::size_t next() {
    if (left_ == 0 || !in_.ok()) return finish();
    --left_;
    if (expected_ < type_.count && in_.take_name(type_.members[expected_].name)) return found(expected_);
    const piece name = in_.name();
    if (!in_.ok()) return type_.count;
    for (std::size_t i = 0; i < type_.count; ++i)
      if (std::string_view(type_.members[i].name) == std::string_view(name.data, name.size)) return found(i);
    in_.fail("unknown member", name.data == nullptr ? "" : name.data, name.size);
    return type_.count;
  }

 private:
  std::size_t found(std::size_t index) {
    const char* name = type_.members[index].name;
    if (seen_[index]) in_.fail("twice the member", name, std::strlen(name));
    seen_[index] = true;
    expected_ = index + 1;
    return in_.ok() ? index : type_.count;
  }

  std::size_t finish() {
    for (std::size_t i = 0; i < type_.count && in_.ok(); ++i)
      if (!seen_[i]) in_.fail("missing member", type_.members[i].name, std::strlen(type_.members[i].name));
    return type_.count;
  }

  source& in_;
  const structure_layout& type_;
  std::size_t left_;  // pairs of the map not taken yet
  std::size_t expected_ = 0;
  std::vector<bool> seen_;
};

void decode_bit_field(source& in, const member_layout& member, char* row) {
  std::uint64_t value = 0;
  decode_value(in, *member.value, &value);
  if (in.ok() && !member.bits->set({row, 0, nullptr, 0}, 1, reinterpret_cast<const char*>(&value)))
    in.fail("an integer that does not fit its bit-field");
}

void decode_structure(source& in, const structure_layout& type, char* row) {
  if (!in.enter()) return;
  MemberNames names(in, type);
  for (std::size_t i = names.next(); i != type.count; i = names.next()) {
    const member_layout& member = type.members[i];
    if (member.bits != nullptr) {
      decode_bit_field(in, member, row);
    } else {
      decode_value(in, *member.value, row + member.offset);
    }
  }
  in.leave();
}

/// Reads a table: finds where its columns begin, and then reads some rows of all of them at a time, so that
/// the rows come by only once.
class TableReader {
 public:
  TableReader(source& in, const structure_layout& row, const Elements& elements)
      : in_(in), row_(row), elements_(elements) {}

  void read() {
    find_columns(row_, 0);
    if (!in_.ok()) return;
    elements_.blocks([this](const rows& block, std::size_t count) {
      for (Column& column : columns_) {
        read_block(column, block.shifted(column.offset), count);
        if (!in_.ok()) return false;
      }
      return true;
    });
    for (const Column& column : columns_)
      if (column.items != nullptr && !column.items->in.at_end()) in_.fail("a value that is not one item");
  }

 private:
  /// The items of a column that is no typed array.
  struct ItemColumn {
    source in;
    std::unique_ptr<unsigned char[]> sizes;
    Items left;

    ItemColumn(const source& begin, std::size_t end, std::size_t count, const layout& value,
               std::unique_ptr<unsigned char[]> found)
        : in(begin, end), sizes(std::move(found)), left(in, count, value, sizes.get()) {}
  };

  struct Column {
    const layout* value;
    const bit_field_functions* bits;
    std::ptrdiff_t offset;  ///< bytes from a row
    piece numbers;          ///< of a typed array: those not read yet
    std::unique_ptr<ItemColumn> items;
  };

  /// The structure lies `offset` bytes from the row that it is in.
  void find_columns(const structure_layout& type, std::ptrdiff_t offset) {
    if (!in_.enter()) return;
    MemberNames names(in_, type);
    for (std::size_t i = names.next(); i != type.count; i = names.next()) {
      const member_layout& member = type.members[i];
      const std::ptrdiff_t at = offset + static_cast<std::ptrdiff_t>(member.offset);
      if (is_table_row(*member.value) && in_.peek_major() == map_item) {
        find_columns(as<structure_layout>(*member.value), at);
      } else {
        find_column(member, at);
      }
    }
    in_.leave();
  }

  void find_column(const member_layout& member, std::ptrdiff_t offset) {
    Column column{member.value, member.bits, offset, {}, nullptr};
    if (is_typed(*member.value) && in_.peek_major() == tag_item) {
      column.numbers = typed_elements(in_, *member.value, elements_.count);
    } else {
      const std::size_t count = in_.array();
      if (count != elements_.count) in_.fail("a column or array of another length");
      if (!in_.ok()) return;
      const source begin = in_;
      std::unique_ptr<unsigned char[]> sizes(new unsigned char[count]);
      find_sizes(in_, *member.value, count, sizes.get());
      if (!in_.ok()) return;
      column.items =
          std::make_unique<ItemColumn>(begin, in_.position(), count, *member.value, std::move(sizes));
    }
    columns_.push_back(std::move(column));
  }

  void read_block(Column& column, const rows& to, std::size_t count) {
    if (column.bits != nullptr) return read_bit_fields(column, to, count);
    if (column.items == nullptr) return take_numbers(column, to, count);
    read_items(column, to, count);
  }

  void take_numbers(Column& column, const rows& to, std::size_t count) {
    const std::size_t width = column.value->size;
    scatter(column.numbers.data, to, count, width);
    column.numbers.data += count * width;
  }

  void read_items(Column& column, const rows& to, std::size_t count) {
    decode_rows(column.items->in, *column.value, to, count, column.items->left);
    if (!column.items->in.ok()) in_ = column.items->in;
  }

  void read_bit_fields(Column& column, const rows& to, std::size_t count) {
    std::uint64_t values[rows_at_once];
    char* const first = reinterpret_cast<char*>(values);
    const rows read{first, column.value->size, nullptr, 0};
    if (column.items == nullptr) {
      take_numbers(column, read, count);
    } else {
      read_items(column, read, count);
    }
    if (in_.ok() && !column.bits->set(to, count, first))
      in_.fail("an integer that does not fit its bit-field");
  }

  source& in_;
  const structure_layout& row_;
  const Elements& elements_;
  std::vector<Column> columns_;
};

// ---- Sets, maps and the rest

class KeyedReader {
 public:
  KeyedReader(source& in, const keyed_layout& type) : in_(in), type_(type) {}

  void read(void* container) {
    const std::size_t count = take_count();
    const bool is_set = type_.value == nullptr;
    announced items(in_, numbers_.data != nullptr ? 0 : count, is_set ? least_bytes(*type_.key) : 2);
    items_ = &items;
    type_.fill(
        container, in_.ok() ? count : 0, this,
        [](void* self, char* key) { return static_cast<KeyedReader*>(self)->read_key(key); },
        [](void* self, char* value) { return static_cast<KeyedReader*>(self)->read_value(value); });
    if (in_.ok() && type_.length(container) != count)
      in_.fail(is_set ? "an element that occurs twice in a set" : "a key that occurs twice in a map");
  }

 private:
  std::size_t take_count() {
    if (type_.value != nullptr) return is_object(type_) ? in_.map() : in_.array();
    if (!is_typed(*type_.key) || in_.peek_major() != tag_item) return in_.array();
    const layout& key = *type_.key;
    source ahead = in_;
    const std::size_t count = elements_ahead(ahead, key);
    numbers_ = typed_elements(in_, key, count);
    return in_.ok() ? count : 0;
  }

  bool read_key(char* key) {
    if (numbers_.data != nullptr) {
      std::memcpy(key, numbers_.data, type_.key->size);
      numbers_.data += type_.key->size;
      return true;
    }
    items_->next();
    if (type_.value != nullptr && !is_object(type_) && in_.array() != 2)
      in_.fail("not a pair of key and value");
    decode_value(in_, *type_.key, key);
    return in_.ok();
  }

  bool read_value(char* value) {
    decode_value(in_, *type_.value, value);
    return in_.ok();
  }

  source& in_;
  const keyed_layout& type_;
  piece numbers_;  // of a typed array: those not read yet
  announced* items_ = nullptr;
};

void decode_bits(source& in, const bits_layout& type, void* bits) {
  const std::size_t count = in.array();
  if (type.resize != nullptr) {
    if (in.ok()) type.resize(bits, count);
  } else if (count != type.count) {
    in.fail("a column or array of another length");
  }
  for (std::size_t i = 0; i < count && in.ok(); ++i) type.set(bits, i, in.boolean());
}

void decode_date(source& in, const date_layout& type, void* value) {
  const piece text = in.name();
  const std::optional<Date> date = date_from({text.data == nullptr ? "" : text.data, text.size});
  if (!date) return in.fail("not a date");
  const int parts[] = {date->year, date->month, date->day};
  type.set(value, parts);
}

void decode_variant(source& in, const variant_layout& type, void* variant) {
  if (in.array() != 2) in.fail("not a variant");
  const std::uint64_t index = in.unsigned_integer(type.count - 1);
  if (!in.ok()) return;
  decode_value(in, *type.alternatives[index], type.emplace(variant, static_cast<std::size_t>(index)));
}

void decode_tuple(source& in, const tuple_layout& type, void* tuple) {
  if (in.array() != type.count) in.fail("a tuple of another length");
  Places places(type.count);
  type.addresses(tuple, places.data());
  for (std::size_t i = 0; i < type.count && in.ok(); ++i) decode_value(in, *type.parts[i], places[i]);
}

void decode_complex(source& in, const complex_layout& type, char* to) {
  if (in.array() != 2) in.fail("not a complex number");
  decode_value(in, *type.part, to);
  decode_value(in, *type.part, to + type.part->size);
}

/// Makes a sequence anew in the place of an old one. When that throws there is an empty one: whoever holds
/// the sequence is going to destroy it.
template <class Make>
void remake(const sequence_layout& type, void* sequence, Make make) {
  if (type.destroy != nullptr) type.destroy(sequence);
  try {
    make();
  } catch (...) {
    type.make(sequence, 0);
    throw;
  }
}

void decode_sequence(source& in, const sequence_layout& type, void* sequence) {
  const layout& element = *type.element;
  const std::size_t count = elements_ahead(in, element);
  if (!in.ok()) return;
  if (type.make_of != nullptr && in.peek_major() == tag_item) {
    const piece bytes = typed_elements(in, element, count);
    if (in.ok()) remake(type, sequence, [&] { type.make_of(sequence, bytes.data, count); });
    return;
  }
  remake(type, sequence, [&] { type.make(sequence, count); });
  decode_elements(in, element, Elements(type, sequence));
}

void decode_rows(source& in, const layout& type, const rows& to, std::size_t count, Items& items) {
  switch (type.what) {
    case form::boolean:
      items.next(count);
      for (std::size_t i = 0; i < count && in.ok(); ++i) store(to[i], in.boolean());
      return;
    case form::integer:
    case form::floating:
      items.next(count);
      for (std::size_t i = 0; i < count && in.ok(); ++i) decode_number(in, type, to[i]);
      return;
    case form::text:
      return decode_texts(in, as<text_layout>(type), to, count, items.next(count));
    case form::optional: {
      const auto& optional = as<optional_layout>(type);
      if (optional.assign_numbers != nullptr)
        return decode_optional_numbers(in, optional, to, count, items.next(count));
      break;
    }
    default:
      break;
  }
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    items.next();
    decode_value(in, type, to[i]);
  }
}

}  // namespace

std::size_t elements_ahead(source& in, const layout& element) {
  source ahead = in;
  while (ahead.ok() && ahead.peek_major() == map_item) {
    if (ahead.map() == 0) ahead.fail("a table without columns");
    ahead.text();
  }
  std::size_t count = 0;
  if (ahead.peek_major() == tag_item) {
    const std::uint64_t tag = ahead.tag();
    if (tag == 40) {
      if (ahead.array() == 2 && ahead.array() == 2)
        count = static_cast<std::size_t>(ahead.unsigned_integer(ahead.remaining()));
    } else {
      // RFC 8746, section 2.1: the low two bits give the width, of floating-point numbers from 16 bits up.
      const unsigned shift = static_cast<unsigned>(tag & 3) + (tag >= 80 && tag <= 87 ? 1 : 0);
      count = ahead.bytes().size >> shift;
    }
  } else if (ahead.ok()) {
    count = ahead.array();
  }
  if (!ahead.ok()) in = ahead;
  if (count > in.available() / least_bytes(element)) in.fail("a length beyond the end of the data");
  return in.ok() ? count : 0;
}

void decode_elements(source& in, const layout& element, const Elements& elements) {
  const unsigned major = in.peek_major();
  if (is_table_row(element) && major == map_item)
    return TableReader(in, as<structure_layout>(element), elements).read();
  if (is_typed(element) && major == tag_item) {
    piece bytes = typed_elements(in, element, elements.count);
    if (!in.ok() || elements.count == 0) return;
    if (elements.is_block(element.size)) {
      std::memcpy(elements.rows.first, bytes.data, bytes.size);
      return;
    }
    return elements.blocks([&](const rows& some, std::size_t count) {
      scatter(bytes.data, some, count, element.size);
      bytes.data += count * element.size;
      return true;
    });
  }
  if (in.array() != elements.count) in.fail("a column or array of another length");
  Items items(in, elements.count, element);
  elements.blocks([&](const rows& some, std::size_t count) {
    decode_rows(in, element, some, count, items);
    return in.ok();
  });
}

void decode_value(source& in, const layout& type, void* value) {
  char* const at = static_cast<char*>(value);
  switch (type.what) {
    case form::boolean:
      return store(at, in.boolean());
    case form::integer:
    case form::floating:
      return decode_number(in, type, at);
    case form::text:
      return decode_text(in, as<text_layout>(type), at);
    case form::optional:
      return decode_optional(in, as<optional_layout>(type), at);
    case form::complex:
      return decode_complex(in, as<complex_layout>(type), at);
    case form::variant:
      return decode_variant(in, as<variant_layout>(type), value);
    case form::date:
      return decode_date(in, as<date_layout>(type), value);
    case form::null:
      if (!in.take_null()) in.fail("not null");
      return;
    case form::tuple:
      return decode_tuple(in, as<tuple_layout>(type), value);
    case form::array: {
      const auto& array = as<array_layout>(type);
      return decode_elements(in, *array.element,
                             Elements({at, array.element->size, nullptr, 0}, array.count));
    }
    case form::sequence:
      return decode_sequence(in, as<sequence_layout>(type), value);
    case form::bits:
      return decode_bits(in, as<bits_layout>(type), value);
    case form::keyed:
      return KeyedReader(in, as<keyed_layout>(type)).read(value);
    case form::structure:
      return decode_structure(in, as<structure_layout>(type), at);
    case form::custom:
      if (!in.enter()) return;
      as<custom_layout>(type).decode(value, in);
      return in.leave();
  }
}

}  // namespace hamcell::engine
