"""What a node takes from its surroundings: the environment, also where the C library reads it; and effects."""

import shutil
import subprocess
import unittest
from pathlib import Path

from harness import Scenario, needs_run_path

CELLS = Path(__file__).parent / "cells"


class Traced(Scenario):
    """Looks into the traces that the cache has stored."""

    def trace(self, node):
        result = self.run_hamcell("cache", "show", node, "--trace", "--json")
        self.assert_status(result, 0)
        return result.json()["trace"]

    def files(self, node, use):
        return {file["path"] for file in self.trace(node)["files"] if file["use"] == use}

    def variables(self, node):
        return {variable["name"] for variable in self.trace(node)["variables"]}

    def effects(self, node):
        return [(effect["kind"], effect["function"]) for effect in self.trace(node)["effects"]]


class Surroundings(Traced):
    def setUp(self):
        super().setUp()
        shutil.copy(CELLS / "surroundings.cpp", self.path("cell.cpp"))

    def ran(self, result, group):
        names = {name for name in result.statuses() if name.startswith(group + "_")}
        self.assertGreater(len(names), 1)
        return {name for name in names if result.statuses()[name] == "executed"}, names

    def assert_reason(self, result, group, reason):
        """All nodes of the group ran, for this reason."""
        ran, names = self.ran(result, group)
        self.assertEqual(ran, names, self._reasons(result))
        for name in names:
            self.assertEqual(result.node(name)["reason"], reason, name)

    def test_a_variable_runs_the_nodes_that_asked_for_it(self):
        self.execute()
        result = self.execute(env={"MODE": "fast"})
        self.assert_reason(result, "env", "environment MODE changed")
        for group in ("zone", "locale", "table"):
            self.assertEqual(self.ran(result, group)[0], set(), self._reasons(result))

    def test_another_time_zone_runs_the_nodes_that_convert_local_time(self):
        first = self.execute("--show-results", env={"TZ": "UTC"})
        self.assertEqual(first.value("zone_localtime"), "22:13")
        result = self.execute("--show-results", env={"TZ": "XYZ-3"})
        self.assert_reason(result, "zone", "environment TZ changed")
        self.assertEqual(result.value("zone_localtime"), "01:13")
        for group in ("env", "locale", "table"):
            self.assertEqual(self.ran(result, group)[0], set(), self._reasons(result))

    def test_the_file_of_the_time_zone_is_a_file_that_is_read(self):
        zones = self.path("zones")
        zones.mkdir()
        shutil.copy("/usr/share/zoneinfo/Etc/GMT-1", zones / "Mine")
        env = {"TZ": "Mine", "TZDIR": zones}
        self.assertEqual(self.execute("--show-results", env=env).value("zone_localtime"), "23:13")
        self.assertEqual(self.ran(self.execute(env=env), "zone")[0], set())
        shutil.copy("/usr/share/zoneinfo/Etc/GMT-2", zones / "Mine")
        result = self.execute("--show-results", env=env)
        self.assert_reason(result, "zone", "file Mine changed")
        self.assertEqual(result.value("zone_localtime"), "00:13")

    def test_without_a_zone_it_is_the_systems(self):
        self.execute(env={"TZ": None})
        self.assertIn("/etc/localtime", self.files("zone_localtime", "content"))

    def test_each_variable_of_the_locale_runs_the_nodes_that_choose_it(self):
        for name, value in (("LANG", "C.UTF-8"), ("LC_ALL", "POSIX"), ("LC_NUMERIC", "C.UTF-8")):
            with self.subTest(variable=name):
                own_cache = ("--cache-dir", f"cache-{name}")
                self.execute(*own_cache, env={"LANG": "C"})
                self.assert_all_cached(self.execute(*own_cache, env={"LANG": "C"}, cell="cell.cpp"))
                result = self.execute(*own_cache, env={"LANG": "C", name: value})
                self.assert_reason(result, "locale", f"environment {name} changed")
                self.assertEqual(self.ran(result, "env")[0], set())

    def test_the_systems_tables_are_files_that_are_read(self):
        self.execute()
        for node, table in (("table_getpwuid", "passwd"), ("table_getpwnam", "passwd"), ("table_getgrgid", "group")):
            self.assertIn(f"/etc/{table}", self.files(node, "content"), node)

    def test_effects_are_named_by_the_functions_that_have_them(self):
        self.execute()
        expected = {
            "clock_time": ["time"], "clock_gettimeofday": ["gettimeofday"], "clock_clock_gettime": ["clock_gettime"],
            "clock_steady": ["clock_gettime"], "clock_system": ["clock_gettime"], "clock_clock": ["clock"],
            "clock_times": ["times"], "clock_timespec_get": ["timespec_get"], "clock_syscall": ["syscall (clock)"],
            "random_device": ["std::random_device"], "random_getrandom": ["getrandom"],
            "random_getentropy": ["getentropy"], "random_file": ["/dev/urandom"], "random_rand": ["rand"],
            "random_random": ["random"], "random_drand48": ["drand48"],
            "process_system": ["system"], "process_popen": ["popen"], "process_fork": ["fork"],
            "process_vfork": ["fork", "execv"], "process_posix_spawn": ["posix_spawn"],
            "network_socket": ["socket"], "network_getaddrinfo": ["getaddrinfo"],
            "network_gethostbyname": ["gethostbyname"],
        }
        for node, functions in expected.items():
            with self.subTest(node=node):
                kind = node.split("_")[0]
                found = self.effects(node)
                self.assertEqual({k for k, _ in found}, {kind})
                self.assertIn(functions[0], [function for _, function in found])

    def test_what_is_computed_has_no_effects(self):
        self.execute()
        for node in ("pure_seeded_rand", "pure_engine", "env_getenv", "zone_localtime", "locale_std"):
            self.assertEqual(self.effects(node), [], node)


class WholeEnvironment(Traced):
    """A cell that reads `environ` calls nothing when it does."""

    def test_any_variable_runs_every_node_of_a_cell_that_refers_to_it(self):
        self.write("cell.cpp", """\
            #include <unistd.h>
            int count() { int n = 0; for (char** at = environ; *at != nullptr; ++at) ++n; return n; }
            int other() { return 1; }
            """)
        first = self.execute("--show-results").value("count")
        self.assert_all_cached(self.execute())
        result = self.execute("--show-results", env={"SOMETHING": "new"})
        self.assertEqual({n["reason"] for n in result.json()["nodes"]}, {"environment SOMETHING changed"})
        self.assertEqual(result.value("count"), first + 1)
        changed = self.execute(env={"SOMETHING": "else"})
        self.assertEqual({n["reason"] for n in changed.json()["nodes"]}, {"environment SOMETHING changed"})

    def test_a_process_environment_read_as_a_file_is_all_variables(self):
        self.write("cell.cpp", """\
            #include <fstream>
            #include <string>
            bool has() {
              std::ifstream in("/proc/self/environ");
              const std::string all{std::istreambuf_iterator<char>(in), {}};
              return all.find("SOMETHING=") != std::string::npos;
            }
            int other() { return 1; }
            """)
        self.execute()
        result = self.execute("--show-results", env={"SOMETHING": "new"})
        self.assert_ran(result, {"has"})
        self.assertEqual(result.value("has"), True)

    def test_a_variable_that_a_node_sets_itself_is_no_input(self):
        self.write("cell.cpp", """\
            #include <cstdlib>
            #include <ctime>
            #include <string>
            std::string own() { setenv("MODE", "mine", 1); return std::getenv("MODE"); }
            int hour() { setenv("TZ", "XYZ-3", 1); std::time_t t = 0; return std::localtime(&t)->tm_hour; }
            """)
        self.execute()
        self.assert_all_cached(self.execute(env={"MODE": "other", "TZ": "UTC"}))


class Initialisers(Traced):
    """What is read once and used by many."""

    def test_what_is_read_while_the_cell_is_loaded_counts_for_every_node(self):
        self.write("data.txt", "1")
        self.write("cell.cpp", """\
            #include <cstdlib>
            #include <fstream>
            static int read() { int n = 0; std::ifstream("data.txt") >> n; return std::getenv("EXTRA") ? n + 1 : n; }
            static const int value = read();
            int first() { return value; }
            int second() { return 2; }
            """)
        self.execute()
        self.assert_all_cached(self.execute())
        self.write("data.txt", "5")
        result = self.execute("--show-results")
        self.assertEqual([n["reason"] for n in result.json()["nodes"]], ["file data.txt changed"] * 2)
        self.assertEqual(result.value("first"), 5)
        self.assertEqual(self.execute("--show-results", env={"EXTRA": "1"}).value("first"), 6)

    STATIC = """\
        #include <dirent.h>
        #include <fstream>
        static int table() { %s static const int value = [] {
          int n = 0; std::ifstream("data.txt") >> n; closedir(opendir("box")); return n; }(); %s return value; }
        int first() { return table(); }
        int second(int first) { return table() + 0 * first; }
        """

    def test_a_static_that_one_node_initialises_counts_for_the_next_that_uses_it(self):
        self.write("data.txt", "1")
        self.write("box/one", "")
        self.write("cell.cpp", self.STATIC % ("", ""))
        self.execute("-j", "1")
        self.assertIn(str(self.path("data.txt")), self.files("second", "content"))
        self.assertIn(str(self.path("box")), self.files("second", "listing"))
        self.write("data.txt", "5")
        self.assertEqual(self.execute("--show-results").value("second"), 5)

    def test_a_thread_local_with_a_destructor_counts_for_the_next_node_too(self):
        self.write("data.txt", "1")
        self.write("cell.cpp", """\
            #include <fstream>
            #include <string>
            static std::string read() { std::string s; std::ifstream("data.txt") >> s; return s + std::string(40, '.'); }
            static const std::string& table() { thread_local const std::string value = read(); return value; }
            std::string first() { return table(); }
            std::string second(const std::string& first) { return table() + first; }
            """)
        self.execute("-j", "1")
        self.assertIn(str(self.path("data.txt")), self.files("second", "content"))

    def test_a_node_that_changes_the_working_folder_leaves_the_next_one_where_it_was(self):
        self.write("data.txt", "here")
        self.write("sub/data.txt", "below")
        self.write("cell.cpp", """\
            #include <fstream>
            #include <string>
            #include <unistd.h>
            static std::string read() { std::string s; std::ifstream("data.txt") >> s; return s; }
            std::string first() { return chdir("sub") == 0 ? read() : "failed"; }
            std::string second(const std::string& first) { return first + " " + read(); }
            """)
        self.assertEqual(self.execute("--show-results", "-j", "1").value("second"), "below here")
        self.assert_all_cached(self.execute())


class Loading(Traced):
    """A node that loads code itself."""

    def test_an_object_that_a_node_loads_is_a_file_that_it_reads(self):
        self.write("plugin.cpp", 'extern "C" int value() { return 1; }\n')
        self.compile_plugin()
        self.write("cell.cpp", """\
            #include <dlfcn.h>
            #include <string>
            int loaded(const std::string& path) {
              void* plugin = dlopen(path.c_str(), RTLD_NOW);
              return plugin == nullptr ? -1 : reinterpret_cast<int (*)()>(dlsym(plugin, "value"))();
            }
            """)
        path = str(self.path("plugin.so"))
        self.assertEqual(self.execute("--show-results", "-i", f"path={path}").value("loaded"), 1)
        self.assert_all_cached(self.execute("-i", f"path={path}"))
        self.edit("plugin.cpp", "return 1", "return 2")
        self.compile_plugin()
        result = self.execute("--show-results", "-i", f"path={path}")
        self.assertEqual((result.value("loaded"), result.node("loaded")["reason"]), (2, "file plugin.so changed"))

    @needs_run_path
    def test_an_object_that_the_cells_own_run_path_leads_to_is_found(self):
        self.write("plugin.cpp", 'extern "C" int value() { return 1; }\n')
        self.compile_plugin()
        self.write("cell.cpp", """\
            #include <dlfcn.h>
            int loaded() {
              void* plugin = dlopen("plugin.so", RTLD_NOW);
              return plugin == nullptr ? -1 : reinterpret_cast<int (*)()>(dlsym(plugin, "value"))();
            }
            """)
        where = f"--ldflags=-Wl,-rpath,{self.folder}"
        self.assertEqual(self.execute(where, "--show-results").value("loaded"), 1)
        self.edit("plugin.cpp", "return 1", "return 2")
        self.compile_plugin()
        self.assertEqual(self.execute(where, "--show-results").value("loaded"), 2)

    def compile_plugin(self):
        """Beside its place and then moved there, as installers do."""
        subprocess.run(["g++", "-shared", "-fPIC", "plugin.cpp", "-o", "plugin.new"], cwd=self.folder, check=True)
        self.path("plugin.new").rename(self.path("plugin.so"))


class BadPaths(Traced):
    """Whatever a node passes, it gets the C library's answer and no crash."""

    def test_pointers_that_lead_nowhere_give_an_error_and_not_a_crash(self):
        self.write("cell.cpp", """\
            #include <cerrno>
            #include <dirent.h>
            #include <fcntl.h>
            #include <string>
            #include <sys/stat.h>
            #include <unistd.h>
            static const char* volatile nowhere = reinterpret_cast<const char*>(1);
            static const char* volatile null = nullptr;
            std::string errors() {
              std::string all;
              const auto note = [&](long result) { all += std::to_string(result < 0 ? errno : 0) + " "; };
              struct stat info{};
              for (const char* path : {static_cast<const char*>(nowhere), static_cast<const char*>(null)}) {
                note(open(path, O_RDONLY));
                note(open(path, O_WRONLY | O_CREAT, 0600));
                note(stat(path, &info));
                note(access(path, F_OK));
                note(unlink(path));
                note(rename(path, path));
                note(mkdir(path, 0700));
              }
              note(openat(777, "x", O_RDONLY));
              note(open("", O_RDONLY));
              note(open(std::string(5000, 'x').c_str(), O_RDONLY));
              note(open("absent", O_RDONLY));
              return all;
            }
            """)
        values = self.execute("--show-results")
        self.assertEqual(values.value("errors"), "14 " * 14 + "9 2 36 2 ")


if __name__ == "__main__":
    unittest.main()
