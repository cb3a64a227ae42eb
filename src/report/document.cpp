// JSON documents as hamcell prints them.
#include "report/document.h"

#include <nlohmann/json.hpp>

namespace hamcell {

std::string document_text(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace hamcell
