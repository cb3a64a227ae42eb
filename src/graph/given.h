// Reads what the user gave as NAME=VALUE: text or JSON on the command line, or a JSON, CSV or CBOR file.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "graph/graph.h"

namespace hamcell {

/// One binding with its name settled: `@FILE.json` has become one of these for each member.
struct NamedBinding {
  std::string name;
  std::string value;   ///< as it stands behind "="; JSON text where `is_json`
  std::string origin;  ///< for messages
  bool is_json = false;
};

/// Takes `@FILE.json` apart; of two bindings of one name the later one stays. Problems are added to
/// `problems`; with `hides_values` they and the origins tell nothing of what was given.
std::vector<NamedBinding> name_bindings(const std::vector<Binding>& bindings, bool hides_values,
                                        std::vector<Problem>& problems);

/// Encodes what a binding gives for a value of type `type` that is called `name`. Throws Problem.
GivenValue read_given(const TypeTable& types, std::uint32_t type, const NamedBinding& binding);
/// The same of a secret: neither what it is shown as nor a Problem tells anything of the value.
GivenValue read_secret(const TypeTable& types, std::uint32_t type, const NamedBinding& binding);

/// What a binding says as plain text, as the config compares it: a JSON string's content, otherwise the text;
/// of
/// @FILE.json and @FILE.cbor the text, number or truth value in the file. Throws Problem, which tells nothing
/// of it.
std::string plain_text(const NamedBinding& binding);

}  // namespace hamcell
