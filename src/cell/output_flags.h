// Flags for a compiler that say what it makes and where, which hamcell decides itself.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace hamcell {

/// Takes out of a Makefile's flags those that only write rules of Make beside the object: -MMD, -MF file and
/// their like. They would put a file into whatever folder the compiler runs in.
/// Throws a Failure at `place`, which is nowhere for the command line, if a flag would make something else
/// than a cell: -o, -c, -E, -S, -static, …
std::vector<std::string> without_output_flags(const std::vector<std::string>& flags, const Place& place);

}  // namespace hamcell
