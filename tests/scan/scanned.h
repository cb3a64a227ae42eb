// Scans snippets of cell text for tests.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"
#include "cell/model_record.h"
#include "cell/preamble.h"
#include "scan/scan.h"

namespace hamcell {

/// A folder for precompiled preambles, which goes with the process.
inline const std::string& preambles_folder() {
  static const struct Folder {
    Folder() {
      std::string pattern = (std::filesystem::temp_directory_path() / "hamcell-preambles-XXXXXX").string();
      if (::mkdtemp(pattern.data()) != nullptr) path = pattern;
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string path;
  } folder;
  return folder.path;
}

/// Scans as a cell that is parsed as a whole; one with a preamble that can be precompiled has the same model
/// to the byte, when that is made and when it is there.
inline CellModel scan_each_way(ScanRequest request) {
  CellModel whole = scan_cell(request);
  request.preambles = preambles_folder();
  if (find_preamble(request.content).empty()) return whole;
  for (const char* which : {"noted", "made", "kept"}) {
    CAPTURE(which);
    CAPTURE(request.content);
    CellModel model = scan_cell(request);
    request.settled_preamble =
        digest_of_preamble(request.arguments, find_preamble(request.content).text(model.fit_includes));
    CHECK(to_bytes(model) == to_bytes(whole));
  }
  return whole;
}

inline CellModel scanned(const std::string& content, std::vector<std::string> arguments = {}) {
  return scan_each_way({"cell.cpp", absolute_path("."), content, std::move(arguments)});
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
