// How lookups of headers are written into records.
#pragma once

#include "base/record.h"
#include "cell/prepared.h"

template <>
struct ham::members<hamcell::HeaderLookup> {
  template <class F>
  static constexpr void each(F&& f) {
    f("name", &hamcell::HeaderLookup::name);
    f("found", &hamcell::HeaderLookup::found);
  }
};
