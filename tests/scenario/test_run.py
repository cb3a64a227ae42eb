"""How nodes run, fail, print, and pass their values on."""

import json
import os
import subprocess
import time
import unittest
from pathlib import Path

from harness import INTERRUPTED, NODE_FAILED, PATIENCE, Scenario

HEAD = "#include <stdexcept>\n#include <cstdlib>\n#include <csignal>\n"


class Failures(Scenario):
    """A node that cannot finish, between one that can and one that needs it."""

    def failing(self, body, *args):
        """Runs a cell whose node `broken`, in line 5, has this body; returns the result."""
        self.write("cell.cpp", HEAD + "int good() { return 1; }\n" + f"int broken(int good) {{ {body} }}\n" +
                   "int after(int broken) { return broken; }\nint apart(int good) { return good + 1; }\n")
        return self.execute(*args, status=NODE_FAILED)

    def assert_failed(self, result, *texts):
        """The message names the node with its place, and says this."""
        self.assertEqual(result.statuses()["broken"], "failed")
        self.assert_says(result, "cell.cpp:5:", "'broken'", *texts)

    def test_an_exception_is_shown_with_its_type_and_message(self):
        result = self.failing('throw std::runtime_error("no rain in July");')
        self.assert_failed(result, "no rain in July", "runtime_error")

    def test_an_exception_that_is_no_std_exception_is_a_failure(self):
        self.assert_failed(self.failing("throw 42;"), "int")

    def test_a_crash_is_a_failure_that_names_the_signal(self):
        self.assert_failed(self.failing("*reinterpret_cast<volatile int*>(good - 1) = 1; return 1;"),
                           "it used a null pointer (SIGSEGV), at cell.cpp:5")

    def test_abort_is_a_failure_that_names_the_signal(self):
        self.assert_failed(self.failing("std::abort();"), "it called abort() (SIGABRT)")

    def test_exit_is_a_failure_that_names_the_status(self):
        self.assert_failed(self.failing("std::exit(7);"), "it called exit(7), at cell.cpp:5")

    def test_exit_with_status_0_is_a_failure_too(self):
        self.assert_failed(self.failing("std::exit(0);"), "it called exit(0), at cell.cpp:5")

    def test_a_killed_runner_is_a_failure(self):
        self.assert_failed(self.failing("std::raise(SIGKILL); return 1;"), "it was killed from outside (SIGKILL)")

    def test_endless_recursion_is_a_failure(self):
        result = self.failing("return good > 0 ? [](auto&& self, int n) -> int { volatile char big[65536]; big[0] = 1; "
                              "return self(self, n + 1) + big[0]; }([](auto&& self, int n) -> int { volatile char "
                              "big[65536]; big[0] = 1; return self(self, n + 1) + big[0]; }, 1) : 0;")
        self.assert_failed(result, "it ran out of stack", "(SIGSEGV), at cell.cpp:5", ", again and again")

    def test_what_needs_a_failed_node_is_skipped_and_says_why(self):
        result = self.failing("throw 1;")
        self.assertEqual(result.statuses()["after"], "skipped")
        self.assertIn("broken", result.node("after")["reason"])

    def test_the_reason_of_a_failed_node_is_how_it_failed(self):
        self.assertIn("no rain", self.failing('throw std::runtime_error("no rain");').node("broken")["reason"])

    def test_the_run_has_status_failed(self):
        document = self.failing("throw 1;").json()
        self.assertEqual((document["status"], document["failed"]), ("failed", 1))

    def test_what_finished_before_a_failure_stays_cached(self):
        self.failing("throw 1;")
        self.edit("cell.cpp", "throw 1;", "return good;")
        self.assertIn("good", self.execute().with_status("cached"))

    def test_what_finished_before_a_crash_stays_cached(self):
        self.failing("std::abort();")
        self.edit("cell.cpp", "std::abort();", "return good;")
        self.assertIn("good", self.execute().with_status("cached"))

    def test_a_failure_is_not_cached(self):
        self.failing("throw 1;")
        self.assertEqual(self.execute(status=NODE_FAILED).statuses()["broken"], "failed")

    def test_keep_going_runs_all_that_does_not_depend_on_the_failure(self):
        result = self.failing("throw 1;", "-k", "-j", "1")
        self.assertEqual(result.statuses(),
                         {"good": "executed", "broken": "failed", "after": "skipped", "apart": "executed"})

    def test_keep_going_after_a_crash_runs_the_rest_in_a_new_runner(self):
        result = self.failing("std::abort();", "-k", "-j", "1")
        self.assertEqual(result.statuses(),
                         {"good": "executed", "broken": "failed", "after": "skipped", "apart": "executed"})

    def test_keep_going_shows_every_failure(self):
        self.write("cell.cpp", "int a() { throw 1; }\nint b() { throw 2; }\n")
        result = self.execute("-k", status=NODE_FAILED)
        self.assert_says(result, "cell.cpp:1:", "'a'", "cell.cpp:2:", "'b'")

    def test_without_keep_going_the_first_failure_stops_the_run(self):
        self.write("cell.cpp", "int a() { throw 1; }\nint b() { return 2; }\n")
        self.assertEqual(self.execute("-j", "1", status=NODE_FAILED).statuses()["b"], "skipped")

    def test_an_initialiser_may_wait_for_a_thread_that_looks_at_its_surroundings(self):
        self.write("five.txt", "5")
        self.write("cell.cpp", """
            #include <cstdlib>
            #include <fstream>
            #include <future>
            #include <dirent.h>
            #include <pthread.h>
            #include <sys/stat.h>
            #include <unistd.h>
            static int look() {
              int five = 0;
              std::ifstream("five.txt") >> five;
              struct stat file;
              ::lstat("five.txt", &file);
              DIR* folder = ::opendir(".");
              while (::readdir(folder) != nullptr) {}
              ::closedir(folder);
              pthread_key_t key;
              ::pthread_key_create(&key, nullptr);
              ::pthread_setspecific(key, &five);
              ::setenv("MODE", "fast", 1);
              return five + (std::getenv("MODE") != nullptr ? 1 : 0) + (::access("none", F_OK) != 0 ? 1 : 0);
            }
            static const int found = std::async(std::launch::async, look).get();
            int seven() { return found; }
        """)
        self.assertEqual(self.values("--ldflags=-pthread", "--timeout", str(3 * PATIENCE)), {"seven": 7})

    def test_an_initialiser_that_throws_is_an_error_of_the_cell(self):
        self.write("cell.cpp", "static int made() { throw 1; }\nstatic const int value = made();\n"
                               "int a() { return value; }\n")
        result = self.execute(status=NODE_FAILED)
        self.assert_says(result, "cell.cpp", "initialis")

    def test_a_failure_leaves_no_files_behind(self):
        self.failing("std::abort();")
        self.assertEqual(list((self.root / "tmp").iterdir()), [])
        self.assertEqual({p.name for p in self.folder.iterdir()}, {"cell.cpp", ".hamcell_cache"})


class Printing(Scenario):
    """What nodes print."""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", """\
#include <cstdio>
#include <iostream>
int a() {
  std::cout << "from cout" << std::endl;
  std::printf("from printf\\n");
  std::cerr << "from cerr\\n";
  std::fputs("without an end", stdout);
  return 1;
}
""")

    def test_what_a_node_prints_goes_to_standard_error(self):
        self.assert_says(self.execute(), "from cout", "from printf", "from cerr", "without an end")

    def test_what_a_node_prints_is_never_in_the_json(self):
        result = self.execute()
        self.assertNotIn("from", result.out)
        self.assertEqual(json.loads(result.out)["status"], "ok")

    def test_what_a_node_prints_is_never_in_a_picture_on_standard_output(self):
        result = self.run_hamcell("cell.cpp", "-x", "--display-cache=-", "--format", "svg", *self.build_flags)
        self.assertIn("a", self.boxes(result.raw_out))

    def test_a_node_that_hits_prints_nothing(self):
        self.execute()
        again = self.execute()
        self.assert_all_cached(again)
        self.assertEqual(again.err, "")

    def test_what_a_node_printed_before_it_crashed_is_shown(self):
        self.write("cell.cpp", '#include <cstdlib>\n#include <iostream>\n'
                               'int a() { std::cout << "last words" << std::endl; std::abort(); }\n')
        self.assert_says(self.execute(status=NODE_FAILED), "last words")

    def test_much_output_of_a_node_does_not_stop_the_run(self):
        self.write("cell.cpp", '#include <cstdio>\nint a() { for (int i = 0; i < 20000; ++i) '
                               'std::printf("line %d of a long output\\n", i); return 1; }\n')
        self.assertIn("line 19999 of", self.execute().err)

    def test_a_node_that_reads_standard_input_finds_it_empty(self):
        self.write("cell.cpp", '#include <cstdio>\nint a() { return std::getchar(); }\n')
        self.assertEqual(self.execute("--show-results", stdin="typed").value("a"), -1)

    def test_a_node_that_closes_its_standard_streams_does_no_harm(self):
        self.write("cell.cpp", "#include <unistd.h>\nint a() { for (int fd = 0; fd < 3; ++fd) close(fd); return 3; }\n"
                               "int b(int a) { return a; }\n")
        self.assertEqual(self.values(), {"a": 3, "b": 3})


class Runners(Scenario):
    """Several runners, and values that cannot leave one."""

    # Each node leaves a mark, waits for the other's, and says whether it saw it.
    MEETING = """\
#include <unistd.h>
#include <fstream>
static bool meets(const char* mine, const char* other, int tenths) {
  std::ofstream(mine) << 1;
  for (int i = 0; i < tenths && access(other, F_OK) != 0; ++i) usleep(100000);
  return access(other, F_OK) == 0;
}
bool left(int tenths) { return meets("left", "right", tenths); }
bool right(int tenths) { return meets("right", "left", tenths); }
"""

    def test_independent_nodes_run_at_the_same_time(self):
        self.write("cell.cpp", self.MEETING)
        self.assertEqual(self.values("-j", "2", "-i", "tenths=300"), {"left": True, "right": True})

    def test_one_job_runs_one_node_at_a_time(self):
        self.write("cell.cpp", self.MEETING)
        self.assertEqual(self.values("-j", "1", "-i", "tenths=3"), {"left": False, "right": True})

    def test_every_number_of_jobs_gives_the_same_values(self):
        nodes = ["int n0() { return 1; }\n"]
        nodes += [f"int n{i}(int n{(i - 1) // 2}) {{ return n{(i - 1) // 2} * 3 + {i}; }}\n" for i in range(1, 20)]
        self.write("cell.cpp", "".join(nodes))
        values = [self.values("-j", jobs, "--no-cache") for jobs in (1, 2, 7)]
        self.assertEqual(values[0], values[1])
        self.assertEqual(values[0], values[2])

    UNSTORED = """\
#include <memory>
#include <string>
#include <string_view>
std::unique_ptr<int> owner(int start = 5) { return std::make_unique<int>(start); }
int from_owner(const std::unique_ptr<int>& owner) { return *owner + 1; }
std::string text() { return "some text that is long enough to be on the heap"; }
std::string_view view(const std::string& text) { return std::string_view(text).substr(5, 4); }
std::string from_view(std::string_view view) { return std::string(view) + "!"; }
const int* pointer(const std::unique_ptr<int>& owner) { return owner.get(); }
int from_pointer(const int* pointer) { return *pointer * 2; }
"""
    UNSTORED_VALUES = {"from_owner": 6, "text": "some text that is long enough to be on the heap",
                       "from_view": "text!", "from_pointer": 10}

    def test_values_that_cannot_be_stored_are_passed_in_memory(self):
        self.write("cell.cpp", self.UNSTORED)
        for jobs in (1, 2, 4):
            with self.subTest(jobs=jobs):
                self.assertEqual(self.values("-j", jobs, "--no-cache"), self.UNSTORED_VALUES)

    def test_what_needs_a_value_that_is_not_stored_is_cached_all_the_same(self):
        self.write("cell.cpp", self.UNSTORED)
        self.execute("-j", "2")
        result = self.execute("-j", "2", "--show-results")
        self.assert_ran(result, set())
        self.assertEqual({n["name"]: n["value"] for n in result.json()["nodes"] if "value" in n},
                         self.UNSTORED_VALUES)

    def test_a_value_that_is_not_stored_is_made_again_for_what_runs(self):
        self.write("cell.cpp", self.UNSTORED)
        self.execute("-j", "2")
        self.edit("cell.cpp", "*pointer * 2", "*pointer * 3")
        result = self.execute("-j", "2", "--show-results")
        self.assert_ran(result, {"owner", "pointer", "from_pointer"})
        self.assertEqual(result.value("from_pointer"), 15)

    def test_a_value_that_is_not_stored_changes_what_needs_it_when_its_input_changes(self):
        self.write("cell.cpp", self.UNSTORED)
        self.execute("-j", "2")
        self.assertEqual(self.execute("-i", "start=7", "--show-results").value("from_pointer"), 14)

    def test_values_that_are_not_stored_say_so(self):
        self.write("cell.cpp", self.UNSTORED)
        result = self.run_hamcell("cell.cpp", "-x", *self.build_flags)
        self.assertRegex(result.out, r"(?m)^owner\s+executed.*not stored")

    def test_nodes_run_in_the_folder_where_hamcell_was_started(self):
        self.write("cell.cpp", "#include <string>\n#include <unistd.h>\n"
                               "std::string here() { char b[4096]; return getcwd(b, sizeof b); }\n")
        self.path("sub").mkdir()
        result = self.execute("--show-results", cell="../cell.cpp", cwd=self.path("sub"))
        self.assertEqual(result.value("here"), str(self.path("sub")))

    def test_one_variable_of_the_cell_is_one_variable_for_its_nodes(self):
        self.write("cell.cpp", "static const int& shared() { static const int value = 3; return value; }\n"
                               "const int* a() { return &shared(); }\n"
                               "bool b(const int* a) { return a == &shared(); }\n")
        self.assertEqual(self.values("-j", "2")["b"], True)


class Interruption(Scenario):
    """Ctrl-C while a node runs."""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", "#include <cstdio>\n#include <unistd.h>\nint quick() { return 1; }\n"
                               'int slow(int quick) { FILE* file = fopen("starting", "w"); '
                               'fprintf(file, "%d", getpid()); '
                               'fclose(file); rename("starting", "started"); sleep(60); return quick; }\n'
                               "int after(int slow) { return slow; }\n")

    def interrupted(self, *args):
        process = self.start("cell.cpp", "-x", *self.build_flags, *args,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        began = time.monotonic()
        result = self.interrupt(process, lambda: os.path.exists(self.path("started")))
        self.assertLess(time.monotonic() - began, 50, "the node must not be waited for")
        self.assert_civil(result)
        self.assert_status(result, INTERRUPTED)
        return result

    def test_the_exit_status_is_130(self):
        self.interrupted()

    def test_finished_nodes_are_kept(self):
        self.interrupted()
        self.edit("cell.cpp", "sleep(60);", "")
        self.assertEqual(self.execute().statuses()["quick"], "cached")

    def test_the_json_says_interrupted(self):
        result = self.interrupted("--json")
        self.assertEqual(result.json()["status"], "interrupted")
        self.assertEqual(result.statuses(), {"quick": "executed", "slow": "skipped", "after": "skipped"})

    def test_the_history_says_interrupted(self):
        self.interrupted()
        self.assertEqual(self.run_hamcell("cache", "runs", "--json").json()[0]["status"], "interrupted")

    def test_the_picture_after_the_run_is_drawn(self):
        self.interrupted("--display-cache=after.svg")
        self.assertEqual(set(self.boxes("after.svg")), {"quick", "slow", "after"})

    def test_no_runner_is_left_behind(self):
        self.interrupted()
        runner = Path("/proc") / self.path("started").read_text() / "stat"
        # A process that ended may stay as a zombie, since its parent is gone too.
        self.wait_for(lambda: not runner.exists() or runner.read_text().rsplit(")")[1].split()[0] == "Z", seconds=10)


if __name__ == "__main__":
    unittest.main()
