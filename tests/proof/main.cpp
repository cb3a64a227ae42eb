// hamcell-proof: random cells, random edits, and whether code versions and the cache follow them.
//
// A cell is made from a model that knows, by construction, what each node runs: which overload, which
// overrider, which specialisation, which entry of a registry. After a random edit the model says for every
// node whether it had to change, had not to, or may (where the rules for code versions take in more than is
// needed). Two judges compare:
//
//   by scan  the code versions before and after the edit; a few hundred milliseconds each
//   by run   the program itself: cell.cpp is run, edited and run again with the same cache, and run with an
//   empty
//            one; also whether --dry-run said what then happened
//
// What it prints:
//
//   STALE      a node that had to change did not, or its value is not that of a run with an empty cache
//   NEEDLESS   a node changed, or ran, though nothing of what it needs changed (listed with --needless, and
//   counted) UNSTEADY   an edit and its undoing lead to another code version DRY RUN    --dry-run and the run
//   disagree about a node WRONG CELL, WRONG MODEL   a mistake of this program: a cell that does not compile,
//   or a value that the model
//              did not expect
//
// Each line names a seed and the number of an edit. To see that edit alone, with all texts before and after
// it:
//
//   hamcell-proof --seed 7 --only 123             of the scan judge
//   hamcell-proof --seed 7 --only-run 45 --hamcell build/release/bin/hamcell
//
// Both judges together, for as long as wanted, with tables in Markdown at the end:
//
//   hamcell-proof --seed 1 --edits 20000 --runs 1500 --hamcell build/release/bin/hamcell --jobs 2
#include <CLI/CLI.hpp>
#include <iostream>

#include "base/file.h"
#include "judge_by_run.h"
#include "judge_by_scan.h"
#include "workers.h"

namespace {

using namespace hamcell::proof;

struct Settings {
  std::uint64_t seed = 1;
  std::uint64_t edits = 1000;  ///< judged by scan
  std::uint64_t runs = 0;      ///< edits that are built and run
  std::optional<std::uint64_t> only;
  std::optional<std::uint64_t> only_run;
  std::string hamcell;
  unsigned jobs = 2;
  double seconds = 0;  ///< for each of the two judges; 0: no limit
  bool lists_needless = false;
  bool without_dry_run = false;
  double most_needless = 100;  ///< per cent; more is a failure
};

std::optional<int> read(int argc, char** argv, Settings& settings) {
  CLI::App app("Random cells and edits that judge code versions and the cache", "hamcell-proof");
  app.add_option("--seed", settings.seed, "every cell and edit follows from it");
  app.add_option("--edits", settings.edits, "edits to judge by the scan");
  app.add_option("--runs", settings.runs, "edits to build and run");
  app.add_option("--only", settings.only, "judge this one edit by the scan, and print its texts");
  app.add_option("--only-run", settings.only_run, "build and run this one edit, and print its texts");
  app.add_option("--hamcell", settings.hamcell, "the program to run");
  app.add_option("--jobs", settings.jobs, "workers");
  app.add_option("--seconds", settings.seconds, "begin no further cell after so long, for each judge");
  app.add_flag("--needless", settings.lists_needless, "list every needless change");
  app.add_flag("--without-dry-run", settings.without_dry_run, "do not compare --dry-run with the run");
  app.add_option("--most-needless", settings.most_needless,
                 "per cent of needless decisions above which it fails");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if ((settings.runs > 0 || settings.only_run) && settings.hamcell.empty()) {
    std::cerr << "hamcell-proof: --hamcell PATH is needed to build and run\n";
    return 2;
  }
  return std::nullopt;
}

/// Chains that hold so many edits, or just the one that is asked for.
WorkPlan plan_for(const Settings& settings, const Scope& scope) {
  return {scope.only ? 1 : settings.jobs, (scope.edits + scope.edits_per_chain - 1) / scope.edits_per_chain,
          settings.seconds};
}

std::uint64_t chain_number(const Scope& scope, std::uint64_t chain) {
  return scope.only ? *scope.only / scope.edits_per_chain : chain;
}

bool report(const WorkDone& done, const std::string& title, const Settings& settings) {
  std::cout << markdown(done.tally, title + ", seed " + std::to_string(settings.seed), done.seconds) << "\n";
  const bool too_many = done.tally.needless_percent() > settings.most_needless;
  if (too_many) std::cout << "FAILED: more than " << settings.most_needless << " % needless\n";
  return !done.crashed && !too_many && !done.tally.has_failures();
}

bool judge_scans(const Settings& settings) {
  Scope scope{settings.seed, settings.edits, settings.only, settings.lists_needless};
  if (scope.only) scope.edits = 1;
  const WorkDone done = share_work(plan_for(settings, scope), [&](std::uint64_t chain, Tally& tally) {
    judge_by_scan(scope, chain_number(scope, chain), tally);
  });
  return report(done, "Judged by scan", settings);
}

bool judge_runs(const Settings& settings) {
  Scope scope{settings.seed, settings.runs, settings.only_run, settings.lists_needless, edits_per_run_chain};
  if (scope.only) scope.edits = 1;
  const Program program{hamcell::absolute_path(settings.hamcell), !settings.without_dry_run};
  const WorkDone done = share_work(plan_for(settings, scope), [&](std::uint64_t chain, Tally& tally) {
    judge_by_run(scope, program, chain_number(scope, chain), tally);
  });
  return report(done, "Built and run", settings);
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  if (const auto status = read(argc, argv, settings)) return *status;
  bool good = true;
  if (!settings.only_run && settings.edits > 0) good = judge_scans(settings);
  if (!settings.only && (settings.runs > 0 || settings.only_run)) good = judge_runs(settings) && good;
  return good ? 0 : 1;
}
