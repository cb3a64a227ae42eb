// What a path names, as the functions of the C library are given it.
#pragma once

#include <optional>
#include <string>

#include "base/file.h"

namespace hamcell::tracer {

/// What is at a path that is about to be used.
struct Place {
  std::string path;          ///< absolute
  bool is_relative = false;  ///< to the working folder
  Stamp stamp;               ///< `absent` where nothing is there
};

enum class Links { followed, looked_at };

/// The place that (folder, path) names for the *at functions. Nothing for what is no file of the user's
/// (kernel interfaces, an empty path) and for pointers that lead nowhere. A place that cannot be named makes
/// the recording unsettled.
std::optional<Place> place_of(int folder, const char* path, Links links = Links::followed);

/// The place of an open file or folder; nothing where it has no name, as a pipe.
std::optional<Place> place_of_open(int fd);

}  // namespace hamcell::tracer
