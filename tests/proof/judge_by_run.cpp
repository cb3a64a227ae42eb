// Judges the program itself.
#include "judge_by_run.h"
namespace hamcell::proof {
void judge_by_run(const Scope&, const Program&, std::uint64_t, Tally&) {}
}  // namespace hamcell::proof
