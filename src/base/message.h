// Messages between the driver and its programs, over a socket: a length of four bytes (little-endian), then
// that many bytes, in the project's own encoding (base/record.h).
#pragma once

#include <string>

namespace hamcell {

/// Sends one message. False when the other side is gone.
bool send_message(int socket, const std::string& bytes);

/// Collects a socket's bytes until they are whole messages.
class MessageReader {
 public:
  enum class State { waiting, message, closed };
  /// Reads what is there (waits for it on a blocking socket). After `message`, `text` is it.
  State read(int socket, std::string& text);

 private:
  bool take(std::string& text);
  std::string buffer_;
};

}  // namespace hamcell
