// How stamps are written into records.
#pragma once

#include "base/file.h"
#include "base/record.h"

template <>
struct ham::members<hamcell::Stamp> {
  template <class F>
  static constexpr void each(F&& f) {
    f("kind", &hamcell::Stamp::kind);
    f("size", &hamcell::Stamp::size);
    f("modified_ns", &hamcell::Stamp::modified_ns);
    f("changed_ns", &hamcell::Stamp::changed_ns);
    f("inode", &hamcell::Stamp::inode);
    f("device", &hamcell::Stamp::device);
  }
};
