// What holds for every value of every type.
#pragma once

#include <vector>

#include "tested_type.h"

struct Property {
  const char* sentence;
  /// Makes values of the type and looks at them; fails by rapidcheck's assertions.
  void (*check)(const TestedType& type, Choices& choices);
};

const std::vector<Property>& properties();
