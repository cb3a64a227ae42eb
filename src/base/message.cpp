// Messages between the driver and its programs.
#include "base/message.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

namespace hamcell {

void add_message(std::string& messages, std::string_view bytes) {
  const auto length = static_cast<std::uint32_t>(bytes.size());
  char head[sizeof length];
  std::memcpy(head, &length, sizeof length);
  messages.append(head, sizeof head).append(bytes);
}

bool MessageQueue::send(int socket) {
  while (size() > 0) {
    const ssize_t sent =
        ::send(socket, messages_.data() + sent_, messages_.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    sent_ += static_cast<std::size_t>(sent);
  }
  // What was large once is not held on to.
  messages_ = {};
  sent_ = 0;
  return true;
}

bool send_messages(int socket, std::string_view messages) {
  while (!messages.empty()) {
    const ssize_t sent = ::send(socket, messages.data(), messages.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR) return false;
    if (sent > 0) messages.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool send_message(int socket, std::string_view bytes) {
  std::string message;
  add_message(message, bytes);
  return send_messages(socket, message);
}

/// Of the next message, if it is there as a whole.
std::optional<std::size_t> MessageReader::next_length() const {
  std::uint32_t length = 0;
  const std::size_t there = buffer_.size() - taken_;
  if (there < sizeof length) return std::nullopt;
  std::memcpy(&length, buffer_.data() + taken_, sizeof length);
  return there - sizeof length < length ? std::nullopt : std::optional<std::size_t>(length);
}

MessageReader::State MessageReader::read(int socket, std::string_view& text) {
  while (true) {
    if (const std::optional<std::size_t> length = next_length()) {
      text = std::string_view(buffer_).substr(taken_ + sizeof(std::uint32_t), *length);
      taken_ += sizeof(std::uint32_t) + *length;
      return State::message;
    }
    if (fill(socket)) continue;
    return errno == EAGAIN || errno == EWOULDBLOCK ? State::waiting : State::closed;
  }
}

bool MessageReader::fill(int socket) {
  buffer_.erase(0, std::exchange(taken_, 0));
  char piece[65536];
  ssize_t got = 0;
  do got = ::recv(socket, piece, sizeof piece, 0);
  while (got < 0 && errno == EINTR);
  if (got > 0) buffer_.append(piece, static_cast<std::size_t>(got));
  if (got == 0) errno = ENOTCONN;
  return got > 0;
}

}  // namespace hamcell
