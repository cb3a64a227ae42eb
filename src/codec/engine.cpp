// What writing and reading share.
#include "codec/engine.h"

#include <algorithm>

#include "codec/elements.h"

namespace hamcell::engine {

using namespace ham;

std::size_t least_bytes(const layout& type) {
  std::size_t sum = 0;
  switch (type.what) {
    case form::structure: {
      const auto& structure = as<structure_layout>(type);
      for (std::size_t i = 0; i < structure.count; ++i)
        sum += structure.members[i].bits != nullptr ? 1 : least_bytes(*structure.members[i].value);
      return std::max<std::size_t>(sum, 1);
    }
    case form::array: {
      const auto& array = as<array_layout>(type);
      return array.count == 0 ? 1 : array.count * least_bytes(*array.element);
    }
    case form::bits: {
      const auto& bits = as<bits_layout>(type);
      return bits.resize != nullptr ? 1 : std::max<std::size_t>(bits.count, 1);
    }
    case form::tuple: {
      const auto& tuple = as<tuple_layout>(type);
      for (std::size_t i = 0; i < tuple.count; ++i) sum += least_bytes(*tuple.parts[i]);
      return sum + 1;
    }
    default:
      return 1;
  }
}

}  // namespace hamcell::engine

namespace hamcell {

using namespace engine;

const ham::engine& codec_engine() {
  static const ham::engine functions = {
      &encode_value,
      &decode_value,
      [](ham::sink& out, const ham::layout& element, const void* first, std::size_t count) {
        char* begin = const_cast<char*>(static_cast<const char*>(first));
        encode_elements(out, element, Elements({begin, element.size, nullptr, 0}, count));
      },
      [](ham::source& in, const ham::layout& element, void* first, std::size_t count) {
        decode_elements(in, element, Elements({static_cast<char*>(first), element.size, nullptr, 0}, count));
      },
      &elements_ahead,
  };
  return functions;
}

}  // namespace hamcell
