// What the user asked of a run, as far as it decides what nodes compute: kept in the history, so that the
// same can be asked again.
#pragma once

#include <string>

#include "base/record.h"
#include "cell/discover.h"
#include "graph/request.h"

namespace hamcell {

struct RunRequest {
  std::string folder;  ///< absolute; where hamcell was started, and what relative paths are relative to
  CellRequest cell;
  GraphRequest graph;
  bool opt_in = false;
};

}  // namespace hamcell

template <>
struct ham::members<hamcell::BuildRequest> {
  template <class F>
  static constexpr void each(F&& f) {
    f("cxx", &hamcell::BuildRequest::cxx);
    f("standard", &hamcell::BuildRequest::standard);
    f("cxxflags", &hamcell::BuildRequest::cxxflags);
    f("ldflags", &hamcell::BuildRequest::ldflags);
    f("include_folders", &hamcell::BuildRequest::include_folders);
    f("defines", &hamcell::BuildRequest::defines);
  }
};
template <>
struct ham::members<hamcell::CellRequest> {
  template <class F>
  static constexpr void each(F&& f) {
    f("path", &hamcell::CellRequest::path);
    f("build", &hamcell::CellRequest::build);
  }
};
template <>
struct ham::members<hamcell::Binding> {
  template <class F>
  static constexpr void each(F&& f) {
    f("name", &hamcell::Binding::name);
    f("value", &hamcell::Binding::value);
    f("origin", &hamcell::Binding::origin);
  }
};
template <>
struct ham::members<hamcell::BehaviorRequest> {
  template <class F>
  static constexpr void each(F&& f) {
    f("behavior", &hamcell::BehaviorRequest::behavior);
    f("all", &hamcell::BehaviorRequest::all);
    f("nodes", &hamcell::BehaviorRequest::nodes);
  }
};
template <>
struct ham::members<hamcell::GraphRequest> {
  template <class F>
  static constexpr void each(F&& f) {
    f("inputs", &hamcell::GraphRequest::inputs);
    f("config", &hamcell::GraphRequest::config);
    f("overrides", &hamcell::GraphRequest::overrides);
    f("secrets", &hamcell::GraphRequest::secrets);
    f("targets", &hamcell::GraphRequest::targets);
    f("behaviors", &hamcell::GraphRequest::behaviors);
    f("default_behavior", &hamcell::GraphRequest::default_behavior);
    f("will_run", &hamcell::GraphRequest::will_run);
  }
};
template <>
struct ham::members<hamcell::RunRequest> {
  template <class F>
  static constexpr void each(F&& f) {
    f("folder", &hamcell::RunRequest::folder);
    f("cell", &hamcell::RunRequest::cell);
    f("graph", &hamcell::RunRequest::graph);
    f("opt_in", &hamcell::RunRequest::opt_in);
  }
};
