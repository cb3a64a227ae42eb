// What is known of pictures: one small record for each, in the user's cache folder, named by where it is.
#include "draw/known_picture.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <optional>

#include "base/kept_record.h"
#include "base/process.h"
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

KeptRecord<KnownPicture> record_of(const std::string& file) {
  return {user_cache_folder() + "/pictures", digest_of(absolute_path(file)), ".picture", picture_record};
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
  const KeptRecord<KnownPicture> record = record_of(file);
  std::optional<KnownPicture> known = record.recall();
  if (!known || known->description != description) return false;
  const std::int64_t now = now_ns();
  Stamp stamp = stamp_of_link(file);
  if (stamp.kind != Stamp::Kind::file || stamp.size != known->stamp.size) return false;
  // The stamp of a file that was just written proves nothing yet: the content then tells.
  const bool is_proven = stamp == known->stamp && is_old(stamp, known->seen_ns);
  if (!is_proven && digest_of_file(file) != known->content) return false;
  const bool is_renewed = stamp.modified_ns < made_from_ns;
  if (is_renewed && !renew(file)) return false;
  if (is_renewed) stamp = stamp_of_link(file);
  if (is_renewed || (!is_proven && is_old(stamp, now))) {
    known->stamp = stamp;
    known->seen_ns = now;
    record.keep(*known);
  }
  return true;
}

void remember_picture(const std::string& file, const Digest& description, const PictureAnswer& written) {
  if (written.stamp.kind != Stamp::Kind::file) return;
  // Not seen since: whether it is as it was written, its content tells.
  record_of(file).keep({description, written.content, written.stamp, 0});
}

}  // namespace hamcell
