// The folder of large results: files named by the digest of their content.
#include "cache/store.h"

#include "base/file.h"

namespace hamcell {

std::string result_path(const std::string& cache_folder, const Digest& content) {
  const std::string name = content.hex();
  return cache_folder + "/results/" + name.substr(0, 2) + '/' + name.substr(2);
}

std::optional<std::string> read_result(const std::string& cache_folder, const Digest& content) {
  std::optional<std::string> bytes = read_file(result_path(cache_folder, content));
  if (bytes && digest_of(*bytes) != content) bytes.reset();
  return bytes;
}

}  // namespace hamcell
