// How single values of each kind are written and read, but for sets and maps.
#pragma once

#include "column.h"

namespace ham::detail {

/// How a value of one kind is written and read.
template <class T, kind = kind_of<T>>
struct coding;

template <class T>
struct coding<T, kind::boolean> {
  static void encode(sink& out, const T& value) { out.boolean(value); }
  static void decode(source& in, T& value) { value = in.boolean(); }
};

template <class T>
struct coding<T, kind::integer> {
  static void encode(sink& out, const T& value) {
    if constexpr (std::is_signed_v<T>) {
      out.signed_integer(value);
    } else {
      out.unsigned_integer(value);
    }
  }
  static void decode(source& in, T& value) {
    constexpr unsigned value_bits = 8 * sizeof(T) - (std::is_signed_v<T> ? 1 : 0);
    constexpr std::uint64_t max = ~std::uint64_t{0} >> (64 - value_bits);
    if constexpr (std::is_signed_v<T>) {
      value = static_cast<T>(in.signed_integer(static_cast<std::int64_t>(max)));
    } else {
      value = static_cast<T>(in.unsigned_integer(max));
    }
  }
};

template <class T>
struct coding<T, kind::floating> {
  static void encode(sink& out, const T& value) { out.floating(value); }
  static void decode(source& in, T& value) {
    if constexpr (sizeof(T) == 4) {
      value = in.float32();
    } else {
      value = in.float64();
    }
  }
};

template <class T>
struct coding<T, kind::enumeration> {
  using number = std::underlying_type_t<T>;
  static void encode(sink& out, const T& value) {
    if constexpr (std::is_same_v<number, bool>) {
      out.unsigned_integer(static_cast<unsigned>(value));
    } else {
      coding<number>::encode(out, static_cast<number>(value));
    }
  }
  static void decode(source& in, T& value) {
    if constexpr (std::is_same_v<number, bool>) {
      value = static_cast<T>(in.unsigned_integer(1) != 0);
    } else {
      number read{};
      coding<number>::decode(in, read);
      value = static_cast<T>(read);
    }
  }
};

template <class T>
struct coding<T, kind::c_array> {
  using element = typename extent<T>::element;
  static void encode(sink& out, const T& value) {
    encode_column<element>(out, strided_rows(value, sizeof(element)), extent<T>::size);
  }
  static void decode(source& in, T& value) {
    decode_column<element>(in, strided_rows(value, sizeof(element)), extent<T>::size);
  }
};

template <class T>
struct coding<T, kind::array> {
  using element = typename extent<T>::element;
  static void encode(sink& out, const T& value) {
    encode_column<element>(out, strided_rows(value.data(), sizeof(element)), extent<T>::size);
  }
  static void decode(source& in, T& value) {
    decode_column<element>(in, strided_rows(value.data(), sizeof(element)), extent<T>::size);
  }
};

template <class T>
struct coding<T, kind::text> {
  using letter = typename T::value_type;
  static void encode(sink& out, const T& value) {
    const void* letters = value.data();
    out.text_or_bytes(static_cast<const char*>(letters), value.size());
  }
  static void decode(source& in, T& value) {
    const bool is_text = in.peek_major() == text_item;
    const piece read = in.text();
    if (is_text && !is_utf8(read.data, read.size)) in.fail("text that is not UTF-8");
    const void* letters = read.data;
    if (read.size == 0) {
      value.clear();
    } else {
      value.assign(static_cast<const letter*>(letters), read.size);
    }
  }
};

template <class T>
struct coding<T, kind::path> {
  using string = typename T::string_type;
  static void encode(sink& out, const T& value) { coding<string>::encode(out, value.native()); }
  static void decode(source& in, T& value) {
    string native;
    coding<string>::decode(in, native);
    value = static_cast<string&&>(native);
  }
};

template <class T>
struct coding<T, kind::optional> {
  static constexpr bool is_wrapped = may_be_null<std::remove_cv_t<typename T::value_type>>;
  static void encode(sink& out, const T& value) {
    if constexpr (is_wrapped) {
      out.array(value.has_value() ? 1 : 0);
    } else if (!value.has_value()) {
      out.null();
    }
    if (value.has_value()) ham::encode(out, *value);
  }
  static void decode(source& in, T& value) {
    value.reset();
    if constexpr (is_wrapped) {
      const std::size_t count = in.array();
      if (count > 1) in.fail("an optional with more than one value");
      if (count == 0 || !in.ok()) return;
    } else if (in.take_null()) {
      return;
    }
    value.emplace();
    ham::decode(in, *value);
  }
};

template <class T>
struct coding<T, kind::complex> {
  using number = typename T::value_type;
  static void encode(sink& out, const T& value) {
    out.array(2);
    ham::encode(out, value.real());
    ham::encode(out, value.imag());
  }
  static void decode(source& in, T& value) {
    number real{};
    number imaginary{};
    if (in.array() != 2) in.fail("not a complex number");
    ham::decode(in, real);
    ham::decode(in, imaginary);
    value = T(real, imaginary);
  }
};

template <class T>
struct coding<T, kind::duration> {
  using number = typename T::rep;
  static void encode(sink& out, const T& value) { ham::encode(out, value.count()); }
  static void decode(source& in, T& value) {
    number count{};
    ham::decode(in, count);
    value = T(count);
  }
};

template <class T>
struct coding<T, kind::time_point> {
  using since_epoch = typename T::duration;
  static void encode(sink& out, const T& value) { ham::encode(out, value.time_since_epoch()); }
  static void decode(source& in, T& value) {
    since_epoch duration{};
    ham::decode(in, duration);
    value = T(duration);
  }
};

template <class T>
struct coding<T, kind::monostate> {
  static void encode(sink& out, const T&) { out.null(); }
  static void decode(source& in, T&) {
    if (!in.take_null()) in.fail("not null");
  }
};

template <class T>
struct coding<T, kind::pair> {
  static void encode(sink& out, const T& value) {
    out.array(2);
    ham::encode(out, value.first);
    ham::encode(out, value.second);
  }
  static void decode(source& in, T& value) {
    if (in.array() != 2) in.fail("not a pair");
    ham::decode(in, value.first);
    ham::decode(in, value.second);
  }
};

// get<index>() below is found in the namespace of the tuple or variant.

template <class T>
struct coding<T, kind::tuple> {
  static constexpr std::size_t size = type_arguments_of<T>::size;

  template <std::size_t index = 0>
  static void encode_from(sink& out, const T& value) {
    if constexpr (index < size) {
      ham::encode(out, get<index>(value));
      encode_from<index + 1>(out, value);
    }
  }
  template <std::size_t index = 0>
  static void decode_from(source& in, T& value) {
    if constexpr (index < size) {
      ham::decode(in, get<index>(value));
      decode_from<index + 1>(in, value);
    }
  }

  static void encode(sink& out, const T& value) {
    out.array(size);
    encode_from(out, value);
  }
  static void decode(source& in, T& value) {
    if (in.array() != size) in.fail("a tuple of another length");
    decode_from(in, value);
  }
};

template <class T>
struct coding<T, kind::variant> {
  static constexpr std::size_t size = type_arguments_of<T>::size;

  template <std::size_t index = 0>
  static void encode_alternative(sink& out, const T& value) {
    if constexpr (index < size) {
      if (value.index() == index) return ham::encode(out, get<index>(value));
      encode_alternative<index + 1>(out, value);
    }
  }
  template <std::size_t index = 0>
  static void decode_alternative(source& in, T& value, std::size_t wanted) {
    if constexpr (index < size) {
      if (index != wanted) return decode_alternative<index + 1>(in, value, wanted);
      value.template emplace<index>();
      ham::decode(in, get<index>(value));
    }
  }

  static void encode(sink& out, const T& value) {
    if (value.valueless_by_exception()) return out.fail("a variant is without a value");
    out.array(2);
    out.unsigned_integer(value.index());
    encode_alternative(out, value);
  }
  static void decode(source& in, T& value) {
    if (in.array() != 2) in.fail("not a variant");
    const std::uint64_t index = in.unsigned_integer(size - 1);
    if (in.ok()) decode_alternative(in, value, static_cast<std::size_t>(index));
  }
};

template <class T>
struct member_writer {
  sink& out;
  const T& value;

  template <class Member, class Class>
  void operator()(const char* name, Member Class::* member) {
    out.name(name);
    encode(out, value.*member);
  }
  template <class Get, class Set>
  void operator()(const char* name, const bit_field<Get, Set>& field) {
    out.name(name);
    encode(out, field.get(value));
  }
};

template <class T>
struct member_reader {
  source& in;
  T& value;
  member_check* check = nullptr;

  template <class Member, class Class>
  void operator()(const char* name, Member Class::* member) {
    if (check->is_next(name)) decode(in, value.*member);
  }
  template <class Get, class Set>
  void operator()(const char* name, const bit_field<Get, Set>& field) {
    if (!check->is_next(name)) return;
    auto read = field.get(value);
    decode(in, read);
    if (in.ok()) set_bit_field(in, field, value, read);
  }
};

template <class T>
struct coding<T, kind::structure> {
  static void encode(sink& out, const T& value) {
    if (!out.enter()) return;
    out.map(member_count<T>);
    members<T>::each(member_writer<T>{out, value});
    out.leave();
  }
  static void decode(source& in, T& value) {
    if (!in.enter()) return;
    read_members<T>(in, member_reader<T>{in, value});
    in.leave();
  }
};

template <class T>
struct coding<T, kind::sequence> {
  using element = typename T::value_type;

  static void encode(sink& out, const T& value) {
    if constexpr (std::is_same_v<element, bool>) {
      out.array(value.size());
      for (const bool item : value) out.boolean(item);
    } else {
      encode_column<element>(out, rows_in(value), value.size());
    }
  }

  static void decode(source& in, T& value) {
    const std::size_t count = checked_rows_ahead(in, least_bytes<element>());
    if (!in.ok()) return;
    value.resize(count);
    if constexpr (std::is_same_v<element, bool>) {
      if (in.array() != count) in.fail("not an array");
      for (auto item = value.begin(); item != value.end(); ++item) *item = in.boolean();
    } else {
      decode_column<element>(in, rows_in(value), count);
    }
  }
};

}  // namespace ham::detail
