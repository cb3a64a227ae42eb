// Pictures that hamcell has written and that are still there: they need not be drawn again.
#pragma once

#include <string>

#include "base/digest.h"
#include "base/file.h"
#include "draw/request.h"

namespace hamcell {

/// A digest of all that a picture's bytes depend on: the diagram, the format, the program that draws, and for
/// texts that it paints the fonts.
Digest description_of(const PictureRequest& request);

/// Whether `file` holds the picture of this description: hamcell wrote it, and it is as it was. A picture
/// that is older than `made_from_ns` gets the time of now, so that make sees it newer than what it was made
/// from. Devices, pipes and links are never known.
bool is_drawn(const std::string& file, const Digest& description, std::int64_t made_from_ns);

/// Remembers what was written. That it cannot be costs the next run time and nothing else.
void remember_picture(const std::string& file, const Digest& description, const PictureAnswer& written);

}  // namespace hamcell
