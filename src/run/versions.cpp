// The digests by which the cache knows code, data and results.
#include "run/versions.h"

#include <sys/random.h>

namespace hamcell {

const Code& code_of(const Cell& cell, const GraphNode& node) {
  const NodeFunction& function = cell.model.functions[node.function];
  return node.default_of ? function.parameters[*node.default_of].default_argument->code : function.code;
}

std::optional<std::string> unsteady_code(const Cell& cell, const GraphNode& node) {
  const Code& code = code_of(cell, node);
  if (!code.always_run.empty()) return "its code uses " + code.always_run;
  if (!code.impure || cell.model.functions[node.function].marked_cache) return std::nullopt;
  const Place line{code.impure->place.file, code.impure->place.line, 0};
  return "variable " + code.impure->variable + " can change" +
         (line.file.empty() ? "" : " (" + line.text() + ")");
}

Digest code_version_of(const Cell& cell, const GraphNode& node) {
  return Digester().add("code 2").add(cell.toolchain.digest).add(code_of(cell, node).version).finish();
}

Digest data_version_of(const TypeTable& types, std::uint32_t type, const Digest& content) {
  return Digester().add("data 1").add(types[type].digest).add(content).finish();
}

Digest unstored_version_of(const Digest& cache_key, const Trace& trace) {
  return Digester().add("unstored 1").add(cache_key).add(trace_digest(trace)).finish();
}

Digest fresh_version() {
  Digest digest;
  std::size_t filled = 0;
  while (filled < digest.bytes.size()) {
    const ssize_t got = ::getrandom(digest.bytes.data() + filled, digest.bytes.size() - filled, 0);
    if (got > 0) filled += static_cast<std::size_t>(got);
  }
  return digest;
}

Digest cache_key_of(const std::string& node, const KeyParts& parts) {
  Digester digester;
  digester.add("key 1").add(node).add(parts.code_version).add(parts.arguments.size());
  for (const KeyPart& argument : parts.arguments) digester.add(argument.version);
  return digester.finish();
}

}  // namespace hamcell
