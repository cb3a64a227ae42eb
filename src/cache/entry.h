// What the cache knows under a key: the trace of the run that made the value, its version, and the value
// itself where it is stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/file.h"
#include "base/positional.h"
#include "base/stamp_record.h"

namespace hamcell {

/// A file, folder or name that a node looked at while it ran.
struct TracedFile {
  enum class Use : std::uint8_t {
    content,      ///< opened for reading: its content must be as it was
    listing,      ///< a folder that was listed: names and kinds of what is in it must be as they were
    attributes,   ///< asked about (stat): existence, kind, size, modification time and permissions
    written,      ///< made, changed or removed: an output, which must still be as the node left it
    existence,    ///< asked whether it is there (access), and perhaps whether it may be used
    link,         ///< asked whether it is a symbolic link, and for its text (readlink, lstat)
    resolved,     ///< asked where it leads to through all links (realpath)
    written_link  ///< made as a symbolic link: an output whose text must still be the same
  } use = Use::content;
  std::string path;  ///< absolute
  Stamp stamp;       ///< `absent` where nothing was there; of the link itself for `link` and `written_link`
  /// content and written: of the bytes; listing: of names and kinds, without the outputs of the same trace;
  /// attributes: of mode, owner and number of names; existence: of mode and owner, all zeros where only
  /// existence was asked for; link and written_link: of the link's text, all zeros where it is none;
  /// resolved: of the path that it leads to.
  Digest content;

  /// A node wrote it.
  bool is_output() const { return use == Use::written || use == Use::written_link; }
  /// A node used what is in it, or a folder's names: then a change of either shows in its stamp.
  bool is_read() const {
    const bool is_file = stamp.kind == Stamp::Kind::file && (use == Use::content || use == Use::attributes);
    return is_file || (use == Use::listing && stamp.kind != Stamp::Kind::absent);
  }
};

/// The name that stands for all environment variables: no other than those of the trace may be set.
inline constexpr std::string_view every_variable = "*";

/// An environment variable that a node asked for; its value is kept as a digest only.
struct TracedVariable {
  std::string name;
  bool is_set = false;
  Digest value;  ///< from a runner: digest_of; in the cache: variable_digest
};

/// Something that a node used and that no trace can hold: with it, the same key may give another value.
struct TracedEffect {
  enum class Kind : std::uint8_t { clock, random, process, network } kind = Kind::clock;
  std::string function;  ///< what the node called: "clock_gettime"
};

/// What a node was seen to read and write outside its arguments.
struct Trace {
  std::vector<TracedFile> files;          ///< sorted by path and use
  std::vector<TracedVariable> variables;  ///< sorted by name
  std::vector<TracedEffect> effects;      ///< in the order of their first use, each function once
  std::string folder;   ///< the working folder, where a relative path was used; empty otherwise
  bool settled = true;  ///< false: a file changed while the node read it, so this trace stands for nothing
  std::int64_t taken_ns = 0;  ///< when the node ended, on the clock of file stamps
};

/// The digest that stands for a variable's value in the cache: by the user's key, since many a variable holds
/// a password.
Digest variable_digest(const Digest& of_value);

/// Takes the digests that a runner made for those of the cache.
void seal_variables(Trace& trace);

/// Digest of what was read and written, without stamps: two traces that saw the same content are equal.
Digest trace_digest(const Trace& trace);

/// Nothing when all that the trace names is as it was; otherwise the reason, in words: "file data.csv
/// changed".
std::optional<std::string> trace_change(const Trace& trace);

/// The stamp that counts for a use: of what the path leads to, or of the link itself.
Stamp stamp_for(TracedFile::Use use, const std::string& path);

/// TracedFile::content as it is now; all zeros where it cannot be read. `except`: names in a listed folder
/// that do not count, sorted.
Digest content_of(const TracedFile& file, const std::vector<std::string>& except = {});

/// Names and kinds of what is in a folder, sorted; empty where it cannot be listed. A kind is one letter
/// behind the name and a slash.
std::vector<std::string> listing_of(const std::string& folder);
/// The digest of a listing without the names in `except`, which are sorted.
Digest listing_digest(const std::vector<std::string>& listing, const std::vector<std::string>& except);
/// The names, sorted, that a trace's outputs have in a folder.
std::vector<std::string> outputs_in(const std::string& folder, const std::vector<TracedFile>& files);

struct Entry {
  std::string node;
  Digest data_version;
  Digest content;                      ///< of the encoded value; names its file in the store
  Digest type;                         ///< key of the value's type in the table of types
  bool stored = false;                 ///< the value is in `inlined` or in the store
  std::optional<std::string> inlined;  ///< a small value's bytes
  std::uint64_t bytes = 0;             ///< of the encoded value; 0 when not stored
  double seconds = 0;                  ///< that the function ran
  std::string preview;                 ///< one line
  std::int64_t created_ns = 0;         ///< since 1970
  Trace trace;
};

/// Raise it when the meaning of a record in the database changes; old ones then count as absent.
inline constexpr std::string_view entry_record = "hamcell entry 7";

}  // namespace hamcell

template <>
struct ham::members<hamcell::TracedFile> {
  template <class F>
  static constexpr void each(F&& f) {
    f("use", &hamcell::TracedFile::use);
    f("path", &hamcell::TracedFile::path);
    f("stamp", &hamcell::TracedFile::stamp);
    f("content", &hamcell::TracedFile::content);
  }
};
template <>
struct ham::members<hamcell::TracedVariable> {
  template <class F>
  static constexpr void each(F&& f) {
    f("name", &hamcell::TracedVariable::name);
    f("is_set", &hamcell::TracedVariable::is_set);
    f("value", &hamcell::TracedVariable::value);
  }
};
template <>
struct ham::members<hamcell::TracedEffect> {
  template <class F>
  static constexpr void each(F&& f) {
    f("kind", &hamcell::TracedEffect::kind);
    f("function", &hamcell::TracedEffect::function);
  }
};
template <>
struct ham::members<hamcell::Trace> {
  template <class F>
  static constexpr void each(F&& f) {
    f("files", &hamcell::Trace::files);
    f("variables", &hamcell::Trace::variables);
    f("effects", &hamcell::Trace::effects);
    f("folder", &hamcell::Trace::folder);
    f("settled", &hamcell::Trace::settled);
    f("taken_ns", &hamcell::Trace::taken_ns);
  }
};
/// Most nodes use nothing outside their arguments.
template <>
struct ham::codec<hamcell::Trace> : hamcell::positional::Codec<hamcell::Trace> {};
template <>
struct ham::members<hamcell::Entry> {
  template <class F>
  static constexpr void each(F&& f) {
    f("node", &hamcell::Entry::node);
    f("data_version", &hamcell::Entry::data_version);
    f("content", &hamcell::Entry::content);
    f("type", &hamcell::Entry::type);
    f("stored", &hamcell::Entry::stored);
    f("inlined", &hamcell::Entry::inlined);
    f("bytes", &hamcell::Entry::bytes);
    f("seconds", &hamcell::Entry::seconds);
    f("preview", &hamcell::Entry::preview);
    f("created_ns", &hamcell::Entry::created_ns);
    f("trace", &hamcell::Entry::trace);
  }
};
template <>
struct ham::codec<hamcell::Entry> : hamcell::positional::Codec<hamcell::Entry> {};
