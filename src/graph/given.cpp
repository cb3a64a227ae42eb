// Reads what the user gave as NAME=VALUE: text or JSON on the command line, or a JSON, CSV or CBOR file.
#include "graph/given.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/text.h"
#include "value/csv.h"
#include "value/csv_shape.h"
#include "value/data_item.h"
#include "value/json.h"

namespace hamcell {
namespace {

using nlohmann::ordered_json;

/// The values that pictures and the history show are cut to this many characters.
constexpr std::size_t shown_characters = 200;
/// What stands in the place of a secret value.
constexpr const char* shown_secret = "(secret)";

std::string read_given_file(const std::string& file, const std::string& origin) {
  std::optional<std::string> content = read_file(file);
  if (!content)
    throw Problem{{},
                  "cannot read '" + file + "': " + std::strerror(errno),
                  "the path stands behind '@' in " + origin,
                  {}};
  return *std::move(content);
}

/// Whether it is written without quotes on a command line: an enumerator's name, or a date.
bool is_bare_word(const TypeTable& types, std::uint32_t type, const std::string& text) {
  const TypeKind kind = types[field_type(types, type)].kind;
  const bool may_be = kind == TypeKind::enumeration || kind == TypeKind::date;
  return may_be && !is_json(text);
}

bool is_text_like(const Type& type) { return type.kind == TypeKind::text || type.kind == TypeKind::path; }

/// Encodes the content of a file by its ending.
std::string cbor_from_file(const TypeTable& types, std::uint32_t type, const std::string& file,
                           const std::string& origin) {
  const std::string content = read_given_file(file, origin);
  try {
    if (file.ends_with(".json")) return cbor_from_json(types, type, content);
    if (file.ends_with(".cbor")) return cbor_from_any_cbor(types, type, content);
    if (file.ends_with(".csv")) {
      if (const std::string why = why_no_rows(types, type); !why.empty())
        throw Problem{{}, "a CSV file cannot give this: " + why, "use a .json file", {}};
      return cbor_from_json(types, type, json_from_csv(types, type, content));
    }
  } catch (Problem& problem) {
    problem.place.file = file;
    throw;
  } catch (const ValueError& error) {
    throw Problem{{file, 0, 0}, error.text(), "it was given by " + origin, {}, {}};
  }
  throw Problem{{},
                "'" + file + "' has an ending that hamcell does not read",
                "files end in .json, .csv or .cbor; write a leading '@' of a text as '@@'",
                {}};
}

}  // namespace

std::vector<NamedBinding> name_bindings(const std::vector<Binding>& bindings, bool hides_values,
                                        std::vector<Problem>& problems) {
  std::vector<NamedBinding> named;
  const auto add = [&](NamedBinding binding) {
    std::erase_if(named, [&](const NamedBinding& earlier) { return earlier.name == binding.name; });
    named.push_back(std::move(binding));
  };
  for (Binding binding : bindings) {
    if (hides_values) binding.origin = binding.origin.substr(0, binding.origin.find('='));
    if (!binding.name.empty()) {
      add({binding.name, binding.value, binding.origin, false});
      continue;
    }
    const std::string file = binding.value.substr(1);
    try {
      const std::string content = read_given_file(file, binding.origin);
      const DataItem object = parse_json(content);
      if (object.kind != DataItem::Kind::object)
        throw Problem{{file, 0, 0},
                      "this file must hold a JSON object, one member for each name",
                      "for example {\"path\": \"data.csv\"}",
                      {}};
      for (std::size_t i = 0; i < object.items.size(); ++i) {
        const std::string& name = object.names[i];
        add({name, json_text(object.items[i]), binding.origin + ", member '" + name + "'", true});
      }
    } catch (Problem& problem) {
      if (problem.place.file.empty()) problem.place.file = file;
      problems.push_back(problem);
    } catch (const ValueError& error) {
      const std::string what =
          hides_values ? "this file is no JSON, and where is not told because of --secret" : error.text();
      problems.push_back({{file, 0, 0}, what, "it was given by " + binding.origin, {}});
    }
  }
  return named;
}

GivenValue read_given(const TypeTable& types, std::uint32_t type, const NamedBinding& binding) {
  const Type& whole = types[type];
  if (!whole.storable())
    throw Problem{
        {},
        "'" + binding.name + "' cannot be given: " +
            (whole.why_opaque.empty() ? "its type '" + whole.name + "' cannot be stored" : whole.why_opaque),
        "write a node that makes it",
        {}};
  GivenValue given;
  try {
    if (binding.is_json) {
      given.cbor = cbor_from_json(types, type, binding.value);
    } else if (binding.value.starts_with("@") && !binding.value.starts_with("@@")) {
      given.cbor = cbor_from_file(types, type, binding.value.substr(1), binding.origin);
    } else if (is_text_like(whole)) {
      given.cbor = cbor_from_text(types, type,
                                  binding.value.starts_with("@@") ? binding.value.substr(1) : binding.value);
    } else if (is_bare_word(types, type, binding.value)) {
      given.cbor = cbor_from_json(types, type, quoted_json(binding.value));
    } else {
      given.cbor = cbor_from_json(types, type, binding.value);
    }
    given.text = whole.kind == TypeKind::custom
                     ? std::string(binding.value)
                     : shortened(json_from_cbor(types, type, given.cbor), shown_characters);
  } catch (const ValueError& error) {
    throw Problem{{},
                  error.text(binding.name),
                  "it is a '" + whole.name + "', and was given by " + binding.origin,
                  {},
                  {}};
  }
  return given;
}

GivenValue read_secret(const TypeTable& types, std::uint32_t type, const NamedBinding& binding) {
  try {
    GivenValue given = read_given(types, type, binding);
    given.text = shown_secret;
    return given;
  } catch (const Problem&) {
    throw Problem{{},
                  "the secret value of '" + binding.name + "' cannot be read as '" + types[type].name + "'",
                  "it was given by " + binding.origin + "; the value is not shown, nor what is wrong with it",
                  {},
                  {}};
  }
}

namespace {

bool is_secret(const GraphRequest& request, const Binding& binding) {
  return std::ranges::find(request.secrets, binding.name) != request.secrets.end();
}

}  // namespace

bool names_file(const std::string& value) { return value.starts_with('@') && !value.starts_with("@@"); }

GraphRequest without_secrets(GraphRequest request) {
  for (auto* bindings : {&request.inputs, &request.config}) {
    for (Binding& binding : *bindings) {
      if (!is_secret(request, binding) || names_file(binding.value)) continue;
      binding.value.clear();
      binding.origin = binding.origin.substr(0, binding.origin.find('='));
    }
  }
  return request;
}

std::string missing_secret(const GraphRequest& request) {
  for (const auto* bindings : {&request.inputs, &request.config})
    for (const Binding& binding : *bindings)
      if (is_secret(request, binding) && binding.value.empty()) return binding.name;
  return {};
}

namespace {

/// A single value in a file, as the config compares it.
std::string plain_text_of_file(const std::string& file, const std::string& origin) {
  const std::string content = read_given_file(file, origin);
  using enum DataItem::Kind;
  try {
    const DataItem item = file.ends_with(".cbor") ? parse_cbor(content) : parse_json(content);
    if (item.kind == string) return item.text;
    if (item.kind == boolean || item.kind == integer || item.kind == real) return json_text(item);
  } catch (const ValueError&) {
    // What it says could tell the value.
  }
  throw Problem{{file, 0, 0},
                "this file holds no text, number or truth value, which is what picks a variant",
                "it was given by " + origin,
                {},
                {}};
}

}  // namespace

std::string plain_text(const NamedBinding& binding) {
  if (!binding.is_json && names_file(binding.value))
    return plain_text_of_file(binding.value.substr(1), binding.origin);
  const ordered_json value = ordered_json::parse(binding.value, nullptr, false);
  if (value.is_string()) return value.get<std::string>();
  return std::string(trimmed(binding.value));
}

}  // namespace hamcell
