// Reads one file, one folder and one link in every way that a node may: a node for each way.
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <fts.h>
#include <ftw.h>
#include <glob.h>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace fs = std::filesystem;

static std::string all_of(int fd) {
  std::string text;
  char piece[256];
  for (ssize_t got = 0; (got = ::read(fd, piece, sizeof piece)) > 0;)
    text.append(piece, static_cast<std::size_t>(got));
  ::close(fd);
  return fd < 0 ? "nothing" : text;
}

static std::string all_of(std::FILE* file) {
  if (file == nullptr) return "nothing";
  std::string text;
  for (int c = 0; (c = std::fgetc(file)) != EOF;) text += static_cast<char>(c);
  std::fclose(file);
  return text;
}

static int folder_of(const std::string& file) {
  return ::open(fs::path(file).parent_path().c_str(), O_RDONLY | O_DIRECTORY);
}

static std::string name_of(const std::string& file) { return fs::path(file).filename(); }

// ---- The content of a file

std::string read_open(const std::string& file) { return all_of(::open(file.c_str(), O_RDONLY)); }
std::string read_open64(const std::string& file) { return all_of(::open64(file.c_str(), O_RDONLY)); }
std::string read_openat(const std::string& file) {
  const int folder = folder_of(file);
  const std::string text = all_of(::openat(folder, name_of(file).c_str(), O_RDONLY));
  ::close(folder);
  return text;
}
std::string read_openat64(const std::string& file) {
  return all_of(::openat64(AT_FDCWD, file.c_str(), O_RDONLY | O_CLOEXEC));
}
std::string read_fopen(const std::string& file) { return all_of(std::fopen(file.c_str(), "r")); }
std::string read_fopen64(const std::string& file) { return all_of(::fopen64(file.c_str(), "re")); }
std::string read_freopen(const std::string& file) {
  return all_of(std::freopen(file.c_str(), "r", std::fopen("/dev/null", "r")));
}
std::string read_freopen64(const std::string& file) {
  return all_of(::freopen64(file.c_str(), "r", std::fopen("/dev/null", "r")));
}
std::string read_ifstream(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}
std::string read_wide_stream(const std::string& file) {
  std::wifstream in(file);
  std::wstring text{std::istreambuf_iterator<wchar_t>(in), {}};
  return {text.begin(), text.end()};
}
std::string read_filebuf(const std::string& file) {
  std::filebuf in;
  in.open(file, std::ios::in | std::ios::binary);
  return {std::istreambuf_iterator<char>(&in), {}};
}
std::string read_mmap(const std::string& file) {
  const int fd = ::open(file.c_str(), O_RDONLY);
  struct stat info{};
  ::fstat(fd, &info);
  const auto size = static_cast<std::size_t>(info.st_size);
  void* const bytes = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  std::string text(static_cast<const char*>(bytes), size);
  ::munmap(bytes, size);
  ::close(fd);
  return text;
}
std::string read_reopened(const std::string& file) {
  const int fd = ::open(file.c_str(), O_PATH);
  const std::string text = all_of(::open(("/proc/self/fd/" + std::to_string(fd)).c_str(), O_RDONLY));
  ::close(fd);
  return text;
}
std::string read_syscall_openat(const std::string& file) {
  return all_of(static_cast<int>(::syscall(SYS_openat, AT_FDCWD, file.c_str(), O_RDONLY)));
}
std::string read_syscall_openat2(const std::string& file) {
  open_how how{};
  how.flags = O_RDONLY;
  return all_of(static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, file.c_str(), &how, sizeof how)));
}
std::string read_in_thread(const std::string& file) {
  std::string text;
  std::thread([&] { text = read_ifstream(file); }).join();
  return text;
}
std::string read_after_chdir(const std::string& file) {
  const fs::path whole = fs::path(file);
  if (::chdir(whole.parent_path().c_str()) != 0) return "nothing";
  return all_of(::open(whole.filename().c_str(), O_RDONLY));
}
std::string read_for_update(const std::string& file) { return all_of(::open(file.c_str(), O_RDWR)); }

// ---- The names in a folder

static std::string sorted(std::vector<std::string> names) {
  std::string all;
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) all += name + ' ';
  return all;
}
static std::string names_in(DIR* folder) {
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(folder)) names.push_back(entry->d_name);
  ::closedir(folder);
  return sorted(names);
}
static std::string names_in(std::vector<fs::path> paths) {
  std::vector<std::string> names;
  for (const fs::path& path : paths) names.push_back(path.filename());
  return sorted(names);
}

std::string list_opendir(const std::string& folder) { return names_in(::opendir(folder.c_str())); }
std::string list_fdopendir(const std::string& folder) {
  return names_in(::fdopendir(::openat(AT_FDCWD, folder.c_str(), O_RDONLY | O_DIRECTORY)));
}
std::string list_iterator(const std::string& folder) {
  return names_in(std::vector<fs::path>(fs::directory_iterator(folder), {}));
}
std::string list_recursively(const std::string& folder) {
  return names_in(std::vector<fs::path>(fs::recursive_directory_iterator(folder), {}));
}
static std::string freed(dirent** entries, int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) {
    names.push_back(entries[i]->d_name);
    std::free(entries[i]);
  }
  std::free(entries);
  return sorted(names);
}
std::string list_scandir(const std::string& folder) {
  dirent** entries = nullptr;
  const int count = ::scandir(folder.c_str(), &entries, nullptr, ::alphasort);
  return freed(entries, count);
}
std::string list_scandirat(const std::string& folder) {
  dirent** entries = nullptr;
  const int count = ::scandirat(AT_FDCWD, folder.c_str(), &entries, nullptr, nullptr);
  return freed(entries, count);
}
template <class Result, class Glob>
static std::string globbed(const std::string& pattern, Result& result, Glob* call) {
  std::vector<std::string> names;
  call(pattern.c_str(), 0, nullptr, &result);
  for (std::size_t i = 0; i < result.gl_pathc; ++i) names.push_back(result.gl_pathv[i]);
  return sorted(names);
}
std::string list_glob(const std::string& folder) {
  glob_t result{};
  const std::string names = globbed(folder + "/*", result, &::glob);
  ::globfree(&result);
  return names;
}
std::string list_glob64(const std::string& folder) {
  glob64_t result{};
  const std::string names = globbed(folder + "/*", result, &::glob64);
  ::globfree64(&result);
  return names;
}
static thread_local std::vector<std::string> walked;
// The variable is emptied first, which only the author knows.
[[ham::cache]] std::string list_ftw(const std::string& folder) {
  walked.clear();
  ::ftw(
      folder.c_str(), [](const char* path, const struct stat*, int) { return walked.push_back(path), 0; }, 8);
  return sorted(walked);
}
[[ham::cache]] std::string list_nftw(const std::string& folder) {
  walked.clear();
  ::nftw(
      folder.c_str(),
      [](const char* path, const struct stat*, int, FTW*) { return walked.push_back(path), 0; }, 8,
      FTW_PHYS | FTW_CHDIR);
  return sorted(walked);
}
std::string list_fts(const std::string& folder) {
  std::vector<std::string> names;
  std::string root = folder;
  char* const roots[] = {root.data(), nullptr};
  FTS* const walk = ::fts_open(roots, FTS_PHYSICAL, nullptr);
  while (const FTSENT* entry = ::fts_read(walk)) names.push_back(entry->fts_name);
  ::fts_close(walk);
  return sorted(names);
}
std::string list_getdents(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY);
  alignas(dirent64) char room[4096];
  const ssize_t size = ::getdents64(fd, room, sizeof room);
  std::vector<std::string> names;
  for (ssize_t at = 0; at < size;) {
    const auto* const entry = reinterpret_cast<const dirent64*>(room + at);
    names.push_back(entry->d_name);
    at += entry->d_reclen;
  }
  ::close(fd);
  return sorted(names);
}

// ---- Size and time of a file

template <class Info>
static double size_and_time(int status, const Info& info) {
  return status != 0 ? -1 : static_cast<double>(info.st_size) + static_cast<double>(info.st_mtime);
}
double ask_stat(const std::string& file) {
  struct stat info{};
  return size_and_time(::stat(file.c_str(), &info), info);
}
double ask_stat64(const std::string& file) {
  struct stat64 info{};
  return size_and_time(::stat64(file.c_str(), &info), info);
}
double ask_lstat(const std::string& file) {
  struct stat info{};
  return size_and_time(::lstat(file.c_str(), &info), info);
}
double ask_fstatat(const std::string& file) {
  struct stat info{};
  return size_and_time(::fstatat(AT_FDCWD, file.c_str(), &info, 0), info);
}
double ask_open_path(const std::string& file) {
  struct stat info{};
  const int fd = ::open(file.c_str(), O_PATH);
  const double answer = size_and_time(::fstat(fd, &info), info);
  ::close(fd);
  return answer;
}
double ask_statx(const std::string& file) {
  struct statx info{};
  ::statx(AT_FDCWD, file.c_str(), 0, STATX_BASIC_STATS, &info);
  return static_cast<double>(info.stx_size) + static_cast<double>(info.stx_mtime.tv_sec);
}
extern "C" int __xstat(int, const char*, struct stat*);
double ask_old_stat(const std::string& file) {
  struct stat info{};
  return size_and_time(__xstat(1, file.c_str(), &info), info);
}
double ask_last_write(const std::string& file) {
  return static_cast<double>(fs::last_write_time(file).time_since_epoch().count());
}

/// Asks for the mode of what it copies, and gets all the rest with it.
std::string ask_and_copy(const std::string& file) {
  const std::string copy = file + ".copy";
  fs::copy_file(file, copy, fs::copy_options::overwrite_existing);
  return read_ifstream(copy);
}

// ---- Whether a file is there

bool exists_access(const std::string& file) { return ::access(file.c_str(), F_OK) == 0; }
bool exists_faccessat(const std::string& file) {
  return ::faccessat(AT_FDCWD, file.c_str(), R_OK, AT_EACCESS) == 0;
}
bool exists_eaccess(const std::string& file) { return ::eaccess(file.c_str(), R_OK) == 0; }
bool exists_euidaccess(const std::string& file) { return ::euidaccess(file.c_str(), R_OK) == 0; }
bool exists_statx(const std::string& file) {
  struct statx info{};
  return ::statx(AT_FDCWD, file.c_str(), 0, STATX_TYPE, &info) == 0;
}

// ---- Where a link leads

static std::string owned(char* text) {
  const std::string copy = text != nullptr ? text : "nowhere";
  std::free(text);
  return copy;
}
std::string link_readlink(const std::string& link) {
  char text[256];
  const ssize_t size = ::readlink(link.c_str(), text, sizeof text);
  return size < 0 ? "none" : std::string(text, static_cast<std::size_t>(size));
}
std::string link_readlinkat(const std::string& link) {
  char text[256];
  const ssize_t size = ::readlinkat(AT_FDCWD, link.c_str(), text, sizeof text);
  return size < 0 ? "none" : std::string(text, static_cast<std::size_t>(size));
}
std::string link_read_symlink(const std::string& link) { return fs::read_symlink(link); }
std::string link_realpath(const std::string& link) { return owned(::realpath(link.c_str(), nullptr)); }
std::string link_fixed_realpath(const std::string& link) {
  char room[4096];
  return ::realpath(link.c_str(), room) != nullptr ? room : "nowhere";
}
std::string link_canonicalize(const std::string& link) {
  return owned(::canonicalize_file_name(link.c_str()));
}
std::string link_canonical(const std::string& link) { return fs::canonical(link); }
std::string link_content(const std::string& link) { return read_ifstream(link); }
std::string link_lstat(const std::string& link) {
  struct stat info{};
  ::lstat(link.c_str(), &info);
  return S_ISLNK(info.st_mode) ? std::to_string(info.st_size) : "none";
}
