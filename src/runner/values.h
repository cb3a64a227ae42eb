// The values that this runner holds, by the driver's numbers for them.
#pragma once

#include <hamcell/abi.h>

#include <cstdint>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "run/protocol.h"
#include "runner/node_thread.h"

namespace hamcell {

/// A value on the heap, and what must live as long as it does.
class HeldValue {
 public:
  /// Only the memory: somebody makes the value in it, and then says that it is made.
  explicit HeldValue(const ham::type_entry* type)
      : value_(::operator new(type->size, std::align_val_t(type->alignment))), type_(type) {}
  ~HeldValue() {
    if (is_made_ && type_->destroy != nullptr) type_->destroy(value_);
    ::operator delete(value_, std::align_val_t(type_->alignment));
  }
  HeldValue(const HeldValue&) = delete;
  HeldValue& operator=(const HeldValue&) = delete;

  void mark_made() { is_made_ = true; }
  void* get() const { return value_; }
  const ham::type_entry& type() const { return *type_; }
  /// A view or pointer may point into the arguments that it was made from, or into variables of the thread
  /// that made it.
  void keep_alive(std::vector<std::shared_ptr<HeldValue>> others, std::shared_ptr<NodeThread> thread) {
    keeps_ = std::move(others);
    thread_ = std::move(thread);
  }

 private:
  void* value_;
  const ham::type_entry* type_;
  bool is_made_ = false;
  // Destroyed after the body of the destructor, so the value goes before what it points into.
  std::vector<std::shared_ptr<HeldValue>> keeps_;
  std::shared_ptr<NodeThread> thread_;
};

using Values = std::map<std::uint64_t, std::shared_ptr<HeldValue>>;

/// Decodes the value that `source` describes; nothing when its bytes are missing or damaged, or not what the
/// type's codec takes: `why` then says so.
std::shared_ptr<HeldValue> load_value(const ValueSource& source, const ham::type_entry& type,
                                      std::string& why);

/// Where an encoded value went.
struct EncodedValue {
  Digest content;
  std::uint64_t size = 0;
  std::string bytes;        ///< the whole value, where it is small
  std::string file;         ///< otherwise the file in the store
  std::string error;        ///< why it could not be encoded or written; empty: it could
  bool is_refused = false;  ///< it could not be encoded
};

/// Encodes a value block by block: a small one into memory, a large one into the store below `folder`, under
/// the digest of its content. Needs a block of memory, not a copy of the value.
EncodedValue encode_value(const HeldValue& value, const std::string& folder);

/// The value as it comes out of its encoding; null when it cannot be read back.
std::shared_ptr<HeldValue> decoded_again(const EncodedValue& encoded, const ham::type_entry& type);

}  // namespace hamcell
