// Judges code versions by the scan alone.
#include "judge_by_scan.h"

#include <ctime>
#include <iostream>

#include "base/file.h"
#include "files.h"
#include "scan/scan.h"

namespace hamcell::proof {
namespace {

/// By the name of the node: its code version and those of its default arguments, in one.
using Versions = std::map<std::string, Digest>;

Versions versions_of(const CellModel& model) {
  Versions out;
  for (const NodeFunction& function : model.functions) {
    Digester digester;
    digester.add(function.code.version);
    for (const Parameter& parameter : function.parameters)
      if (parameter.default_argument) digester.add(parameter.default_argument->code.version);
    out[function.name] = digester.finish();
  }
  return out;
}

class ScanJudge {
 public:
  ScanJudge(const Scope& scope, std::uint64_t number, Tally& tally)
      : scope_(scope), chain_(scope, number, Purpose::scanned), tally_(tally) {}

  void run() {
    tally_.cells++;
    if (!scope_.only) now_ = scan(chain_.now());
    for (std::uint64_t i = 0; i < scope_.edits_per_chain; i++) {
      chain_.step();
      if (scope_.only && chain_.edit_number() != *scope_.only) continue;
      before_before_ = std::move(before_);
      before_ = scope_.only ? scan(chain_.before()) : std::move(now_);
      now_ = scan(chain_.now());
      judge();
      if (scope_.only) replay();
    }
  }

 private:
  Versions scan(const State& state) {
    files_.write(state.rendered);
    const std::clock_t begin = std::clock();
    const CellModel model =
        scan_cell({cell_file, absolute_path("."), state.rendered.files.at(cell_file), {"-std=c++20"}});
    tally_.cpu_us += static_cast<std::uint64_t>(std::clock() - begin) * 1000000 / CLOCKS_PER_SEC;
    tally_.judgements++;
    tally_.nodes += state.cell.nodes().size();
    tally_.entities += state.cell.order.size();
    complain(model, state);
    return versions_of(model);
  }

  void complain(const CellModel& model, const State& state) {
    std::vector<Problem> problems = model.problems;
    problems.insert(problems.end(), model.body_problems.begin(), model.body_problems.end());
    if (problems.empty()) return;
    tally_.wrong_cells++;
    std::string text = "WRONG CELL " + told(scope_, chain_) + "\n";
    for (const Problem& problem : problems) text += "  " + problem.place.text() + ": " + problem.what + "\n";
    if (scope_.only) text += listing(state);
    std::cout << text << std::flush;
  }

  void judge() {
    KindTally& kind = tally_.kinds.at(static_cast<std::size_t>(chain_.edit().kind));
    kind.edits++;
    for (const auto& [node, meaning] : chain_.now().meanings) {
      const auto before = chain_.before().meanings.find(node);
      if (before == chain_.before().meanings.end()) continue;
      decide(kind, node, verdict(before->second, meaning));
    }
    if (chain_.is_undone() && !before_before_.empty() && before_before_ != now_) {
      tally_.unsteady++;
      std::cout << "UNSTEADY " + told(scope_, chain_) + "\n" << std::flush;
    }
  }

  void decide(KindTally& kind, const std::string& node, Verdict verdict) {
    const bool changed = before_[node] != now_[node];
    switch (verdict) {
      case Verdict::must_change:
        kind.had_to++;
        if (changed) break;
        kind.stale++;
        report("STALE", node);
        break;
      case Verdict::must_stay:
        kind.had_not_to++;
        if (!changed) break;
        kind.needless++;
        if (scope_.lists_needless || scope_.only) report("NEEDLESS", node);
        break;
      case Verdict::may_change:
        kind.may++;
        kind.may_changed += changed ? 1 : 0;
        if (scope_.only) report(changed ? "MAY, did" : "MAY, did not", node);
        break;
    }
  }

  void report(const std::string& what, const std::string& node) {
    std::string text = what + " " + told(scope_, chain_) + ": node " + node + "\n";
    if (!scope_.only) text += difference(chain_.before(), chain_.now());
    std::cout << text << std::flush;
  }

  void replay() {
    std::cout << told(scope_, chain_) << "\n==== before\n"
              << listing(chain_.before()) << "==== after\n"
              << listing(chain_.now()) << "==== the difference\n"
              << difference(chain_.before(), chain_.now());
  }

  const Scope& scope_;
  Chain chain_;
  Tally& tally_;
  Files files_;
  Versions now_;
  Versions before_;
  Versions before_before_;
};

}  // namespace

void judge_by_scan(const Scope& scope, std::uint64_t chain, Tally& tally) {
  ScanJudge(scope, chain, tally).run();
}

}  // namespace hamcell::proof
