// The values of a run in one file that says what they are: what --save-results writes for other languages.
#include "report/results_file.h"

#include <hamcell/sink.h>

#include <string_view>
#include <vector>

#include "value/type_table.h"

namespace hamcell {
namespace {

/// It changes whenever a reader of the old form would misread the new one.
constexpr std::string_view document_format = "hamcell results 1";

/// "Encoded CBOR data item" (RFC 8949, section 3.4.5.1).
constexpr std::uint64_t encoded_item_tag = 24;

/// The words of the man page.
std::string_view kind_name(TypeKind kind) {
  switch (kind) {
    case TypeKind::boolean:
      return "boolean";
    case TypeKind::integer:
      return "integer";
    case TypeKind::floating:
      return "floating";
    case TypeKind::text:
      return "text";
    case TypeKind::enumeration:
      return "enumeration";
    case TypeKind::sequence:
      return "sequence";
    case TypeKind::array:
      return "array";
    case TypeKind::set:
      return "set";
    case TypeKind::map:
      return "map";
    case TypeKind::optional:
      return "optional";
    case TypeKind::variant:
      return "variant";
    case TypeKind::monostate:
      return "monostate";
    case TypeKind::tuple:
      return "tuple";
    case TypeKind::complex:
      return "complex";
    case TypeKind::duration:
      return "duration";
    case TypeKind::time_point:
      return "time_point";
    case TypeKind::path:
      return "path";
    case TypeKind::date:
      return "date";
    case TypeKind::tensor:
      return "tensor";
    case TypeKind::structure:
      return "structure";
    case TypeKind::custom:
    case TypeKind::view:
    case TypeKind::opaque:
      break;
  }
  return "custom";
}

class Writer {
 public:
  explicit Writer(ham::sink& out) : out_(out) {}

  void text(std::string_view text) { out_.text_or_bytes(text.data(), text.size()); }

  /// The members that a kind has no use for are left out.
  void type(const Type& type) {
    const bool is_enum = type.kind == TypeKind::enumeration;
    const bool is_structure = type.kind == TypeKind::structure;
    const bool has_ticks = type.kind == TypeKind::duration;
    out_.map(2U + (type.arguments.empty() ? 0 : 1) + (is_enum ? 1 : 0) + (is_structure ? 1 : 0) +
             (has_ticks ? 1 : 0));
    named("kind", kind_name(type.kind));
    named("name", type.name);
    if (!type.arguments.empty()) {
      text("arguments");
      out_.array(type.arguments.size());
      for (const std::uint32_t argument : type.arguments) out_.unsigned_integer(argument);
    }
    if (is_enum) enumerators(type);
    if (is_structure) members(type);
    if (has_ticks) {
      text("tick");
      pair(type.period_numerator, type.period_denominator);
    }
  }

 private:
  void named(std::string_view name, std::string_view value) {
    text(name);
    text(value);
  }

  void pair(std::uint64_t first, std::uint64_t second) {
    out_.array(2);
    out_.unsigned_integer(first);
    out_.unsigned_integer(second);
  }

  void enumerators(const Type& type) {
    text("enumerators");
    out_.array(type.enumerators.size());
    for (const Enumerator& enumerator : type.enumerators) {
      out_.array(2);
      text(enumerator.name);
      if (type.is_signed)
        out_.signed_integer(enumerator.value);
      else
        out_.unsigned_integer(static_cast<std::uint64_t>(enumerator.value));
    }
  }

  void members(const Type& type) {
    text("members");
    out_.array(type.members.size());
    for (const Member& member : type.members) {
      out_.array(2);
      text(member.name);
      out_.unsigned_integer(member.type);
    }
  }

  ham::sink& out_;
};

}  // namespace

std::string results_document(const Cell& cell, const Graph& graph, const GraphShape& shape,
                             const RunResult& result) {
  std::vector<std::size_t> present;
  for (std::size_t i = 0; i < result.values.size(); ++i)
    if (result.values[i]) present.push_back(i);

  std::string document;
  ham::sink out(
      [](void* context, const void* data, std::size_t size) {
        static_cast<std::string*>(context)->append(static_cast<const char*>(data), size);
      },
      &document);
  Writer writer(out);
  out.map(2);
  writer.text("format");
  writer.text(document_format);
  writer.text("values");
  out.map(present.size());
  for (const std::size_t i : present) {
    const GraphNode& node = graph.nodes[shape.graph_nodes[i]];
    const std::string_view bytes = result.values[i]->view();
    std::uint32_t root = 0;
    const TypeTable types = extract(cell.model.types, node.type, root);
    writer.text(node.name);
    out.map(4);
    writer.text("type");
    out.unsigned_integer(root);
    writer.text("types");
    out.array(types.types.size());
    for (const Type& type : types.types) writer.type(type);
    writer.text("preview");
    writer.text(result.record.nodes[i].preview);
    // As a byte string, a reader can pass over what it does not look at.
    writer.text("value");
    out.tag(encoded_item_tag);
    out.bytes(bytes.data(), bytes.size());
  }
  out.flush();
  if (out.error() != nullptr) throw Failure(ExitStatus::storage, out.error());
  return document;
}

}  // namespace hamcell
