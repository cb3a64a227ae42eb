// Uses the environment, the system's tables, the clock, random numbers, processes and the network: a node for
// each way.
#include <grp.h>
#include <netdb.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <clocale>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <locale>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

// ---- The environment, and what the C library reads of it

static std::string text_of(const char* text) { return text != nullptr ? text : "none"; }

std::string env_getenv() { return text_of(std::getenv("MODE")); }
std::string env_secure_getenv() { return text_of(::secure_getenv("MODE")); }

static std::string formatted(const std::tm& time) {
  char text[64];
  std::strftime(text, sizeof text, "%H:%M", &time);
  return text;
}
static const std::time_t moment = 1'700'000'000;
std::string zone_localtime() { return formatted(*std::localtime(&moment)); }
std::string zone_localtime_r() {
  std::tm time{};
  ::localtime_r(&moment, &time);
  return formatted(time);
}
std::string zone_mktime() {
  std::tm time{};
  time.tm_year = 120;
  time.tm_mday = 1;
  return std::to_string(std::mktime(&time));
}
std::string zone_tzset() {
  ::tzset();
  return ::tzname[0];
}
std::string zone_ctime() { return std::ctime(&moment); }
std::string zone_strftime() {
  std::tm time{};
  time.tm_year = 120;
  time.tm_mday = 1;
  char text[64];
  std::strftime(text, sizeof text, "%s", &time);
  return text;
}

std::string locale_setlocale() {
  const std::string name = text_of(std::setlocale(LC_ALL, ""));
  std::setlocale(LC_ALL, "C");
  return name;
}
std::string locale_newlocale() {
  locale_t locale = ::newlocale(LC_ALL_MASK, "", nullptr);
  if (locale == nullptr) return "none";
  ::freelocale(locale);
  return "some";
}
std::string locale_std() {
  try {
    return std::locale("").name();
  } catch (const std::runtime_error&) {
    return "none";
  }
}

std::string table_getpwuid() { return ::getpwuid(0)->pw_name; }
std::string table_getpwnam() { return ::getpwnam("root")->pw_name; }
std::string table_getgrgid() { return ::getgrgid(0)->gr_name; }

// ---- Effects

double clock_time() { return static_cast<double>(std::time(nullptr)); }
double clock_gettimeofday() {
  timeval time{};
  ::gettimeofday(&time, nullptr);
  return static_cast<double>(time.tv_sec);
}
double clock_clock_gettime() {
  timespec time{};
  for (int i = 0; i < 1'000'000; ++i) ::clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec);
}
double clock_steady() {
  return static_cast<double>(std::chrono::steady_clock::now().time_since_epoch().count());
}
double clock_system() {
  return static_cast<double>(std::chrono::system_clock::now().time_since_epoch().count());
}
double clock_clock() { return static_cast<double>(std::clock()); }
double clock_times() {
  tms spent{};
  return static_cast<double>(::times(&spent));
}
double clock_timespec_get() {
  timespec time{};
  std::timespec_get(&time, TIME_UTC);
  return static_cast<double>(time.tv_sec);
}
long clock_syscall() {
  timespec time{};
  ::syscall(SYS_clock_gettime, CLOCK_REALTIME, &time);
  return time.tv_sec;
}

unsigned random_device() { return std::random_device()(); }
unsigned random_getrandom() {
  unsigned number = 0;
  return ::getrandom(&number, sizeof number, 0) > 0 ? number : 0;
}
unsigned random_getentropy() {
  unsigned number = 0;
  return ::getentropy(&number, sizeof number) == 0 ? number : 0;
}
unsigned random_file() {
  unsigned number = 0;
  std::ifstream("/dev/urandom", std::ios::binary).read(reinterpret_cast<char*>(&number), sizeof number);
  return number;
}
int random_rand() { return std::rand(); }
long random_random() { return ::random(); }
double random_drand48() { return ::drand48(); }

int process_system() { return std::system("true"); }
int process_popen() { return ::pclose(::popen("true", "r")); }
int process_fork() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(3);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}
int process_vfork() {
  const pid_t child = ::vfork();
  if (child == 0) {
    ::execl("/bin/true", "true", static_cast<char*>(nullptr));
    ::_exit(4);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}
int process_posix_spawn() {
  pid_t child = 0;
  char name[] = "true";
  char* const arguments[] = {name, nullptr};
  char* const nothing[] = {nullptr};
  ::posix_spawn(&child, "/bin/true", nullptr, nullptr, arguments, nothing);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

bool network_socket() {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ::close(fd);
  return fd >= 0;
}
bool network_getaddrinfo() {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST;
  addrinfo* found = nullptr;
  const bool is_found = ::getaddrinfo("127.0.0.1", nullptr, &hints, &found) == 0;
  if (is_found) ::freeaddrinfo(found);
  return is_found;
}
bool network_gethostbyname() { return ::gethostbyname("127.0.0.1") != nullptr; }

// ---- What is no effect

int pure_seeded_rand() {
  std::srand(42);
  return std::rand();
}
unsigned pure_engine() { return std::mt19937(42)(); }
