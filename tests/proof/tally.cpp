// What the judges counted.
#include "tally.h"

#include <cstdio>

namespace hamcell::proof {
namespace {

void add_kind(KindTally& to, const KindTally& from) {
  to.edits += from.edits;
  to.had_to += from.had_to;
  to.had_not_to += from.had_not_to;
  to.may += from.may;
  to.stale += from.stale;
  to.needless += from.needless;
  to.may_changed += from.may_changed;
}

double percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string fixed(double value, int digits) {
  std::array<char, 32> out{};
  std::snprintf(out.data(), out.size(), "%.*f", digits, value);
  return out.data();
}

std::string row(const std::string& name, const KindTally& kind, std::uint64_t all_edits) {
  std::string out = "| " + name + " | " + std::to_string(kind.edits) + " | " +
                    fixed(percent(kind.edits, all_edits), 1) + " %";
  for (const std::uint64_t count :
       {kind.had_to, kind.stale, kind.had_not_to, kind.needless, kind.may, kind.may_changed})
    out += " | " + std::to_string(count);
  return out + " |\n";
}

std::string per(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? "0" : fixed(static_cast<double>(part) / static_cast<double>(whole), 1);
}

}  // namespace

void Tally::add(const Tally& other) {
  for (std::size_t i = 0; i < kinds.size(); i++) add_kind(kinds[i], other.kinds[i]);
  cells += other.cells;
  nodes += other.nodes;
  entities += other.entities;
  wrong_cells += other.wrong_cells;
  wrong_models += other.wrong_models;
  wrong_dry_runs += other.wrong_dry_runs;
  unsteady += other.unsteady;
  must_run_same_value += other.must_run_same_value;
  must_run += other.must_run;
  always += other.always;
  cpu_us += other.cpu_us;
  judgements += other.judgements;
}

std::uint64_t Tally::edits() const { return total().edits; }

KindTally Tally::total() const {
  KindTally out;
  for (const KindTally& kind : kinds) add_kind(out, kind);
  return out;
}

bool Tally::has_failures() const {
  return total().stale + wrong_cells + wrong_models + wrong_dry_runs + unsteady > 0;
}

double Tally::needless_percent() const { return percent(total().needless, total().had_not_to); }

std::string markdown(const Tally& tally, const std::string& title, double seconds) {
  const KindTally total = tally.total();
  std::string out =
      "### " + title +
      "\n\n| kind of edit | edits | share | had to | stale | had not to | needless | may | of these did |\n"
      "|---|---|---|---|---|---|---|---|---|\n";
  for (std::size_t i = 0; i < tally.kinds.size(); i++)
    if (tally.kinds[i].edits > 0) out += row(edit_kind_names[i], tally.kinds[i], total.edits);
  out += row("**all**", total, total.edits);
  out += "\nNeedless: " + fixed(tally.needless_percent(), 2) +
         " % of the decisions that should have been hits; " +
         fixed(percent(total.needless + total.may_changed, total.had_not_to + total.may), 2) +
         " % if those that may change count among them.\n";
  const std::string scans =
      tally.cpu_us == 0 ? "" : per(tally.cpu_us / 1000, tally.judgements) + " ms of processor time a scan; ";
  out += std::to_string(tally.cells) + " cells with " + per(tally.nodes, tally.judgements) + " nodes and " +
         per(tally.entities - tally.nodes, tally.judgements) + " other declarations on average; " + scans +
         fixed(seconds, 0) + " s in all.\n";
  out += "Cells that do not compile: " + std::to_string(tally.wrong_cells) +
         "; versions not the same after undoing: " + std::to_string(tally.unsteady) + ".\n";
  if (tally.must_run + tally.wrong_models + tally.wrong_dry_runs > 0)
    out += "Nodes that had to run: " + std::to_string(tally.must_run) +
           ", of which with the value they had: " + std::to_string(tally.must_run_same_value) +
           "; values that changed against the model: " + std::to_string(tally.wrong_models) +
           "; against the dry run: " + std::to_string(tally.wrong_dry_runs) +
           "; runs of nodes that run every time by the rules: " + std::to_string(tally.always) + ".\n";
  return out;
}

}  // namespace hamcell::proof
