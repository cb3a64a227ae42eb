// In front of the functions that reach other machines and servers: the effect `network`.
#include <netdb.h>
#include <sys/socket.h>

#include "runner/tracer/effects.h"

using hamcell::tracer::EffectOf;

namespace {

constexpr auto network = hamcell::TracedEffect::Kind::network;

}  // namespace

// Sockets of this machine count too: who is at the other end is another process all the same.
HAMCELL_REPLACES int socket(int domain, int type, int protocol) noexcept {
  static constinit EffectOf<decltype(::socket)> next(network, "socket");
  return next(domain, type, protocol);
}
HAMCELL_REPLACES int connect(int fd, const sockaddr* address, socklen_t size) {
  static constinit EffectOf<decltype(::connect)> next(network, "connect");
  return next(fd, address, size);
}
HAMCELL_REPLACES int getaddrinfo(const char* host, const char* service, const addrinfo* wanted,
                                 addrinfo** found) {
  static constinit EffectOf<decltype(::getaddrinfo)> next(network, "getaddrinfo");
  return next(host, service, wanted, found);
}
HAMCELL_REPLACES int getnameinfo(const sockaddr* address, socklen_t size, char* host, socklen_t host_size,
                                 char* service, socklen_t service_size, int flags) {
  static constinit EffectOf<decltype(::getnameinfo)> next(network, "getnameinfo");
  return next(address, size, host, host_size, service, service_size, flags);
}
HAMCELL_REPLACES hostent* gethostbyname(const char* host) {
  static constinit EffectOf<decltype(::gethostbyname)> next(network, "gethostbyname");
  return next(host);
}
HAMCELL_REPLACES hostent* gethostbyname2(const char* host, int family) {
  static constinit EffectOf<decltype(::gethostbyname2)> next(network, "gethostbyname2");
  return next(host, family);
}
HAMCELL_REPLACES int gethostbyname_r(const char* host, hostent* entry, char* room, std::size_t size,
                                     hostent** result, int* error) {
  static constinit EffectOf<decltype(::gethostbyname_r)> next(network, "gethostbyname_r");
  return next(host, entry, room, size, result, error);
}
HAMCELL_REPLACES int gethostbyname2_r(const char* host, int family, hostent* entry, char* room,
                                      std::size_t size, hostent** result, int* error) {
  static constinit EffectOf<decltype(::gethostbyname2_r)> next(network, "gethostbyname2_r");
  return next(host, family, entry, room, size, result, error);
}
HAMCELL_REPLACES hostent* gethostbyaddr(const void* address, socklen_t size, int family) {
  static constinit EffectOf<decltype(::gethostbyaddr)> next(network, "gethostbyaddr");
  return next(address, size, family);
}
HAMCELL_REPLACES int gethostbyaddr_r(const void* address, socklen_t size, int family, hostent* entry,
                                     char* room, std::size_t room_size, hostent** result, int* error) {
  static constinit EffectOf<decltype(::gethostbyaddr_r)> next(network, "gethostbyaddr_r");
  return next(address, size, family, entry, room, room_size, result, error);
}
