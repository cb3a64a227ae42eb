// Judges the program itself.
#include "judge_by_run.h"

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/process.h"
#include "files.h"

namespace hamcell::proof {
namespace {

namespace fs = std::filesystem;

/// What the program said about a node.
struct NodeOutcome {
  std::string status;
  std::string reason;
  std::string code_version;
  std::string data_version;
  std::string value;
};

using Outcome = std::map<std::string, NodeOutcome>;

std::string text_at(const nlohmann::json& node, const char* key) {
  const auto found = node.find(key);
  if (found == node.end() || found->is_null()) return "";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

Outcome outcome_of(const std::string& document) {
  Outcome out;
  const nlohmann::json json = nlohmann::json::parse(document);
  for (const auto& node : json.at("nodes"))
    out[node.at("name").get<std::string>()] = {text_at(node, "status"), text_at(node, "reason"),
                                               text_at(node, "code_version"), text_at(node, "data_version"),
                                               text_at(node, "value")};
  return out;
}

class RunJudge {
 public:
  RunJudge(const Scope& scope, const Program& program, std::uint64_t number, Tally& tally)
      : scope_(scope), program_(program), chain_(scope, number, Purpose::run), tally_(tally) {
    for (const char* folder : {"project", "home", "user-cache"}) fs::create_directory(folder);
  }

  ~RunJudge() {
    std::error_code ignored;
    for (const char* folder : {"project", "home", "user-cache", "cache", "fresh"})
      fs::remove_all(folder, ignored);
  }
  RunJudge(const RunJudge&) = delete;
  RunJudge& operator=(const RunJudge&) = delete;

  void run() {
    tally_.cells++;
    if (!scope_.only) begin(chain_.now());
    for (std::uint64_t i = 0; i < scope_.edits_per_chain; i++) {
      chain_.step();
      if (scope_.only && chain_.edit_number() != *scope_.only) continue;
      if (scope_.only) begin(chain_.before());
      judge_step();
      if (scope_.only) break;
    }
  }

 private:
  /// The first state: whatever is cached comes from it.
  void begin(const State& state) {
    files_.write(state.rendered);
    call(state, "cache", {});
    fs::remove_all("fresh");
    fresh_ = call(state, "fresh", {});
  }

  void judge_step() {
    const State& state = chain_.now();
    files_.write(state.rendered);
    std::optional<Outcome> promised;
    if (program_.compares_dry_run) promised = call(state, "cache", {"--dry-run"});
    const std::optional<Outcome> cached = call(state, "cache", {});
    fs::remove_all("fresh");
    std::optional<Outcome> fresh = call(state, "fresh", {});
    tally_.judgements++;
    tally_.nodes += state.cell.nodes().size();
    tally_.entities += state.cell.order.size();
    if (cached && fresh && fresh_) judge(*cached, *fresh);
    if (cached && promised) judge_promise(*promised, *cached);
    fresh_ = std::move(fresh);
    if (scope_.only) replay(cached);
  }

  /// Runs the program; nothing when that failed, which is said.
  std::optional<Outcome> call(const State& state, const std::string& cache,
                              const std::vector<std::string>& more) {
    ProcessRequest request;
    request.arguments = {program_.path,    cell_file,        "-x",          "--json",
                         "--show-results", "--cxxflags=-O0", "--cache-dir", absolute_path(cache)};
    request.arguments.insert(request.arguments.end(), more.begin(), more.end());
    request.folder = absolute_path("project");
    request.environment = {{"HOME", absolute_path("home")}, {"XDG_CACHE_HOME", absolute_path("user-cache")}};
    for (const auto& [name, value] : state.rendered.environment)
      request.environment.emplace_back(name, value);
    const ProcessResult result = run_process(request);
    if (result.succeeded()) return outcome_of(result.output);
    tally_.wrong_cells++;
    say("WRONG CELL " + told(scope_, chain_) + ": exit status " + std::to_string(result.exit_code) +
        ", signal " + std::to_string(result.signal) + "\n" + result.errors.substr(0, 2000));
    return std::nullopt;
  }

  KindTally& kind() { return tally_.kinds.at(static_cast<std::size_t>(chain_.edit().kind)); }

  void judge(const Outcome& cached, const Outcome& fresh) {
    kind().edits++;
    for (const auto& [node, meaning] : chain_.now().meanings) {
      check_value(node, cached, fresh);
      const auto before = chain_.before().meanings.find(node);
      if (before == chain_.before().meanings.end() || !fresh_->contains(node)) continue;
      decide(node, before->second, meaning, cached.at(node), fresh);
    }
  }

  void check_value(const std::string& node, const Outcome& cached, const Outcome& fresh) {
    if (!cached.contains(node) || !fresh.contains(node))
      return failed("STALE", node, "the program does not report it", kind().stale);
    if (cached.at(node).value == fresh.at(node).value) return;
    failed("STALE", node, "value " + cached.at(node).value + ", with an empty cache " + fresh.at(node).value,
           kind().stale);
  }

  /// What the node takes in besides its code: a dependency came out with another value, or a file differs.
  bool arguments_changed(const std::string& node, const Outcome& fresh) const {
    const State& state = chain_.now();
    for (const Entity& entity : state.cell.order) {
      if (!entity.node || entity.node->name != node) continue;
      for (const NodeParameter& parameter : entity.node->parameters) {
        if (parameter.node == 0) continue;
        const Entity* before = chain_.before().cell.find(parameter.node);
        if (before == nullptr) return true;
        const auto old = fresh_->find(before->node->name);
        const auto now = fresh.find(state.cell.find(parameter.node)->node->name);
        if (old == fresh_->end() || now == fresh.end() ||
            old->second.data_version != now->second.data_version)
          return true;
      }
    }
    return false;
  }

  void decide(const std::string& node, const Meaning& before, const Meaning& now, const NodeOutcome& outcome,
              const Outcome& fresh) {
    const bool ran = outcome.status == "executed";
    const bool same_value = fresh_->at(node).value == fresh.at(node).value;
    const Verdict code = verdict(before, now);
    if (code == Verdict::must_change && fresh_->at(node).code_version == fresh.at(node).code_version &&
        !has_default_expression(node))
      failed("STALE", node, "its code version is the one before the edit", kind().stale);
    if (code == Verdict::must_change || before.reads != now.reads || arguments_changed(node, fresh)) {
      kind().had_to++;
      tally_.must_run += ran ? 1 : 0;
      tally_.must_run_same_value += ran && same_value ? 1 : 0;
      return;
    }
    if (!same_value)
      failed("WRONG MODEL", node, "value " + fresh_->at(node).value + " became " + fresh.at(node).value,
             tally_.wrong_models);
    if (now.runs_always) {
      tally_.always += ran ? 1 : 0;
      return;
    }
    if (code == Verdict::may_change) {
      kind().may++;
      kind().may_changed += ran ? 1 : 0;
      return;
    }
    kind().had_not_to++;
    if (!ran) return;
    kind().needless++;
    if (scope_.lists_needless || scope_.only)
      say("NEEDLESS " + told(scope_, chain_) + ": node " + node + " ran: " + outcome.reason + "\n");
  }

  /// Such a default has a version of its own, which --json does not show.
  bool has_default_expression(const std::string& node) const {
    for (const State* state : {&chain_.before(), &chain_.now()})
      for (const Entity& entity : state->cell.order)
        if (entity.node && entity.node->name == node)
          for (const NodeParameter& parameter : entity.node->parameters)
            if (parameter.expression) return true;
    return false;
  }

  void judge_promise(const Outcome& promised, const Outcome& cached) {
    for (const auto& [node, outcome] : cached) {
      const auto found = promised.find(node);
      const std::string promise = found == promised.end() ? "nothing" : found->second.status;
      const bool agrees = promise == "may-run" || (promise == "would-run" && outcome.status == "executed") ||
                          (promise == "cached" && outcome.status == "cached");
      if (!agrees)
        failed(
            "DRY RUN", node,
            "--dry-run said " + promise + ", and then it was " + outcome.status + " (" + outcome.reason + ")",
            tally_.wrong_dry_runs);
    }
  }

  void failed(const std::string& what, const std::string& node, const std::string& why,
              std::uint64_t& count) {
    count++;
    say(what + " " + told(scope_, chain_) + ": node " + node + ": " + why + "\n" +
        (scope_.only ? "" : difference(chain_.before(), chain_.now())));
  }

  static void say(const std::string& text) { std::cout << text << std::flush; }

  void replay(const std::optional<Outcome>& cached) {
    say(told(scope_, chain_) + "\n==== before\n" + listing(chain_.before()) + "==== after\n" +
        listing(chain_.now()) + "==== the difference\n" + difference(chain_.before(), chain_.now()));
    if (!cached) return;
    for (const auto& [node, outcome] : *cached)
      say("  " + node + ": " + outcome.status + " " + outcome.value + " " + outcome.reason + "\n");
  }

  const Scope& scope_;
  const Program& program_;
  Chain chain_;
  Tally& tally_;
  Files files_{"project"};
  std::optional<Outcome> fresh_;  ///< of the state before, with an empty cache
};

}  // namespace

void judge_by_run(const Scope& scope, const Program& program, std::uint64_t chain, Tally& tally) {
  RunJudge(scope, program, chain, tally).run();
}

}  // namespace hamcell::proof
