// Shares the chains among processes.
#include "workers.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/file.h"

namespace hamcell::proof {
namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned most_jobs = 64;

/// What the workers share with the process that started them.
struct Shared {
  std::atomic<std::uint64_t> next_chain{0};
  std::array<std::atomic<std::uint64_t>, most_jobs> current{};  ///< the chain that each is at
  std::array<Tally, most_jobs> tallies{};
};

Shared& shared_memory() {
  void* memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::runtime_error("no shared memory for the workers");
  return *new (memory) Shared;
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// A folder that is there while a worker is at work.
class OwnFolder {
 public:
  OwnFolder() : path_(temporary_folder_pattern()) {
    if (::mkdtemp(path_.data()) == nullptr || ::chdir(path_.c_str()) != 0)
      throw std::runtime_error("no folder to work in: " + path_);
  }
  ~OwnFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  OwnFolder(const OwnFolder&) = delete;
  OwnFolder& operator=(const OwnFolder&) = delete;

 private:
  std::string path_;
};

int work(unsigned worker, const WorkPlan& plan, Clock::time_point begin, Shared& shared,
         const std::function<void(std::uint64_t, Tally&)>& judge) try {
  const OwnFolder folder;
  while (plan.seconds <= 0 || seconds_since(begin) < plan.seconds) {
    const std::uint64_t chain = shared.next_chain++;
    if (chain >= plan.chains) break;
    shared.current.at(worker) = chain;
    judge(chain, shared.tallies.at(worker));
  }
  return 0;
} catch (const std::exception& error) {
  std::cout << "CRASHED in chain " << shared.current.at(worker) << ": " << error.what() << "\n" << std::flush;
  return 1;
}

}  // namespace

WorkDone share_work(const WorkPlan& plan, const std::function<void(std::uint64_t, Tally&)>& judge) {
  const Clock::time_point begin = Clock::now();
  Shared& shared = shared_memory();
  std::cout << std::flush;
  std::vector<pid_t> children;
  for (unsigned worker = 0; worker < std::min(plan.jobs, most_jobs); worker++) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(work(worker, plan, begin, shared, judge));
    if (child < 0) throw std::runtime_error("a worker could not be started");
    children.push_back(child);
  }
  WorkDone out;
  for (std::size_t worker = 0; worker < children.size(); worker++) {
    int status = 0;
    ::waitpid(children[worker], &status, 0);
    if (WIFSIGNALED(status))
      std::cout << "CRASHED in chain " << shared.current.at(worker) << ": signal " << WTERMSIG(status)
                << "\n";
    out.crashed = out.crashed || status != 0;
    out.tally.add(shared.tallies.at(worker));
  }
  out.seconds = seconds_since(begin);
  ::munmap(&shared, sizeof(Shared));
  return out;
}

}  // namespace hamcell::proof
