// Writes to the database beside the work of who stores.
#include "cache/batch_writer.h"

#include <chrono>
#include <csignal>
#include <system_error>
#include <utility>

namespace hamcell {
namespace {

/// No signal is taken by threads that are started while it lives: the one that waits for signals gets them
/// all.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockedSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

std::future<void> begin_beside(const std::function<void()>& work) {
  try {
    const BlockedSignals blocked;
    return std::async(std::launch::async, work);
  } catch (const std::system_error&) {
    return {};
  }
}

void write_all(Database& database, const std::vector<Write>& writes) {
  database.use_more_memory();
  for (const Write& write : writes)
    if (write.prepare) write.prepare();
  Transaction transaction(database);
  for (const Write& write : writes) write.write(database);
  transaction.commit();
}

BatchWriter::~BatchWriter() { wait(); }

bool BatchWriter::begin(const std::string& file, std::vector<Write>& batch) {
  const auto writes = std::make_shared<std::vector<Write>>(std::move(batch));
  batch.clear();
  work_ = begin_beside([this, file, writes] {
    if (database_ == nullptr) database_ = connect(file);
    write_all(*database_, *writes);
    writes->clear();
  });
  if (!work_.valid()) batch = std::move(*writes);
  return work_.valid();
}

bool BatchWriter::is_done() const {
  return !work_.valid() || work_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

std::optional<DatabaseError> BatchWriter::wait() {
  if (!work_.valid()) return std::nullopt;
  try {
    std::exchange(work_, {}).get();
    return std::nullopt;
  } catch (const DatabaseError& error) {
    return error;
  }
}

void BatchWriter::close() {
  wait();
  database_.reset();
}

}  // namespace hamcell
