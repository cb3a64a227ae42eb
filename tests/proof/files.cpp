// The files of a cell, on disk.
#include "files.h"

#include <unistd.h>

#include <fstream>
#include <stdexcept>

namespace hamcell::proof {
namespace {

unsigned count_of(const std::map<std::string, unsigned>& counts, const std::string& name) {
  const auto found = counts.find(name);
  return found == counts.end() ? 0 : found->second;
}

}  // namespace

bool Files::is_there(const std::string& name, const Rendered& rendered) const {
  const auto found = texts_.find(name);
  return found != texts_.end() && found->second == rendered.files.at(name) &&
         count_of(rewrites_, name) == count_of(rendered.rewrites, name);
}

void Files::write(const Rendered& rendered) {
  for (const auto& [name, text] : texts_)
    if (!rendered.files.contains(name)) ::unlink((folder_ + "/" + name).c_str());
  for (const auto& [name, text] : rendered.files) {
    if (is_there(name, rendered)) continue;
    std::ofstream file(folder_ + "/" + name, std::ios::binary | std::ios::trunc);
    file << text;
    if (!file.flush()) throw std::runtime_error("cannot write " + folder_ + "/" + name);
  }
  texts_ = rendered.files;
  rewrites_ = rendered.rewrites;
}

}  // namespace hamcell::proof
