// How sets and maps are written and read.
#pragma once

#include <new>

#include "single.h"

namespace ham::detail {

template <class T>
inline constexpr bool is_unordered = requires { typename T::hasher; };

/// Whether equal keys may repeat: insertion then always succeeds, and gives only an iterator.
template <class T>
inline constexpr bool may_repeat = requires(T& container, const typename T::value_type& item,
                                            typename T::iterator found) { found = container.insert(item); };

/// Puts the elements of an unordered container into the bytewise order of their encodings, which is the same
/// however the container was filled.
class encoded_order {
 public:
  struct entry {
    const char* bytes;  ///< until sort(): null
    std::size_t size;
    const void* element;
  };

  explicit encoded_order(std::size_t count)
      : entries_(static_cast<entry*>(std::malloc((count + 1) * sizeof(entry)))) {
    if (entries_ == nullptr) keys.fail("not enough memory to sort an unordered container");
  }
  encoded_order(const encoded_order&) = delete;
  encoded_order& operator=(const encoded_order&) = delete;
  ~encoded_order() { std::free(entries_); }

  sink keys;  ///< write an element's key here, then add() the element

  void add(const void* element) {
    if (keys.error() != nullptr) return;
    const auto end = static_cast<std::size_t>(keys.size());
    ::new (static_cast<void*>(entries_ + count_++)) entry{nullptr, end - end_, element};
    end_ = end;
  }
  /// Sorts what was added. False, with the reason in `out`, when something could not be encoded.
  bool sort(sink& out) {
    if (keys.error() != nullptr) out.fail(keys.error());
    if (keys.error() != nullptr || count_ == 0) return keys.error() == nullptr;
    const char* at = keys.data();
    for (std::size_t index = 0; index < count_; ++index) {
      entries_[index].bytes = at;
      at += entries_[index].size;
    }
    std::qsort(entries_, count_, sizeof(entry), &compare);
    return true;
  }

  const entry* begin() const { return entries_; }
  const entry* end() const { return entries_ + count_; }

 private:
  static int compare(const void* left, const void* right) {
    const auto& a = *static_cast<const entry*>(left);
    const auto& b = *static_cast<const entry*>(right);
    const int order = std::memcmp(a.bytes, b.bytes, a.size < b.size ? a.size : b.size);
    if (order != 0 || a.size == b.size) return order;
    return a.size < b.size ? -1 : 1;
  }

  entry* entries_;
  std::size_t count_ = 0;
  std::size_t end_ = 0;  // bytes of `keys` that belong to entries
};

template <class T>
struct coding<T, kind::set> {
  using element = typename T::value_type;

  static void write(sink& out, const element& item) {
    if constexpr (array_tag<element> != 0) {
      out.write(__builtin_addressof(item), sizeof item);
    } else {
      ham::encode(out, item);
    }
  }

  static void encode(sink& out, const T& value) {
    if constexpr (array_tag<element> != 0) {
      write_typed_array_head(out, array_tag<element>, value.size() * sizeof(element));
    } else {
      out.array(value.size());
    }
    if constexpr (is_unordered<T>) {
      encoded_order order(value.size());
      for (const element& item : value) {
        ham::encode(order.keys, item);
        order.add(__builtin_addressof(item));
      }
      if (!order.sort(out)) return;
      for (const auto& entry : order) write(out, *static_cast<const element*>(entry.element));
    } else {
      for (const element& item : value) write(out, item);
    }
  }

  static void decode(source& in, T& value) {
    value = T();  // an unordered container that was used before iterates in another order
    const bool is_typed = array_tag<element> != 0 && in.peek_major() == tag_item;
    piece bytes;
    if constexpr (array_tag<element> != 0) {
      if (is_typed) bytes = read_typed_array(in, array_tag<element>, sizeof(element));
    }
    const std::size_t count = is_typed ? bytes.size / sizeof(element) : in.array();
    if constexpr (is_unordered<T>) value.reserve(count);
    announced items(in, is_typed ? 0 : count, least_bytes<element>());
    for (std::size_t index = 0; index < count && in.ok(); ++index) {
      element item{};
      if (!is_typed) {
        items.next();
        ham::decode(in, item);
      } else if constexpr (array_tag<element> != 0) {
        item = load_number<element>(in, bytes.data + index * sizeof item);
      }
      value.emplace_hint(value.end(), static_cast<element&&>(item));
    }
    if (in.ok() && value.size() != count) in.fail("an element that occurs twice in a set");
  }
};

template <class T>
struct coding<T, kind::map> {
  using key = typename T::key_type;
  using mapped = typename T::mapped_type;
  static constexpr bool is_multi = may_repeat<T>;
  static constexpr bool is_object = is_map_key<key> && !is_multi;

  static void encode(sink& out, const T& value) {
    if constexpr (is_object) {
      out.map(value.size());
    } else {
      out.array(value.size());
    }
    if constexpr (is_unordered<T>) {
      encode_sorted(out, value);
    } else {
      for (const auto& [first, second] : value) {
        if constexpr (!is_object) out.array(2);
        ham::encode(out, first);
        ham::encode(out, second);
      }
    }
  }

  static void decode(source& in, T& value) {
    value = T();  // an unordered container that was used before iterates in another order
    const std::size_t count = is_object ? in.map() : in.array();
    if constexpr (is_unordered<T>) value.reserve(count);
    announced entries(in, count, 2);
    for (std::size_t index = 0; index < count && in.ok(); ++index) {
      entries.next();
      if (!is_object && in.array() != 2) in.fail("not a pair of key and value");
      key read{};
      ham::decode(in, read);
      if (!in.ok()) return;
      auto entry = value.emplace_hint(value.end(), static_cast<key&&>(read), mapped());
      ham::decode(in, entry->second);
    }
    if (in.ok() && value.size() != count) in.fail("a key that occurs twice in a map");
  }

 private:
  static void encode_sorted(sink& out, const T& value) {
    encoded_order order(value.size());
    for (const auto& item : value) {
      ham::encode(order.keys, item.first);
      // Equal keys are told apart by their values; also NaN, of which a container of single keys holds many.
      if constexpr (!is_object) ham::encode(order.keys, item.second);
      order.add(__builtin_addressof(item));
    }
    if (!order.sort(out)) return;
    for (const auto& entry : order) {
      if constexpr (!is_object) out.array(2);
      out.write(entry.bytes, entry.size);
      if constexpr (is_object) {
        ham::encode(out, static_cast<const typename T::value_type*>(entry.element)->second);
      }
    }
  }
};

}  // namespace ham::detail
