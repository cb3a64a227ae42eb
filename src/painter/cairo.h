// A page as PNG and PDF, painted by cairo and pango.
#pragma once

#include <string>

#include "painter/page.h"

namespace hamcell {

/// A PNG with `dots` dots per point. Throws Failure (storage) when cairo cannot paint it.
std::string png_of(const Page& page, double dots);

/// A PDF of one page. It holds no date, so that one diagram has one picture. Throws like png_of.
std::string pdf_of(const Page& page);

}  // namespace hamcell
