// How what a remembered cell depends on is written into records.
#pragma once

#include "base/stamp_record.h"
#include "cell/discover.h"

template <>
struct ham::members<hamcell::Watch> {
  template <class F>
  static constexpr void each(F&& f) {
    f("path", &hamcell::Watch::path);
    f("stamp", &hamcell::Watch::stamp);
  }
};
template <>
struct ham::members<hamcell::FolderLink> {
  template <class F>
  static constexpr void each(F&& f) {
    f("path", &hamcell::FolderLink::path);
    f("target", &hamcell::FolderLink::target);
  }
};
template <>
struct ham::members<hamcell::CellBasis> {
  template <class F>
  static constexpr void each(F&& f) {
    f("path", &hamcell::CellBasis::path);
    f("folder", &hamcell::CellBasis::folder);
    f("content", &hamcell::CellBasis::content);
    f("cxx", &hamcell::CellBasis::cxx);
    f("compiler", &hamcell::CellBasis::compiler);
    f("watches", &hamcell::CellBasis::watches);
    f("absent", &hamcell::CellBasis::absent);
    f("links", &hamcell::CellBasis::links);
  }
};
