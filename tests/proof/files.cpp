// The files of a cell, on disk.
#include "files.h"

#include <unistd.h>

#include "base/file.h"

namespace hamcell::proof {

void Files::write(const std::map<std::string, std::string>& files) {
  for (const auto& [name, text] : there_)
    if (!files.contains(name)) ::unlink((folder_ + "/" + name).c_str());
  for (const auto& [name, text] : files) {
    const auto found = there_.find(name);
    if (found == there_.end() || found->second != text) write_file(folder_ + "/" + name, text);
  }
  there_ = files;
}

}  // namespace hamcell::proof
