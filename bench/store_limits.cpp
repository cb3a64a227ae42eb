// What storing and loading a large value cannot do without: prints the seconds that it takes to read a file
// into new memory, and to digest it where it is in memory already.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/digest.h"
#include "base/file.h"

namespace {

using Clock = std::chrono::steady_clock;

double seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

bool read_fully(int fd, char* to, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::read(fd, to, size);
    if (got <= 0) return false;
    to += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fputs("usage: hamcell-store-limits FILE\n", stderr);
    return 2;
  }
  const auto began = Clock::now();
  const hamcell::OwnedFd fd(::open(arguments[1], O_RDONLY | O_CLOEXEC));
  struct stat info{};
  if (!fd || ::fstat(fd.get(), &info) != 0) {
    std::perror(arguments[1]);
    return 1;
  }
  const auto size = static_cast<std::size_t>(info.st_size);
  auto* const bytes = static_cast<char*>(std::malloc(size));
  if (bytes == nullptr || !read_fully(fd.get(), bytes, size)) {
    std::perror(arguments[1]);
    return 1;
  }
  const double reading = seconds(Clock::now() - began);
  // The first pass finds the pages; a value that was just computed has been there too.
  const std::string_view all(bytes, size);
  const hamcell::Digest first = hamcell::digest_of(all);
  const auto found = Clock::now();
  const hamcell::Digest second = hamcell::digest_of(all);
  const double digesting = seconds(Clock::now() - found);
  std::printf("%.6f %.6f\n", reading, digesting);
  std::free(bytes);
  return first == second ? 0 : 1;
}
