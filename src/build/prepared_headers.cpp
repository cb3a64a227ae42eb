// Sets of standard headers that are compiled once for an installation.
#include "build/prepared_headers.h"

#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>

#include "base/process.h"
#include "cell/prepared_record.h"
#include "cell/source_headers.h"

namespace hamcell {

/// What stands beside a set.
struct PreparedHeadersRecord {
  struct File {
    std::string path;
    std::uint64_t size = 0;
    std::int64_t modified_ns = 0;
    Digest content;
  };
  Digest content;  ///< of what is precompiled
  std::vector<File> files;
  std::vector<HeaderLookup> lookups;
};

}  // namespace hamcell

template <>
struct ham::members<hamcell::PreparedHeadersRecord::File> {
  template <class F>
  static constexpr void each(F&& f) {
    f("path", &hamcell::PreparedHeadersRecord::File::path);
    f("size", &hamcell::PreparedHeadersRecord::File::size);
    f("modified_ns", &hamcell::PreparedHeadersRecord::File::modified_ns);
    f("content", &hamcell::PreparedHeadersRecord::File::content);
  }
};
template <>
struct ham::members<hamcell::PreparedHeadersRecord> {
  template <class F>
  static constexpr void each(F&& f) {
    f("content", &hamcell::PreparedHeadersRecord::content);
    f("files", &hamcell::PreparedHeadersRecord::files);
    f("lookups", &hamcell::PreparedHeadersRecord::lookups);
  }
};

namespace hamcell {
namespace {

constexpr std::string_view prepared_record = "hamcell prepared compile 1";

/// Where everything of one set is, and the name of its record's kind.
struct Places {
  Places(const Toolchain& toolchain, const PreparedSet& set) : Places(key_of(toolchain, set).hex()) {}
  explicit Places(const std::string& key)
      : stem(installation().prepared + '/' + key),
        header(stem + ".h"),
        precompiled(stem + ".pch"),
        record(stem + ".record"),
        kind(std::string(prepared_record) + ' ' + key) {}
  std::string stem, header, precompiled, record, kind;

 private:
  static Digest key_of(const Toolchain& toolchain, const PreparedSet& set) {
    Digester key;
    key.add(prepared_record).add(toolchain.version).add(header_text(set));
    for (const std::string& word : without_folders(command_for_cells(toolchain))) key.add(word);
    return key.finish();
  }
};

bool can_be_prepared(const Toolchain& toolchain) {
  return toolchain.is_clang && !toolchain.search.all.empty() && !is_changed_by_environment();
}

bool is_unchanged(const PreparedHeadersRecord::File& file) {
  const Stamp stamp = stamp_of(file.path);
  return stamp.kind == Stamp::Kind::file && stamp.size == file.size && stamp.modified_ns == file.modified_ns;
}

/// Every name that the files may look for.
std::vector<HeaderLookup> lookups_of(const std::vector<PreparedHeadersRecord::File>& files,
                                     const std::vector<std::string>& folders) {
  std::set<std::string> names;
  for (const PreparedHeadersRecord::File& file : files)
    for (HeaderName& header : header_names(read_file(file.path).value_or("")))
      if (!header.name.starts_with('/')) names.insert(std::move(header.name));
  std::vector<HeaderLookup> lookups;
  for (const std::string& name : names) lookups.push_back(look_up_header(folders, name));
  return lookups;
}

std::optional<PreparedHeaders> find(const Places& places, const std::vector<std::string>& folders) {
  const std::optional<std::string> bytes = read_file(places.record);
  if (!bytes) return std::nullopt;
  const auto record = from_record<PreparedHeadersRecord>(*bytes, places.kind);
  if (!record || !std::ranges::all_of(record->files, is_unchanged)) return std::nullopt;
  const auto leads_there = [&](const HeaderLookup& lookup) {
    return look_up_header(folders, lookup.name) == lookup;
  };
  if (!std::ranges::all_of(record->lookups, leads_there)) return std::nullopt;
  PreparedHeaders found;
  found.header = places.header;
  found.precompiled = places.precompiled;
  found.stamp = stamp_of(places.precompiled);
  if (digest_of_file(places.precompiled) != record->content) return std::nullopt;
  for (const PreparedHeadersRecord::File& file : record->files)
    found.files.push_back({file.path, file.content});
  return found;
}

}  // namespace

std::vector<std::string> files_of_rule(std::string_view rule) {
  std::vector<std::string> files;
  std::string word;
  const std::size_t colon = rule.find(": ");
  if (colon == std::string_view::npos) return files;
  for (std::size_t i = colon + 2; i <= rule.size(); ++i) {
    const char c = i < rule.size() ? rule[i] : ' ';
    const bool is_escape = c == '\\' && i + 1 < rule.size();
    if (is_escape && rule[i + 1] != '\n') {
      word += rule[++i];
    } else if (c == ' ' || c == '\n' || is_escape) {
      if (!word.empty()) files.push_back(absolute_path(std::exchange(word, {})));
    } else {
      word += c;
      if (c == '$' && i + 1 < rule.size() && rule[i + 1] == '$') ++i;
    }
  }
  return files;
}

std::vector<std::string> precompile_command(const Toolchain& toolchain, const std::string& from,
                                            const std::string& to) {
  std::vector<std::string> command = command_for_cells(toolchain);
  // What the stamps of its files say is known better than by whole seconds.
  if (toolchain.is_clang)
    command.insert(command.end(), {"-Xclang", "-fno-pch-timestamp", "-fpch-instantiate-templates"});
  command.insert(command.end(), {"-w", "-x", "c++-header", from, "-o", to, "-MD", "-MF", to + ".d"});
  return command;
}

std::optional<PreparedHeaders> find_prepared(const Toolchain& toolchain, const Preamble& preamble) {
  if (!can_be_prepared(toolchain)) return std::nullopt;
  for (const PreparedSet& set : prepared_sets()) {
    if (!includes_of_set(preamble, set)) continue;
    if (std::optional<PreparedHeaders> found = find(Places(toolchain, set), toolchain.search.all))
      return found;
  }
  return std::nullopt;
}

bool prepare(const Toolchain& toolchain, const PreparedSet& set) {
  if (!can_be_prepared(toolchain)) return false;
  const Places places(toolchain, set);
  write_file(places.header, header_text(set));
  const std::string rule_file = places.precompiled + ".d";
  const bool is_made =
      run_process({precompile_command(toolchain, places.header, places.precompiled), "", "", {}}).succeeded();
  const std::string rule = read_file(rule_file).value_or("");
  std::remove(rule_file.c_str());
  if (!is_made) return false;
  PreparedHeadersRecord record;
  for (const std::string& path : files_of_rule(rule)) {
    if (path == places.header) continue;
    const Stamp stamp = stamp_of(path);
    record.files.push_back(
        {real_path(path), stamp.size, stamp.modified_ns, digest_of(read_file(path).value_or(""))});
  }
  const std::optional<Digest> content = digest_of_file(places.precompiled);
  if (!content || record.files.empty()) return false;
  record.content = *content;
  record.lookups = lookups_of(record.files, toolchain.search.all);
  write_file(places.record, to_record(record, places.kind));
  return true;
}

}  // namespace hamcell
