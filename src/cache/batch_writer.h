// Writes to the database beside the work of who stores.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cache/database.h"

namespace hamcell {

/// Does `work` on a thread of its own, to which no signals come. An empty future where there can be no
/// thread.
std::future<void> begin_beside(const std::function<void()>& work);

/// Something to write.
struct Write {
  std::function<void(Database&)> write;  ///< within a write transaction
  std::function<void()> prepare = {};    ///< before it, since others wait for its end; empty: nothing
};

/// Prepares all of them, and writes them in one transaction.
void write_all(Database& database, const std::vector<Write>& writes);

/// Writes batches one after the other, each on a thread of its own, with a connection that is used for
/// nothing else: with a write-ahead log, questions on another connection wait for none of it.
class BatchWriter {
 public:
  BatchWriter() = default;
  /// Waits for the batch; what goes wrong then is lost.
  ~BatchWriter();
  BatchWriter(const BatchWriter&) = delete;
  BatchWriter& operator=(const BatchWriter&) = delete;

  /// The one before must have been waited for. False where there can be no thread: `batch` is as it was.
  bool begin(const std::string& file, std::vector<Write>& batch);
  /// Whether a batch was begun and not waited for.
  bool is_busy() const { return work_.valid(); }
  /// Whether wait() would return at once.
  bool is_done() const;
  /// Waits for the batch, if there is one. What went wrong; nothing of the batch is written then.
  std::optional<DatabaseError> wait();
  /// Waits, and closes the connection.
  void close();

 private:
  std::future<void> work_;
  std::unique_ptr<Database> database_;  ///< used by the thread while there is one
};

}  // namespace hamcell
