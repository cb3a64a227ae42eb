// Base64 (RFC 4648, section 4), for strings in JSON that are not UTF-8.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hamcell {

std::string base64_from_bytes(std::string_view bytes);

/// Nothing where the text is not base64 with its padding.
std::optional<std::string> bytes_from_base64(std::string_view text);

}  // namespace hamcell
