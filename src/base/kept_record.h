// Records that are kept for a user, each in a file that is named by what it is about.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/record.h"
#include "base/user_cache.h"

namespace hamcell {

template <class T>
class KeptRecord {
 public:
  /// The file is `folder`/KEY`ending`. The key is part of the checksum, so that a record under another's name
  /// is not taken for it. `kind_and_version`: see to_record.
  KeptRecord(const std::string& folder, const Digest& key, std::string_view ending,
             std::string_view kind_and_version)
      : file_(folder + '/' + key.hex() + std::string(ending)),
        kind_(std::string(kind_and_version) + ' ' + key.hex()) {}

  const std::string& file() const { return file_; }

  /// Nothing where there is none, where it is damaged, or where somebody else could have written it.
  std::optional<T> recall() const {
    const std::optional<std::string> bytes = read_kept_file(file_);
    return bytes ? from_record<T>(*bytes, kind_) : std::nullopt;
  }

  /// A failure to do so costs the next run time and nothing else, and is not told.
  void keep(const T& value) const { keep_file(file_, to_record(value, kind_)); }

 private:
  std::string file_;
  std::string kind_;
};

}  // namespace hamcell
