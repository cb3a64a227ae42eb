// Default arguments: as written, and as a value where they are literals.
#include "scan/defaults.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "scan/literals.h"

namespace hamcell {
namespace {

/// The index of the "=" that begins the default inside a parameter's tokens; `end` where there is none.
std::size_t find_equals(const TokenText& text, std::size_t begin, std::size_t end) {
  int depth = 0;
  for (std::size_t i = begin; i < end; i++) {
    const std::string_view token = text.tokens[i].text;
    if (token == "(" || token == "[" || token == "{") depth++;
    if (token == ")" || token == "]" || token == "}") depth--;
    if (token == "=" && depth == 0) return i;
  }
  return end;
}

/// The offset just behind a declaration: behind the closing brace of a definition, else behind the ";".
unsigned end_of_declaration(const TokenText& text, CXCursor declaration) {
  const unsigned end = span_of(declaration).end;
  if (clang_isCursorDefinition(declaration) != 0) return end;
  for (std::size_t i = text.index_at(end); i < text.tokens.size(); i++)
    if (text.tokens[i].text == ";") return text.tokens[i].end;
  return end;
}

/// The offset of the line behind the directive of the cell through which `file` came in.
std::uint64_t behind_include_of(CellSource& source, CXFile file) {
  const std::vector<Inclusion>& inclusions = source.declarations.inclusions;
  for (std::size_t steps = 0; steps <= inclusions.size(); steps++) {
    const auto found = std::find_if(inclusions.begin(), inclusions.end(),
                                    [&](const Inclusion& inclusion) { return inclusion.included == file; });
    if (found == inclusions.end()) break;
    if (found->includer == source.main_file) {
      const TokenText& text = source.main_text();
      std::size_t last = text.index_at(found->offset);
      while (last + 1 < text.tokens.size() && text.tokens[last + 1].in_directive &&
             !text.tokens[last + 1].begins_directive)
        last++;
      const std::size_t line_end =
          last < text.tokens.size() ? text.content.find('\n', text.tokens[last].end) : std::string_view::npos;
      return line_end == std::string_view::npos ? text.content.size() : line_end + 1;
    }
    file = found->includer;
  }
  return source.main_text().content.size();
}

/// Number, sign and word of an arithmetic literal.
struct Scalar {
  bool is_floating = false;
  bool negative = false;
  std::uint64_t integer = 0;
  double floating = 0;
};

std::optional<Scalar> scalar_of(const std::vector<std::string_view>& tokens) {
  Scalar out;
  std::size_t at = 0;
  bool has_sign = false;
  if (tokens.size() == 2 && (tokens[0] == "-" || tokens[0] == "+")) {
    out.negative = tokens[0] == "-";
    has_sign = true;
    at = 1;
  } else if (tokens.size() != 1) {
    return std::nullopt;
  }
  const std::string_view token = tokens[at];
  if (token == "true" || token == "false") {
    if (has_sign) return std::nullopt;
    out.integer = token == "true" ? 1 : 0;
    return out;
  }
  if (const std::optional<std::int64_t> letter = character_literal_value(token); letter && !has_sign) {
    out.negative = *letter < 0;
    out.integer = static_cast<std::uint64_t>(out.negative ? -*letter : *letter);
    return out;
  }
  const std::optional<NumberLiteral> number = number_literal_value(token);
  if (!number) return std::nullopt;
  // The negative of an unsigned literal wraps around at the width of its type, which is the compiler's
  // business.
  if (number->is_integer && number->is_unsigned && out.negative) return std::nullopt;
  out.is_floating = !number->is_integer;
  out.integer = number->integer;
  out.floating = number->floating;
  return out;
}

bool write_integer(ham::sink& out, const Type& type, const Scalar& value) {
  const bool negative = value.negative && value.integer != 0;
  if (negative && !type.is_signed) return false;
  const unsigned value_bits = type.bits - (type.is_signed ? 1 : 0);
  const std::uint64_t most =
      value_bits >= 64 ? std::numeric_limits<std::uint64_t>::max() : (std::uint64_t{1} << value_bits) - 1;
  if (value.integer > most + (negative ? 1 : 0)) return false;
  if (negative)
    out.signed_integer(static_cast<std::int64_t>(~value.integer + 1));
  else
    out.unsigned_integer(value.integer);
  return true;
}

bool write_floating(ham::sink& out, const Type& type, const Scalar& value) {
  // The scalar is a double, and the literal may have more digits.
  if (type.bits == extended_bits) return false;
  double number = value.is_floating ? value.floating : static_cast<double>(value.integer);
  if (value.negative) number = value.is_floating || value.integer != 0 ? -number : 0.0;
  if (type.bits == 64) {
    out.floating(number);
    return true;
  }
  const auto narrow = static_cast<float>(number);
  if (!std::isfinite(narrow)) return false;
  // Rounding an integer to double first could round it twice.
  if (!value.is_floating && static_cast<double>(value.integer) > 16777216.0) return false;
  out.floating(narrow);
  return true;
}

bool write_scalar(ham::sink& out, const Type& type, const Scalar& value) {
  switch (type.kind) {
    case TypeKind::boolean:
      out.boolean(value.is_floating ? value.floating != 0 : value.integer != 0);
      return true;
    case TypeKind::integer:
      return !value.is_floating && write_integer(out, type, value);
    case TypeKind::floating:
      return write_floating(out, type, value);
    default:
      return false;
  }
}

/// Adjacent string literals are one.
std::optional<std::string> string_of(const std::vector<std::string_view>& tokens) {
  if (tokens.empty()) return std::nullopt;
  std::string out;
  for (const std::string_view token : tokens) {
    const std::optional<std::string> part = string_literal_value(token);
    if (!part) return std::nullopt;
    out += *part;
  }
  return out;
}

/// The enumerator that "Color::red", "ns::Color::red" or "red" names.
const Enumerator* enumerator_of(const Type& type, const std::vector<std::string_view>& tokens) {
  std::string spelled;
  for (const std::string_view token : tokens) spelled += token;
  for (const Enumerator& enumerator : type.enumerators) {
    const std::string full = "::" + type.name + "::" + enumerator.name;
    // Without its enum's name it could be another thing of that name; then the runner evaluates it.
    const std::string tail = spelled.starts_with("::") ? spelled : "::" + spelled;
    const bool names_enum = spelled.find("::") != std::string::npos;
    if (names_enum && full.ends_with(tail)) return &enumerator;
  }
  return nullptr;
}

bool write_literal(ham::sink& out, const TypeTable& types, std::uint32_t index,
                   const std::vector<std::string_view>& tokens);

bool write_optional(ham::sink& out, const TypeTable& types, const Type& type,
                    const std::vector<std::string_view>& tokens) {
  const std::uint32_t inner = type.arguments.front();
  const TypeKind kind = types[inner].kind;
  if (kind == TypeKind::optional || kind == TypeKind::monostate || kind == TypeKind::custom) return false;
  const bool is_nothing =
      (tokens.size() == 2 && tokens[0] == "{" && tokens[1] == "}") ||
      (!tokens.empty() && tokens.back() == "nullopt" &&
       (tokens.size() == 1 || (tokens.size() <= 4 && tokens[tokens.size() - 3] == "std")));
  if (!is_nothing) return write_literal(out, types, inner, tokens);
  out.null();
  return true;
}

bool write_literal(ham::sink& out, const TypeTable& types, std::uint32_t index,
                   const std::vector<std::string_view>& tokens) {
  const Type& type = types[index];
  const bool is_empty_braces = tokens.size() == 2 && tokens[0] == "{" && tokens[1] == "}";
  switch (type.kind) {
    case TypeKind::view:
      return types[type.arguments.front()].kind == TypeKind::text &&
             write_literal(out, types, type.arguments.front(), tokens);
    case TypeKind::text:
    case TypeKind::path: {
      const std::optional<std::string> text = is_empty_braces ? std::string() : string_of(tokens);
      if (text) out.text_or_bytes(text->data(), text->size());
      return text.has_value();
    }
    case TypeKind::optional:
      return write_optional(out, types, type, tokens);
    case TypeKind::enumeration: {
      const Enumerator* enumerator = enumerator_of(type, tokens);
      if (enumerator == nullptr) return false;
      if (type.is_signed)
        out.signed_integer(enumerator->value);
      else
        out.unsigned_integer(static_cast<std::uint64_t>(enumerator->value));
      return true;
    }
    case TypeKind::boolean:
    case TypeKind::integer:
    case TypeKind::floating: {
      if (is_empty_braces)
        return write_scalar(out, type, Scalar{type.kind == TypeKind::floating, false, 0, 0});
      const std::optional<Scalar> scalar = scalar_of(tokens);
      return scalar && write_scalar(out, type, *scalar);
    }
    default:
      return false;
  }
}

/// The default as clang prints it, where a macro made the whole function.
std::string printed_default(CXCursor parameter) {
  const std::string printed = text_of(clang_getCursorPrettyPrinted(parameter, nullptr));
  const std::size_t equals = printed.find(" = ");
  return equals == std::string::npos ? std::string() : printed.substr(equals + 3);
}

}  // namespace

std::optional<std::string> literal_default(const TypeTable& types, std::uint32_t type,
                                           const std::vector<std::string_view>& tokens) {
  ham::sink out;
  if (!write_literal(out, types, type, tokens) || out.error() != nullptr) return std::nullopt;
  return std::string(out.data(), static_cast<std::size_t>(out.size()));
}

std::optional<FoundDefault> find_default(CellSource& source, const FunctionEntity& function, unsigned index) {
  FoundDefault out;
  for (const CXCursor declaration : function.declarations) {
    const CXCursor parameter = clang_Cursor_getArgument(declaration, index);
    const Span span = span_of(parameter);
    const TokenText& text = source.texts.of(span.file);
    const std::size_t end = text.index_at(span.end);
    const std::size_t equals = find_equals(text, text.index_at(span.begin), end);
    if (equals + 1 >= end) continue;
    out.parameter = parameter;
    out.text = {span.file, text.tokens[equals + 1].begin, text.tokens[end - 1].end,
                text.tokens[equals + 1].line, span.end_line};
    out.argument.text = std::string(text.content.substr(out.text.begin, out.text.end - out.text.begin));
    out.argument.insertion_offset = span.file == source.main_file ? end_of_declaration(text, declaration)
                                                                  : behind_include_of(source, span.file);
    return out;
  }
  const std::string printed = printed_default(clang_Cursor_getArgument(function.cursor(), index));
  if (printed.empty()) return std::nullopt;
  out.parameter = clang_Cursor_getArgument(function.cursor(), index);
  out.argument.text = printed;
  out.argument.insertion_offset = end_of_declaration(source.main_text(), function.cursor());
  return out;
}

}  // namespace hamcell
