// What is kept for a user across his projects, and the key that is his alone.
#include "base/user_cache.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "base/error.h"
#include "base/file.h"

namespace hamcell {
namespace {

// ---- SipHash

struct SipState {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void take(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
  std::uint64_t result() {
    for (int i = 0; i < 4; ++i) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

/// Up to eight bytes, the first one lowest.
std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return word;
}

void put(Digest& digest, std::size_t at, std::uint64_t word) {
  for (std::size_t i = 0; i < 8; ++i) digest.bytes[at + i] = static_cast<std::uint8_t>(word >> (8 * i));
}

// ---- The key

Digest random_key() {
  Digest key;
  if (::getrandom(key.bytes.data(), key.bytes.size(), 0) != static_cast<ssize_t>(key.bytes.size()))
    throw Failure(ExitStatus::storage, "the system gives no random numbers for the key of secret values");
  return key;
}

/// The key in `file`; nothing where there is none, or where others may know it or have put it there.
std::optional<Digest> kept_key(const std::string& file) {
  struct stat info{};
  if (::lstat(file.c_str(), &info) != 0 || !S_ISREG(info.st_mode) || (info.st_mode & 0077) != 0)
    return std::nullopt;
  if (!is_private_to_user(file)) return std::nullopt;
  const std::optional<std::string> bytes = read_file(file);
  Digest key;
  if (!bytes || bytes->size() != key.bytes.size()) return std::nullopt;
  std::memcpy(key.bytes.data(), bytes->data(), key.bytes.size());
  return key;
}

/// Puts a new key there, whole or not at all; of two processes that do so at once, both use the first one's.
std::optional<Digest> made_key(const std::string& folder, const std::string& file) {
  make_private_folders(folder);
  std::string temporary = file + ".XXXXXX";
  const OwnedFd fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd) return std::nullopt;
  const bool is_written = write_fully(fd.get(), random_key().view());
  if (is_written && ::link(temporary.c_str(), file.c_str()) != 0 && !kept_key(file)) {
    // What is there is no key, or one that others may know.
    ::rename(temporary.c_str(), file.c_str());
  }
  ::unlink(temporary.c_str());
  return kept_key(file);
}

Digest users_key() {
  const std::string folder = user_cache_folder();
  const std::string file = folder + "/secret-key";
  try {
    if (const std::optional<Digest> key = kept_key(file)) return *key;
    if (const std::optional<Digest> key = made_key(folder, file)) return *key;
  } catch (const Failure&) {
    // Without a key of the user's nothing is known again, which costs time and nothing else.
  }
  return random_key();
}

}  // namespace

Digest siphash(const Digest& key, std::string_view bytes) {
  const std::uint64_t k0 = little_endian(key.view().substr(0, 8));
  const std::uint64_t k1 = little_endian(key.view().substr(8));
  SipState state{k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d ^ 0xee, k0 ^ 0x6c7967656e657261,
                 k1 ^ 0x7465646279746573};
  const std::uint64_t size = bytes.size();
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) state.take(little_endian(bytes.substr(0, 8)));
  state.take(little_endian(bytes) | size << 56);
  Digest digest;
  state.v2 ^= 0xee;
  put(digest, 0, state.result());
  state.v1 ^= 0xdd;
  put(digest, 8, state.result());
  return digest;
}

Digest keyed_digest(std::string_view bytes) {
  static const Digest key = users_key();
  return siphash(key, bytes);
}

std::optional<std::string> read_kept_file(const std::string& path) {
  std::optional<std::string> content = read_regular_file(path);
  if (content && !is_private_to_user(path)) content.reset();
  return content;
}

void keep_file(const std::string& path, std::string_view content) {
  try {
    make_private_folders(parent_folder(path));
    write_file(path, content);
    // Whatever the user's umask: what others could have written is not read again.
    ::chmod(path.c_str(), 0600);
  } catch (const Failure&) {
    // Said in the header.
  }
}

std::string user_cache_folder() {
  if (const char* base = std::getenv("XDG_CACHE_HOME"); base != nullptr && base[0] == '/')
    return std::string(base) + "/hamcell";
  if (const char* home = std::getenv("HOME"); home != nullptr && home[0] == '/')
    return std::string(home) + "/.cache/hamcell";
  return "/tmp/hamcell-" + std::to_string(::geteuid());
}

}  // namespace hamcell
