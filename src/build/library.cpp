// Shared objects of cells, kept in the user's cache folder.
//
// A built cell is named by a digest of everything that went into it: the text, the headers' contents, the
// flags, the compiler. So a name that exists need not be compiled again. Beside it stands what can be called
// in it: another state of the cell can call there what is the same in both.
#include "build/library.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/file.h"
#include "base/kept_record.h"
#include "build/precompiled.h"

namespace hamcell {

/// Names of shared objects, the newest first.
struct NewestLibraries {
  std::vector<std::string> names;
};

}  // namespace hamcell

template <>
struct ham::members<hamcell::LibraryRecord> {
  template <class F>
  static constexpr void each(F&& f) {
    f("content", &hamcell::LibraryRecord::content);
    f("surroundings", &hamcell::LibraryRecord::surroundings);
    f("calls", &hamcell::LibraryRecord::calls);
  }
};
template <>
struct ham::members<hamcell::LibraryText> {
  template <class F>
  static constexpr void each(F&& f) {
    f("unit", &hamcell::LibraryText::unit);
    f("types", &hamcell::LibraryText::types);
    f("cell", &hamcell::LibraryText::cell);
  }
};
template <>
struct ham::members<hamcell::NewestLibraries> {
  template <class F>
  static constexpr void each(F&& f) {
    f("names", &hamcell::NewestLibraries::names);
  }
};

namespace hamcell {
namespace {

constexpr std::string_view library_record = "hamcell built cell 4";
constexpr std::string_view newest_record = "hamcell newest built cells 1";
/// Edits go back and forth between a few states; each name costs the look at a record.
constexpr std::size_t most_newest = 8;

/// The name is part of the checksum: a built cell that stands under another's is not taken for that one.
std::string record_kind(const std::string& library) {
  return std::string(library_record) + ' ' + file_name(library);
}

std::string record_name(const std::string& library) { return library + ".record"; }
std::string text_name(const std::string& library) { return library + ".text"; }

/// The user's alone, whatever his umask lets others do with new files: a built cell runs with his rights.
void take_from_others(const std::string& file, mode_t mode) {
  if (::chmod(file.c_str(), mode) == 0) return;
  throw Failure(ExitStatus::storage,
                "cannot take '" + file + "' from others: " + std::string(std::strerror(errno)),
                "set XDG_CACHE_HOME to a folder of a file system with permissions");
}

void add_program(Digester& digester, const std::string& path) {
  const Stamp stamp = stamp_of(path);
  digester.add(stamp.size).add(static_cast<std::uint64_t>(stamp.modified_ns)).add(stamp.inode);
}

/// Of the headers that are compiled into every cell, and the programs that decide what is compiled.
Digest digest_of_own() {
  Digester digester;
  std::vector<std::string> headers;
  std::error_code error;
  for (const auto& header :
       std::filesystem::recursive_directory_iterator(installation().include + "/hamcell", error))
    if (header.is_regular_file(error)) headers.push_back(header.path());
  std::ranges::sort(headers);
  for (const std::string& header : headers)
    digester.add(header).add(digest_of(read_file(header).value_or("")));
  add_program(digester, installation().scan);
  add_program(digester, "/proc/self/exe");
  return digester.finish();
}

Digest digest_of_all_but_text(const Cell& cell) {
  Digester digester;
  digester.add(library_record).add(digest_of_own()).add(cell.path).add(cell.toolchain.digest);
  for (const SourceFile& file : cell.model.files) digester.add(file.path).add(file.content);
  return digester.finish();
}

KeptRecord<NewestLibraries> newest_of(const Cell& cell) {
  return {library_folder(),
          Digester()
              .add(newest_record)
              .add(cell.folder)
              .add(cell.path)
              .add(compile_digest(cell.toolchain))
              .finish(),
          ".newest", newest_record};
}

bool is_users_alone(const std::string& library) {
  return is_private_to_user(library) && is_private_to_user(record_name(library));
}

std::optional<LibraryRecord> record_of(const std::string& library) {
  return from_record<LibraryRecord>(read_file(record_name(library)).value_or(""), record_kind(library));
}

}  // namespace

bool tells_lines(const Toolchain& toolchain) {
  return std::ranges::any_of(toolchain.compile_flags, [](const std::string& flag) {
    return (flag.starts_with("-g") && flag != "-g0") || flag.starts_with("-fsanitize") ||
           flag == "--coverage" || flag.starts_with("-fprofile") || flag.starts_with("-ftest-coverage") ||
           flag.starts_with("-fcoverage") || flag.starts_with("-finstrument") || flag == "-p" ||
           flag == "-pg";
  });
}

CallDigests::CallDigests(const Cell& cell, const Graph& graph)
    : cell_(cell),
      node_of_(nodes_by_function(cell.model, graph)),
      all_but_text_(digest_of_all_but_text(cell)) {
  const bool stands_alone = !cell.model.is_divisible || cell.model.runs_at_load ||
                            !cell.toolchain.sources.empty() || tells_lines(cell.toolchain);
  if (!stands_alone) surroundings_ = all_but_text_;
}

Digest CallDigests::of(const Callable& call) const {
  const auto [known, is_new] = known_.try_emplace(call);
  if (is_new) known->second = digest_of_call(call);
  return known->second;
}

Digest CallDigests::digest_of_call(const Callable& call) const {
  const NodeFunction& function = cell_.model.functions[call.function];
  const auto add_type = [&](Digester& digester, std::uint32_t index) {
    const Type& type = cell_.model.types[index];
    digester.add(type.digest).add(type.cpp_name).add(std::uint64_t{type.storable()});
  };
  Digester digester;
  digester.add(function.name).add(function.function).add(function.cpp_type);
  digester.add(std::uint64_t{function.is_overloaded});
  if (call.parameter) {
    const Parameter& parameter = function.parameters[*call.parameter];
    digester.add(std::uint64_t{*call.parameter}).add(parameter.name).add(parameter.default_argument->text);
    add_type(digester, parameter.type);
    return digester.add(parameter.default_argument->code.version).finish();
  }
  // What the code is made of that is another one each time is no code that can be taken twice.
  digester.add(function.code.always_run)
      .add(function.code.always_run.empty() ? Digest{} : cell_.content_digest);
  add_type(digester, function.result);
  const GraphNode* node = node_of_[call.function];
  for (std::size_t k = 0; k < function.parameters.size(); ++k) {
    add_type(digester, function.parameters[k].type);
    if (node != nullptr) add_type(digester, node->arguments[k].type);
  }
  return digester.add(function.code.version).finish();
}

Digest CallDigests::library_key(const std::vector<bool>& called) const {
  const CellModel& model = cell_.model;
  // All fields are of one size, so that they need no lengths: this is done for each function of each run.
  std::string functions;
  const auto add = [&](const void* data, std::size_t size) {
    functions.append(static_cast<const char*>(data), size);
  };
  const auto add_version = [&](const Digest& version) { add(version.bytes.data(), version.bytes.size()); };
  for (std::uint32_t i = 0; i < model.functions.size(); ++i) {
    if (!called.empty() && !called[i]) continue;
    // What the scan tells apart is built apart, or a new version would stand for old code: a header that is
    // only asked about (`__has_include`) is no file of the model.
    add(&i, sizeof i);
    add_version(model.functions[i].code.version);
    for (std::uint32_t k = 0; k < model.functions[i].parameters.size(); ++k) {
      // Types have numbers that follow from the text; which of them a node provides can follow from the
      // config.
      const std::uint32_t type = node_of_[i] != nullptr ? node_of_[i]->arguments[k].type : 0;
      add(&type, sizeof type);
      if (const auto& argument = model.functions[i].parameters[k].default_argument;
          argument && !argument->value)
        add_version(argument->code.version);
    }
  }
  return Digester().add(all_but_text_).add(cell_.content_digest).add(functions).finish();
}

std::string library_folder() { return real_path(user_cache_folder() + "/cells"); }

std::optional<LibraryRecord> find_library(const std::string& path) {
  if (stamp_of(path).kind != Stamp::Kind::file) return std::nullopt;
  std::optional<LibraryRecord> record = record_of(path);
  if (!record || digest_of_file(path) != record->content) return std::nullopt;
  if (!is_users_alone(path))
    throw Failure(ExitStatus::storage,
                  "the built cell '" + path + "' could have been written by someone else",
                  "remove it, and make its folders writable by you alone");
  // So that its last use is known also where reading leaves no trace: `cache gc` goes by it.
  for (const std::string& file : {path, record_name(path), text_name(path)})
    ::utimensat(AT_FDCWD, file.c_str(), nullptr, 0);
  return record;
}

std::optional<LibraryText> text_of_library(const std::string& path) {
  const std::optional<std::string> bytes = read_kept_file(text_name(path));
  return bytes ? from_record<LibraryText>(*bytes, record_kind(path)) : std::nullopt;
}

void keep_library(const std::string& built, const std::string& path, const LibraryText& text,
                  LibraryRecord record) {
  take_from_others(built, 0700);
  record.content = digest_of_file(built).value_or(Digest{});
  keep_file(text_name(path), to_record(text, record_kind(path)));
  write_file(record_name(path), to_record(record, record_kind(path)));
  take_from_others(record_name(path), 0600);
  if (::rename(built.c_str(), path.c_str()) != 0)
    throw Failure(ExitStatus::storage,
                  "cannot keep the built cell in '" + parent_folder(path) + "': " + std::strerror(errno));
}

std::vector<EarlierLibrary> earlier_libraries(const Cell& cell, const Digest& surroundings) {
  std::vector<EarlierLibrary> found;
  const std::optional<NewestLibraries> newest = newest_of(cell).recall();
  if (!newest) return found;
  for (const std::string& name : newest->names) {
    const std::string path = library_folder() + '/' + name;
    std::optional<LibraryRecord> record = record_of(path);
    if (record && record->surroundings == surroundings && is_users_alone(path))
      found.push_back({path, *std::move(record)});
  }
  return found;
}

void remember_library(const Cell& cell, const std::string& path) {
  const KeptRecord<NewestLibraries> record = newest_of(cell);
  NewestLibraries newest = record.recall().value_or(NewestLibraries{});
  if (!newest.names.empty() && newest.names.front() == file_name(path)) {
    ::utimensat(AT_FDCWD, record.file().c_str(), nullptr, 0);
    return;
  }
  std::erase(newest.names, file_name(path));
  newest.names.insert(newest.names.begin(), file_name(path));
  if (newest.names.size() > most_newest) newest.names.resize(most_newest);
  record.keep(newest);
}

}  // namespace hamcell
