// The page: one HTML file with the pictures of a dataflow and all that is known behind them. It asks for
// nothing from anywhere, and a policy in it (CSP) keeps it so.
#pragma once

#include <string>

#include "page/page_data.h"

namespace hamcell {

/// The pictures, as hamcell-draw gives them: SVG documents of one layout.
struct PagePictures {
  std::string before;
  std::string after;  ///< empty: nothing was run
};

/// The whole file.
std::string page_html(const PageSubject& subject, const PagePictures& pictures);

}  // namespace hamcell
