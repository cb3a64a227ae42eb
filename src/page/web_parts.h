// The files of page/web, which embed.cmake puts into the program while it is built.
#pragma once

#include <string_view>

namespace hamcell::web {

extern const std::string_view html;           ///< page.html, with places for what a page has of its own
extern const std::string_view style;          ///< all .css files, one after the other
extern const std::string_view script;         ///< all .js files, one after the other
extern const std::string_view style_sha256;   ///< hexadecimal
extern const std::string_view script_sha256;  ///< hexadecimal

}  // namespace hamcell::web
