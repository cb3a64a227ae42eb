// Turns libclang's types into hamcell's.
#include "scan/types.h"

#include <algorithm>

#include "scan/structure.h"
#include "scan/type_names.h"

namespace hamcell {
namespace {

constexpr unsigned bits_in_byte = 8;

/// How a standard template is encoded, and how many of its arguments decide that: what follows them
/// (comparison, hash, allocator) does not show in values.
struct StandardTemplate {
  std::string_view name;
  TypeKind kind;
  int arguments;  ///< all: -1
  bool unordered = false;
};
constexpr StandardTemplate standard_templates[] = {
    {"std::vector", TypeKind::sequence, 1},
    {"std::deque", TypeKind::sequence, 1},
    {"std::list", TypeKind::sequence, 1},
    {"std::forward_list", TypeKind::sequence, 1},
    {"std::valarray", TypeKind::sequence, 1},
    {"std::array", TypeKind::array, 1},
    {"std::set", TypeKind::set, 1},
    {"std::multiset", TypeKind::set, 1},
    {"std::unordered_set", TypeKind::set, 1, true},
    {"std::unordered_multiset", TypeKind::set, 1, true},
    {"std::map", TypeKind::map, 2},
    {"std::multimap", TypeKind::map, 2},
    {"std::unordered_map", TypeKind::map, 2, true},
    {"std::unordered_multimap", TypeKind::map, 2, true},
    {"std::optional", TypeKind::optional, 1},
    {"std::variant", TypeKind::variant, -1},
    {"std::pair", TypeKind::tuple, 2},
    {"std::tuple", TypeKind::tuple, -1},
    {"std::complex", TypeKind::complex, 1},
};

/// Classes of std::chrono that are their number.
struct CalendarClass {
  std::string_view name;
  std::uint32_t bits;
  bool is_signed = false;
};
constexpr CalendarClass calendar_classes[] = {
    {"std::chrono::year", 16, true},
    {"std::chrono::month", 8},
    {"std::chrono::day", 8},
    {"std::chrono::weekday", 8},
};

/// Why well-known classes cannot be stored, in better words than what their members would give.
constexpr std::pair<std::string_view, std::string_view> standard_reasons[] = {
    {"std::unique_ptr", "is move-only"},
    {"std::shared_ptr", "shares what it points to"},
    {"std::weak_ptr", "shares what it points to"},
    {"std::function", "holds code"},
    {"std::move_only_function", "holds code"},
    {"std::any", "can hold any type"},
    {"std::future", "is move-only"},
    {"std::shared_future", "stands for work in progress"},
    {"std::thread", "is move-only"},
    {"std::jthread", "is move-only"},
    {"std::mutex", "is a lock"},
    {"std::atomic", "is shared between threads"},
    {"std::reference_wrapper", "is a reference"},
};

/// libclang has no kind for char8_t.
bool is_char8(CXType type) {
  return type.kind == CXType_Unexposed && text_of(clang_getTypeSpelling(type)) == "char8_t";
}

TypeKind builtin_kind(CXType type) {
  if (is_char8(type)) return TypeKind::integer;
  switch (type.kind) {
    case CXType_Bool:
      return TypeKind::boolean;
    case CXType_Float:
    case CXType_Double:
      return TypeKind::floating;
#if __LDBL_MANT_DIG__ == 64
    case CXType_LongDouble:
      return TypeKind::floating;
#endif
    case CXType_Char_U:
    case CXType_UChar:
    case CXType_Char_S:
    case CXType_SChar:
    case CXType_Char16:
    case CXType_Char32:
    case CXType_WChar:
    case CXType_UShort:
    case CXType_UInt:
    case CXType_ULong:
    case CXType_ULongLong:
    case CXType_Short:
    case CXType_Int:
    case CXType_Long:
    case CXType_LongLong:
      return TypeKind::integer;
    default:
      return TypeKind::opaque;
  }
}

bool is_signed(CXTypeKind kind) {
  switch (kind) {
    case CXType_Char_S:
    case CXType_SChar:
    case CXType_Short:
    case CXType_Int:
    case CXType_Long:
    case CXType_LongLong:
      return true;
      // wchar_t is signed on Linux but on ARM; char16_t, char32_t and char8_t never are.
#if defined(__WCHAR_UNSIGNED__)
    case CXType_WChar:
      return false;
#else
    case CXType_WChar:
      return true;
#endif
    default:
      return false;
  }
}

bool is_character(CXType type) {
  switch (type.kind) {
    case CXType_Char_U:
    case CXType_Char_S:
    case CXType_Char16:
    case CXType_Char32:
    case CXType_WChar:
      return true;
    default:
      return is_char8(type);
  }
}

std::uint32_t bits_of(CXType type) {
  if (type.kind == CXType_LongDouble) return extended_bits;
  const long long size = clang_Type_getSizeOf(type);
  return size < 0 ? 0 : static_cast<std::uint32_t>(size) * bits_in_byte;
}

std::string_view why_not_builtin(CXTypeKind kind) {
  switch (kind) {
    case CXType_Pointer:
      return "is a pointer";
    case CXType_MemberPointer:
      return "is a pointer to a member";
    case CXType_LValueReference:
    case CXType_RValueReference:
      return "is a reference";
    case CXType_LongDouble:
      return "has no encoding on this machine";
    case CXType_NullPtr:
      return "is a pointer";
    case CXType_IncompleteArray:
    case CXType_VariableArray:
      return "is an array of unknown size";
    case CXType_FunctionProto:
    case CXType_FunctionNoProto:
      return "is a function";
    default:
      return "has no encoding";
  }
}

bool is_char(CXType type) { return type.kind == CXType_Char_S || type.kind == CXType_Char_U; }

CXType argument_of(CXType type, unsigned index) {
  return clang_getCanonicalType(clang_Type_getTemplateArgumentAsType(type, index));
}

}  // namespace

TypeCollector::TypeCollector(CXTranslationUnit unit, const std::vector<CXCursor>& codec_specialisations)
    : unit_(unit) {
  for (const CXCursor codec : codec_specialisations) {
    const CXType of = clang_getCursorType(codec);
    const CXType type = argument_of(of, 0);
    if (!is_valid(type)) continue;
    const CXCursor declaration = clang_getTypeDeclaration(type);
    if (clang_getCursorKind(declaration) == CXCursor_ClassTemplate)
      custom_templates_.push_back(declaration);
    else
      custom_types_.push_back(type);
  }
}

std::uint32_t TypeCollector::add(CXType type) {
  return add_canonical(clang_getUnqualifiedType(clang_getCanonicalType(clang_getNonReferenceType(type))));
}

std::uint32_t TypeCollector::add_canonical(CXType type) {
  const std::string name = text_of(clang_getTypeSpelling(type));
  std::vector<Known>& bucket = known_[name];
  for (Known& known : bucket) {
    if (is_valid(known.type) && clang_equalTypes(known.type, type) == 0) continue;
    known.type = type;
    return known.index;
  }
  // The index is taken before the members are looked at, since they may lead back here.
  const auto index = static_cast<std::uint32_t>(table_.types.size());
  bucket.push_back({type, index});
  table_.types.emplace_back();
  Type described = describe(type);
  table_.types[index] = std::move(described);
  return index;
}

std::uint32_t TypeCollector::add_owner(Type owner) {
  std::vector<Known>& bucket = known_[owner.cpp_name];
  if (!bucket.empty()) return bucket.front().index;
  const auto index = static_cast<std::uint32_t>(table_.types.size());
  CXType nothing{};
  nothing.kind = CXType_Invalid;
  bucket.push_back({nothing, index});
  table_.types.push_back(std::move(owner));
  return index;
}

std::uint32_t TypeCollector::add_plain_bool() {
  Type plain;
  plain.kind = TypeKind::boolean;
  plain.name = plain.cpp_name = "bool";
  plain.bits = bits_in_byte;
  return add_owner(std::move(plain));
}

Type TypeCollector::describe(CXType type) {
  Type out;
  out.cpp_name = cpp_name_of(type);
  out.name = readable(text_of(clang_getTypeSpelling(type)));
  if (type.kind == CXType_Record) return describe_record(type);
  if (type.kind == CXType_Enum) return describe_enumeration(type);
  if (type.kind == CXType_ConstantArray) {
    const std::uint32_t element = add(clang_getArrayElementType(type));
    out.kind = TypeKind::array;
    out.arguments = {element};
    out.extent = static_cast<std::uint64_t>(clang_getArraySize(type));
    return out;
  }
  out.kind = builtin_kind(type);
  if (out.kind == TypeKind::opaque) {
    out.why_opaque = out.name + " " + std::string(why_not_builtin(type.kind));
    return out;
  }
  out.bits = bits_of(type);
  out.is_signed = out.kind == TypeKind::integer && is_signed(type.kind);
  out.is_character = out.kind == TypeKind::integer && is_character(type);
  return out;
}

Type TypeCollector::describe_enumeration(CXType type) {
  const CXCursor declaration = clang_getTypeDeclaration(type);
  Type out;
  out.cpp_name = cpp_name_of(type);
  out.name = readable(text_of(clang_getTypeSpelling(type)));
  out.kind = TypeKind::enumeration;
  const CXType underlying = clang_getCanonicalType(clang_getEnumDeclIntegerType(declaration));
  out.bits = underlying.kind == CXType_Bool ? 1 : bits_of(underlying);
  out.is_signed = is_signed(underlying.kind);
  for_each_child(declaration, [&](CXCursor child) {
    if (clang_getCursorKind(child) != CXCursor_EnumConstantDecl) return;
    // Of an unsigned type the signed value would be wrong from half of its range on: 200 in eight bits is
    // -56.
    const std::int64_t value = out.is_signed
                                   ? clang_getEnumConstantDeclValue(child)
                                   : static_cast<std::int64_t>(clang_getEnumConstantDeclUnsignedValue(child));
    out.enumerators.push_back({text_of(clang_getCursorSpelling(child)), value});
  });
  if (const std::string reason = why_unreachable(declaration, out.name); !reason.empty()) {
    out.kind = TypeKind::opaque;
    out.cpp_name.clear();
    out.why_opaque = reason;
  }
  return out;
}

Type TypeCollector::describe_record(CXType type) {
  const CXCursor declaration = clang_getTypeDeclaration(type);
  const std::string name = qualified_name(declaration);
  Type out;
  out.cpp_name = cpp_name_of(type);
  out.name = readable(text_of(clang_getTypeSpelling(type)));
  const bool is_standard = name.starts_with("std::");
  if (is_standard && describe_standard(type, name, out)) return out;
  if (is_standard && (name == "std::basic_string_view" || name == "std::span"))
    return describe_view(type, name);
  if (const std::string reason = why_unreachable(declaration, out.name); !reason.empty()) {
    out.cpp_name.clear();
    out.why_opaque = reason;
    return out;
  }
  if (has_custom_codec(type, declaration)) {
    out.kind = TypeKind::custom;
    return out;
  }
  if (describe_adapted(type, declaration, name, out)) return out;
  for (const auto& [known, reason] : standard_reasons)
    if (name == known) out.why_opaque = out.name + " " + std::string(reason);
  if (!out.why_opaque.empty()) return out;
  if (is_standard) {
    out.why_opaque = out.name + " has no encoding";
    return out;
  }
  describe_structure(type, declaration, out);
  return out;
}

bool TypeCollector::describe_standard(CXType type, const std::string& name, Type& out) {
  const CXCursor declaration = clang_getTypeDeclaration(type);
  if (name == "std::basic_string") {
    const CXType letter = argument_of(type, 0);
    // As the codec has it, whatever the letter is called.
    out.kind = bits_of(letter) == bits_in_byte ? TypeKind::text : TypeKind::sequence;
    if (out.kind == TypeKind::sequence) out.arguments = {add(letter)};
  } else if (name == "std::filesystem::path") {
    out.kind = TypeKind::path;
    out.name = "std::filesystem::path";
  } else if (name == "std::chrono::year_month_day") {
    out.kind = TypeKind::date;
  } else if (name == "std::bitset") {
    out.arguments = {add_plain_bool()};
    out.kind = TypeKind::array;
    out.extent = static_cast<std::uint64_t>(clang_Cursor_getTemplateArgumentUnsignedValue(declaration, 0));
  } else if (const auto* number = std::ranges::find(calendar_classes, name, &CalendarClass::name);
             number != std::end(calendar_classes)) {
    out.kind = TypeKind::integer;
    out.bits = number->bits;
    out.is_signed = number->is_signed;
  } else if (name == "std::monostate" || name == "std::nullopt_t") {
    out.kind = TypeKind::monostate;
  } else if (name == "std::chrono::duration") {
    const CXCursor period = clang_getTypeDeclaration(argument_of(type, 1));
    out.arguments = {add(argument_of(type, 0))};
    out.kind = TypeKind::duration;
    out.period_numerator = static_cast<std::uint64_t>(clang_Cursor_getTemplateArgumentValue(period, 0));
    out.period_denominator = static_cast<std::uint64_t>(clang_Cursor_getTemplateArgumentValue(period, 1));
  } else if (name == "std::chrono::time_point") {
    out.arguments = {add(argument_of(type, 1))};
    out.kind = TypeKind::time_point;
  } else {
    const auto* known = std::find_if(std::begin(standard_templates), std::end(standard_templates),
                                     [&](const StandardTemplate& entry) { return entry.name == name; });
    if (known == std::end(standard_templates)) return false;
    const int count = known->arguments < 0 ? clang_Type_getNumTemplateArguments(type) : known->arguments;
    std::vector<std::string> names;
    for (int i = 0; i < count; i++) {
      out.arguments.push_back(add(argument_of(type, static_cast<unsigned>(i))));
      names.push_back(table_[out.arguments.back()].name);
    }
    out.kind = known->kind;
    out.unordered = known->unordered;
    if (out.kind == TypeKind::array) {
      out.extent = static_cast<std::uint64_t>(clang_Cursor_getTemplateArgumentValue(declaration, 1));
      names.push_back(std::to_string(out.extent));
    }
    // While a recursive type is being described its own name is not there yet.
    if (std::none_of(names.begin(), names.end(), [](const std::string& part) { return part.empty(); }))
      out.name = template_name(name, names);
  }
  return true;
}

/// Classes of other libraries for which hamcell has codecs, in include/hamcell/adapt.
bool TypeCollector::describe_adapted(CXType type, CXCursor declaration, const std::string& name, Type& out) {
  constexpr long long dynamic = -1;  // Eigen::Dynamic
  const auto number = [&](unsigned index) {
    return clang_Cursor_getTemplateArgumentValue(declaration, index);
  };
  const auto extent = [](long long value) {
    return value == dynamic ? 0 : static_cast<std::uint64_t>(value);
  };
  if (name == "Eigen::Matrix" || name == "Eigen::Array") {
    const long long rows = number(1);
    const long long columns = number(2);
    constexpr long long row_major = 1;  // Eigen::RowMajor
    out.arguments = {add(argument_of(type, 0))};
    out.adapter = "hamcell/adapt/eigen.h";
    if (rows != 1 && columns != 1) {
      out.kind = TypeKind::tensor;
      out.extents = {extent(rows), extent(columns)};
      out.is_column_major = (number(3) & row_major) == 0;
      return true;
    }
    const long long length = rows == 1 ? columns : rows;
    out.kind = length == dynamic ? TypeKind::sequence : TypeKind::array;
    out.extent = extent(length);
    return true;
  }
  const bool is_xtensor = name == "xt::xtensor_container";
  if (!is_xtensor && name != "xt::xarray_container") return false;
  constexpr long long by_rows = 1;     // xt::layout_type::row_major
  constexpr long long by_columns = 2;  // xt::layout_type::column_major
  const long long layout = number(is_xtensor ? 2 : 1);
  if (layout != by_rows && layout != by_columns) {
    out.why_opaque = out.name + " has a layout that only the run knows";
    return true;
  }
  out.arguments = {add(argument_of(argument_of(type, 0), 0))};
  out.adapter = "hamcell/adapt/xtensor.h";
  const long long rank = is_xtensor ? number(1) : 0;
  out.kind = rank == 1 ? TypeKind::sequence : TypeKind::tensor;
  out.is_column_major = rank != 1 && layout == by_columns;
  if (is_xtensor && rank != 1) out.extents.assign(static_cast<std::size_t>(rank), 0);
  return true;
}

Type TypeCollector::describe_view(CXType type, const std::string& name) {
  Type out;
  out.cpp_name = cpp_name_of(type);
  out.name = readable(text_of(clang_getTypeSpelling(type)));
  Type owner;
  const CXType element = argument_of(type, 0);
  if (name == "std::basic_string_view") {
    if (!is_char(element)) {
      out.why_opaque = out.name + " has no encoding";
      return out;
    }
    owner.kind = TypeKind::text;
    owner.cpp_name = "std::basic_string<char>";
    owner.name = "std::string";
  } else {
    const CXType plain = clang_getUnqualifiedType(element);
    owner.kind = TypeKind::sequence;
    owner.arguments = {add(plain)};
    const Type& described = table_[owner.arguments.front()];
    owner.name = template_name("std::vector", {described.name});
    owner.cpp_name = described.cpp_name.empty() ? "" : template_name("std::vector", {described.cpp_name});
  }
  out.kind = TypeKind::view;
  out.arguments = {add_owner(std::move(owner))};
  return out;
}

bool TypeCollector::has_custom_codec(CXType type, CXCursor declaration) const {
  const CXCursor general = clang_getSpecializedCursorTemplate(declaration);
  return std::any_of(custom_types_.begin(), custom_types_.end(),
                     [&](CXType custom) { return clang_equalTypes(custom, type) != 0; }) ||
         std::any_of(custom_templates_.begin(), custom_templates_.end(), [&](CXCursor custom) {
           return !is_null(general) && clang_equalCursors(custom, general) != 0;
         });
}

void TypeCollector::describe_structure(CXType type, CXCursor declaration, Type& out) {
  out.kind = TypeKind::structure;
  const CXCursor pattern = pattern_of(declaration);
  out.why_opaque = why_no_structure(type, declaration, pattern, out.name);
  if (out.why_opaque.empty() && add_bases(pattern, out)) {
    bool is_good = true;
    const bool is_open = is_open_to_members(pattern);
    for (const CXCursor field : fields_of(type)) is_good = is_good && add_member(field, is_open, out);
  }
  if (out.why_opaque.empty()) return;
  out.kind = TypeKind::opaque;
  out.members.clear();
}

bool TypeCollector::add_bases(CXCursor pattern, Type& out) {
  for (const CXCursor specifier : bases_of(pattern)) {
    const CXType base = clang_getCanonicalType(clang_getCursorType(specifier));
    const std::string base_name = readable(text_of(clang_getTypeSpelling(base)));
    if (base.kind != CXType_Record) {
      out.why_opaque = "the base " + base_name + " of " + out.name + " depends on a template parameter";
      return false;
    }
    const Type& described = table_[add(base)];
    if (described.kind != TypeKind::structure) {
      out.why_opaque = "its base " + base_name + " cannot be stored" +
                       (described.why_opaque.empty() ? "" : ": " + described.why_opaque);
      return false;
    }
    out.members.insert(out.members.end(), described.members.begin(), described.members.end());
  }
  return true;
}

bool TypeCollector::add_member(CXCursor field, bool is_open, Type& out) {
  out.why_opaque = why_no_member(field, out.name, is_open);
  if (!out.why_opaque.empty()) return false;
  Member member;
  member.name = text_of(clang_getCursorSpelling(field));
  member.type = add(clang_getCursorType(field));
  member.has_initializer = has_member_initializer(unit_, field);
  if (clang_Cursor_isBitField(field) != 0)
    member.bit_width = static_cast<std::uint32_t>(std::max(0, clang_getFieldDeclBitWidth(field)));
  const bool hides = std::any_of(out.members.begin(), out.members.end(),
                                 [&](const Member& other) { return other.name == member.name; });
  if (hides) out.why_opaque = "member '" + member.name + "' of " + out.name + " hides one of a base";
  out.members.push_back(std::move(member));
  return out.why_opaque.empty();
}

}  // namespace hamcell
