// Scans snippets of cell text for tests.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/file.h"
#include "scan/scan.h"

namespace hamcell {

inline CellModel scanned(const std::string& content, std::vector<std::string> arguments = {}) {
  return scan_cell({"cell.cpp", absolute_path("."), content, std::move(arguments)});
}

/// The node function of that C++ name; fails the test when there is none.
inline const NodeFunction& function(const CellModel& model, const std::string& name) {
  const auto found = std::find_if(model.functions.begin(), model.functions.end(),
                                  [&](const NodeFunction& function) { return function.function == name; });
  REQUIRE_MESSAGE(found != model.functions.end(), "no node function " << name);
  return *found;
}

inline std::vector<std::string> names(const CellModel& model) {
  std::vector<std::string> out;
  for (const NodeFunction& function : model.functions) out.push_back(function.name);
  return out;
}

/// Why a function is a helper; empty where it is none.
inline std::string reason(const CellModel& model, const std::string& name) {
  for (const HelperFunction& helper : model.helpers)
    if (helper.name == name) return helper.reason;
  return {};
}

inline const Type& result_type(const CellModel& model, const std::string& name) {
  return model.types[function(model, name).result];
}

/// "line:column: what" of every problem.
inline std::vector<std::string> told(const std::vector<Problem>& problems) {
  std::vector<std::string> out;
  for (const Problem& problem : problems)
    out.push_back(std::to_string(problem.place.line) + ":" + std::to_string(problem.place.column) + ": " +
                  problem.what);
  return out;
}

using Words = std::vector<std::string>;

}  // namespace hamcell
