// Sets of standard headers that are compiled once for an installation.
#include "build/prepared_headers.h"

#include <cstdio>
#include <utility>

#include "base/process.h"
#include "cell/prepared_files.h"

namespace hamcell {

/// What stands beside a set.
struct PreparedHeadersRecord {
  Digest content;  ///< of what is precompiled
  std::vector<CompiledFile> files;
};

}  // namespace hamcell

template <>
struct ham::members<hamcell::PreparedHeadersRecord> {
  template <class F>
  static constexpr void each(F&& f) {
    f("content", &hamcell::PreparedHeadersRecord::content);
    f("files", &hamcell::PreparedHeadersRecord::files);
  }
};

namespace hamcell {
namespace {

constexpr std::string_view prepared_record = "hamcell prepared compile 2";

PreparedFiles files_of(const Toolchain& toolchain, const PreparedSet& set) {
  Digester key;
  key.add(prepared_record).add(toolchain.version).add(header_text(set));
  for (const std::string& word : flags_of_all_cells(command_for_cells(toolchain))) key.add(word);
  return {installation().prepared, key.finish(), prepared_record};
}

std::optional<PreparedHeaders> find(const PreparedFiles& files) {
  const Stamp stamp = stamp_of(files.precompiled());
  auto record = files.recall<PreparedHeadersRecord>();
  if (!record) return std::nullopt;
  return PreparedHeaders{files.header(), files.precompiled(), stamp, std::move(record->files), {}};
}

}  // namespace

std::vector<std::string> files_of_rule(std::string_view rule) {
  std::vector<std::string> files;
  std::string word;
  const std::size_t colon = rule.find(": ");
  if (colon == std::string_view::npos) return files;
  for (std::size_t i = colon + 2; i <= rule.size(); ++i) {
    const char c = i < rule.size() ? rule[i] : ' ';
    const bool is_escape = c == '\\' && i + 1 < rule.size() &&
                           std::string_view(" #\n").find(rule[i + 1]) != std::string_view::npos;
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
  for (const PreparedSet& set : prepared_sets()) {
    std::optional<std::vector<Preamble::Include>> includes = includes_of_set(preamble, set);
    if (!includes) continue;
    if (std::optional<PreparedHeaders> found = find(files_of(toolchain, set))) {
      found->includes = *std::move(includes);
      return found;
    }
  }
  return std::nullopt;
}

bool prepare(const Toolchain& toolchain, const PreparedSet& set) {
  const PreparedFiles files = files_of(toolchain, set);
  write_file(files.header(), header_text(set));
  const std::string rule_file = files.precompiled() + ".d";
  const bool is_made =
      run_process({precompile_command(toolchain, files.header(), files.precompiled()), "", "", {}})
          .succeeded();
  const std::string rule = read_file(rule_file).value_or("");
  std::remove(rule_file.c_str());
  if (!is_made) return false;
  PreparedHeadersRecord record;
  for (const std::string& path : files_of_rule(rule)) {
    if (path == files.header()) continue;
    const std::optional<std::string> content = read_file(path);
    if (!content) return false;
    record.files.push_back({real_path(path), digest_of(*content)});
  }
  return !record.files.empty() && files.keep(std::move(record));
}

}  // namespace hamcell
