// Puts the place inside a value in front of what is wrong with it.
#include "value/error.h"

#include <utility>

namespace hamcell {

ValueError::ValueError(std::string path, std::string problem)
    : path_(std::move(path)), problem_(std::move(problem)), text_(text()) {}

std::string ValueError::text(std::string_view name) const {
  std::string where = std::string(name) + path_;
  if (name.empty() && where.starts_with('.')) where.erase(0, 1);
  return where.empty() ? problem_ : where + ": " + problem_;
}

}  // namespace hamcell
