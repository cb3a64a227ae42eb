// A page on its way.
#include "command/page_file.h"

#include "base/file.h"
#include "command/terminal.h"

namespace hamcell {

std::size_t begin_page(Drawing& drawing, const Diagram& before, const std::optional<Diagram>& after,
                       const std::string& file) {
  if (file != "-") check_place_for_file(file);
  drawing.begin({before, PictureFormat::svg, file, true}, 0);
  if (!after) return 1;
  drawing.begin({*after, PictureFormat::svg, file, true}, 0);
  return 2;
}

void finish_page(std::span<const PictureAnswer> answers, const PageSubject& subject, const std::string& file,
                 bool if_changed) {
  for (const PictureAnswer& answer : answers)
    if (!answer.problems.empty()) throw Failure(ExitStatus::storage, answer.problems);
  PagePictures pictures{answers[0].picture, {}};
  if (answers.size() > 1) pictures.after = answers[1].picture;
  const std::string page = page_html(subject, pictures);
  if (file == "-") return print(page);
  if (!if_changed || read_regular_file(file) != page) write_file(file, page);
}

}  // namespace hamcell
