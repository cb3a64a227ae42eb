// The folder of large results: files named by the digest of their content.
#include "cache/store.h"

#include <unistd.h>

namespace hamcell {

std::string result_path(const std::string& cache_folder, const Digest& content) {
  const std::string name = content.hex();
  return cache_folder + "/results/" + name.substr(0, 2) + '/' + name.substr(2);
}

Digest content_named_by(std::string_view folder, std::string_view name) {
  const std::string text = std::string(folder) + std::string(name);
  const Digest content = Digest::from_hex(text);
  return folder.size() == 2 && content.hex() == text ? content : Digest{};
}

void remove_result_file(const std::string& cache_folder, const Digest& content) {
  const std::string file = result_path(cache_folder, content);
  if (is_own_folder(cache_folder + "/results") && is_own_folder(parent_folder(file))) ::unlink(file.c_str());
}

bool has_result(const std::string& cache_folder, const Digest& content, std::uint64_t bytes) {
  const Stamp stamp = stamp_of(result_path(cache_folder, content));
  return stamp.kind == Stamp::Kind::file && stamp.size == bytes;
}

std::optional<ValueBytes> read_result(const std::string& cache_folder, const Digest& content,
                                      std::uint64_t bytes) {
  // One that has become much larger might not even go into memory.
  if (!has_result(cache_folder, content, bytes)) return std::nullopt;
  std::optional<std::string> read = read_regular_file(result_path(cache_folder, content));
  if (!read || read->empty() || digest_of(*read) != content) return std::nullopt;
  return ValueBytes(*std::move(read));
}

std::optional<std::uint64_t> check_result(const std::string& cache_folder, const Digest& content) {
  std::optional<std::uint64_t> size;
  const bool is_whole = look_at_file(result_path(cache_folder, content), [&](std::string_view bytes) {
    if (digest_of(bytes) == content) size = bytes.size();
  });
  return is_whole ? size : std::nullopt;
}

}  // namespace hamcell
