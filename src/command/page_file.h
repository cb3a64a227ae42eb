// A page on its way: its two pictures are drawn by hamcell-draw, and then it is put together and written.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "draw/drawing.h"
#include "page/page.h"

namespace hamcell {

/// Begins to draw what a page in `file` shows: `before`, and `after` where something was run. Returns how
/// many answers will come for it. Throws Failure (storage) where no file can be put there.
std::size_t begin_page(Drawing& drawing, const Diagram& before, const std::optional<Diagram>& after,
                       const std::string& file);

/// Puts the page together and writes it; prints it where `file` is "-". `answers` are those of its pictures.
/// With `if_changed`, a file of the same content is left alone. Throws Failure (storage).
void finish_page(std::span<const PictureAnswer> answers, const PageSubject& subject, const std::string& file,
                 bool if_changed);

}  // namespace hamcell
