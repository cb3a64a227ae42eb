// Decides whether what a node read and wrote is as it was.
//
// A stamp that is the same and was old enough when it was taken proves that the content is the same. Any
// other stamp is settled by content, so that neither `touch` nor `cp -p` of a file of the same size can
// deceive it: the change time, which nobody can set back, gives the copy away.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/user_cache.h"
#include "cache/entry.h"

namespace hamcell {
namespace {

using Use = TracedFile::Use;

std::string changed_text(const TracedFile& file, const Stamp& now) {
  const std::string kind = file.is_output()                                   ? "output "
                           : now.kind == Stamp::Kind::folder                  ? "folder "
                           : file.use == Use::link && !file.content.is_zero() ? "link "
                                                                              : "file ";
  const bool was = file.stamp.kind != Stamp::Kind::absent;
  const bool is = now.kind != Stamp::Kind::absent;
  return kind + file_name(file.path) + (was && !is ? " is gone" : !was && is ? " appeared" : " changed");
}

/// Whether what the node was told by stat is what it would be told now.
bool has_same_attributes(const TracedFile& file, const Stamp& now) {
  // A folder's own size and time say only that names in it changed, which a node that did not list it did
  // not see.
  const bool is_file = now.kind == Stamp::Kind::file;
  if (is_file && (now.size != file.stamp.size || now.modified_ns != file.stamp.modified_ns)) return false;
  return content_of(file) == file.content;
}

/// Whether what has another stamp, or a young one, is the same for its use nevertheless. Both are of one
/// kind.
bool has_same_content(const Trace& trace, const TracedFile& file, const Stamp& now) {
  switch (file.use) {
    case Use::attributes:
      return has_same_attributes(file, now);
    case Use::listing:
      return !file.content.is_zero() && content_of(file, outputs_in(file.path, trace.files)) == file.content;
    case Use::content:
    case Use::written:
      // Of a folder that was made only its existence counts, and a device or pipe has no content that could
      // be compared.
      if (now.kind != Stamp::Kind::file) return true;
      return !file.content.is_zero() && content_of(file) == file.content;
    case Use::existence:
      return file.content.is_zero() || content_of(file) == file.content;
    case Use::link:
    case Use::written_link:
    case Use::resolved:
      return content_of(file) == file.content;
  }
  return false;
}

bool is_same(const Trace& trace, const TracedFile& file, const Stamp& now) {
  const bool was = file.stamp.kind != Stamp::Kind::absent;
  const bool is = now.kind != Stamp::Kind::absent;
  if (!was || !is) return was == is;
  const bool is_any_kind = file.use == Use::existence && file.content.is_zero();
  if (now.kind != file.stamp.kind && !is_any_kind) return false;
  // Another way to the same file leaves its stamp alone.
  const bool stamp_tells = file.use != Use::resolved;
  if (stamp_tells && now == file.stamp && is_old(now, trace.taken_ns)) return true;
  return has_same_content(trace, file, now);
}

bool is_listed(const Trace& trace, std::string_view name) {
  return std::ranges::any_of(trace.variables,
                             [&](const TracedVariable& variable) { return variable.name == name; });
}

/// A variable that is set now and is not among those of the trace; empty where there is none.
std::string new_variable(const Trace& trace) {
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string_view name = text.substr(0, text.find('='));
    if (!is_listed(trace, name)) return std::string(name);
  }
  return {};
}

std::optional<std::string> variable_change(const Trace& trace) {
  for (const TracedVariable& variable : trace.variables) {
    if (variable.name == every_variable) {
      const std::string name = new_variable(trace);
      if (!name.empty()) return "environment " + name + " changed";
      continue;
    }
    const char* value = std::getenv(variable.name.c_str());
    const bool same = (value != nullptr) == variable.is_set &&
                      (value == nullptr || variable_digest(digest_of(value)) == variable.value);
    if (!same) return "environment " + variable.name + " changed";
  }
  return std::nullopt;
}

}  // namespace

Digest variable_digest(const Digest& of_value) { return keyed_digest(of_value.view()); }

void seal_variables(Trace& trace) {
  for (TracedVariable& variable : trace.variables)
    if (variable.is_set) variable.value = variable_digest(variable.value);
}

Digest trace_digest(const Trace& trace) {
  Digester digester;
  digester.add("trace 1").add(trace.folder).add(trace.files.size());
  for (const TracedFile& file : trace.files) {
    digester.add(static_cast<std::uint64_t>(file.use))
        .add(file.path)
        .add(static_cast<std::uint64_t>(file.stamp.kind))
        .add(file.content);
    if (file.use == Use::attributes && file.stamp.kind == Stamp::Kind::file)
      digester.add(file.stamp.size).add(static_cast<std::uint64_t>(file.stamp.modified_ns));
  }
  for (const TracedVariable& variable : trace.variables)
    digester.add(variable.name).add(std::uint64_t{variable.is_set}).add(variable.value);
  return digester.finish();
}

std::optional<std::string> trace_change(const Trace& trace) {
  if (!trace.settled) return "a file changed while it was read";
  if (!trace.folder.empty() && absolute_path(".") != trace.folder) return "the working folder changed";
  if (std::optional<std::string> change = variable_change(trace)) return change;
  for (const TracedFile& file : trace.files) {
    const Stamp now = stamp_for(file.use, file.path);
    if (!is_same(trace, file, now)) return changed_text(file, now);
  }
  return std::nullopt;
}

}  // namespace hamcell
