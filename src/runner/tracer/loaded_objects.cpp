// Notes shared objects that a node loads, and finds those that read `environ` itself.
//
// `environ` is a variable of the C library, and reading it calls nothing. But an object that reads it refers
// to it in its relocations: from then on all variables count. The system's own libraries are left out: some
// walk through it for their own variables (OpenMP's does), and every change of any variable would run
// everything.
#include "runner/tracer/loaded_objects.h"

#include <fcntl.h>
#include <link.h>

#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "runner/tracer/dynamic_tables.h"
#include "runner/tracer/environment.h"
#include "runner/tracer/notes.h"
#include "runner/tracer/recording_switch.h"
#include "runner/tracer/touched.h"

namespace hamcell::tracer {
namespace {

/// How often objects were loaded into the process, and which were there before.
unsigned long long loads_before = 0;
std::set<std::string>* objects_before = nullptr;

bool is_systems_own(const std::string& path) {
  for (const std::string_view folder : {"/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/"})
    if (path.starts_with(folder)) return true;
  return false;
}

bool refers_to_environment(const dl_phdr_info& object) {
  const DynamicTables tables(object);
  if (tables.symbols == nullptr || tables.names == nullptr || tables.relocations == nullptr) return false;
  for (std::size_t i = 0; i < tables.relocation_count; ++i) {
    const std::string_view name = tables.name_of(tables.symbols[ELF64_R_SYM(tables.relocations[i].r_info)]);
    if (name == "environ" || name == "__environ" || name == "_environ") return true;
  }
  return false;
}

int remember(dl_phdr_info* object, std::size_t, void*) {
  objects_before->insert(object->dlpi_name);
  loads_before = object->dlpi_adds;
  return 0;
}

int count_loads(dl_phdr_info* object, std::size_t, void* loads) {
  *static_cast<unsigned long long*>(loads) = object->dlpi_adds;
  return 1;
}

struct NewObjects {
  std::set<std::string> paths;
  bool read_environment = false;
};

int find_new(dl_phdr_info* object, std::size_t, void* found) {
  const std::string path = object->dlpi_name;
  if (path.empty() || objects_before->contains(path)) return 0;
  auto& objects = *static_cast<NewObjects*>(found);
  objects.paths.insert(path);
  if (!is_systems_own(path) && refers_to_environment(*object)) objects.read_environment = true;
  return 0;
}

}  // namespace

void note_objects_before() {
  unsigned long long loads = 0;
  ::dl_iterate_phdr(&count_loads, &loads);
  if (objects_before != nullptr && loads == loads_before) return;
  delete objects_before;
  objects_before = new std::set<std::string>;
  ::dl_iterate_phdr(&remember, nullptr);
}

void note_new_objects(bool as_files) {
  unsigned long long loads = 0;
  ::dl_iterate_phdr(&count_loads, &loads);
  if (loads == loads_before) return;
  // Their initialisers have run, and may have gone around the C library.
  touch(anything);
  NewObjects found;
  ::dl_iterate_phdr(&find_new, &found);
  for (const std::string& path : found.paths) {
    if (!as_files) break;
    // The system's own by its stamp, as those that the cell is linked with.
    is_systems_own(path) ? note_attributes(AT_FDCWD, path.c_str()) : note_read(AT_FDCWD, path.c_str());
  }
  const Inside inside;
  if (found.read_environment) note_all_variables();
}

namespace {

/// The folders in which the loader looks for an object that `caller` asks for by its name alone.
std::vector<std::string> searched_folders(const void* caller) {
  Dl_info info{};
  void* object = nullptr;
  if (::dladdr1(caller, &info, &object, RTLD_DL_LINKMAP) == 0) return {};
  Dl_serinfo size{};
  if (::dlinfo(object, RTLD_DI_SERINFOSIZE, &size) != 0) return {};
  const std::unique_ptr<char[]> room(new char[size.dls_size]);
  auto* const found = reinterpret_cast<Dl_serinfo*>(room.get());
  found->dls_size = size.dls_size;
  found->dls_cnt = size.dls_cnt;
  if (::dlinfo(object, RTLD_DI_SERINFO, found) != 0) return {};
  std::vector<std::string> folders;
  for (unsigned i = 0; i < found->dls_cnt; ++i) folders.emplace_back(found->dls_serpath[i].dls_name);
  return folders;
}

/// What decides which file a name is loaded from; once loaded, the file is seen in the process.
void note_search(const char* name, const void* caller) {
  note_variable_use("LD_LIBRARY_PATH");
  note_read(AT_FDCWD, "/etc/ld.so.cache");
  for (const std::string& folder : searched_folders(caller)) {
    const std::string path = folder + '/' + name;
    note_existence(AT_FDCWD, path.c_str(), false);
    if (stamp_of(path).kind != Stamp::Kind::absent) return;
  }
}

}  // namespace

void note_load(const char* name, const void* caller) {
  touch(anything);  // what its initialisers do, and the variables that it has in each thread
  if (!records() || name == nullptr) return;
  if (std::strchr(name, '/') != nullptr) return note_read(AT_FDCWD, name);
  note_search(name, caller);
}

}  // namespace hamcell::tracer
