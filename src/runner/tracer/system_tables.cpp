// In front of the functions that read the system's tables of users, groups, services and protocols.
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <pwd.h>
#include <unistd.h>

#include "runner/tracer/next.h"
#include "runner/tracer/notes.h"
#include "runner/tracer/recording_switch.h"

namespace hamcell::tracer {
namespace {

/// A function that reads one file of /etc, which nsswitch.conf may lead elsewhere.
template <class Function>
class TableOf {
 public:
  constexpr TableOf(const char* table, const char* function) : table_(table), next_(function) {}

  template <class... Arguments>
  auto operator()(Arguments... arguments) {
    if (records() && once_.is_first()) {
      note_read(AT_FDCWD, table_);
      note_read(AT_FDCWD, "/etc/nsswitch.conf");
    }
    return next_(arguments...);
  }

 private:
  const char* table_;
  Next<Function> next_;
  Once once_;
};

constexpr const char* users = "/etc/passwd";
constexpr const char* groups = "/etc/group";
constexpr const char* services = "/etc/services";
constexpr const char* protocols = "/etc/protocols";

}  // namespace
}  // namespace hamcell::tracer

using namespace hamcell::tracer;

HAMCELL_REPLACES struct passwd* getpwuid(uid_t id) {
  static constinit TableOf<decltype(::getpwuid)> next(users, "getpwuid");
  return next(id);
}
HAMCELL_REPLACES struct passwd* getpwnam(const char* name) {
  static constinit TableOf<decltype(::getpwnam)> next(users, "getpwnam");
  return next(name);
}
HAMCELL_REPLACES struct passwd* getpwent() {
  static constinit TableOf<decltype(::getpwent)> next(users, "getpwent");
  return next();
}
HAMCELL_REPLACES int getpwuid_r(uid_t id, struct passwd* entry, char* room, std::size_t size,
                                struct passwd** result) {
  static constinit TableOf<decltype(::getpwuid_r)> next(users, "getpwuid_r");
  return next(id, entry, room, size, result);
}
HAMCELL_REPLACES int getpwnam_r(const char* name, struct passwd* entry, char* room, std::size_t size,
                                struct passwd** result) {
  static constinit TableOf<decltype(::getpwnam_r)> next(users, "getpwnam_r");
  return next(name, entry, room, size, result);
}
HAMCELL_REPLACES int getpwent_r(struct passwd* entry, char* room, std::size_t size, struct passwd** result) {
  static constinit TableOf<decltype(::getpwent_r)> next(users, "getpwent_r");
  return next(entry, room, size, result);
}
HAMCELL_REPLACES struct group* getgrgid(gid_t id) {
  static constinit TableOf<decltype(::getgrgid)> next(groups, "getgrgid");
  return next(id);
}
HAMCELL_REPLACES struct group* getgrnam(const char* name) {
  static constinit TableOf<decltype(::getgrnam)> next(groups, "getgrnam");
  return next(name);
}
HAMCELL_REPLACES struct group* getgrent() {
  static constinit TableOf<decltype(::getgrent)> next(groups, "getgrent");
  return next();
}
HAMCELL_REPLACES int getgrgid_r(gid_t id, struct group* entry, char* room, std::size_t size,
                                struct group** result) {
  static constinit TableOf<decltype(::getgrgid_r)> next(groups, "getgrgid_r");
  return next(id, entry, room, size, result);
}
HAMCELL_REPLACES int getgrnam_r(const char* name, struct group* entry, char* room, std::size_t size,
                                struct group** result) {
  static constinit TableOf<decltype(::getgrnam_r)> next(groups, "getgrnam_r");
  return next(name, entry, room, size, result);
}
HAMCELL_REPLACES int getgrent_r(struct group* entry, char* room, std::size_t size, struct group** result) {
  static constinit TableOf<decltype(::getgrent_r)> next(groups, "getgrent_r");
  return next(entry, room, size, result);
}
HAMCELL_REPLACES int getgrouplist(const char* user, gid_t group, gid_t* list, int* count) {
  static constinit TableOf<decltype(::getgrouplist)> next(groups, "getgrouplist");
  return next(user, group, list, count);
}
HAMCELL_REPLACES struct servent* getservbyname(const char* name, const char* protocol) {
  static constinit TableOf<decltype(::getservbyname)> next(services, "getservbyname");
  return next(name, protocol);
}
HAMCELL_REPLACES struct servent* getservbyport(int port, const char* protocol) {
  static constinit TableOf<decltype(::getservbyport)> next(services, "getservbyport");
  return next(port, protocol);
}
HAMCELL_REPLACES struct protoent* getprotobyname(const char* name) {
  static constinit TableOf<decltype(::getprotobyname)> next(protocols, "getprotobyname");
  return next(name);
}
HAMCELL_REPLACES struct protoent* getprotobynumber(int number) {
  static constinit TableOf<decltype(::getprotobynumber)> next(protocols, "getprotobynumber");
  return next(number);
}
