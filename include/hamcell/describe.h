// Describes C++ types to the engine: ham::detail::described<T>::value is the layout of T, with the few
// functions that only T's own compiler can make.
//
// A description is constant data, and its functions are small: what a cell compiles for a type should cost
// next to nothing.
#pragma once

#include <new>

#include "kind.h"
#include "layout.h"

namespace ham::detail {

/// How many rows the functions give at once.
inline constexpr std::size_t block_rows = 64;

/// The address as the engine takes it.
template <class T>
char* address_of(const T& value) {
  return const_cast<char*>(static_cast<const char*>(static_cast<const void*>(__builtin_addressof(value))));
}
template <class T>
T& at(char* row) {
  return *static_cast<T*>(static_cast<void*>(row));
}
template <class T>
T& at(void* row) {
  return *static_cast<T*>(row);
}
template <class T>
const T& at(const void* row) {
  return *static_cast<const T*>(row);
}

/// What destroys a value and leaves its memory alone; null: there is nothing to do.
template <class T>
[[gnu::cold]] void destroy(void* value) {
  at<T>(value).~T();
}
template <class T>
consteval void (*find_destroy())(void*) {
  if constexpr (std::is_trivially_destructible_v<T>)
    return nullptr;
  else
    return &destroy<T>;
}

template <class T>
inline constexpr bool is_unordered = requires { typename T::hasher; };

/// Whether equal keys may repeat: insertion then always succeeds, and gives only an iterator.
template <class T>
inline constexpr bool may_repeat = requires(T& container, const typename T::value_type& item,
                                            typename T::iterator found) { found = container.insert(item); };

template <class T, kind = kind_of<T>>
struct described;

/// What the engine knows of a type whose values are never null, and no keys of a CBOR map.
consteval layout basics(form what, std::size_t size) {
  layout basics{what};
  basics.size = size;
  return basics;
}

/// What the engine knows of every type.
template <class T>
consteval layout basics(form what) {
  layout basics{what};
  basics.size = sizeof(T);
  basics.may_be_null = may_be_null<T>;
  basics.is_key = is_map_key<T>;
  return basics;
}

template <class T, class Number>
consteval layout number_basics() {
  layout basics = detail::basics<T>(std::is_floating_point_v<Number> ? form::floating : form::integer);
  basics.array_tag = array_tag<T>;
  basics.width = sizeof(Number);
  basics.is_signed = std::is_signed_v<Number>;
  if constexpr (std::is_same_v<Number, bool>) {
    basics.max = 1;
  } else if constexpr (std::is_integral_v<Number>) {
    basics.max = ~std::uint64_t{0} >> (64 - 8 * sizeof(Number) + (std::is_signed_v<Number> ? 1 : 0));
  }
  return basics;
}

template <class T>
struct described<T, kind::boolean> {
  static constexpr layout value = basics(form::boolean, sizeof(T));
};
template <class T>
struct described<T, kind::integer> {
  static constexpr layout value = number_basics<T, T>();
};
template <class T>
struct described<T, kind::floating> : described<T, kind::integer> {};
template <class T>
struct described<T, kind::calendar> {
  static constexpr layout value = number_basics<T, number_of<T>>();
};
template <class T>
struct described<T, kind::enumeration> {
  static constexpr layout value = number_basics<T, std::underlying_type_t<T>>();
};
template <class T>
struct described<T, kind::monostate> {
  static constexpr layout value = basics<T>(form::null);
};

// ---- Durations and time points: their number, where that is all that they hold

template <class T>
inline constexpr bool is_its_number = [] {
  using number = number_of<T>;
  if constexpr (std::is_void_v<number>)
    return false;
  else
    return sizeof(T) == sizeof(number) && std::is_trivially_copyable_v<T>;
}();

/// What it holds: a duration its count, a time point a duration.
template <class T>
constexpr auto held_by(const T& value) {
  if constexpr (kind_of<T> == kind::duration) {
    return value.count();
  } else {
    return value.time_since_epoch();
  }
}

template <class T>
struct described_time {
  using held = decltype(detail::held_by(std::declval<const T&>()));

  [[gnu::cold]] static void encode(const void* time, sink& out) { ham::encode(out, held_by(at<T>(time))); }
  [[gnu::cold]] static void decode(void* time, source& in) {
    held read{};
    ham::decode(in, read);
    at<T>(time) = T(read);
  }
  static constexpr auto find() {
    if constexpr (is_its_number<T>)
      return number_basics<T, number_of<T>>();
    else
      return custom_layout{basics<T>(form::custom), &encode, &decode};
  }
  static constexpr auto value = find();
};
template <class T>
struct described<T, kind::duration> : described_time<T> {};
template <class T>
struct described<T, kind::time_point> : described_time<T> {};

template <class T>
struct described<T, kind::date> {
  [[gnu::cold]] static void get(const void* date, int* parts) {
    parts[0] = static_cast<int>(at<T>(date).year());
    parts[1] = static_cast<int>(static_cast<unsigned>(at<T>(date).month()));
    parts[2] = static_cast<int>(static_cast<unsigned>(at<T>(date).day()));
  }
  [[gnu::cold]] static void set(void* date, const int* parts) {
    using year = decltype(at<T>(date).year());
    using month = decltype(at<T>(date).month());
    using day = decltype(at<T>(date).day());
    at<T>(date) =
        T(year(parts[0]), month(static_cast<unsigned>(parts[1])), day(static_cast<unsigned>(parts[2])));
  }
  static constexpr date_layout value{basics<T>(form::date), &get, &set};
};

// ---- Text

template <class T>
struct described<T, kind::text> {
  [[gnu::cold]] static void view(const rows& texts, std::size_t count, piece* out) {
    for (std::size_t i = 0; i < count; ++i) {
      const T& text = at<T>(texts[i]);
      out[i] = {static_cast<const char*>(static_cast<const void*>(text.data())), text.size()};
    }
  }
  [[gnu::cold]] static void assign(const rows& texts, std::size_t count, const piece* in) {
    using letter = typename T::value_type;
    for (std::size_t i = 0; i < count; ++i) {
      const void* letters = in[i].size == 0 ? "" : in[i].data;
      // Quicker to compile than assign(), which the library makes of more functions.
      at<T>(texts[i]) = T(static_cast<const letter*>(letters), in[i].size);
    }
  }
  static constexpr text_layout value{basics<T>(form::text), &view, &assign};
};

template <class T>
struct described<T, kind::path> {
  using string = typename T::string_type;
  [[gnu::cold]] static void view(const rows& paths, std::size_t count, piece* out) {
    for (std::size_t i = 0; i < count; ++i) {
      const string& native = at<T>(paths[i]).native();
      out[i] = {native.data(), native.size()};
    }
  }
  [[gnu::cold]] static void assign(const rows& paths, std::size_t count, const piece* in) {
    for (std::size_t i = 0; i < count; ++i)
      at<T>(paths[i]) = in[i].size == 0 ? string() : string(in[i].data, in[i].size);
  }
  static constexpr text_layout value{basics<T>(form::text), &view, &assign};
};

// ---- Values inside others

template <class T>
struct described<T, kind::optional> {
  using inner = std::remove_cv_t<typename T::value_type>;
  [[gnu::cold]] static void view(const rows& optionals, std::size_t count, char** out) {
    for (std::size_t i = 0; i < count; ++i) {
      const T& optional = at<T>(optionals[i]);
      out[i] = optional.has_value() ? address_of(*optional) : nullptr;
    }
  }
  [[gnu::cold]] static void assign(const rows& optionals, std::size_t count, const bool* has_value,
                                   char** out) {
    for (std::size_t i = 0; i < count; ++i) {
      T& optional = at<T>(optionals[i]);
      if (has_value[i]) {
        optional.emplace();
        out[i] = address_of(*optional);
      } else {
        optional.reset();
        out[i] = nullptr;
      }
    }
  }
  static void assign_numbers(const rows& optionals, std::size_t count, const std::uint64_t* numbers,
                             const unsigned char* empty, std::size_t empty_count) {
    for (std::size_t i = 0; i < count; ++i) {
      inner number;
      __builtin_memcpy(static_cast<void*>(__builtin_addressof(number)), numbers + i, sizeof number);
      at<T>(optionals[i]) = T(number);
    }
    for (std::size_t i = 0; i < empty_count; ++i) at<T>(optionals[empty[i]]).reset();
  }
  static constexpr optional_layout find() {
    optional_layout found{basics<T>(form::optional), &described<inner>::value, &view, nullptr, nullptr};
    if constexpr (is_its_number<inner> && sizeof(inner) <= 8 && std::is_trivially_copyable_v<T>) {
      found.assign_numbers = &assign_numbers;
    } else {
      found.assign = &assign;
    }
    return found;
  }
  static constexpr optional_layout value = find();
};
template <class T>
struct described<T, kind::complex> {
  static constexpr complex_layout find() {
    layout basics = detail::basics(form::complex, sizeof(T));
    basics.array_tag = array_tag<typename T::value_type>;
    return {basics, &described<typename T::value_type>::value};
  }
  static constexpr complex_layout value = find();
  static_assert(sizeof(T) == 2 * sizeof(typename T::value_type), "a complex number is two parts");
};

// get<index>() below is found in the namespace of the tuple or variant.

template <class Pack>
struct layouts_of;
template <class... Ts>
struct layouts_of<pack<Ts...>> {
  static const layout* const list[sizeof...(Ts) + 1];
};
template <class... Ts>
constinit const layout* const layouts_of<pack<Ts...>>::list[sizeof...(Ts) + 1] = {
    &described<std::remove_cv_t<Ts>>::value..., nullptr};

template <class T>
struct described<T, kind::variant> {
  static constexpr std::size_t count = type_arguments_of<T>::size;

  template <std::size_t index>
  [[gnu::cold]] static char* find(const T& variant) {
    if constexpr (index < count) {
      if (variant.index() == index) return address_of(get<index>(variant));
      return find<index + 1>(variant);
    }
    return nullptr;
  }
  template <std::size_t index>
  [[gnu::cold]] static char* make(T& variant, std::size_t wanted) {
    if constexpr (index < count) {
      if (wanted != index) return make<index + 1>(variant, wanted);
      variant.template emplace<index>();
      return address_of(get<index>(variant));
    }
    return nullptr;
  }
  [[gnu::cold]] static char* active(const void* variant, std::size_t* index) {
    *index = at<T>(variant).index();
    return at<T>(variant).valueless_by_exception() ? nullptr : find<0>(at<T>(variant));
  }
  [[gnu::cold]] static char* emplace(void* variant, std::size_t index) {
    return make<0>(at<T>(variant), index);
  }

  static constexpr variant_layout value{basics(form::variant, sizeof(T)),
                                        layouts_of<type_arguments_of<T>>::list, count, &active, &emplace};
};

template <class T>
struct described<T, kind::tuple> {
  static constexpr std::size_t count = type_arguments_of<T>::size;

  template <std::size_t index>
  [[gnu::cold]] static void find(const T& tuple, char** out) {
    if constexpr (index < count) {
      out[index] = address_of(get<index>(tuple));
      find<index + 1>(tuple, out);
    }
  }
  [[gnu::cold]] static void addresses(const void* tuple, char** out) { find<0>(at<T>(tuple), out); }
  static constexpr tuple_layout value{basics(form::tuple, sizeof(T)), layouts_of<type_arguments_of<T>>::list,
                                      count, &addresses};
};
template <class T>
struct described<T, kind::pair> {
  [[gnu::cold]] static void addresses(const void* pair, char** out) {
    out[0] = address_of(at<T>(pair).first);
    out[1] = address_of(at<T>(pair).second);
  }
  static constexpr tuple_layout value{basics(form::tuple, sizeof(T)),
                                      layouts_of<pack<typename T::first_type, typename T::second_type>>::list,
                                      2, &addresses};
};

// ---- Structures

/// An entry of members<T>::list.
template <class Member>
constexpr member_layout member(const char* name, std::size_t offset) {
  return {name, &described<std::remove_cv_t<Member>>::value, offset, nullptr};
}

/// A bit-field of T, whose functions have no state.
template <class T, class Get, class Set>
struct described_bit_field {
  using number = decltype(Get()(std::declval<const T&>()));

  [[gnu::cold]] static void get(const rows& structures, std::size_t count, char* values) {
    for (std::size_t i = 0; i < count; ++i)
      at<number>(values + i * sizeof(number)) = Get()(at<const T>(structures[i]));
  }
  [[gnu::cold]] static bool set(const rows& structures, std::size_t count, const char* values) {
    bool fits = true;
    for (std::size_t i = 0; i < count; ++i) {
      const auto value = at<const number>(static_cast<const void*>(values + i * sizeof(number)));
      T& structure = at<T>(structures[i]);
      Set()(structure, value);
      fits = fits && Get()(structure) == value;
    }
    return fits;
  }
  static constexpr bit_field_functions functions{&get, &set};
};

/// The same of a bit-field.
template <class T, class Get, class Set>
constexpr member_layout bit_field_member(const char* name, Get, Set) {
  using field = described_bit_field<T, Get, Set>;
  return {name, &described<typename field::number>::value, 0, &field::functions};
}

template <class T>
struct described<T, kind::structure> {
  static constexpr structure_layout value{basics(form::structure, sizeof(T)), members<T>::list,
                                          members<T>::count};
};

struct member_counter {
  std::size_t count = 0;
  template <class Member>
  constexpr void operator()(const char*, const Member&) {
    ++count;
  }
};

/// Makes the table of members that are written out. Pointers to members tell no offset before the program
/// runs.
template <class T>
class member_table {
 public:
  member_table() {
    lister add{list};
    members<T>::each(add);
  }

  static consteval std::size_t find_count() {
    member_counter all;
    members<T>::each(all);
    return all.count;
  }
  static constexpr std::size_t count = find_count();
  member_layout list[count + 1] = {};

 private:
  struct lister {
    member_layout* next;

    template <class Member, class Class>
    void operator()(const char* name, Member Class::* pointer) {
      alignas(T) static char memory[sizeof(T)];
      const char* const place = address_of(at<T>(static_cast<void*>(memory)).*pointer);
      *next++ = member<Member>(name, static_cast<std::size_t>(place - memory));
    }
    template <class Get, class Set>
    void operator()(const char* name, const bit_field<Get, Set>& field) {
      *next++ = bit_field_member<T>(name, field.get, field.set);
    }
  };
};

template <class T>
  requires requires { &members<T>::template each<member_counter&>; }
struct described<T, kind::structure> {
  inline static const member_table<T> table;
  static constexpr structure_layout value{basics(form::structure, sizeof(T)), table.list,
                                          member_table<T>::count};
};
// ---- Sequences

template <class T>
struct described<T, kind::c_array> {
  using element = typename extent<T>::element;
  static constexpr array_layout value{basics(form::array, sizeof(T)),
                                      &described<std::remove_cv_t<element>>::value, extent<T>::size};
};
template <class T>
struct described<T, kind::array> : described<T, kind::c_array> {
  static_assert(extent<T>::size == 0 || sizeof(T) == extent<T>::size * sizeof(typename extent<T>::element),
                "an array is its elements");
};

/// Gives the elements of a container in blocks.
template <class T>
[[gnu::cold]] void walk(T& container, void* context, take_rows take) {
  char* block[block_rows];
  std::size_t count = 0;
  for (auto& item : container) {
    block[count++] = address_of(item);
    if (count != block_rows) continue;
    if (!take(context, block, count)) return;
    count = 0;
  }
  if (count != 0) take(context, block, count);
}

/// Walks over numbers that lie at any address, as iterators of T do over its elements.
template <class T>
class unaligned_iterator {
 public:
  using value_type = typename T::value_type;
  using difference_type = std::ptrdiff_t;
  using pointer = const value_type*;
  using reference = value_type;
  using iterator_category = typename T::iterator::iterator_category;

  explicit unaligned_iterator(const char* at) : at_(at) {}
  value_type operator*() const {
    value_type value;
    __builtin_memcpy(static_cast<void*>(__builtin_addressof(value)), at_, sizeof value);
    return value;
  }
  unaligned_iterator& operator++() {
    at_ += sizeof(value_type);
    return *this;
  }
  difference_type operator-(const unaligned_iterator& other) const {
    return (at_ - other.at_) / static_cast<difference_type>(sizeof(value_type));
  }
  bool operator==(const unaligned_iterator& other) const { return at_ == other.at_; }

 private:
  const char* at_;
};

template <class T>
struct described<T, kind::sequence> {
  using element = typename T::value_type;
  static constexpr bool is_contiguous = valarray_like<T> || requires(T& sequence) { sequence.data(); };
  /// Strings can be of other characters, and have no constructor that takes a length alone.
  static constexpr bool is_like_standard =
      requires { typename T::allocator_type; } && !requires { typename T::traits_type; };
  /// Whether it is made at once of numbers, which spares the work of making zeros first. Numbers of one or
  /// two bytes are rather copied as a block.
  static constexpr bool is_made_of_numbers = [] {
    if constexpr (array_tag<element> == 0 || sizeof(element) < 4 || std::is_enum_v<element>)
      return false;
    else
      return is_contiguous && is_like_standard && requires { typename T::iterator::iterator_category; };
  }();

  [[gnu::cold]] static char* view(void* sequence, std::size_t* count) {
    T& elements = at<T>(sequence);
    if constexpr (iterable<T> || valarray_like<T>) {
      *count = elements.size();
    } else {
      *count = 0;
      for (auto item = elements.begin(); item != elements.end(); ++item) ++*count;
    }
    if constexpr (valarray_like<T>) {
      return *count == 0 ? nullptr : address_of(elements[0]);
    } else if constexpr (is_contiguous) {
      return static_cast<char*>(static_cast<void*>(elements.data()));
    } else {
      return nullptr;
    }
  }
  [[gnu::cold]] static void walk(void* sequence, void* context, take_rows take) {
    detail::walk(at<T>(sequence), context, take);
  }
  [[gnu::cold]] static void make(void* memory, std::size_t count) {
    // Making a container of some size is less code than changing one to it.
    if constexpr (is_like_standard) {
      ::new (memory) T(count);
    } else {
      (::new (memory) T())->resize(count);
    }
  }
  [[gnu::cold]] static void make_of(void* memory, const char* bytes, std::size_t count) {
    using iterator = unaligned_iterator<T>;
    ::new (memory) T(iterator(bytes), iterator(bytes + count * sizeof(element)));
  }

  template <bool is_read>
  static constexpr sequence_layout find() {
    sequence_layout found{
        basics(form::sequence, sizeof(T)), nullptr, &view, nullptr, nullptr, nullptr, nullptr};
    if constexpr (!is_contiguous) found.walk = &walk;
    if constexpr (is_read) {
      found.destroy = find_destroy<T>();
      found.make = &make;
      if constexpr (is_made_of_numbers) found.make_of = &make_of;
    }
    found.element = &described<std::remove_cv_t<element>>::value;
    return found;
  }
  static const sequence_layout value;
  static const sequence_layout written;
};
template <class T>
constinit const sequence_layout described<T, kind::sequence>::value = find<true>();
template <class T>
constinit const sequence_layout described<T, kind::sequence>::written = find<false>();

/// Whether the elements are bits, not objects, as in std::vector<bool>.
template <class T>
concept bit_sequence = std::is_same_v<typename T::value_type, bool> && requires(T& bits) {
  bits.clear();
  bits[0];
  requires !std::is_same_v<decltype(bits[0]), bool&>;
};

template <class T>
  requires bit_sequence<T>
struct described<T, kind::sequence> {
  [[gnu::cold]] static std::size_t length(const void* bits) { return at<T>(bits).size(); }
  [[gnu::cold]] static void resize(void* bits, std::size_t count) { at<T>(bits).resize(count); }
  [[gnu::cold]] static bool get(const void* bits, std::size_t index) { return at<T>(bits)[index]; }
  [[gnu::cold]] static void set(void* bits, std::size_t index, bool bit) { at<T>(bits)[index] = bit; }
  static constexpr bits_layout value{basics(form::bits, sizeof(T)), 0, &length, &resize, &get, &set};
};

template <class T>
struct described<T, kind::bits> {
  [[gnu::cold]] static bool get(const void* bits, std::size_t index) { return at<T>(bits).test(index); }
  [[gnu::cold]] static void set(void* bits, std::size_t index, bool bit) { at<T>(bits).set(index, bit); }
  static constexpr bits_layout value{basics(form::bits, sizeof(T)), T().size(), nullptr, nullptr, &get, &set};
};

// ---- Sets and maps

template <class T>
struct described_keyed {
  using key = typename T::key_type;

  [[gnu::cold]] static std::size_t length(const void* container) { return at<T>(container).size(); }

  [[gnu::cold]] static void walk(const void* container, void* context, take_entries take) {
    char* keys[block_rows];
    char* values[block_rows];
    std::size_t count = 0;
    for (const auto& entry : at<T>(container)) {
      if constexpr (map_like<T>) {
        keys[count] = address_of(entry.first);
        values[count++] = address_of(entry.second);
      } else {
        keys[count++] = address_of(entry);
      }
      if (count != block_rows) continue;
      if (!take(context, keys, values, count)) return;
      count = 0;
    }
    if (count != 0) take(context, keys, values, count);
  }

  [[gnu::cold]] static void fill(void* target, std::size_t count, void* context,
                                 bool (*read_key)(void*, char*), bool (*read_value)(void*, char*)) {
    T& container = at<T>(target);
    if constexpr (is_unordered<T>) {
      container = T();  // one that was used before iterates in another order
      container.reserve(count);
    } else {
      container.clear();
    }
    for (std::size_t index = 0; index < count; ++index) {
      key read{};
      if (!read_key(context, address_of(read))) return;
      if constexpr (map_like<T>) {
        auto entry =
            container.emplace_hint(container.end(), static_cast<key&&>(read), typename T::mapped_type());
        if (!read_value(context, address_of(entry->second))) return;
      } else {
        container.emplace_hint(container.end(), static_cast<key&&>(read));
      }
    }
  }

  template <bool is_read>
  static constexpr keyed_layout find() {
    keyed_layout found{basics(form::keyed, sizeof(T)),
                       &described<key>::value,
                       nullptr,
                       is_unordered<T>,
                       may_repeat<T>,
                       &length,
                       &walk,
                       nullptr};
    if constexpr (map_like<T>) found.value = &described<typename T::mapped_type>::value;
    if constexpr (is_read) found.fill = &fill;
    return found;
  }
  static const keyed_layout value;
  static const keyed_layout written;
};
template <class T>
constinit const keyed_layout described_keyed<T>::value = find<true>();
template <class T>
constinit const keyed_layout described_keyed<T>::written = find<false>();

template <class T>
struct described<T, kind::set> : described_keyed<T> {};
template <class T>
struct described<T, kind::map> : described_keyed<T> {};

// ---- Types with a codec of their own

template <class T>
struct described<T, kind::custom> {
  [[gnu::cold]] static void encode(const void* object, sink& out) { codec<T>::encode(out, at<T>(object)); }
  [[gnu::cold]] static void decode(void* object, source& in) { codec<T>::decode(in, at<T>(object)); }
  static constexpr custom_layout value{basics<T>(form::custom), &encode, &decode};
};

/// The description of a type whose values are written and never read: what fills a container is left out,
/// since that is most of what is compiled for it.
template <class T>
constexpr const layout* written_layout() {
  if constexpr (requires { described<T>::written; }) {
    return &described<T>::written;
  } else {
    return &described<T>::value;
  }
}

}  // namespace ham::detail

namespace ham {

/// How values of T lie in memory.
template <class T>
const layout& layout_of() {
  return detail::described<T>::value;
}

}  // namespace ham
