// Compiles a cell and its glue into a shared object that hamcell-runner loads.
//
// Built cells live in the user's own cache folder, named by a digest of everything that went into them: the
// text, the headers' contents, the flags, the compiler. So a name that exists need not be compiled again.
#include "build/build.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>

#include "base/interrupt.h"
#include "base/process.h"
#include "base/record.h"
#include "base/text.h"
#include "base/user_cache.h"
#include "build/compile.h"
#include "build/early_build.h"
#include "build/glue.h"
#include "build/link.h"
#include "build/sanitizers.h"

namespace hamcell {
namespace {

/// Of what stands beside a built cell: the digest of the whole file as it was when it was built.
constexpr std::string_view built_record = "hamcell built cell 2";

/// The name is part of the checksum: a built cell that stands under another's is not taken for that one.
std::string built_kind(const std::string& library) {
  return std::string(built_record) + ' ' + file_name(library);
}

std::string record_name(const std::string& library) { return library + ".record"; }

/// Whether a built cell is there and whole; a damaged one could compute anything.
bool is_whole(const std::string& library) {
  if (stamp_of(library).kind != Stamp::Kind::file) return false;
  const std::optional<Digest> known =
      from_record<Digest>(read_file(record_name(library)).value_or(""), built_kind(library));
  return known && digest_of_file(library) == known;
}

Digest build_key(const Cell& cell, const TranslationUnit& unit) {
  Digester key;
  key.add("built cell 1").add(unit.text).add(cell.toolchain.digest);
  for (const SourceFile& file : cell.model.files) key.add(file.path).add(file.content);
  // What the scan tells apart is built apart, or a new version would stand for old code: a header that is
  // only asked about (`__has_include`) is no file of the model.
  for (const NodeFunction& function : cell.model.functions) {
    key.add(function.code.version);
    for (const Parameter& parameter : function.parameters)
      if (parameter.default_argument) key.add(parameter.default_argument->code.version);
  }
  std::vector<std::string> headers;
  std::error_code error;
  for (const auto& header :
       std::filesystem::recursive_directory_iterator(installation().include + "/hamcell", error))
    if (header.is_regular_file(error)) headers.push_back(header.path());
  std::ranges::sort(headers);
  for (const std::string& header : headers) key.add(header).add(digest_of(read_file(header).value_or("")));
  return key.finish();
}

/// The line of the glue that a compiler's messages are about: of the first error that is in it, or that was
/// instantiated from it. 0: the messages are about the user's code.
unsigned glue_line(const std::string& messages) {
  bool in_error = false;
  for (const std::string& text : split(messages, '\n')) {
    const bool names_glue = text.find(glue_file_name) != std::string::npos;
    const bool is_error = text.find("error:") != std::string::npos;
    const bool in_headers =
        text.find("/hamcell/") != std::string::npos && text.find(".h:") != std::string::npos;
    if (is_error && !names_glue && !in_headers) return 0;  // the user's own error comes first
    in_error = in_error || is_error || in_headers;
    if (!names_glue || !in_error) continue;
    const std::size_t at = text.find(glue_file_name) + std::strlen(glue_file_name);
    if (at < text.size() && text[at] == ':')
      return static_cast<unsigned>(std::strtoul(text.c_str() + at + 1, nullptr, 10));
  }
  return 0;
}

/// By the words of GNU ld, gold, lld and mold, and of the compilers that start them.
bool is_about_linking(const std::string& messages) {
  for (const char* sign :
       {"undefined reference to", "undefined symbol", "linker command failed", "ld returned"})
    if (messages.find(sign) != std::string::npos) return true;
  return false;
}

[[noreturn]] void report_failure(const Cell& cell, const TranslationUnit& unit, const ProcessResult& result) {
  if (const unsigned line = glue_line(result.errors); line != 0) {
    auto blame = unit.blame.upper_bound(line);
    if (blame != unit.blame.begin()) throw Failure(ExitStatus::compile, std::prev(blame)->second);
  }
  Problem problem;
  problem.place = {cell.path, 0, 0};
  problem.verbatim = result.errors;
  if (result.signal != 0) {
    problem.what = "the compiler " + cell.toolchain.compiler + " was ended by " + strsignal(result.signal);
    problem.next = "try again, or choose another compiler with --cxx";
  } else {
    const bool at_link = is_about_linking(result.errors);
    problem.what = at_link ? "the cell does not link" : "the cell does not compile";
    if (at_link)
      problem.next =
          "a function that is declared but defined elsewhere needs //hamcell:source, //hamcell:ldflags or "
          "//hamcell:pkg";
  }
  throw Failure(ExitStatus::compile, std::move(problem));
}

/// What the compiler has read must be what was scanned, or the object would be kept under the wrong name and
/// its results under the wrong code versions. A file that was changed and changed back has a new change time.
/// Gives the path of one that is not; empty: all are.
std::string changed_file(const Cell& cell, std::int64_t began_ns) {
  for (const SourceFile& file : cell.model.files) {
    const bool is_touched = stamp_of(file.path).changed_ns >= began_ns;
    if (is_touched || digest_of(read_file(file.path).value_or("")) != file.content) return file.path;
  }
  for (const Watch& watch : cell.toolchain.watches)
    if (stamp_of(watch.path) != watch.stamp) return watch.path;
  return {};
}

/// How an object was made, or why it was not.
struct Compiled {
  ProcessResult result;
  std::string object;
  std::int64_t began_ns = 0;
};

/// Makes the shared object of a cell in `folder`, in one way after the other until one does: of what was
/// compiled before the scan had ended, with what is precompiled, and without that, so that the messages are
/// those that the user would get himself.
class Compiler {
 public:
  Compiler(const Cell& cell, const std::string& text, const BuildFolder& folder,
           const BuildSettings& settings)
      : cell_(cell),
        text_(text),
        folder_(folder),
        settings_(settings),
        linking_(cell, folder, settings.color, settings.purpose) {}

  /// Gives the messages of both steps.
  ProcessResult compile_and_link() {
    bool tries_headers = settings_.purpose == BuildFor::running;
    if (tries_headers && settings_.early != nullptr) {
      settings_.early->finish_headers(settings_.tick);
      if (auto early = settings_.early->take(cell_, text_, settings_.tick)) {
        tries_headers = early->result.succeeded();
        if (tries_headers) {
          ProcessResult result = link({std::move(early->result), early->object, early->began_ns});
          if (is_of_now(early->began_ns)) return result;
        }
      }
    }
    const Compiled compiled = compile(tries_headers);
    ProcessResult result = compiled.result.succeeded() ? link(compiled) : compiled.result;
    if (const std::string changed = changed_file(cell_, compiled.began_ns); !changed.empty())
      throw Failure(
          ExitStatus::compile,
          {{cell_.path, 0, 0}, "'" + changed + "' changed while the cell was being compiled", "run again"});
    return result;
  }

 private:
  /// What was begun before the scan may have read what was there before it.
  bool is_of_now(std::int64_t began_ns) const {
    return changed_file(cell_, began_ns).empty() &&
           std::ranges::none_of(cell_.toolchain.watches,
                                [&](const Watch& watch) { return watch.stamp.changed_ns >= began_ns; });
  }

  Compiled compile(bool tries_headers) const {
    if (tries_headers) {
      if (const std::optional<PrecompiledHeaders> headers = find_precompiled(cell_)) {
        Compiled compiled = compile_with(headers);
        if (compiled.result.succeeded() || is_interrupted()) return compiled;
      } else {
        forget_precompiled(cell_);
      }
    }
    return compile_with(std::nullopt);
  }

  Compiled compile_with(const std::optional<PrecompiledHeaders>& headers) const {
    Compiled compiled;
    const std::string source = folder_.write_source(cell_, text_, headers);
    compiled.object = folder_.object(cell_);
    compiled.began_ns = now_ns();
    compiled.result = run_process(
        {compile_command(cell_, source, compiled.object, settings_.color, settings_.purpose, headers), "", "",
         folder_.environment(), settings_.tick});
    return compiled;
  }

  ProcessResult link(const Compiled& compiled) {
    ProcessResult result = linking_.link(compiled.object, settings_.tick);
    result.errors.insert(0, compiled.result.errors);
    return result;
  }

  const Cell& cell_;
  const std::string& text_;
  const BuildFolder& folder_;
  const BuildSettings& settings_;
  Linking linking_;
};

/// The user's alone, whatever his umask lets others do with new files: a built cell runs with his rights.
void take_from_others(const std::string& file, mode_t mode) {
  if (::chmod(file.c_str(), mode) == 0) return;
  throw Failure(ExitStatus::storage,
                "cannot take '" + file + "' from others: " + std::string(std::strerror(errno)),
                "set XDG_CACHE_HOME to a folder of a file system with permissions");
}

}  // namespace

BuiltCell build_cell(const Cell& cell, const Graph& graph, const BuildSettings& settings) {
  const TranslationUnit unit = generate_glue(cell, graph);
  // Without links: one above the folder could be turned to another place after the look at who can write it.
  const std::string folder = real_path(user_cache_folder() + "/cells");
  const std::string name =
      folder + '/' + build_key(cell, unit).hex() + (settings.purpose == BuildFor::locating ? ".lines" : "");
  BuiltCell built;
  built.defaults = unit.defaults;
  built.library = name + ".so";
  built.preload = sanitizer_runtimes(cell.toolchain);
  if (is_whole(built.library)) {
    if (!is_private_to_user(built.library) || !is_private_to_user(record_name(built.library)))
      throw Failure(ExitStatus::storage,
                    "the built cell '" + built.library + "' could have been written by someone else",
                    "remove it, and make its folders writable by you alone");
    built.reused = true;
    // So that its last use is known also where reading leaves no trace: `cache gc` goes by it.
    ::utimensat(AT_FDCWD, built.library.c_str(), nullptr, 0);
    ::utimensat(AT_FDCWD, record_name(built.library).c_str(), nullptr, 0);
    return built;
  }
  make_private_folders(folder);
  if (!is_private_to_user(folder))
    throw Failure(
        ExitStatus::storage,
        "others can write to '" + folder + "', so a built cell there could not be trusted",
        "make it and the folders above writable by you alone, or set XDG_CACHE_HOME to another folder");
  // Two processes may build the same cell; each has files of its own, and the renames agree.
  BuildFolder temporary(name);
  const auto began = std::chrono::steady_clock::now();
  ProcessResult result = Compiler(cell, unit.text, temporary, settings).compile_and_link();
  const std::string output = temporary.output();
  // They quote the cell, whatever is in it.
  result.errors = visible(result.errors, {.keep_layout = true, .keep_colors = settings.color});
  built.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (result.succeeded()) {
    take_from_others(output, 0700);
    write_file(record_name(built.library),
               to_record(digest_of_file(output).value_or(Digest{}), built_kind(built.library)));
    take_from_others(record_name(built.library), 0600);
  }
  const bool is_kept = result.succeeded() && ::rename(output.c_str(), built.library.c_str()) == 0;
  const int error = errno;
  if (!result.succeeded()) report_failure(cell, unit, result);
  built.messages = result.errors;
  if (!is_kept)
    throw Failure(ExitStatus::storage,
                  "cannot keep the built cell in '" + folder + "': " + std::strerror(error));
  return built;
}

}  // namespace hamcell
