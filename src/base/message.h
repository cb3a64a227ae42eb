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
  /// Whether a whole message has been read and not yet been given.
  bool has_message() const { return next_length().has_value(); }

 private:
  std::optional<std::size_t> next_length() const;
  bool fill(int socket);
  std::string buffer_;
  std::size_t taken_ = 0;  ///< bytes at the beginning of `buffer_` that have been given
};

/// Messages on their way to somebody who may not read for long: whoever waited for room could wait for one
/// who waits as well, until what he has said is read.
class MessageQueue {
 public:
  /// Puts a message behind those that are to be sent.
  void add(std::string_view bytes) { add_message(messages_, bytes); }
  /// Sends what there is room for, and keeps the rest. False when the other side is gone.
  bool send(int socket);
  /// Bytes that are not sent yet.
  std::size_t size() const { return messages_.size() - sent_; }

 private:
  std::string messages_;
  std::size_t sent_ = 0;  ///< bytes at the beginning of `messages_`
};

/// Sends what add_message made, on a socket that blocks. False when the other side is gone.
bool send_messages(int socket, std::string_view messages);

/// Sends one message in the same way.
bool send_message(int socket, std::string_view bytes);

}  // namespace hamcell
