// What the scan knows of a precompiled preamble, as a record.
#pragma once

#include "cell/model_record.h"
#include "scan/preamble.h"

template <>
struct ham::members<hamcell::PreambleFacts::File> {
  template <class F>
  static constexpr void each(F&& f) {
    f("name", &hamcell::PreambleFacts::File::name);
    f("source", &hamcell::PreambleFacts::File::source);
  }
};
template <>
struct ham::members<hamcell::PreambleFacts> {
  template <class F>
  static constexpr void each(F&& f) {
    f("files", &hamcell::PreambleFacts::files);
    f("absent", &hamcell::PreambleFacts::absent);
    f("system_folders", &hamcell::PreambleFacts::system_folders);
  }
};
