// Makes, changes and removes files in every way that counts: a node for each.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
namespace fs = std::filesystem;
static std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}
static void write(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }

std::string report() {
  write("report.html", "text");
  return "";
}
std::string checks_first() {
  if (!fs::exists("out/a.txt")) {
    fs::create_directories("out");
    write("out/a.txt", "a");
  }
  return text_of("out/a.txt");
}
std::string folder() {
  fs::create_directories("one/two");
  return "";
}
std::string link_made() {
  fs::remove("link");
  fs::create_symlink("a", "link");
  return "";
}
std::string hard_link() {
  fs::remove("b");
  fs::create_hard_link("a", "b");
  return text_of("a");
}
std::string renamed() {
  fs::create_directory("tmp");
  write("tmp/part", "text");
  fs::rename("tmp", "final");
  return "";
}
std::string temporary() {
  char name[] = "part-XXXXXX";
  const int fd = mkstemp(name);
  dprintf(fd, "%d", 7);
  close(fd);
  const std::string text = text_of(name);
  unlink(name);
  return text;
}
std::string removes() {
  fs::remove("stale");
  return "";
}
std::string takes() {
  const std::string text = text_of("queue");
  fs::remove("queue");
  return text;
}
std::string appends() {
  const std::string text = text_of("count");
  write("count", text + "1");
  return text;
}
std::string updates() {
  std::fstream file("count");
  std::string text;
  file >> text;
  file.clear();
  file << "1";
  return text;
}
std::string opens_for_update() {
  std::fstream file("data");
  std::string text;
  file >> text;
  return text;
}
std::string logs() {
  std::ofstream("log", std::ios::app) << "x ";
  return text_of("log");
}
std::string own_times() {
  write("a", "1");
  chmod("a", 0640);
  utime("a", nullptr);
  return "";
}
std::string lists() {
  int n = 0;
  for (auto& entry : fs::directory_iterator("in")) n += !entry.path().empty();
  write("in/out", "text");
  return std::to_string(n);
}
std::string fails() {
  write("missing/a", "1");
  return text_of("missing/a");
}
std::string reads_pipe() {
  const int fd = open("pipe", O_RDONLY | O_NONBLOCK);
  close(fd);
  return std::to_string(fd >= 0);
}
std::string races() {
  const std::string text = text_of("data");
  std::system("printf 2 > data");
  return text;
}
std::string proc_path() { return text_of("/proc/self/cwd/data"); }
std::string many() {
  long sum = 0;
  for (int k = 0; k < 5; ++k)
    for (int i = 0; i < 2000; ++i) sum += std::stol(text_of("many/" + std::to_string(i)));
  return std::to_string(sum);
}
std::string shared(const std::string& memory) { return text_of(memory); }
std::string chmods() { return std::to_string(::chmod("a", 0640)); }
std::string touches() { return std::to_string(::utime("a", nullptr)); }
std::string sets_time() {
  fs::last_write_time("a", fs::file_time_type::clock::now());
  return "";
}
std::string moves() { return std::to_string(std::rename("a", "b") + std::rename("b", "a")); }
std::string truncates() { return std::to_string(::truncate("a", 1)); }
