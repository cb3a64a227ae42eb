// Scans snippets of cell text for tests.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "cell/model_record.h"
#include "cell/prepared.h"
#include "scan/prepared.h"
#include "scan/scan.h"

namespace hamcell {

/// A folder for what is precompiled, which goes with the process.
class KeptFolder {
 public:
  KeptFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "hamcell-kept-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~KeptFolder() { std::filesystem::remove_all(path_); }
  KeptFolder(const KeptFolder&) = delete;
  KeptFolder& operator=(const KeptFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Precompiles what an installation would hold for such a cell. False where it would hold nothing.
inline bool prepare_for(ScanRequest& request) {
  static const KeptFolder folder;
  static std::set<std::pair<std::vector<std::string>, PreparedSet>> made;
  const Preamble preamble = find_preamble(request.content);
  const auto fits = [&](const PreparedSet& set) { return includes_of_set(preamble, set).has_value(); };
  if (std::ranges::none_of(prepared_sets(), fits)) return false;
  request.prepared = folder.path();
  for (const PreparedSet& set : prepared_sets()) {
    if (!fits(set) || !made.emplace(request.arguments, set).second) continue;
    ScanRequest alone = request;
    alone.content = header_text(set);
    CHECK(prepare(alone));
  }
  return true;
}

/// The model is the same to the byte when the cell's preamble is noted, precompiled and there.
inline void check_preambles(ScanRequest request, const std::string& folder, const CellModel& whole) {
  request.preambles = folder;
  for (const char* which : {"noted", "made", "kept"}) {
    CAPTURE(which);
    CAPTURE(request.content);
    const CellModel model = scan_cell(request);
    request.settled_preamble =
        digest_of_preamble(request.arguments, find_preamble(request.content).text(model.fit_includes));
    CHECK(to_bytes(model) == to_bytes(whole));
  }
}

/// Scans as a cell that is parsed as a whole; one with a preamble that can be precompiled has the same model
/// to the byte, whatever is precompiled of it, and on whatever that stands.
inline CellModel scan_each_way(ScanRequest request) {
  static const KeptFolder alone, on_prepared;
  CellModel whole = scan_cell(request);
  if (find_preamble(request.content).empty()) return whole;
  check_preambles(request, alone.path(), whole);
  if (!prepare_for(request)) return whole;
  CAPTURE(request.content);
  CHECK(find_prepared(request).has_value() == !includes_by_flag(request.arguments));
  CHECK(to_bytes(scan_cell(request)) == to_bytes(whole));
  check_preambles(request, on_prepared.path(), whole);
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
