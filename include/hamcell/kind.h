// Which C++ types the codec knows, told by what a type has (its members), not by its name, so that no
// container's header has to be included here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

// The two types of the standard library that have nothing to be told by.
#ifdef _LIBCPP_BEGIN_NAMESPACE_STD
_LIBCPP_BEGIN_NAMESPACE_STD
#else
namespace std {
#endif
struct monostate;
template <class... Members>
class tuple;
#ifdef _LIBCPP_END_NAMESPACE_STD
_LIBCPP_END_NAMESPACE_STD
#else
}
#endif

namespace ham {

class sink;
class source;

/// How a type is written and read. The primary template is the codec of the types listed in codec.h;
/// specialise it for a class of your own:
///
///     template <> struct ham::codec<Angle> {
///       static void encode(ham::sink& out, const Angle& angle) { ham::encode(out, angle.degrees()); }
///       static void decode(ham::source& in, Angle& angle) {
///         double degrees = 0;
///         ham::decode(in, degrees);
///         angle = Angle(degrees);
///       }
///     };
///
/// encode must write exactly one CBOR item, and the same one for equal values. A codec that never writes null
/// may say so, which spares an optional of the class a form of its own: `static constexpr bool never_null =
/// true;` (as those of hamcell/adapt do).
template <class T, class = void>
struct codec {
  using built_in = void;  ///< tells this from a codec of the user's own
};

/// Writes `value` as one CBOR item. Look at out.error() afterwards.
template <class T>
void encode(sink& out, const T& value);

/// Reads one CBOR item into `value`, which is default-constructed or may be written over. Look at in.ok()
/// afterwards: after an error `value` is valid but has no meaning.
template <class T>
void decode(source& in, T& value);

/// The data members of a class, bases' members first, in the order of declaration; specialised by generated
/// code for every class whose members are all public. Either as a table, `count` and `list`, which costs a
/// compiler least, or written out: `template <class F> static constexpr void each(F&& f) { f("date",
/// &Day::date); f("flag", ham::bit_field{…}); }`. Names must differ.
template <class T>
struct members;

/// Stands for a bit-field in members<T>::each, since no pointer can point to one:
/// `ham::bit_field{[](const T& t) { return t.flag; }, [](T& t, auto value) { t.flag = value; }}`.
template <class Get, class Set>
struct bit_field {
  Get get;
  Set set;
};
template <class Get, class Set>
bit_field(Get, Set) -> bit_field<Get, Set>;

namespace detail {

/// The encodings; those of src/value/type.h, and the finer differences that C++ makes.
enum class kind : unsigned char {
  none,
  custom,
  structure,
  boolean,
  integer,
  floating,
  enumeration,
  c_array,
  bits,  ///< std::bitset
  text,
  path,
  calendar,  ///< a year, month, day or weekday: an integer
  date,      ///< a year, month and day
  optional,
  complex,
  duration,
  time_point,
  variant,
  monostate,
  pair,
  tuple,
  array,
  map,
  set,
  sequence
};

template <class T>
inline constexpr bool has_members = requires { sizeof(members<T>); };
template <class T>
inline constexpr bool has_custom_codec = !requires { typename codec<T>::built_in; };

template <class... Ts>
struct pack {
  static constexpr std::size_t size = sizeof...(Ts);
};
/// The element `index` of a list of types.
template <std::size_t index, class First, class... Rest>
struct pick : pick<index - 1, Rest...> {};
template <class First, class... Rest>
struct pick<0, First, Rest...> {
  using type = First;
};

/// The template arguments of a class template that has only types.
template <class T>
struct type_arguments {
  using type = pack<>;
};
template <template <class...> class Template, class... Ts>
struct type_arguments<Template<Ts...>> {
  using type = pack<Ts...>;
};
template <class T>
using type_arguments_of = typename type_arguments<T>::type;

template <class T>
inline constexpr bool is_tuple = false;
template <class... Ts>
inline constexpr bool is_tuple<std::tuple<Ts...>> = true;

/// Element type and length of std::array and what is declared like it.
template <class T>
struct extent {
  static constexpr bool is_fixed = false;
};
template <template <class, std::size_t> class Template, class Element, std::size_t length>
struct extent<Template<Element, length>> {
  static constexpr bool is_fixed = true;
  static constexpr std::size_t size = length;
  using element = Element;
};
template <class Element, std::size_t length>
struct extent<Element[length]> {
  static constexpr bool is_fixed = true;
  static constexpr std::size_t size = length;
  using element = Element;
};

template <class T>
concept iterable = requires(const T& value) {
  typename T::value_type;
  value.begin();
  value.end();
  value.size();
};
/// std::forward_list too, which does not know its size.
template <class T>
concept list_like = requires(T& value) {
  typename T::value_type;
  value.begin();
  value.end();
  value.clear();
  value.resize(std::size_t{});
};
template <class T>
concept valarray_like = requires(T& value) {
  typename T::value_type;
  value.size();
  value.resize(std::size_t{});
  value.cshift(0);
};
template <class T>
concept bitset_like = requires(const T& value) {
  value.size();
  value.test(std::size_t{});
  value.to_ullong();
};
/// Years, months, days and weekdays; what lies between two of them is another type.
template <class T>
concept calendar_like = std::is_trivially_copyable_v<T> && sizeof(T) <= 2 && requires(T& value) {
  value.ok();
  ++value;
  value += value - value;
  requires !std::is_same_v<decltype(value - value), T>;
};
template <class T>
concept date_like = requires(const T& value) {
  value.ok();
  T(value.year(), value.month(), value.day());
  requires calendar_like<decltype(value.year())> && calendar_like<decltype(value.month())>;
  requires calendar_like<decltype(value.day())>;
};
template <class T>
concept text_like = iterable<T> && sizeof(typename T::value_type) == 1 &&
                    requires(T& value, const typename T::value_type* letters) {
                      typename T::traits_type;
                      value.assign(letters, std::size_t{});
                      value.data();
                    };
template <class T>
concept path_like = requires(const T& value) {
  typename T::string_type;
  T::preferred_separator;
  value.native();
};
template <class T>
concept optional_like = requires(T& value, const T& constant) {
  typename T::value_type;
  constant.has_value();
  *constant;
  value.reset();
  value.emplace();
} && !requires { typename T::error_type; };
template <class T>
concept complex_like = requires(const T& value) {
  typename T::value_type;
  T(value.real(), value.imag());
} && !iterable<T>;
template <class T>
concept duration_like = requires(const T& value) {
  typename T::rep;
  typename T::period;
  value.count();
};
template <class T>
concept time_point_like = requires(const T& value) {
  typename T::clock;
  typename T::duration;
  value.time_since_epoch();
};
template <class T>
concept variant_like = requires(const T& value) {
  value.index();
  value.valueless_by_exception();
};
template <class T>
concept pair_like = requires(const T& value) {
  typename T::first_type;
  typename T::second_type;
  value.first;
  value.second;
};
template <class T>
concept array_like = iterable<T> && extent<T>::is_fixed && requires(T& value) {
  value.fill(value[0]);
  value.data();
} && !requires(T& value) { value.clear(); };
template <class T>
concept map_like = iterable<T> && requires(T& value) {
  typename T::key_type;
  typename T::mapped_type;
  value.clear();
};
template <class T>
concept set_like = iterable<T> && !map_like<T> && requires(T& value) {
  typename T::key_type;
  value.clear();
};
template <class T>
concept sequence_like = list_like<T> || valarray_like<T>;

/// `long double` in the format of x87, whose 64 bits of precision CBOR's integers hold.
template <class T>
inline constexpr bool is_extended = std::is_same_v<T, long double> && __LDBL_MANT_DIG__ == 64;

template <class T>
consteval kind find_kind() {
  if constexpr (has_custom_codec<T>)
    return kind::custom;
  else if constexpr (has_members<T>)
    return kind::structure;
  else if constexpr (std::is_same_v<T, bool>)
    return kind::boolean;
  else if constexpr (std::is_integral_v<T>)
    return sizeof(T) <= 8 ? kind::integer : kind::none;
  else if constexpr (std::is_same_v<T, float> || std::is_same_v<T, double> || is_extended<T>)
    return kind::floating;
  else if constexpr (std::is_enum_v<T>)
    return kind::enumeration;
  else if constexpr (std::is_bounded_array_v<T>)
    return kind::c_array;
  else if constexpr (!std::is_class_v<T>)
    return kind::none;
  else if constexpr (path_like<T>)
    return kind::path;
  else if constexpr (text_like<T>)
    return kind::text;
  else if constexpr (map_like<T>)
    return kind::map;
  else if constexpr (set_like<T>)
    return kind::set;
  else if constexpr (array_like<T>)
    return kind::array;
  else if constexpr (sequence_like<T>)
    return kind::sequence;
  else if constexpr (pair_like<T>)
    return kind::pair;
  else if constexpr (is_tuple<T>)
    return kind::tuple;
  else if constexpr (std::is_same_v<T, std::monostate>)
    return kind::monostate;
  else if constexpr (variant_like<T>)
    return kind::variant;
  else if constexpr (optional_like<T>)
    return kind::optional;
  else if constexpr (duration_like<T>)
    return kind::duration;
  else if constexpr (time_point_like<T>)
    return kind::time_point;
  else if constexpr (complex_like<T>)
    return kind::complex;
  else if constexpr (bitset_like<T>)
    return kind::bits;
  else if constexpr (date_like<T>)
    return kind::date;
  else if constexpr (calendar_like<T>)
    return kind::calendar;
  else
    return kind::none;
}
template <class T>
inline constexpr kind kind_of = find_kind<T>();

template <class T>
consteval bool find_codable();
template <class... Ts>
consteval bool all_codable(pack<Ts...>) {
  return (find_codable<std::remove_cv_t<Ts>>() && ...);
}

/// Whether T and what it is made of can be written and read. Members of structures are not looked at:
/// hamcell-scan knows them.
template <class T>
consteval bool find_codable() {
  constexpr kind k = kind_of<T>;
  if constexpr (k == kind::none)
    return false;
  else if constexpr (k == kind::custom || k == kind::structure)
    return std::is_default_constructible_v<T>;
  else if constexpr (k == kind::optional || k == kind::complex)
    return find_codable<typename T::value_type>();
  else if constexpr (k == kind::duration)
    return find_codable<typename T::rep>();
  else if constexpr (k == kind::time_point)
    return find_codable<typename T::duration>();
  else if constexpr (k == kind::variant || k == kind::tuple)
    return all_codable(type_arguments_of<T>{});
  else if constexpr (k == kind::pair)
    return all_codable(pack<typename T::first_type, typename T::second_type>{});
  else if constexpr (k == kind::array || k == kind::c_array)
    return find_codable<typename extent<T>::element>();
  else if constexpr (k == kind::map)
    return all_codable(pack<typename T::key_type, typename T::mapped_type>{});
  else if constexpr (k == kind::set || k == kind::sequence)
    return find_codable<typename T::value_type>();
  else
    return true;
}

/// Whether a value may itself be encoded as null, so that an optional of it needs another form.
template <class T>
inline constexpr bool may_be_null = kind_of<T> == kind::optional || kind_of<T> == kind::monostate ||
                                    (kind_of<T> == kind::custom && !requires { codec<T>::never_null; });

/// Whether a map with such keys is a CBOR map.
template <class T>
inline constexpr bool is_map_key =
    kind_of<T> == kind::text || kind_of<T> == kind::path || kind_of<T> == kind::integer ||
    kind_of<T> == kind::enumeration || kind_of<T> == kind::calendar || kind_of<T> == kind::date;

/// The arithmetic type that is all that a T holds, or void: enums, years and the like, durations and time
/// points are their number.
template <class T, kind = kind_of<T>>
struct number_in {
  using type = void;
};
template <class T>
struct number_in<T, kind::integer> {
  using type = T;
};
template <class T>
struct number_in<T, kind::floating> {
  using type = T;
};
template <class T>
struct number_in<T, kind::enumeration> {
  using type = std::underlying_type_t<T>;
};
template <class T>
struct number_in<T, kind::calendar> {
  using type = std::conditional_t<sizeof(T) == 2, std::int16_t, std::uint8_t>;
};
template <class T>
struct number_in<T, kind::duration> : number_in<typename T::rep> {};
template <class T>
struct number_in<T, kind::time_point> : number_in<typename T::duration> {};
template <class T>
using number_of = typename number_in<T>::type;

/// The RFC 8746 tag (section 2.1) of a little-endian typed array of T, or 0 where sequences of T are not one.
template <class T>
consteval unsigned find_array_tag() {
  using number = number_of<T>;
  if constexpr (std::is_void_v<number> || is_extended<number>) {
    return 0;
  } else if constexpr (sizeof(T) != sizeof(number) || !std::is_trivially_copyable_v<T>) {
    return 0;
  } else if constexpr (std::is_floating_point_v<number>) {
    return sizeof(T) == 4 ? 85 : 86;
  } else {
    constexpr unsigned width = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
    constexpr unsigned little_endian = width == 0 ? 0 : 4;
    return (std::is_signed_v<number> ? 72 : 64) + little_endian + width;
  }
}
template <class T>
inline constexpr unsigned array_tag = find_array_tag<T>();

}  // namespace detail

/// Whether values of T can be written and read.
template <class T>
inline constexpr bool is_codable = detail::find_codable<std::remove_cv_t<T>>();

}  // namespace ham
