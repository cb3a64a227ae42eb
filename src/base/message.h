// Messages between the driver and its programs, over a socket: a length of four bytes (little-endian), then
// that many bytes, in the project's own encoding (base/record.h).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hamcell {

/// Puts a message with its length behind those that are in `messages`.
void add_message(std::string& messages, std::string_view bytes);

/// Collects a socket's bytes until they are whole messages.
class MessageReader {
 public:
  enum class State { waiting, message, closed };
  /// Reads what is there (waits for it on a blocking socket). After `message`, `text` is it, until the next
  /// call.
  State read(int socket, std::string_view& text);
  /// Takes in what is there, for later; false when the other side is gone.
  bool fill(int socket);
  /// Whether a whole message has been read and not yet been given.
  bool has_message() const { return next_length().has_value(); }

 private:
  std::optional<std::size_t> next_length() const;
  std::string buffer_;
  std::size_t taken_ = 0;  ///< bytes at the beginning of `buffer_` that have been given
};

/// Sends what add_message made. False when the other side is gone. On a socket that does not block, `reader`
/// takes in what comes while there is no room.
bool send_messages(int socket, std::string_view messages, MessageReader* reader = nullptr);

/// Sends one message on a socket that blocks. False when the other side is gone.
bool send_message(int socket, std::string_view bytes);

}  // namespace hamcell
