// Claims: open file description locks (fcntl(2)) on the bytes of one file.
#include "cache/claims.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

namespace hamcell {
namespace {

/// The bytes of codes are behind those of all keys.
struct flock lock_of(const Digest& digest, bool is_code, short type) {
  std::uint64_t number = 0;
  std::memcpy(&number, digest.bytes.data(), sizeof number);
  struct flock lock{};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>((number >> 2U) | (is_code ? std::uint64_t{1} << 62U : 0));
  lock.l_len = 1;
  return lock;
}

}  // namespace

bool Claims::open() {
  if (!std::exchange(was_opened_, true))
    file_.reset(::open((folder_ + "/claims").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  return static_cast<bool>(file_);
}

/// Also makes a lock that is there the other kind of lock; if that cannot be, it stays as it is.
bool Claims::lock(Byte kind, const Digest& digest, Mode mode) {
  const auto there = claimed_.find(digest);
  if (there != claimed_.end() && there->second == mode) return true;
  struct flock lock =
      lock_of(digest, kind == Byte::of_code, static_cast<short>(mode == Mode::shared ? F_RDLCK : F_WRLCK));
  const bool is_locked = ::fcntl(file_.get(), F_OFD_SETLK, &lock) == 0;
  if (is_locked) claimed_[digest] = mode;
  return is_locked || (errno != EAGAIN && errno != EACCES);
}

void Claims::unlock(Byte kind, const Digest& digest) {
  if (claimed_.erase(digest) == 0) return;
  struct flock lock = lock_of(digest, kind == Byte::of_code, F_UNLCK);
  ::fcntl(file_.get(), F_OFD_SETLK, &lock);
}

/// If the node runs once more, what it stored before does not end the claim.
void Claims::keep(const Digest& key, const Digest& code) {
  for (auto& [stored_key, stored_code] : stored_) {
    if (stored_code != code) continue;
    stored_code = {};
    if (stored_key == key) stored_key = {};
  }
}

bool Claims::claim(const Digest& key, const Digest& code) {
  if (!open()) return true;
  const bool has_code = claimed_.contains(code);
  // Where all keys are claimed, that ends when this one is: at no time is it anybody's.
  if (!has_code && !lock(Byte::of_code, code, Mode::shared)) return false;
  if (!lock(Byte::of_key, key, Mode::alone)) {
    if (!has_code) unlock(Byte::of_code, code);
    return false;
  }
  if (has_code) lock(Byte::of_code, code, Mode::shared);
  keep(key, code);
  return true;
}

bool Claims::claim_code(const Digest& code) {
  if (!open()) return true;
  if (!lock(Byte::of_code, code, Mode::alone)) return false;
  keep({}, code);
  return true;
}

void Claims::release(const Digest& key, const Digest& code) {
  unlock(Byte::of_key, key);
  unlock(Byte::of_code, code);
}

void Claims::release_stored() {
  for (const auto& [key, code] : std::exchange(stored_, {})) release(key, code);
}

}  // namespace hamcell
