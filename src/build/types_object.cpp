// An object for the types of a cell that are the standard library's alone.
#include "build/types_object.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/kept_record.h"
#include "build/compile.h"
#include "build/library.h"

namespace hamcell {

/// What stands beside such an object.
struct TypesRecord {
  Digest content;  ///< of the object; zero: it does not compile
};

}  // namespace hamcell

template <>
struct ham::members<hamcell::TypesRecord> {
  template <class F>
  static constexpr void each(F&& f) {
    f("content", &hamcell::TypesRecord::content);
  }
};

namespace hamcell {
namespace {

constexpr std::string_view types_record = "hamcell library types 1";

/// Where it is, and what is known of it.
struct Places {
  Places(const Cell& cell, const PrecompiledHeaders& headers, const std::string& text)
      : Places(real_path(user_cache_folder() + "/preambles"), Digester()
                                                                  .add(types_record)
                                                                  .add(compile_digest(cell.toolchain))
                                                                  .add(headers.content)
                                                                  .add(text)
                                                                  .finish()) {}
  Places(const std::string& folder, const Digest& key)
      : object(folder + '/' + key.hex() + ".types.o"), record(folder, key, ".types.record", types_record) {}

  std::string object;
  KeptRecord<TypesRecord> record;
};

/// Flags with which objects are not all there is to a program, or tell where their text is from.
bool can_be_apart(const Toolchain& toolchain) {
  return toolchain.sources.empty() && !tells_lines(toolchain) &&
         std::ranges::none_of(toolchain.compile_flags, [](const std::string& flag) {
           return flag.starts_with("-flto") || flag.starts_with("-fwhole-program");
         });
}

}  // namespace

struct TypesObject::Work {
  /// `where`: it is to be kept; nothing: it is not.
  Work(const Cell& cell, const std::optional<PrecompiledHeaders>& headers, const std::string& text,
       std::optional<Places> where)
      : places(std::move(where)),
        folder(digest_of(text)),
        source(folder.path() + "/types.cpp"),
        object(folder.path() + "/types.o") {
    write_file(source, text);
    process = std::make_unique<BackgroundProcess>(
        ProcessRequest{compile_command(cell, source, object, false, BuildFor::running, headers), "", "",
                       folder.environment()});
  }

  std::optional<Places> places;
  BuildFolder folder;
  std::string source, object;
  std::unique_ptr<BackgroundProcess> process;  ///< ends before its folder goes
};

TypesObject::TypesObject() = default;
TypesObject::~TypesObject() = default;
TypesObject::TypesObject(TypesObject&&) noexcept = default;
TypesObject& TypesObject::operator=(TypesObject&&) noexcept = default;

TypesObject::TypesObject(const Cell& cell, const PrecompiledHeaders& headers, bool makes) {
  if (!can_be_apart(cell.toolchain)) return;
  types_ = LibraryTypes(cell.model);
  if (types_.empty()) return;
  includes_ = find_preamble(cell.content).text(headers.count);
  // The includes are precompiled.
  const std::string text = types_.unit("");
  Places places(cell, headers, text);
  const std::optional<TypesRecord> record = places.record.recall();
  if (record && record->content == Digest{}) {
    types_ = LibraryTypes();
    return;
  }
  if (record && is_private_to_user(places.object) && digest_of_file(places.object) == record->content) {
    path_ = places.object;
    // So that its last use is known: `cache gc` goes by it.
    for (const std::string& file : {path_, places.record.file()})
      ::utimensat(AT_FDCWD, file.c_str(), nullptr, 0);
  } else if (makes) {
    work_ = std::make_unique<Work>(cell, headers, text, std::move(places));
  }
}

TypesObject::TypesObject(const Cell& cell, const std::string& text)
    : work_(std::make_unique<Work>(cell, std::nullopt, text, std::nullopt)) {}

const LibraryTypes& TypesObject::types() const {
  static const LibraryTypes none;
  return is_apart() ? types_ : none;
}

std::string TypesObject::text() const { return is_apart() ? types_.unit(includes_) : std::string(); }

std::optional<std::string> TypesObject::finish(const std::function<void()>& tick) {
  if (work_ == nullptr) return path_.empty() ? std::nullopt : std::optional(path_);
  Work& work = *work_;
  const ProcessResult result = work.process->wait(tick);
  if (!work.places) return result.succeeded() ? std::optional(work.object) : std::nullopt;
  const std::unique_ptr<Work> ended = std::move(work_);
  if (!result.succeeded()) {
    // One that was ended has not said so.
    if (result.started && result.signal == 0 && !is_interrupted()) work.places->record.keep({});
    return std::nullopt;
  }
  const std::optional<Digest> content = digest_of_file(work.object);
  if (!content || ::chmod(work.object.c_str(), 0600) != 0 ||
      std::rename(work.object.c_str(), work.places->object.c_str()) != 0)
    return std::nullopt;
  work.places->record.keep({*content});
  path_ = work.places->object;
  return path_;
}

}  // namespace hamcell
