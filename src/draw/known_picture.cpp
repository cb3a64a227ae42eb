// What is known of pictures: one small record for each, in the user's cache folder, named by where it is.
#include "draw/known_picture.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <optional>

#include "base/process.h"
#include "base/user_cache.h"
#include "draw/fonts.h"

namespace hamcell {

struct KnownPicture {
  Digest description;
  Digest content;            ///< of the file
  Stamp stamp;               ///< of the file
  std::int64_t seen_ns = 0;  ///< when the file had that content, and that stamp before; 0: not seen since it
                             ///< was written
};

}  // namespace hamcell

template <>
struct ham::members<hamcell::KnownPicture> {
  template <class F>
  static constexpr void each(F&& f) {
    f("description", &hamcell::KnownPicture::description);
    f("content", &hamcell::KnownPicture::content);
    f("stamp", &hamcell::KnownPicture::stamp);
    f("seen_ns", &hamcell::KnownPicture::seen_ns);
  }
};

namespace hamcell {
namespace {

constexpr std::string_view picture_record = "hamcell picture 1";

Digest place_of(const std::string& file) { return digest_of(absolute_path(file)); }

/// The place is part of the checksum, so that the record of another picture is not taken for this one's.
std::string kind_of(const Digest& place) { return std::string(picture_record) + ' ' + place.hex(); }

std::string record_file(const Digest& place) {
  return user_cache_folder() + "/pictures/" + place.hex() + ".picture";
}

std::optional<KnownPicture> recall(const Digest& place) {
  const std::optional<std::string> bytes = read_kept_file(record_file(place));
  return bytes ? from_record<KnownPicture>(*bytes, kind_of(place)) : std::nullopt;
}

void remember(const Digest& place, const KnownPicture& known) {
  keep_file(record_file(place), to_record(known, kind_of(place)));
}

bool has_content(const std::string& file, const Digest& content) {
  Digest found;
  return look_at_file(file, [&](std::string_view bytes) { found = digest_of(bytes); }) && found == content;
}

/// Gives the file the time of now. False where that is not allowed.
bool renew(const std::string& file) { return ::utimensat(AT_FDCWD, file.c_str(), nullptr, 0) == 0; }

}  // namespace

Digest description_of(const PictureRequest& request) {
  const Stamp program = stamp_of(installation().draw);
  Digester digester;
  digester.add(picture_record).add(program.size).add(static_cast<std::uint64_t>(program.modified_ns));
  digester.add(program.inode).add(static_cast<std::uint64_t>(request.format)).add(to_bytes(request.diagram));
  if (has_fonts(request.format)) digester.add(digest_of_fonts());
  return digester.finish();
}

bool is_drawn(const std::string& file, const Digest& description, std::int64_t made_from_ns) {
  const Digest place = place_of(file);
  std::optional<KnownPicture> known = recall(place);
  if (!known || known->description != description) return false;
  const std::int64_t now = now_ns();
  Stamp stamp = stamp_of_link(file);
  if (stamp.kind != Stamp::Kind::file || stamp.size != known->stamp.size) return false;
  // The stamp of a file that was just written proves nothing yet: the content then tells.
  const bool is_proven = stamp == known->stamp && is_old(stamp, known->seen_ns);
  if (!is_proven && !has_content(file, known->content)) return false;
  const bool is_renewed = stamp.modified_ns < made_from_ns;
  if (is_renewed && !renew(file)) return false;
  if (is_renewed) stamp = stamp_of_link(file);
  if (is_renewed || (!is_proven && is_old(stamp, now))) {
    known->stamp = stamp;
    known->seen_ns = now;
    remember(place, *known);
  }
  return true;
}

void remember_picture(const std::string& file, const Digest& description, const PictureAnswer& written) {
  if (written.stamp.kind != Stamp::Kind::file) return;
  // Not seen since: whether it is as it was written, its content tells.
  remember(place_of(file), {description, written.content, written.stamp, 0});
}

}  // namespace hamcell
