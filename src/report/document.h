// JSON documents as hamcell prints them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace hamcell {

/// A part of a document that is JSON text already, and is to stand there as it is: reading it as JSON would
/// make doubles of all numbers. Such a part cannot be asked for its content.
nlohmann::ordered_json json_as_written(std::string_view text);

/// JSON on one line; bytes that are not UTF-8 are replaced. Not for what has parts that are JSON text
/// already.
std::string compact_text(const nlohmann::ordered_json& json);

/// A document of its own, ended by a newline; bytes that are not UTF-8 are replaced.
std::string document_text(const nlohmann::ordered_json& json);

}  // namespace hamcell
