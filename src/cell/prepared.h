// Sets of the standard library's headers that an installation of hamcell holds precompiled, for the parser
// and for the compiler, so that the first run of a cell need not read them.
//
// The standard lets a program include its headers in any order ([using.headers]). So a set may be put in
// front of all that a cell includes, if nothing but headers of the library stands before the last of the set:
// any other header could define a macro that is meant to change what these declare.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cell/preamble.h"

namespace hamcell {

/// Names of headers, sorted: "string", "vector".
using PreparedSet = std::vector<std::string>;

/// Those that are made. The larger ones are first.
std::span<const PreparedSet> prepared_sets();

/// What is precompiled for a set.
std::string header_text(const PreparedSet& set);

/// The includes of a cell, in the order of the set, that what is precompiled for the set may stand for;
/// nothing where it may not.
std::optional<std::vector<Preamble::Include>> includes_of_set(const Preamble& preamble,
                                                              const PreparedSet& set);

/// A name that was looked for, and every file that it could lead to, in the order of the folders that are
/// searched: more than one matter to `#include_next`.
struct HeaderLookup {
  std::string name;
  std::vector<std::string> found;
  bool operator==(const HeaderLookup&) const = default;
};

/// `folders`: those that the compiler searches, in order.
HeaderLookup look_up_header(const std::vector<std::string>& folders, const std::string& name);

/// Whether an environment variable may lead a compile to other headers, or give it flags.
bool is_changed_by_environment();

/// Flags without those that name folders to be searched for headers: what these lead to is looked up.
std::vector<std::string> without_folders(const std::vector<std::string>& flags);

}  // namespace hamcell
