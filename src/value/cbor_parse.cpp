// Takes CBOR (RFC 8949) apart that any program may have written.
//
// Stored values are read by ham::source, which is strict; this reader takes every form that the standard has.
#include <hamcell/source.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>

#include "base/text.h"
#include "value/data_item.h"
#include "value/scalar_text.h"
#include "value/tensor.h"

namespace hamcell {

namespace {

/// Tags that say how to understand what is inside, and change nothing for a reader who knows the type: URI,
/// regular expression and MIME text (RFC 8949, 3.4.5.3), self-described CBOR (3.4.6), dates as text (RFC
/// 8943), and sets (https://www.iana.org/assignments/cbor-tags).
constexpr std::array<std::uint64_t, 6> silent_tags = {32, 35, 36, 258, 1004, 55799};

class CborParser {
 public:
  explicit CborParser(std::string_view bytes) : bytes_(bytes) {}

  DataItem parse() {
    DataItem root = item();
    if (at_ != bytes_.size()) fail("there are bytes behind the value");
    return root;
  }

 private:
  struct Head {
    unsigned major = 0;
    unsigned info = 0;
    std::uint64_t argument = 0;
    bool is_indefinite() const { return info == 31; }
  };

  [[noreturn]] void fail(const std::string& why) const {
    throw ValueError("", "not CBOR: byte " + std::to_string(at_) + ": " + why);
  }

  std::string_view take(std::uint64_t size) {
    if (size > bytes_.size() - at_) fail("the data ends too early");
    const std::string_view taken = bytes_.substr(at_, static_cast<std::size_t>(size));
    at_ += taken.size();
    return taken;
  }

  Head head() {
    const unsigned first = static_cast<unsigned char>(take(1)[0]);
    Head result{first >> 5u, first & 0x1fu, first & 0x1fu};
    if (result.info < 24) return result;
    if (result.info == 31) {
      const bool may_be = result.major >= 2 && result.major <= 5;
      if (!may_be) fail("a break, or a length that is not there, where a value should be");
      return result;
    }
    if (result.info > 27) fail("no data item begins so");
    result.argument = 0;
    for (const char byte : take(std::uint64_t{1} << (result.info - 24)))
      result.argument = result.argument << 8 | static_cast<unsigned char>(byte);
    return result;
  }

  /// At the end of an item of indefinite length.
  bool take_break() {
    if (at_ >= bytes_.size()) fail("the data ends too early");
    if (static_cast<unsigned char>(bytes_[at_]) != 0xff) return false;
    ++at_;
    return true;
  }

  DataItem item() {
    if (depth_ == deepest_item) fail("nested more than " + std::to_string(deepest_item) + " deep");
    ++depth_;
    const std::size_t begin = at_;
    DataItem result = content(head());
    result.is_cbor = true;
    result.raw = bytes_.substr(begin, at_ - begin);
    --depth_;
    return result;
  }

  DataItem content(const Head& head) {
    switch (head.major) {
      case ham::unsigned_item:
        return integer(head.argument, false);
      case ham::negative_item:
        if (head.argument == UINT64_MAX) return real_item(-0x1p64);
        return integer(head.argument + 1, true);
      case ham::bytes_item:
      case ham::text_item:
        return string(head);
      case ham::array_item:
        return array(head);
      case ham::map_item:
        return map(head);
      case ham::tag_item:
        return tagged(head.argument);
      default:
        return simple(head);
    }
  }

  static DataItem integer(std::uint64_t magnitude, bool is_negative) {
    DataItem result;
    result.kind = DataItem::Kind::integer;
    result.magnitude = magnitude;
    result.is_negative = is_negative;
    return result;
  }

  DataItem string(const Head& first) {
    DataItem result;
    result.kind = first.major == ham::text_item ? DataItem::Kind::string : DataItem::Kind::bytes;
    if (!first.is_indefinite()) {
      result.text = take(first.argument);
    } else {
      while (!take_break()) {
        const Head part = head();
        if (part.major != first.major || part.is_indefinite()) fail("a string with a part of another kind");
        result.text += take(part.argument);
      }
    }
    if (result.kind == DataItem::Kind::string && !is_utf8(result.text)) fail("text that is not UTF-8");
    return result;
  }

  /// Calls `each` for every item that a head of an array or map announces.
  template <class Each>
  void for_each(const Head& head, Each each) {
    if (head.is_indefinite()) {
      while (!take_break()) each();
      return;
    }
    if (head.argument > bytes_.size() - at_) fail("the data ends too early");
    for (std::uint64_t i = 0; i < head.argument; ++i) each();
  }

  DataItem array(const Head& head) {
    DataItem result;
    result.kind = DataItem::Kind::array;
    for_each(head, [&] { result.items.push_back(item()); });
    return result;
  }

  DataItem map(const Head& head) {
    DataItem result;
    std::vector<DataItem> keys;
    for_each(head, [&] {
      keys.push_back(item());
      result.items.push_back(item());
    });
    const bool has_names = std::ranges::all_of(
        keys, [](const DataItem& key) { return key.kind == DataItem::Kind::string && !key.tag; });
    result.kind = has_names ? DataItem::Kind::object : DataItem::Kind::array;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (has_names) {
        result.names.push_back(std::move(keys[i].text));
        continue;
      }
      DataItem pair;
      pair.kind = DataItem::Kind::array;
      pair.is_cbor = true;
      pair.items.push_back(std::move(keys[i]));
      pair.items.push_back(std::move(result.items[i]));
      result.items[i] = std::move(pair);
    }
    return result;
  }

  DataItem simple(const Head& head) {
    DataItem result;
    double value = 0;
    switch (head.info) {
      case 20:
      case 21:
        result.kind = DataItem::Kind::boolean;
        result.boolean = head.info == 21;
        return result;
      case 22:
      case 23:  // undefined
        return result;
      case 25:
        return real_item(ham::detail::half_to_double(static_cast<std::uint16_t>(head.argument)));
      case 26: {
        const auto bits = static_cast<std::uint32_t>(head.argument);
        float narrow = 0;
        std::memcpy(&narrow, &bits, sizeof narrow);
        return real_item(static_cast<double>(narrow));
      }
      case 27:
        std::memcpy(&value, &head.argument, sizeof value);
        return real_item(value);
      default:
        fail("a simple value that has no meaning here");
    }
  }

  DataItem tagged(std::uint64_t tag) {
    DataItem inner = item();
    if (std::ranges::find(silent_tags, tag) != silent_tags.end()) return inner;
    const bool is_bytes = inner.kind == DataItem::Kind::bytes && !inner.tag;
    if ((tag == 2 || tag == 3) && is_bytes && make_integer(inner, tag == 3)) return inner;
    if (tag >= 64 && tag <= 87 && is_bytes && make_numbers(inner, tag)) return inner;
    if (tag == 5 && make_bigfloat(inner)) return inner;
    if ((tag == 40 || tag == 1040) && make_tensor(inner, tag == 1040)) return inner;
    if (!inner.tag) inner.tag = tag;
    return inner;
  }

  /// A bignum (RFC 8949, 3.4.3) that fits 64 bits.
  static bool make_integer(DataItem& bytes, bool is_negative) {
    const std::size_t zeros = std::min(bytes.text.find_first_not_of('\0'), bytes.text.size());
    if (bytes.text.size() - zeros > 8) return false;
    std::uint64_t value = 0;
    for (const char byte : std::string_view(bytes.text).substr(zeros))
      value = value << 8 | static_cast<unsigned char>(byte);
    if (is_negative && value == UINT64_MAX) return false;
    bytes = integer(is_negative ? value + 1 : value, is_negative);
    return true;
  }

  /// A bigfloat (RFC 8949, 3.4.4), [exponent, mantissa], as long double is stored.
  static bool make_bigfloat(DataItem& item) {
    constexpr std::uint64_t largest_exponent = 20000;  // beyond that of any long double
    const bool is_pair = item.kind == DataItem::Kind::array && item.items.size() == 2 && !item.tag;
    const auto is_integer = [](const DataItem& part) {
      return part.kind == DataItem::Kind::integer && !part.tag;
    };
    if (!is_pair || !std::ranges::all_of(item.items, is_integer)) return false;
    const DataItem& exponent = item.items[0];
    if (exponent.magnitude > largest_exponent) return false;
    const auto scale = static_cast<int>(exponent.magnitude);
    const long double magnitude =
        std::ldexp(static_cast<long double>(item.items[1].magnitude), exponent.is_negative ? -scale : scale);
    const long double value = item.items[1].is_negative ? -magnitude : magnitude;
    if (!std::isfinite(value)) return false;
    item = real_item(static_cast<double>(value));
    item.text = floating_text(value);
    item.bigfloat = value;
    return true;
  }

  /// A typed array: the tag's bits are 010 f s e ll (RFC 8746, section 2.1).
  bool make_numbers(DataItem& bytes, std::uint64_t tag) {
    const bool is_floating = (tag & 16) != 0;
    const bool is_signed = (tag & 8) != 0;
    const bool is_little = (tag & 4) != 0;
    const unsigned width = (is_floating ? 2u : 1u) << (tag & 3);
    // The reserved tag 76, and 128-bit numbers.
    if (tag == 76 || width > 8 || (is_floating && is_signed)) return false;
    if (bytes.text.size() % width != 0) fail("a typed array that ends inside an element");
    // Of single bytes, the bit means that they clamp.
    if (!is_little && width > 1)
      for (std::size_t i = 0; i < bytes.text.size(); i += width)
        std::reverse(bytes.text.begin() + static_cast<std::ptrdiff_t>(i),
                     bytes.text.begin() + static_cast<std::ptrdiff_t>(i + width));
    bytes.kind = DataItem::Kind::numbers;
    bytes.number = {is_floating, is_floating || is_signed, width};
    if (is_floating && width == 2) widen(bytes);
    return true;
  }

  static void widen(DataItem& halves) {
    std::string wide;
    for (std::size_t i = 0; i < halves.text.size(); i += 2) {
      std::uint16_t bits = 0;
      std::memcpy(&bits, halves.text.data() + i, sizeof bits);
      const double value = ham::detail::half_to_double(bits);
      wide.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    halves.text = std::move(wide);
    halves.number.bytes = 8;
  }

  /// An array of several dimensions: [[extent, …], elements] (RFC 8746, sections 3.1.1 and 3.1.2).
  static bool make_tensor(DataItem& item, bool is_column_major) {
    if (item.kind != DataItem::Kind::array || item.items.size() != 2 || item.tag) return false;
    std::vector<std::uint64_t> shape;
    std::uint64_t count = 1;
    for (const DataItem& extent : item.items[0].elements()) {
      const bool is_length = extent.kind == DataItem::Kind::integer && !extent.is_negative;
      if (!is_length || __builtin_mul_overflow(count, extent.magnitude, &count)) return false;
      shape.push_back(extent.magnitude);
    }
    DataItem& elements = item.items[1];
    if (elements.tag || shape.empty()) return false;
    if (elements.kind == DataItem::Kind::numbers) return shape_numbers(item, shape, count, is_column_major);
    if (elements.kind != DataItem::Kind::array || elements.items.size() != count) return false;
    if (count == 0) {
      // Its rows could be without number: what has no elements is kept as extents alone.
      item.kind = DataItem::Kind::numbers;
      item.number = {false, false, 1};
      item.shape = std::move(shape);
      item.items.clear();
      return true;
    }
    std::vector<DataItem> flat = std::move(elements.items);
    item = nested(flat, shape, strides_of(shape, is_column_major), 0, 0);
    return true;
  }

  /// Of a typed array, or of one of complex numbers, which are rows of two.
  static bool shape_numbers(DataItem& item, std::vector<std::uint64_t>& shape, std::uint64_t count,
                            bool is_column_major) {
    DataItem& given = item.items[1];
    if (given.shape.size() > 2) return false;
    const std::uint64_t parts = given.shape.empty() ? 1 : given.shape.back();
    const std::uint64_t width = given.number.bytes * parts;
    const bool fits = width != 0 && given.text.size() % width == 0 && given.text.size() / width == count;
    if (!fits) return false;
    DataItem elements = std::move(given);
    elements.items.clear();
    if (is_column_major) elements.text = row_by_row(elements.text, shape, static_cast<std::size_t>(width));
    if (elements.shape.size() == 2) shape.push_back(parts);
    elements.shape = shape.size() == 1 ? std::vector<std::uint64_t>() : std::move(shape);
    item = std::move(elements);
    return true;
  }

  /// Rows inside each other of elements that lie one after another.
  static DataItem nested(std::vector<DataItem>& elements, const std::vector<std::uint64_t>& shape,
                         const std::vector<std::size_t>& strides, std::size_t dimension, std::size_t at) {
    if (dimension == shape.size()) return std::move(elements[at]);
    DataItem row;
    row.kind = DataItem::Kind::array;
    row.is_cbor = true;
    for (std::uint64_t i = 0; i < shape[dimension]; ++i, at += strides[dimension])
      row.items.push_back(nested(elements, shape, strides, dimension + 1, at));
    return row;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace

DataItem parse_cbor(std::string_view cbor) { return CborParser(cbor).parse(); }

}  // namespace hamcell
