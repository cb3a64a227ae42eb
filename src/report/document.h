// JSON documents as hamcell prints them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace hamcell {

/// A document of its own, ended by a newline; bytes that are not UTF-8 are replaced.
std::string document_text(const nlohmann::ordered_json& json);

}  // namespace hamcell
