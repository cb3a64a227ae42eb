// The folder of large results: files named by the digest of their content.
#include "cache/store.h"

namespace hamcell {

std::string result_path(const std::string& cache_folder, const Digest& content) {
  const std::string name = content.hex();
  return cache_folder + "/results/" + name.substr(0, 2) + '/' + name.substr(2);
}

bool has_result(const std::string& cache_folder, const Digest& content, std::uint64_t bytes) {
  const Stamp stamp = stamp_of(result_path(cache_folder, content));
  return stamp.kind == Stamp::Kind::file && stamp.size == bytes;
}

std::optional<ValueBytes> read_result(const std::string& cache_folder, const Digest& content) {
  auto file = std::make_shared<const MappedFile>(result_path(cache_folder, content));
  if (file->bytes().empty() || digest_of(file->bytes()) != content) return std::nullopt;
  return ValueBytes(std::move(file));
}

}  // namespace hamcell
