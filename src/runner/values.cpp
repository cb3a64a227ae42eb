// The values that this runner holds, and how they get into the store and out of it.
#include "runner/values.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "cache/store.h"
#include "codec/engine.h"

namespace hamcell {
namespace {

std::shared_ptr<HeldValue> decode_value(std::string_view bytes, const ham::type_entry& type,
                                        std::string& why) {
  if (type.make == nullptr) return nullptr;
  ham::source in(bytes.data(), bytes.size());
  auto held = std::make_shared<HeldValue>(&type);
  type.make(held->get(), 0);
  held->mark_made();
  codec_engine().decode(in, *type.how, held->get());
  if (in.ok() && in.at_end()) return held;
  why = in.ok() ? "there are bytes behind the value" : in.error();
  return nullptr;
}

/// Takes the blocks of an encoded value: digests them, and keeps them in memory until they are too many.
class Spill {
 public:
  explicit Spill(const std::string& folder) : folder_(folder) {}
  ~Spill() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
  }
  Spill(const Spill&) = delete;
  Spill& operator=(const Spill&) = delete;

  static void take(void* self, const void* data, std::size_t size) {
    static_cast<Spill*>(self)->add({static_cast<const char*>(data), size});
  }

  EncodedValue finish() {
    EncodedValue encoded;
    encoded.content = digester_.finish();
    encoded.size = size_;
    if (temporary_.empty()) {
      encoded.bytes = std::move(memory_);
    } else {
      move_into_store(encoded);
    }
    encoded.error = error_;
    return encoded;
  }

 private:
  void add(std::string_view block) {
    digester_.add_raw(block.data(), block.size());
    size_ += block.size();
    if (temporary_.empty() && error_.empty() && size_ <= inline_limit) {
      memory_ += block;
      return;
    }
    if (temporary_.empty() && error_.empty()) open_file();
    if (error_.empty() && !write_fully(fd_.get(), block)) fail();
  }

  void open_file() {
    try {
      make_private_folders(folder_ + "/results");
    } catch (const Failure& failure) {
      error_ = failure.what();
      return;
    }
    constexpr int most_tries = 3;
    bool has_lock = false;
    for (int tries = 0; tries < most_tries && !has_lock; ++tries) {
      temporary_ = folder_ + "/results/" + std::string(new_result_prefix) + "XXXXXX";
      fd_.reset(::mkostemp(temporary_.data(), O_CLOEXEC));
      if (!fd_) {
        temporary_.clear();
        return fail();
      }
      has_lock = lock_file();
    }
    if (!write_fully(fd_.get(), memory_)) fail();
    memory_.clear();
  }

  /// Locks the new file: whoever tidies the store then sees that it is no leftover, however old it looks.
  /// False where that was quicker. A file system without locks has no more than the file's age.
  bool lock_file() const {
    struct stat own{};
    if (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0) return errno != EWOULDBLOCK;
    return ::fstat(fd_.get(), &own) != 0 || own.st_nlink > 0;
  }

  void move_into_store(EncodedValue& encoded) {
    if (!error_.empty()) return;
    const std::string file = result_path(folder_, encoded.content);
    ::mkdir(parent_folder(file).c_str(), 0700);
    // What closing may fail with is asked of a second descriptor: the lock is there for as long as the name
    // is.
    const int second = ::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0);
    if (second >= 0 && ::close(second) != 0) return fail();
    if (::rename(temporary_.c_str(), file.c_str()) != 0) return fail();
    temporary_.clear();
    fd_.reset();
    encoded.file = file;
  }

  void fail() {
    if (error_.empty()) error_ = "cannot write a result below '" + folder_ + "': " + std::strerror(errno);
  }

  const std::string& folder_;
  Digester digester_;
  std::uint64_t size_ = 0;
  std::string memory_;
  std::string temporary_;  ///< the file being written; empty: none
  OwnedFd fd_;
  std::string error_;
};

}  // namespace

std::shared_ptr<HeldValue> load_value(const ValueSource& source, const ham::type_entry& type,
                                      std::string& why) {
  if (source.bytes) return decode_value(*source.bytes, type, why);
  const MappedFile file(source.file);
  if (file.bytes().empty() || digest_of(file.bytes()) != source.content) return nullptr;
  return decode_value(file.bytes(), type, why);
}

EncodedValue encode_value(const HeldValue& value, const std::string& folder) {
  Spill spill(folder);
  ham::sink out(&Spill::take, &spill);
  codec_engine().encode(out, *value.type().how, value.get());
  if (out.error() != nullptr) {
    // Half a value must not get into the store under a name that looks right.
    EncodedValue none;
    none.error = out.error();
    none.is_refused = true;
    return none;
  }
  out.flush();
  return spill.finish();
}

std::shared_ptr<HeldValue> decoded_again(const EncodedValue& encoded, const ham::type_entry& type) {
  std::string why;
  if (encoded.file.empty()) return decode_value(encoded.bytes, type, why);
  const MappedFile file(encoded.file);
  return decode_value(file.bytes(), type, why);
}

}  // namespace hamcell
