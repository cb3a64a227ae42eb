// Claims: open file description locks (fcntl(2)) on the bytes of files.
#include "cache/claims.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <utility>
#include <vector>

namespace hamcell {
namespace {

/// Which byte it is; those of codes are behind those of all keys.
off_t byte_of(const Digest& digest, bool is_code) {
  std::uint64_t number = 0;
  std::memcpy(&number, digest.bytes.data(), sizeof number);
  return static_cast<off_t>((number >> 2U) | (is_code ? std::uint64_t{1} << 62U : 0));
}

/// `count`: 0 for all bytes from the first one on.
bool set_lock(const OwnedFd& file, short type, off_t first, off_t count) {
  struct flock lock{};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = first;
  lock.l_len = count;
  return ::fcntl(file.get(), F_OFD_SETLK, &lock) == 0;
}

}  // namespace

std::size_t Claims::index_of(const Digest& digest) { return digest.bytes.back() % file_count; }

std::vector<std::string> Claims::file_names() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < file_count; ++i) names.push_back("claims." + std::to_string(i));
  return names;
}

/// One that could not be opened has no descriptor.
const OwnedFd& Claims::file_of(const Digest& digest) {
  const std::size_t index = index_of(digest);
  File& file = files_[index];
  if (!std::exchange(file.was_opened, true))
    file.fd.reset(::open((folder_ + "/claims." + std::to_string(index)).c_str(),
                         O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  return file.fd;
}

/// Also makes a lock that is there the other kind of lock; if that cannot be, it stays as it is.
bool Claims::lock(Kind kind, const Digest& digest, Mode mode) {
  const auto there = claimed_.find(digest);
  if (there != claimed_.end() && there->second.mode == mode) return true;
  const OwnedFd& file = file_of(digest);
  if (!file) return true;
  const short type = mode == Mode::shared ? F_RDLCK : F_WRLCK;
  if (!set_lock(file, type, byte_of(digest, kind == Kind::of_code), 1))
    return errno != EAGAIN && errno != EACCES;
  if (there != claimed_.end())
    there->second.mode = mode;
  else
    claimed_.emplace(digest, Claim{kind, mode});
  return true;
}

void Claims::unlock(Kind kind, const Digest& digest) {
  if (claimed_.erase(digest) != 0)
    set_lock(file_of(digest), F_UNLCK, byte_of(digest, kind == Kind::of_code), 1);
}

/// As few calls as can be: what is unlocked between two bytes that stay is unlocked at once.
void Claims::unlock_released(std::size_t file, std::vector<Byte> bytes) {
  std::ranges::sort(bytes, {}, &Byte::number);
  for (auto first = bytes.begin(); first != bytes.end();) {
    const auto end =
        std::ranges::find(first, bytes.end(), !first->stays, [](const Byte& byte) { return byte.stays; });
    if (!first->stays)
      set_lock(files_[file].fd, F_UNLCK, first->number, std::prev(end)->number - first->number + 1);
    first = end;
  }
}

void Claims::mark(const Digest& digest, std::uint64_t write) {
  const auto there = claimed_.find(digest);
  if (there != claimed_.end()) there->second.write = write;
}

bool Claims::claim(const Digest& key, const Digest& code) {
  const bool has_code = claimed_.contains(code);
  // Where all keys are claimed, that ends when this one is: at no time is it anybody's.
  if (!has_code && !lock(Kind::of_code, code, Mode::shared)) return false;
  if (!lock(Kind::of_key, key, Mode::alone)) {
    if (!has_code) unlock(Kind::of_code, code);
    return false;
  }
  if (has_code) lock(Kind::of_code, code, Mode::shared);
  // If the node runs once more, what it stored before does not end the claim.
  mark(key, 0);
  mark(code, 0);
  return true;
}

bool Claims::claim_code(const Digest& code) {
  if (!lock(Kind::of_code, code, Mode::alone)) return false;
  mark(code, 0);
  return true;
}

void Claims::release(const Digest& key, const Digest& code) {
  unlock(Kind::of_key, key);
  unlock(Kind::of_code, code);
}

void Claims::release_when_stored(const Digest& key, const Digest& code) {
  mark(key, write_);
  mark(code, write_);
}

void Claims::release_stored() {
  std::array<std::vector<Byte>, file_count> bytes;
  for (auto claim = claimed_.begin(); claim != claimed_.end();) {
    const auto& [digest, state] = *claim;
    const bool stays = state.write == 0 || state.write >= write_;
    bytes[index_of(digest)].push_back({byte_of(digest, state.kind == Kind::of_code), stays});
    claim = stays ? std::next(claim) : claimed_.erase(claim);
  }
  for (std::size_t file = 0; file < file_count; ++file) unlock_released(file, std::move(bytes[file]));
}

}  // namespace hamcell
