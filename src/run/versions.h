// The digests by which the cache knows code, data and results. Every rule of what goes into a key is here.
#pragma once

#include "cache/entry.h"
#include "graph/graph.h"
#include "run/reasons.h"

namespace hamcell {

/// The source that a node can reach; of a node that evaluates a default, that of the default.
const Code& code_of(const Cell& cell, const GraphNode& node);

/// Why the node's code may give another value each time that it runs, if it may: "variable counter can change
/// (weather.cpp:3)". [[ham::cache]] vouches for variables, but not for what the compiler makes new each time.
std::optional<std::string> unsteady_code(const Cell& cell, const GraphNode& node);

/// Of everything in source and build that can change what a node computes.
Digest code_version_of(const Cell& cell, const GraphNode& node);

/// Of a value of `type` whose encoding has digest `content`. The type takes part, because equal bytes of two
/// types are two values.
Digest data_version_of(const TypeTable& types, std::uint32_t type, const Digest& content);

/// Of a value that cannot be stored: what made it stands for it.
Digest unstored_version_of(const Digest& cache_key, const Trace& trace);

/// Of a value that counts as new each time.
Digest fresh_version();

/// Of a node with this code and these data versions as arguments, in the order of its parameters; `ignore`
/// nodes are not among them.
Digest cache_key_of(const std::string& node, const KeyParts& parts);

}  // namespace hamcell
