// The forms of a picture. All but DOT text are made by a program of their own, hamcell-draw.
#pragma once

#include <string>

#include "draw/diagram.h"

namespace hamcell {

enum class PictureFormat { png, svg, pdf, dot };

/// The diagram in the DOT language, for people and for other tools: Graphviz's `dot` makes nearly the same
/// picture of it as hamcell-draw does. Deterministic: the same diagram gives the same text.
std::string to_dot(const Diagram& diagram);

}  // namespace hamcell
