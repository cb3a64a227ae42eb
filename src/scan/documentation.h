// The text of documentation comments.
#pragma once

#include <string>
#include <string_view>

namespace hamcell {

/// The text of a comment without its markers (`///`, `//!`, `/** */`, stars in front of lines) and without
/// the indentation and empty lines around it.
std::string comment_text(std::string_view comment);

}  // namespace hamcell
