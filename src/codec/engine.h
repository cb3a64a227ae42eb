// The codec's engine: writes and reads values by the description of how they lie in memory. It is compiled
// once, into hamcell-runner, and works for the types of every cell.
#pragma once

#include <hamcell/codec.h>

namespace hamcell {

/// The engine itself.
const ham::engine& codec_engine();

/// Every program that has the engine in it uses it.
inline const bool uses_codec_engine = (ham::engine_in_use = &codec_engine()) != nullptr;

}  // namespace hamcell

namespace hamcell::engine {

/// Bytes that the encoding of a value takes at the least: how many elements a given number of bytes can hold,
/// so that no reader allocates more than the data can fill.
std::size_t least_bytes(const ham::layout& type);

}  // namespace hamcell::engine
