// Claims: open file description locks (fcntl(2)) on the bytes of one file.
#include "cache/claims.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

namespace hamcell {
namespace {

struct flock lock_of(const Digest& key, short type) {
  std::uint64_t number = 0;
  std::memcpy(&number, key.bytes.data(), sizeof number);
  struct flock lock{};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(number >> 2U);
  lock.l_len = 1;
  return lock;
}

}  // namespace

bool Claims::open() {
  if (!std::exchange(was_opened_, true))
    file_.reset(::open((folder_ + "/claims").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  return static_cast<bool>(file_);
}

bool Claims::claim(const Digest& key) {
  if (!open()) return true;
  if (claimed_.contains(key)) {
    // The node runs once more, so what it stored before does not end the claim.
    std::erase(stored_, key);
    return true;
  }
  struct flock lock = lock_of(key, F_WRLCK);
  if (::fcntl(file_.get(), F_OFD_SETLK, &lock) == 0) {
    claimed_.insert(key);
    return true;
  }
  return errno != EAGAIN && errno != EACCES;
}

void Claims::release(const Digest& key) {
  if (claimed_.erase(key) == 0) return;
  struct flock lock = lock_of(key, F_UNLCK);
  ::fcntl(file_.get(), F_OFD_SETLK, &lock);
}

void Claims::release_stored() {
  for (const Digest& key : std::exchange(stored_, {})) release(key);
}

}  // namespace hamcell
