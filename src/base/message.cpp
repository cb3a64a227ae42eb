// Messages between the driver and its programs.
#include "base/message.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace hamcell {

bool send_message(int socket, const std::string& bytes) {
  const auto length = static_cast<std::uint32_t>(bytes.size());
  std::string framed(sizeof length, '\0');
  std::memcpy(framed.data(), &length, sizeof length);
  framed += bytes;
  std::string_view rest = framed;
  while (!rest.empty()) {
    const ssize_t sent = ::send(socket, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool MessageReader::take(std::string& text) {
  std::uint32_t length = 0;
  if (buffer_.size() < sizeof length) return false;
  std::memcpy(&length, buffer_.data(), sizeof length);
  if (buffer_.size() - sizeof length < length) return false;
  text = buffer_.substr(sizeof length, length);
  buffer_.erase(0, sizeof length + length);
  return true;
}

MessageReader::State MessageReader::read(int socket, std::string& text) {
  while (true) {
    if (take(text)) return State::message;
    char piece[65536];
    const ssize_t got = ::recv(socket, piece, sizeof piece, 0);
    if (got > 0) {
      buffer_.append(piece, static_cast<std::size_t>(got));
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return State::waiting;
    return State::closed;
  }
}

}  // namespace hamcell
