// Decides whether what a node read and wrote is as it was.
//
// A stamp that is the same and was old enough when it was taken proves that the content is the same. Any
// other stamp is settled by content, so that neither `touch` nor `cp -p` of a file of the same size can
// deceive it.
#include "cache/entry.h"

#include <dirent.h>

#include <algorithm>

namespace hamcell {
namespace {

/// Two changes within this time may carry the same time stamp: file systems round to a tick of the kernel's
/// clock (at most 10 ms), network ones more.
constexpr std::int64_t young_ns = 2'000'000'000;

bool same_age(const TracedFile& file, const Stamp& now, std::int64_t taken_ns) {
  return now == file.stamp && now.changed_ns < taken_ns - young_ns && now.modified_ns < taken_ns - young_ns;
}

std::string changed_text(const TracedFile& file, const Stamp& now) {
  const std::string kind = file.use == TracedFile::Use::written ? "output "
                           : now.kind == Stamp::Kind::folder    ? "folder "
                                                                : "file ";
  const bool was = file.stamp.kind != Stamp::Kind::absent;
  const bool is = now.kind != Stamp::Kind::absent;
  return kind + file_name(file.path) + (was && !is ? " is gone" : !was && is ? " appeared" : " changed");
}

bool is_same(const TracedFile& file, std::int64_t taken_ns, const Stamp& now) {
  if (file.stamp.kind == Stamp::Kind::absent) return now.kind == Stamp::Kind::absent;
  if (now.kind != file.stamp.kind) return false;
  if (same_age(file, now, taken_ns)) return true;
  if (file.use == TracedFile::Use::attributes) {
    const bool is_file = now.kind == Stamp::Kind::file;
    // A folder's own size and time say only that names in it changed, which a node that did not list it did
    // not see.
    return !is_file || (now.size == file.stamp.size && now.modified_ns == file.stamp.modified_ns);
  }
  if (now.kind == Stamp::Kind::other) return true;  // a device or pipe has no content that could be compared
  return !file.content.is_zero() && content_of(file) == file.content;
}

}  // namespace

Digest content_of(const TracedFile& file) {
  if (file.use != TracedFile::Use::listing) {
    const std::optional<std::string> bytes = read_file(file.path);
    return bytes ? digest_of(*bytes) : Digest{};
  }
  DIR* folder = ::opendir(file.path.c_str());
  if (folder == nullptr) return {};
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(folder)) names.emplace_back(entry->d_name);
  ::closedir(folder);
  std::ranges::sort(names);
  Digester digester;
  for (const std::string& name : names) digester.add(name);
  return digester.finish();
}

Digest trace_digest(const Trace& trace) {
  Digester digester;
  digester.add("trace 1").add(trace.folder).add(trace.files.size());
  for (const TracedFile& file : trace.files) {
    digester.add(static_cast<std::uint64_t>(file.use))
        .add(file.path)
        .add(static_cast<std::uint64_t>(file.stamp.kind))
        .add(file.content);
    if (file.use == TracedFile::Use::attributes && file.stamp.kind == Stamp::Kind::file)
      digester.add(file.stamp.size).add(static_cast<std::uint64_t>(file.stamp.modified_ns));
  }
  for (const TracedVariable& variable : trace.variables)
    digester.add(variable.name).add(std::uint64_t{variable.is_set}).add(variable.value);
  return digester.finish();
}

std::optional<std::string> trace_change(const Trace& trace) {
  if (!trace.settled) return "a file changed while it was read";
  if (!trace.folder.empty() && absolute_path(".") != trace.folder) return "the working folder changed";
  for (const TracedVariable& variable : trace.variables) {
    const char* value = std::getenv(variable.name.c_str());
    const bool same =
        (value != nullptr) == variable.is_set && (value == nullptr || digest_of(value) == variable.value);
    if (!same) return "environment " + variable.name + " changed";
  }
  for (const TracedFile& file : trace.files) {
    const Stamp now = stamp_of(file.path);
    if (!is_same(file, trace.taken_ns, now)) return changed_text(file, now);
  }
  return std::nullopt;
}

}  // namespace hamcell
