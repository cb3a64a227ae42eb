// The files of one set that hamcell-prepare has made: a header, what it was precompiled into, and a record.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/record.h"

namespace hamcell {

class PreparedFiles {
 public:
  /// `folder`: of the installation. `kind_and_version`: see to_record; the key is part of the checksum, so
  /// that a record under another's name is not taken for it.
  PreparedFiles(const std::string& folder, const Digest& key, std::string_view kind_and_version)
      : PreparedFiles(folder + '/' + key.hex(), std::string(kind_and_version) + ' ' + key.hex()) {}

  const std::string& header() const { return header_; }
  const std::string& precompiled() const { return precompiled_; }

  /// The record, whose `content` is a digest of what is precompiled. Nothing where one of them is not there,
  /// or is damaged.
  template <class Record>
  std::optional<Record> recall() const {
    const std::optional<std::string> bytes = read_file(record_);
    if (!bytes) return std::nullopt;
    std::optional<Record> record = from_record<Record>(*bytes, kind_);
    if (!record || digest_of_file(precompiled_) != record->content) return std::nullopt;
    return record;
  }

  /// Takes the digest of what is precompiled, and writes the record. False where nothing is.
  template <class Record>
  bool keep(Record record) const {
    const std::optional<Digest> content = digest_of_file(precompiled_);
    if (!content) return false;
    record.content = *content;
    write_file(record_, to_record(record, kind_));
    return true;
  }

 private:
  PreparedFiles(const std::string& stem, std::string kind)
      : header_(stem + ".h"),
        precompiled_(stem + ".pch"),
        record_(stem + ".record"),
        kind_(std::move(kind)) {}

  std::string header_, precompiled_, record_, kind_;
};

}  // namespace hamcell
