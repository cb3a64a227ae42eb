// Values in files of their own.
#include "report/saved_value.h"

#include "base/file.h"
#include "value/csv.h"
#include "value/json.h"

namespace hamcell {
namespace {

bool has_content(const std::string& file, std::string_view content) {
  const Stamp stamp = stamp_of(file);
  if (stamp.kind != Stamp::Kind::file || stamp.size != content.size()) return false;
  bool is_equal = content.empty();
  return is_equal ||
         (look_at_file(file, [&](std::string_view bytes) { is_equal = bytes == content; }) && is_equal);
}

}  // namespace

std::string why_not_saved(const TypeTable& types, std::uint32_t type, ValueFormat format) {
  const Type& whole = types[type];
  if (!whole.storable())
    return whole.why_opaque.empty() ? "values of '" + whole.name + "' cannot be stored" : whole.why_opaque;
  return format == ValueFormat::csv ? why_no_rows(types, type) : std::string();
}

void save_value(const TypeTable& types, std::uint32_t type, std::string_view cbor, ValueFormat format,
                const std::string& file, bool if_changed) {
  std::string text;
  if (format == ValueFormat::json) text = json_from_cbor(types, type, cbor, {.indent = 2}) + '\n';
  if (format == ValueFormat::csv) text = csv_from_cbor(types, type, cbor);
  const std::string_view content = format == ValueFormat::cbor ? cbor : std::string_view(text);
  if (!if_changed || !has_content(file, content)) write_file(file, content);
}

}  // namespace hamcell
