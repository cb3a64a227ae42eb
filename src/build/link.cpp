// The link of a cell, which needs no compiler once that has said how it is done.
//
// clang takes longer to start than a fast linker to link a cell, so what it would start its linker with is
// kept, with the stamps of everything that this can depend on: the linker, the files that every link takes
// in, and the folders in which the compiler has found them. The compiler links whenever anything is
// unexpected, and when the linker has something to say: its messages are those that the user would get.
#include "build/link.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/kept_record.h"
#include "base/user_cache.h"
#include "cell/basis_record.h"
#include "cell/linked_files.h"
#include "cell/lookup.h"

namespace hamcell {

/// What stands for the words of a linker.
struct KeptLink {
  std::vector<std::string> words;  ///< with stand-ins for object and output
  std::vector<Watch> watches;
};

}  // namespace hamcell

template <>
struct ham::members<hamcell::KeptLink> {
  template <class F>
  static constexpr void each(F&& f) {
    f("words", &hamcell::KeptLink::words);
    f("watches", &hamcell::KeptLink::watches);
  }
};

namespace hamcell {
namespace {

constexpr std::string_view link_record = "hamcell link 1";

// No file is called so.
constexpr std::string_view stand_in_object = "<object>";
constexpr std::string_view stand_in_output = "<output>";

KeptRecord<KeptLink> record_of(const Cell& cell, bool color, BuildFor purpose) {
  Digester key;
  key.add(link_record).add(cell.toolchain.digest);
  for (const std::string& word :
       link_command(cell, {std::string(stand_in_object)}, std::string(stand_in_output), color, purpose))
    key.add(word);
  // Compilers look in PATH for their linker, and in the current folder for some of its files.
  for (const char* linker : {"ld", "ld.mold", "ld.lld"}) key.add(find_program(linker));
  key.add(absolute_path("."));
  return {real_path(user_cache_folder() + "/scans"), key.finish(), ".link", link_record};
}

/// Puts what stands for a file in place of its path; false where the path is not there just once.
bool replace_once(std::vector<std::string>& words, std::string_view path, std::string_view by) {
  if (std::ranges::count(words, path) != 1) return false;
  *std::ranges::find(words, path) = by;
  return std::ranges::none_of(words,
                              [&](const std::string& word) { return word.find(path) != std::string::npos; });
}

/// All that the compiler has looked at to come to these words.
std::vector<Watch> watches_of(const std::vector<std::string>& words) {
  std::set<std::string> paths;
  for (const std::string& word : words) {
    const bool is_folder = word.starts_with("-L/");
    if (!is_folder && !word.starts_with('/')) continue;
    const std::string path = absolute_path(is_folder ? word.substr(2) : word);
    paths.insert(path);
    // Where another version of the same would stand beside it.
    if (is_folder) paths.insert(parent_folder(path));
  }
  std::vector<Watch> watches;
  for (const std::string& path : paths) watch(watches, path);
  return watches;
}

}  // namespace

struct Linking::Question {
  Question(const Cell& cell, const BuildFolder& folder, bool color, BuildFor purpose)
      : record(record_of(cell, color, purpose)),
        object(folder.path() + "/question.o"),
        output(folder.output()),
        began_ns(now_ns()),
        process({asking_command(cell, object, output, color, purpose), "", "", folder.environment()}) {}

  static std::vector<std::string> asking_command(const Cell& cell, const std::string& object,
                                                 const std::string& output, bool color, BuildFor purpose) {
    write_file(object, "");  // a compiler asks whether it is there
    std::vector<std::string> command = link_command(cell, {object}, output, color, purpose);
    command.emplace_back("-###");
    return command;
  }

  /// The words, which are kept for the next time; empty where they are not what is expected.
  std::vector<std::string> answer(const std::function<void()>& tick) {
    const ProcessResult result = process.wait(tick);
    KeptLink link;
    link.words = last_shown_command(result.errors);
    if (!result.succeeded() || link.words.empty() || !link.words.front().starts_with('/') ||
        !replace_once(link.words, object, stand_in_object) ||
        !replace_once(link.words, output, stand_in_output))
      return {};
    link.watches = watches_of(link.words);
    if (std::ranges::all_of(link.watches,
                            [&](const Watch& watch) { return is_settled(watch.stamp, began_ns); }))
      record.keep(link);
    return link.words;
  }

  KeptRecord<KeptLink> record;
  std::string object, output;
  std::int64_t began_ns;
  BackgroundProcess process;
};

Linking::Linking(const Cell& cell, const BuildFolder& folder, bool color, BuildFor purpose)
    : cell_(cell), folder_(folder), color_(color), purpose_(purpose) {
  // GCC starts its linker by a program that is told more than these words.
  if (!cell.toolchain.is_clang || !cell.toolchain.sources.empty()) return;
  std::optional<KeptLink> known = record_of(cell, color, purpose).recall();
  if (known && are_unchanged(known->watches))
    words_ = std::move(known->words);
  else
    question_ = std::make_unique<Question>(cell, folder, color, purpose);
}

Linking::~Linking() = default;

ProcessResult Linking::link(const std::vector<std::string>& objects, const std::function<void()>& tick) {
  if (question_ != nullptr) words_ = question_->answer(tick);
  question_.reset();
  if (!words_.empty()) {
    std::vector<std::string> words = words_;
    *std::ranges::find(words, stand_in_output) = folder_.output();
    const auto place = words.erase(std::ranges::find(words, stand_in_object));
    words.insert(place, objects.begin(), objects.end());
    ProcessResult result = run_process({std::move(words), "", "", folder_.environment(), tick});
    if (result.succeeded() && result.errors.empty() && result.output.empty()) return result;
  }
  return run_process({link_command(cell_, objects, folder_.output(), color_, purpose_), "", "",
                      folder_.environment(), tick});
}

}  // namespace hamcell
