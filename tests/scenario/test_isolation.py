"""Whatever a node does to its process, the message names it, says what and where, and everything else is kept."""

import os
import re
import signal
import subprocess
import unittest

from harness import LETS_A_THREAD_END_ITSELF, NODE_FAILED, PATIENCE, Scenario

HEAD = """\
#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
static int length_of(const char* text) { return static_cast<int>(std::strlen(text)); }
static int deeper(int n) { volatile char big[4096]; big[0] = 1; return deeper(n + 1) + big[0]; }
int good() { return 20; }
"""

# What a node does; what the message says that it did; whether frames follow, because it crashed.
ENDS = {
    "reads_null": ("return length_of(nullptr);", "used a null pointer (SIGSEGV)", True),
    "writes_null": ("*reinterpret_cast<volatile int*>(0L + good - 20) = 1; return 1;",
                    "used a null pointer (SIGSEGV), at ", True),
    "writes_wild": ("*reinterpret_cast<volatile int*>(good * 100000L) = 1; return 1;",
                    "used memory at 0x1e8480, which is not its own (SIGSEGV)", True),
    "calls_null": ("int (*volatile none)() = nullptr; return none() + 1;", "used a null pointer (SIGSEGV)", True),
    "aborts": ("if (good) std::abort(); return 1;", "called abort() (SIGABRT)", True),
    "exits": ("if (good) std::exit(0); return 1;", "called exit(0)", True),
    "exits_at_once": ("if (good) ::_exit(3); return 1;", "called _exit(3)", True),
    "exits_quickly": ("if (good) std::quick_exit(4); return 1;", "called quick_exit(4)", True),
    "terminates": ("if (good) std::terminate(); return 1;", "called std::terminate()", True),
    "overflows": ("return deeper(good);", "ran out of stack", True),
    "divides": ("volatile int zero = good - 20; return good / zero;",
                "divided an integer by zero, or the least one by -1 (SIGFPE)", True),
    "throws_number": ("if (good) throw 42; return 1;", "threw int", False),
    "throws_in_thread": ('std::thread t([] { throw std::runtime_error("too hot"); }); t.join(); return 1;',
                         "let an exception escape from a thread of its own or from a function that is noexcept: "
                         "std::runtime_error: too hot", True),
    "throws_through_noexcept": ('[&]() noexcept { if (good) throw std::logic_error("no"); }(); return 1;',
                                "is noexcept: std::logic_error: no", True),
    "is_killed": ("::kill(::getpid(), SIGKILL); return 1;", "was killed from outside (SIGKILL)", False),
    "ends_its_thread": ("if (good) ::syscall(SYS_exit, 0); return 1;",
                        "ended the thread that it ran in, and gave no value", False),
    "gets_a_signal": ("::raise(SIGTERM); return 1;", "was ended by SIGTERM", False),
}
if not LETS_A_THREAD_END_ITSELF:
    del ENDS["ends_its_thread"]


def cell_of(bodies):
    return HEAD + "".join(f"int {name}(int good) {{ {body} }}\n" for name, body in bodies.items())


class Ends(Scenario):
    def test_each_end_of_a_node_is_told_with_its_name_its_place_and_its_frames(self):
        self.write("cell.cpp", cell_of({name: body for name, (body, _, _) in ENDS.items()}) +
                   "int apart(int good) { return good + 1; }\n")
        result = self.execute("-k", status=NODE_FAILED)
        self.assertEqual(result.with_status("failed"), set(ENDS))
        self.assert_ran(result, {"good", "apart"})
        first = HEAD.count("\n") + 1
        for line, (name, (_, says, has_frames)) in enumerate(ENDS.items(), first):
            with self.subTest(end=name):
                at = result.err.index(f"cell.cpp:{line}:5: error: node '{name}' failed: it ")
                message = result.err[at:].split("\ncell.cpp:")[0]
                self.assertIn(says, message)
                self.assertIn(says, result.node(name)["reason"])
                if has_frames:
                    self.assertRegex(message, rf"cell\.cpp:({line}|14): (in|called from) '(int )?({name}|deeper)\(int\)")
                    self.assertRegex(message.splitlines()[0], r", at cell\.cpp:\d+$")

        again = self.execute("-k", status=NODE_FAILED)
        self.assert_cached(again, {"good", "apart"})

    def test_who_waits_for_a_node_has_it_before_a_crash_is_looked_up(self):
        self.write("compiler", f"""#!/bin/sh
            wait_for_other() {{
              for turn in $(seq {100 * PATIENCE}); do [ -e other.done ] && return; sleep 0.1; done
              : > gave_up
            }}
            case "$*" in *.lines*) wait_for_other;; esac
            exec c++ "$@"
        """).chmod(0o755)
        waits = "std::ofstream(\"begun\"); while (!std::ifstream(\"go\")) ::usleep(1000); return good + 1;"
        self.write("cell.cpp", "#include <fstream>\n" +
                   cell_of({"reads_null": ENDS["reads_null"][0], "late": waits}))
        arguments = ["cell.cpp", "--cxx", "./compiler", *self.build_flags]
        run = self.start(*arguments, "-x", "-k", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_for(self.path("begun").exists)
        other = self.start(*arguments, "--execute=late", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.assertIn(b"waiting for it", other.stderr.readline())
        self.write("go", "")
        self.assertEqual(other.wait(timeout=60 * PATIENCE), 0)
        self.write("other.done", "")
        other.stderr.close()
        self.assertEqual(run.wait(timeout=60 * PATIENCE), NODE_FAILED)
        self.assertFalse(self.path("gave_up").exists())

    def test_a_stopped_node_is_told_of_and_may_go_on(self):
        self.write("cell.cpp", HEAD + "int stops(int good) { ::raise(SIGSTOP); return good + 1; }\n")
        process = self.start("cell.cpp", "-x", "--show-results", *self.build_flags, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        said = process.stderr.readline().decode() + process.stderr.readline().decode()
        self.assertIn("warning: node 'stops' was stopped by SIGSTOP\n  help: 'kill -CONT ", said)
        os.kill(int(re.search(r"kill -CONT (\d+)", said)[1]), signal.SIGCONT)
        out, err = process.communicate(timeout=60 * PATIENCE)
        self.assertEqual((process.returncode, err), (0, b""))
        self.assertIn(b"21", out)

    def test_what_a_codec_throws_is_the_failure_of_the_node_at_work(self):
        self.write("cell.cpp", """\
            #include <hamcell/codec.h>
            #include <stdexcept>
            struct Shy { int n = 0; };
            template <> struct ham::codec<Shy> {
              static void encode(ham::sink& out, const Shy& shy) {
                if (shy.n == 2) throw std::runtime_error("not this one");
                ham::encode(out, shy.n);
              }
              static void decode(ham::source& in, Shy& shy) {
                ham::decode(in, shy.n);
                throw std::runtime_error("not this way");
              }
            };
            Shy one() { return {1}; }
            Shy two() { return {2}; }
            int uses(const Shy& one) { return one.n; }
            """)
        self.execute("one")
        result = self.execute("-k", status=NODE_FAILED)
        self.assert_says(
            result, "node 'two' failed: it threw std::runtime_error: not this one, while its result was stored",
            "node 'uses' failed: it threw std::runtime_error: not this way, while one of its arguments was read")

    def test_values_whose_codec_fails_are_used_where_they_are(self):
        self.write("cell.cpp", """\
            #include <hamcell/codec.h>
            #include <unistd.h>
            struct Odd { int n = 0; };
            template <> struct ham::codec<Odd> {
              static void encode(ham::sink& out, const Odd&) { out.fail("odd things stay here"); }
              static void decode(ham::source&, Odd&) {}
            };
            Odd p() { ::usleep(100000); return {1}; }
            Odd q() { ::usleep(100000); return {2}; }
            int other() { ::usleep(600000); return 5; }
            int sum(const Odd& p, const Odd& q) { return p.n + q.n; }
            """)
        result = self.execute("-j3", "--show-results")
        self.assertEqual((result.value("sum"), result.value("other")), (3, 5))

    def test_a_destructor_that_fails_is_no_fault_of_the_next_node(self):
        self.write("cell.cpp", HEAD + """\
            struct Held {
              std::function<int()> get;
              explicit Held(int n) : get([n] { return n; }) {}
              Held(Held&& from) : get(std::move(from.get)) {}
              ~Held() { if (get && get() == 21) std::abort(); }
            };
            Held held(int good) { return Held(good + 1); }
            int uses(const Held& held) { return held.get(); }
            int next(int uses) { return uses + 1; }
            """)
        result = self.execute("-j1", "--show-results")
        self.assertEqual(result.value("next"), 22)
        self.assert_says(result, "warning: the value of node 'held' could not be destroyed: its runner called abort() (SIGABRT)")

    def test_a_runner_that_is_lost_while_it_loads_the_cell_is_replaced(self):
        # The second process that loads the cell is killed: after the first has loaded it, and while it still does.
        for slow in (2, 1):
            with self.subTest(slow=slow):
                self.write("cell.cpp", """\
                    #include <csignal>
                    #include <cstdio>
                    #include <unistd.h>
                    static const int loads = [] {
                      std::FILE* file = std::fopen("loads%d", "a+");
                      std::fputc('x', file);
                      std::fflush(file);
                      const long size = std::ftell(file);
                      std::fclose(file);
                      if (size == %d) ::usleep(200000);
                      if (size == 2) ::kill(::getpid(), SIGKILL);
                      return 1;
                    }();
                    int a() { ::usleep(300000); return 1; }
                    int b() { ::usleep(300000); return 2; }
                    """ % (slow, slow))
                result = self.execute("-j2")
                self.assert_ran(result, {"a", "b"})
                self.assertEqual(self.path(f"loads{slow}").read_text(), "xxx")

    def test_to_look_up_a_crash_keeps_no_other_node_from_its_work(self):
        # It takes a build with debug information, here of three seconds.
        self.write("slow-c++", "#!/bin/sh\ncase \"$*\" in *-gdwarf*) sleep 3 ;; esac\nexec c++ \"$@\"\n").chmod(0o755)
        self.write("cell.cpp", HEAD + """\
            int crashes(int good) { ::usleep(200000); if (good) std::abort(); return 1; }
            int prints(int good) {
              ::usleep(400000);
              for (int i = 0; i < 40000; ++i) std::puts("a line that is long enough to fill a pipe with many of its kind");
              return good;
            }
            """.replace("std::puts", "::puts"))
        self.edit("cell.cpp", "#include <array>", "#include <array>\n#include <cstdio>")
        result = self.execute("-k", "-j2", "--timeout", "2", "--cxx", "./slow-c++", status=NODE_FAILED)
        self.assertEqual(result.with_status("failed"), {"crashes"})
        self.assert_says(result, "node 'crashes' failed: it called abort() (SIGABRT), at cell.cpp:")

    def test_a_crash_in_a_header_of_the_users_names_the_header(self):
        self.write("own.h", "#pragma once\ninline int own(const int* p) {\n  return *p;\n}\n")
        self.write("cell.cpp", '#include "own.h"\nint a() {\n  return own(nullptr);\n}\n')
        result = self.execute(status=NODE_FAILED)
        self.assert_says(result, "node 'a' failed: it used a null pointer (SIGSEGV), at own.h:3",
                         "own.h:3: in 'own(int const*)'", "cell.cpp:3: called from 'a()'")

    def test_frames_are_found_in_optimised_code_too(self):
        self.build_flags = ("--cxxflags=-O2",)
        self.write("cell.cpp", "#include <vector>\n"
                               "static int at(const int* p, int i) {\n  return *(p + i);\n}\n"
                               "int a() {\n  std::vector<int> v;\n  int* volatile none = v.data();\n"
                               "  return at(none, 0) + 1;\n}\n")
        result = self.execute(status=NODE_FAILED)
        self.assert_says(result, "at cell.cpp:3", "cell.cpp:8: called from 'a()'")

    def test_a_node_that_was_inlined_into_glue_is_named_all_the_same(self):
        self.build_flags = ("--cxxflags=-O2",)
        self.write("cell.cpp", "#include <vector>\nstd::vector<double> all() { return {1, 2}; }\n"
                               "double mean(const std::vector<double>& all, int n = 3) {\n  double sum = 0;\n"
                               "  for (int i = 0; i < n; ++i) sum += all.data()[all.size() * 100000000 + i];\n"
                               "  return sum / n;\n}\n")
        result = self.execute(status=NODE_FAILED)
        self.assert_says(result, "node 'mean' failed: it used memory at ", "cell.cpp:5: in 'mean(std::vector<double")
        self.assertNotIn("ham_", result.err)

    def test_values_that_were_only_in_a_lost_runner_are_made_again(self):
        self.write("cell.cpp", HEAD + """\
            std::function<int()> held(int good) { return [good] { return good + 2; }; }
            int crashes(const std::function<int()>& held) { if (held() == 22) std::abort(); return 1; }
            int uses(const std::function<int()>& held, int apart) { return held() + apart; }
            int apart(int good) { return good + 1; }
            """)
        result = self.execute("-k", "-j1", "--show-results", status=NODE_FAILED)
        self.assertEqual(result.with_status("failed"), {"crashes"})
        self.assertEqual(result.value("uses"), 43)


# What a node does to its process, and what the warning says.
CHANGES = {
    "closes_all": ("for (int fd = 0; fd < 1024; ++fd) ::close(fd); return 1;",
                   "closed or replaced its standard streams"),
    "closes_range": ("::close_range(0, ~0U, 0); return 1;", "closed or replaced its standard streams"),
    "replaces_output": ("::dup2(0, 1); return 1;", "closed or replaced its standard streams"),
    "changes_folder": ('return ::chdir("/");', "changed the working folder"),
    "changes_environment": ('return ::setenv("MODE", "fast", 1);', "changed environment variables"),
    "changes_locale": ('return std::setlocale(LC_ALL, "C.UTF-8") != nullptr;', "changed the locale"),
    "ignores_a_signal": ("return std::signal(SIGUSR1, SIG_IGN) == SIG_DFL;", "changed what is done with signals"),
    "catches_crashes": ("return std::signal(SIGSEGV, SIG_DFL) != SIG_DFL;", "changed what is done with signals"),
    "changes_a_limit": ("rlimit limit; getrlimit(RLIMIT_NOFILE, &limit); limit.rlim_cur = 400; "
                        "return setrlimit(RLIMIT_NOFILE, &limit);", "changed limits of the process"),
    "leaves_a_thread": ("std::thread([] { ::pause(); }).detach(); return 1;", "left a thread running"),
    "leaves_a_child": ('return ::system("sleep 98765 &");', "left a child process"),
    "forks": ("const int child = ::fork(); if (child == 0) ::_exit(0); int how = 0; "
              "return ::waitpid(child, &how, 0) == child;", "forked"),
    "forks_and_returns": ("const int child = ::fork(); if (child != 0) ::waitpid(child, nullptr, 0); return 1;",
                          "forked"),
}
STATE_HEAD = HEAD + "#include <clocale>\n#include <sys/resource.h>\n"


class Changes(Scenario):
    def test_a_node_that_changes_its_process_counts_and_what_follows_gets_a_new_runner(self):
        cell = STATE_HEAD
        for name, (body, _) in CHANGES.items():
            cell += f"int {name}() {{ {body} }}\nint pid_of_{name}(int {name}) {{ return ::getpid() + 0 * {name}; }}\n"
        self.write("cell.cpp", cell)
        result = self.execute("-j1")
        self.assert_none_cached(result)
        for name, (_, says) in CHANGES.items():
            with self.subTest(change=name):
                warning = f"warning: node '{name}' {says}, so the nodes after it run in a new process"
                self.assertEqual(result.err.count(warning), 1, str(result))
        self.assertEqual(result.err.count("so the nodes after it run in a new process"), len(CHANGES), str(result))

    def test_the_runner_is_another_one_afterwards(self):
        self.write("cell.cpp", STATE_HEAD + """\
            int first() { ::setenv("MODE", "fast", 1); return ::getpid(); }
            bool other(int first) { return ::getpid() != first && ::getenv("MODE") == nullptr; }
            """)
        self.assertTrue(self.execute("-j1", "--show-results").value("other"))

    def test_what_is_put_back_by_the_node_itself_is_no_change(self):
        self.write("cell.cpp", STATE_HEAD + """\
            int first() {
              char here[4096];
              if (::getcwd(here, sizeof here) == nullptr || ::chdir("/") != 0 || ::chdir(here) != 0) return 0;
              std::thread([] {}).join();
              return ::getpid();
            }
            bool same(int first) { return ::getpid() == first; }
            """)
        result = self.execute("-j1", "--show-results")
        self.assertTrue(result.value("same"))
        self.assertNotIn("new process", result.err)

    def test_threads_of_a_pool_are_no_change(self):
        self.write("cell.cpp", "//hamcell:cxxflags -fopenmp\n#include <unistd.h>\n" + """\
            int first() {
              int sum = 0;
              #pragma omp parallel for reduction(+ : sum) num_threads(3)
              for (int i = 0; i < 100; ++i) sum += i;
              return ::getpid() + sum - 4950;
            }
            bool same(int first) { return ::getpid() == first; }
            """)
        result = self.execute("-j1", "--show-results", "--cxx", "g++")
        self.assertTrue(result.value("same"))
        self.assertNotIn("new process", result.err)


class Floods(Scenario):
    CELL = HEAD + "#include <cstdio>\n#include <iostream>\n" + """\
        int chatters(int good) {
          for (int i = 0; i < 100000; ++i) std::printf("chatter %d of a hundred thousand lines\\n", i);
          return good;
        }
        int grumbles(int good) {
          for (int i = 0; i < 100000; ++i) std::cerr << "grumble " << i << " of a hundred thousand lines\\n";
          return good;
        }
        int mutters(int good) { for (int i = 0; i < 5000000; ++i) std::fputc('m', stdout); return good; }
        """

    def test_floods_come_whole_and_by_the_name_of_their_node(self):
        self.write("cell.cpp", self.CELL)
        result = self.execute("-j3")
        lines = result.err.splitlines()
        for name, word in (("chatters", "chatter"), ("grumbles", "grumble")):
            said = [line for line in lines if word + " " in line]
            bare = [line.removeprefix(f"{name}: ") for line in said]
            self.assertEqual(bare, [f"{word} {i} of a hundred thousand lines" for i in range(100000)])
        self.assertEqual(sum(line.count("m") for line in lines if set(line.removeprefix("mutters: ")) == {"m"}) -
                         sum(line.startswith("mutters: ") for line in lines), 5000000)
        self.assertEqual(result.with_status("executed"), {"good", "chatters", "grumbles", "mutters"})

    def test_lines_of_nodes_that_run_at_once_name_their_node(self):
        self.write("cell.cpp", HEAD + """\
            #include <cstdio>
            int a(int good) { ::sleep(1); std::puts("from one"); ::sleep(1); return good; }
            int b(int good) { ::sleep(1); std::puts("from another"); ::sleep(1); return good; }
            """)
        result = self.execute("-j2")
        self.assert_says(result, "a: from one\n", "b: from another\n")


if __name__ == "__main__":
    unittest.main()
