"""Nodes that go to their runner before the nodes that they need are done: nobody can tell by what comes of it."""

import json
import subprocess
import time
import unittest

from harness import DONE, INTERRUPTED, LETS_A_THREAD_END_ITSELF, NODE_FAILED, PATIENCE, Result, Scenario

LENGTH = 60
MIDDLE = 30

HEAD = """\
    #include <cerrno>
    #include <csignal>
    #include <cstdio>
    #include <cstdlib>
    #include <fcntl.h>
    #include <netdb.h>
    #include <pthread.h>
    #include <resolv.h>
    #include <stdexcept>
    #include <string>
    #include <sys/personality.h>
    #include <sys/syscall.h>
    #include <ucontext.h>
    #include <unistd.h>
    // Who ran, told to the test alone: a file that is only appended to is no input of anyone.
    static void ran(const char* name) {
      int fd = ::open("ran", O_WRONLY | O_APPEND | O_CREAT, 0644);
      if (::write(fd, name, __builtin_strlen(name)) < 0) ::abort();
      ::close(fd);
    }
    """


def chain(special=None, each="", name="f", length=LENGTH, first="0"):
    """Nodes each of which needs the one before. `special`: what those of these numbers do first."""
    text = ""
    for k in range(length):
        parameter, value = (f"int {name}{k - 1}", f"{name}{k - 1} + 1") if k else ("", first)
        does = each + (special or {}).get(k, "")
        text += f'int {name}{k}({parameter}) {{ ran("{name}{k}\\n"); {does} return {value}; }}\n'
    return text


class SentAhead(Scenario):
    def setUp(self):
        super().setUp()
        self.write("ran", "")
        self.seen = 0

    def ran(self):
        """Which nodes ran since the last call, in this order."""
        lines = self.path("ran").read_text().split()
        self.seen, before = len(lines), self.seen
        return lines[before:]

    def assert_ends_at_the_middle(self, how):
        """The node in the middle fails in this way; all before it are kept, and none behind it is begun."""
        result = self.execute("-j1", status=NODE_FAILED)
        before = {f"f{k}" for k in range(MIDDLE)}
        self.assert_ran(result, before)
        self.assertEqual(result.with_status("failed"), {f"f{MIDDLE}"})
        self.assertEqual(self.ran(), [f"f{k}" for k in range(MIDDLE + 1)])
        self.assert_says(result, f"node 'f{MIDDLE}' failed: it {how}")
        self.assertEqual(result.node(f"f{LENGTH - 1}")["reason"], f"f{MIDDLE} failed")
        again = self.execute("-j1", status=NODE_FAILED)
        self.assert_cached(again, before)
        self.assertEqual(self.ran(), [f"f{MIDDLE}"])
        return result

    def test_all_run_once_and_are_all_stored(self):
        self.write("cell.cpp", HEAD + chain())
        result = self.execute("--show-results")
        self.assert_none_cached(result)
        self.assertEqual({node["reason"] for node in result.json()["nodes"]}, {"first run"})
        self.assertEqual(result.value(f"f{LENGTH - 1}"), LENGTH - 1)
        self.assertEqual(self.ran(), [f"f{k}" for k in range(LENGTH)])
        self.assert_all_cached(self.execute())

    def test_behind_one_that_throws_none_is_begun(self):
        self.write("cell.cpp", HEAD + chain({MIDDLE: 'throw std::runtime_error("enough");'}))
        self.assert_ends_at_the_middle("threw std::runtime_error: enough")

    def test_behind_one_that_crashes_none_is_begun(self):
        self.write("cell.cpp", HEAD + chain({MIDDLE: "::abort();"}))
        self.assert_ends_at_the_middle("called abort() (SIGABRT)")

    def test_behind_one_that_leaves_the_process_none_is_begun(self):
        self.write("cell.cpp", HEAD + chain({MIDDLE: "::exit(3);"}))
        self.assert_ends_at_the_middle("called exit(3)")

    @unittest.skipUnless(LETS_A_THREAD_END_ITSELF, "the thread sanitizer waits for it for ever")
    def test_behind_one_that_ends_its_thread_none_is_begun(self):
        self.write("cell.cpp", HEAD + chain({MIDDLE: "::syscall(SYS_exit, 0);"}))
        self.assert_ends_at_the_middle("ended the thread that it ran in")

    def test_behind_one_that_becomes_a_daemon_none_is_begun(self):
        self.write("cell.cpp", HEAD + chain({MIDDLE: "if (::daemon(1, 1) != 0) ::abort();"}))
        self.assert_ends_at_the_middle("ended the process with exit status 0")

    def test_one_that_takes_too_long_is_blamed_and_no_other(self):
        self.write("cell.cpp", HEAD + chain({MIDDLE: "::sleep(60);"}))
        result = self.execute("-j1", "--timeout", "0.5", status=NODE_FAILED)
        self.assertEqual(result.with_status("failed"), {f"f{MIDDLE}"})
        self.assert_says(result, f"node 'f{MIDDLE}' failed: it ran longer than the 500 ms that --timeout allows")
        self.assertEqual(self.ran(), [f"f{k}" for k in range(MIDDLE + 1)])

    def test_one_that_takes_too_much_memory_is_blamed_and_no_other(self):
        self.write("cell.cpp", HEAD + chain({MIDDLE: """
            char* all = new char[100000000]; for (int i = 0; i < 100000000; i += 4096) all[i] = 1; delete[] all;"""}))
        result = self.execute("-j1", "--memory", "50M", status=NODE_FAILED)
        self.assertEqual(result.with_status("failed"), {f"f{MIDDLE}"})
        self.assert_says(result, f"node 'f{MIDDLE}' failed: it took more memory")

    def test_what_another_chain_does_goes_on_behind_one_that_fails(self):
        self.write("cell.cpp", HEAD + chain({MIDDLE: "throw 1;"}) + chain(name="g"))
        result = self.execute("-j1", "-k", status=NODE_FAILED)
        self.assert_ran(result, {f"f{k}" for k in range(MIDDLE)} | {f"g{k}" for k in range(LENGTH)})

    def test_behind_one_that_changes_its_process_the_next_runs_in_another(self):
        self.write("cell.cpp", HEAD + chain(
            {MIDDLE: '::setenv("MODE", "fast", 1);'},
            each='if (::getenv("MODE") != nullptr) ::abort(); std::fprintf(stderr, "process %d\\n", ::getpid());'))
        result = self.execute("-j1")
        self.assert_says(result, f"node 'f{MIDDLE}' changed environment variables")
        processes = [line.split()[-1] for line in result.err.splitlines() if "process " in line and line[-1].isdigit()]
        self.assertEqual(len(processes), LENGTH, str(result))
        self.assertEqual(len(set(processes)), 2)
        self.assertEqual(processes[:MIDDLE + 1], processes[:1] * (MIDDLE + 1))
        self.assertEqual(self.ran(), [f"f{k}" for k in range(LENGTH)])

    def test_what_is_local_to_a_thread_is_new_for_each_node(self):
        for name, helper in (
            ("thread_local", "static thread_local int count = 0; static int next() { return ++count; }"),
            ("thread_local with a destructor",
             "struct Count { int n = 0; ~Count() { n = -1; } };"
             "static int next() { static thread_local Count count; return ++count.n; }"),
            ("a key", """
                static const pthread_key_t key = [] { pthread_key_t k; ::pthread_key_create(&k, nullptr); return k; }();
                static int next() {
                  long n = reinterpret_cast<long>(::pthread_getspecific(key)) + 1;
                  ::pthread_setspecific(key, reinterpret_cast<void*>(n));
                  return static_cast<int>(n);
                }"""),
            ("a signal's mask", """
                static int next() {
                  sigset_t set; sigemptyset(&set); sigaddset(&set, SIGUSR2);
                  sigset_t old; ::pthread_sigmask(SIG_BLOCK, &set, &old);
                  return sigismember(&old, SIGUSR2) ? 2 : 1;
                }"""),
            ("the thread's name", """
                static int next() {
                  char name[16]; ::pthread_getname_np(::pthread_self(), name, sizeof name);
                  ::pthread_setname_np(::pthread_self(), "used");
                  return std::string(name) == "used" ? 2 : 1;
                }"""),
            ("a context", """
                static int next() {
                  sigset_t now; ::pthread_sigmask(SIG_SETMASK, nullptr, &now);
                  volatile bool is_back = false;
                  ucontext_t here; ::getcontext(&here);
                  if (!is_back) { is_back = true; sigaddset(&here.uc_sigmask, SIGUSR2); ::setcontext(&here); }
                  return sigismember(&now, SIGUSR2) ? 2 : 1;
                }"""),
            ("the personality", """
                static int next() {
                  int was = ::personality(0xffffffff);
                  ::personality(was | ADDR_NO_RANDOMIZE);
                  return (was & ADDR_NO_RANDOMIZE) ? 2 : 1;
                }"""),
            ("the resolver", """
                static int next() {
                  if ((_res.options & RES_INIT) == 0) ::res_init();
                  int was = _res.ndots; _res.ndots = 9;
                  return was == 9 ? 2 : 1;
                }"""),
            ("h_errno", "static int next() { int was = h_errno; h_errno = NO_DATA; return was == 0 ? 1 : 2; }"),
            ("errno", "static int next() { int was = errno; errno = ERANGE; return was == 0 ? 1 : 2; }"),
        ):
            with self.subTest(name):
                nodes = "".join(f"[[ham::cache]] int f{k}({f'int f{k - 1}' if k else ''}) {{ return next(){f' + 0 * f{k - 1}' if k else ''}; }}\n"
                                for k in range(20))
                self.write("cell.cpp", HEAD + helper + "\n" + nodes)
                self.assertEqual({*self.values("-j1").values()}, {1})

    def test_what_nodes_print_comes_in_their_order_and_in_whole_lines(self):
        self.write("cell.cpp", HEAD + "".join(
            f'int f{k}({f"int f{k - 1}" if k else ""}) {{ std::printf("%d says\\n", {k}); '
            f'if ({k} % 7 == 0) std::fputs("{k} ends without", stderr); return {k}; }}\n' for k in range(LENGTH)))
        expected = []
        for k in range(LENGTH):
            # Standard error has no buffer, standard output is flushed behind the node.
            expected.append(f"{k} ends without{k} says" if k % 7 == 0 else f"{k} says")
        self.assertEqual(self.execute("-j1").err.splitlines(), expected)

    def test_early_cutoff_leaves_what_follows_as_hits(self):
        self.write("cell.cpp", HEAD + chain({MIDDLE: "/* here */;"}))
        self.execute()
        self.ran()
        self.edit("cell.cpp", "/* here */", "(void)7")
        self.assert_ran(self.execute(), {f"f{MIDDLE}"})
        self.assertEqual(self.ran(), [f"f{MIDDLE}"])

    def test_behind_another_value_all_run_again_and_what_was_known_is_a_hit(self):
        self.write("cell.cpp", HEAD + chain({MIDDLE: "if (false) return 1000;"}))
        self.execute()
        self.ran()
        self.edit("cell.cpp", "if (false)", "if (true)")
        result = self.execute("--show-results")
        self.assert_ran(result, {f"f{k}" for k in range(MIDDLE, LENGTH)})
        self.assertEqual(result.value(f"f{LENGTH - 1}"), 1000 + LENGTH - 1 - MIDDLE)
        self.edit("cell.cpp", "if (true)", "if (false)")
        self.ran()
        self.assert_all_cached(self.execute())
        self.assertEqual(self.ran(), [])

    def test_two_processes_on_one_cache_share_the_work(self):
        self.write("cell.cpp", HEAD + chain(each="::usleep(2000);"))
        self.execute(f"f{LENGTH - 1}", "-n")
        self.execute("f0")  # built
        self.ran()
        both = [self.start("cell.cpp", "-x", "-j1", "--json", *self.build_flags, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
        results = [Result(process.wait(timeout=100 * PATIENCE), *process.communicate()) for process in both]
        for result in results:
            self.assert_status(result, DONE)
            self.assertEqual(result.with_status("executed") | result.with_status("cached"),
                             {f"f{k}" for k in range(LENGTH)})
        self.assertEqual(sorted(self.ran()), sorted(f"f{k}" for k in range(1, LENGTH)))

    def test_an_interrupt_keeps_what_has_finished_and_begins_nothing_more(self):
        self.write("cell.cpp", HEAD + chain({MIDDLE: "::sleep(60);"}))
        process = self.start("cell.cpp", "-x", "-j1", "--json", *self.build_flags, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        result = self.interrupt(
            process, lambda: f"f{MIDDLE}\n" in self.path("ran").read_text())
        self.assert_status(result, INTERRUPTED)
        self.assert_ran(result, {f"f{k}" for k in range(MIDDLE)})
        self.assertEqual(len(self.ran()), MIDDLE + 1)
        self.assert_ran(self.execute(f"f{MIDDLE - 1}"), {})

    def test_two_runners_share_what_lies_behind_a_slow_node(self):
        self.write("cell.cpp", HEAD + chain(length=10) + """
            int slow(int f9) { ::usleep(900000); return f9; }
            int other(int f9) { ::usleep(900000); return f9; }
            """)
        self.execute("f9")
        result = self.execute("-j2")
        self.assert_ran(result, {"slow", "other"})
        self.assertLess(result.json()["seconds"], 1.7)

    def write_behind_large_input(self, does):
        """A node that does this, while all that the next one needs is more than a socket holds."""
        self.write("cell.cpp", HEAD + f"""
            int a(const std::string& small) {{ ran("a\\n"); {does} return (int)small.size(); }}
            int b(int a, const std::string& large) {{ return a + (int)large.size(); }}
            """)
        self.write("in.json", json.dumps({"small": "x", "large": "x" * 1000000}))
        self.execute("-n", "-i", "@in.json")

    def test_a_runner_that_prints_while_the_next_call_is_large_is_listened_to(self):
        self.write_behind_large_input(
            "::usleep(30000); for (int i = 0; i < 3000; ++i) std::printf(\"%099d\\n\", i);")
        result = self.execute("-j1", "-i", "@in.json", "--show-results", wrapper=("timeout", "-s", "KILL", "60"))
        self.assertEqual(result.value("b"), 1000001)
        self.assertEqual(len(result.err.splitlines()), 3000)

    def test_a_limit_holds_while_the_next_call_is_large(self):
        self.write_behind_large_input("::sleep(8);")
        result = self.execute("-j1", "-i", "@in.json", "--timeout", "1", status=NODE_FAILED)
        self.assertEqual(result.with_status("failed"), {"a"})
        self.assert_says(result, "node 'a' failed: it ran longer than the 1.0 s that --timeout allows")

    def test_an_interrupt_is_obeyed_while_the_next_call_is_large(self):
        self.write_behind_large_input("::sleep(20);")
        process = self.start("cell.cpp", "-x", "-j1", "--json", "-i", "@in.json", *self.build_flags,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.wait_for(lambda: "a" in self.path("ran").read_text())
        began = time.monotonic()
        result = self.interrupt(process, lambda: True)
        self.assert_status(result, INTERRUPTED)
        self.assertLess(time.monotonic() - began, 10)

    def test_a_large_input_goes_to_a_runner_once(self):
        length = 40
        self.write("cell.cpp", HEAD + "".join(
            f"int f{k}({f'int f{k - 1}, ' if k else ''}const std::string& large) "
            f"{{ return (int)large.size(){f' + 0 * f{k - 1}' if k else ''}; }}\n" for k in range(length)))
        self.write("in.json", json.dumps({"large": "x" * 2000000}))
        self.execute("-n", "-i", "@in.json")
        result = self.execute("-j1", "-i", "@in.json", "--show-results", "--no-cache",
                              wrapper=("strace", "-f", "-e", "trace=sendto", "-o", str(self.path("sent"))))
        self.assertEqual(result.value(f"f{length - 1}"), 2000000)
        sent = sum(int(line.split(" = ")[-1]) for line in self.path("sent").read_text().splitlines()
                   if "sendto(" in line and line.split(" = ")[-1].strip().isdigit())
        self.assertLess(sent, 2 * 2000000)

    def test_a_large_input_that_did_not_arrive_is_sent_again(self):
        self.write("cell.cpp", HEAD + chain({MIDDLE: "if (true) throw 1;"}) +
                   f"int beside(int f{MIDDLE - 1}, const std::string& large) {{ return (int)large.size(); }}\n"
                   f"int last(int f{MIDDLE - 1}, const std::string& large) {{ return (int)large.size(); }}\n")
        self.write("in.json", json.dumps({"large": "x" * 1000}))
        result = self.execute("-j1", "-k", "-i", "@in.json", "--show-results", status=NODE_FAILED)
        self.assertEqual(result.with_status("failed"), {f"f{MIDDLE}"})
        self.assertEqual((result.value("beside"), result.value("last")), (1000, 1000))

    def test_processes_that_run_the_same_code_for_other_inputs_do_not_wait_for_each_other(self):
        self.write("cell.cpp", HEAD + """
            int a(int x) { return x; }
            int slow(int a) { ran("slow\\n"); ::sleep(4); return a + 1; }
            """)
        self.execute("a", "-i", "x=0")  # built
        every = [self.start("cell.cpp", "-x", "-j1", "--json", "-i", f"x={x}", *self.build_flags,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                 for x in (1, 2, 3)]
        results = [Result(process.wait(timeout=100 * PATIENCE), *process.communicate()) for process in every]
        for result in results:
            self.assert_status(result, DONE)
            self.assertNotIn("another hamcell runs 'slow'", result.err)
            self.assertLess(result.json()["seconds"], 7, str(result))
        self.assertEqual(self.ran(), ["slow"] * 3)


if __name__ == "__main__":
    unittest.main()
