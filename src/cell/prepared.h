// Sets of the standard library's headers that an installation of hamcell holds precompiled, for the parser
// and for the compiler, so that the first run of a cell need not read them.
//
// The standard lets a program include its headers in any order ([using.headers]). So a set may be put in
// front of all that a cell includes, if nothing but headers of the library stands before the last of the set:
// any other header could define a macro that is meant to change what these declare. By their names alone
// headers are not of the library: see prepared_library.h.
#pragma once

#include <optional>
#include <set>
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

/// The includes of a cell, in the order of the set, that what is precompiled for the set may stand for where
/// the library is as it was prepared; nothing where it may not.
std::optional<std::vector<Preamble::Include>> includes_of_set(const Preamble& preamble,
                                                              const PreparedSet& set);

/// The names of the headers of the standard library, of which not every compiler has all.
const std::set<std::string>& standard_headers();

/// Whether an environment variable may lead a compile to other headers, or give it flags.
bool is_changed_by_environment();

/// Flags without the first -iquote, which is the folder of the cell: the same for all cells.
std::vector<std::string> flags_of_all_cells(std::vector<std::string> flags);

}  // namespace hamcell
