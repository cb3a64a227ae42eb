"""What a node leaves behind in its process makes no difference to the next one."""

import subprocess
import unittest

from harness import Scenario

HEAD = """\
    #include <cfenv>
    #include <clocale>
    #include <csignal>
    #include <cstdlib>
    #include <ctime>
    #include <locale>
    #include <sstream>
    #include <string>
    #include <thread>
    #include <sys/resource.h>
    #include <sys/stat.h>
    #include <sys/time.h>
    #include <unistd.h>
    """

COMMA = """\
    struct Comma : std::numpunct<char> { char do_decimal_point() const override { return ','; } };
    """

# What a node changes, what the next one sees of it, and what it has to see.
CHANGES = {
    "a variable is set": ('setenv("MODE", "fast", 1);', 'getenv("MODE") ? "set" : "unset"', "unset"),
    "a variable is changed": ('setenv("GIVEN", "other", 1);', 'getenv("GIVEN")', "given"),
    "a variable is removed": ('unsetenv("GIVEN");', 'getenv("GIVEN") ? "there" : "gone"', "there"),
    "all variables are removed": ("clearenv();", 'getenv("GIVEN") ? "there" : "gone"', "there"),
    "a time zone is chosen": (
        'setenv("TZ", "XYZ-3", 1); tzset();',
        "[] { std::time_t t = 0; std::tm tm{}; localtime_r(&t, &tm); return std::to_string(tm.tm_hour); }()", "0"),
    "the rounding is upward": (
        "std::fesetround(FE_UPWARD);", 'std::fegetround() == FE_UPWARD ? "upward" : "to nearest"', "to nearest"),
    "small numbers are flushed to zero": (
        "unsigned csr; asm volatile(\"stmxcsr %0\" : \"=m\"(csr)); csr |= 0x8040; "
        "asm volatile(\"ldmxcsr %0\" : : \"m\"(csr));",
        '[] { volatile double small = 1e-310; return small * 2 == 0 ? "zero" : "small"; }()', "small"),
    "exceptions were raised": (
        "std::feraiseexcept(FE_DIVBYZERO);", 'std::fetestexcept(FE_DIVBYZERO) ? "raised" : "none"', "none"),
    "the locale is another": (
        "std::locale::global(std::locale(std::locale(), new Comma));",
        "[] { std::ostringstream out; out << 1.5; return out.str(); }()", "1.5"),
    "the locale of the C library is another": (
        'std::setlocale(LC_ALL, "C.UTF-8");', "std::to_string(MB_CUR_MAX)", "1"),
    "the locale of the thread is another": (
        'uselocale(newlocale(LC_ALL_MASK, "C.UTF-8", nullptr));', "std::to_string(MB_CUR_MAX)", "1"),
    "new files are private": ("umask(0077);", "std::to_string(umask(022))", "18"),
    "a signal is ignored": (
        "std::signal(SIGUSR1, SIG_IGN);",
        'std::signal(SIGUSR1, SIG_DFL) == SIG_IGN ? "ignored" : "default"', "default"),
    "a signal is blocked": (
        "sigset_t set; sigemptyset(&set); sigaddset(&set, SIGUSR1); sigprocmask(SIG_BLOCK, &set, nullptr);",
        '[] { sigset_t set; sigprocmask(SIG_BLOCK, nullptr, &set); '
        'return sigismember(&set, SIGUSR1) ? "blocked" : "open"; }()', "open"),
    "an alarm is set": (
        "alarm(1000);", 'alarm(0) != 0 ? "ticking" : "silent"', "silent"),
    "a limit is lowered": (
        "rlimit limit; getrlimit(RLIMIT_CORE, &limit); limit.rlim_cur = 0; limit.rlim_max = 0; "
        "setrlimit(RLIMIT_CORE, &limit);"
        "getrlimit(RLIMIT_NOFILE, &limit); limit.rlim_cur = 100; setrlimit(RLIMIT_NOFILE, &limit);",
        '[] { rlimit limit; getrlimit(RLIMIT_NOFILE, &limit); return limit.rlim_cur == 100 ? "low" : "as it was"; }()',
        "as it was"),
    "the folder is another": (
        'if (chdir("/") != 0) return 0;', '[] { char at[4096]; return std::string(getcwd(at, sizeof at)) == "/" '
        '? "/" : "the project"; }()', "the project"),
}


class LeftBehind(Scenario):
    env = {"GIVEN": "given", "TZ": "UTC", "LANG": "C"}

    def test_the_next_node_starts_from_the_same_state(self):
        cell = HEAD + COMMA
        for i, (change, look, _) in enumerate(CHANGES.values()):
            cell += f"int a{i}() {{ {change} return 1; }}\nstd::string b{i}(int a{i}) {{ return {look}; }}\n"
        self.write("cell.cpp", cell)
        result = self.execute("--show-results", "-j", "1", env=self.env)
        for i, (name, (_, _, expected)) in enumerate(CHANGES.items()):
            with self.subTest(name):
                self.assertEqual(result.value(f"b{i}"), expected)

    def test_what_an_object_changes_that_the_c_library_loads_of_its_own_accord_is_put_back(self):
        self.write("gconv/gconv-modules", "module OWN// INTERNAL own 1\n")
        self.write("own.c", """\
            // Goes around the C library.
            __attribute__((constructor)) static void change(void) {
              long result;
              __asm__ volatile("syscall" : "=a"(result) : "a"(95L), "D"(077L) : "rcx", "r11", "memory");
            }
            int gconv_init(void* step) { return 1; }
            int gconv(void) { return 1; }
            """)
        subprocess.run(["cc", "-shared", "-fPIC", "-o", self.path("gconv/own.so"), self.path("own.c")], check=True)
        # The first one reads the tables, so that the second is a short node.
        self.write("cell.cpp", HEAD + """
            #include <iconv.h>
            int tables() { return iconv_open("UTF-8", "NONE") != iconv_t(-1); }
            int loads(int tables) { return iconv_open("UTF-8", "OWN") != iconv_t(-1); }
            std::string mask(int loads) { return std::to_string(umask(022)); }
            """)
        result = self.execute("--show-results", "-j", "1", env={**self.env, "GCONV_PATH": self.path("gconv")})
        self.assertEqual(result.value("mask"), "18")

    def test_the_settings_of_openmp_are_put_back(self):
        self.write("cell.cpp", """\
            #include <omp.h>
            int first() { omp_set_num_threads(3); return 1; }
            int second(int first) { return omp_get_max_threads() + 0 * first; }
            """)
        result = self.execute("--show-results", "--cxx", "g++", "--cxxflags=-fopenmp", "-j", "1",
                              env={"OMP_NUM_THREADS": "2"})
        self.assertEqual(result.value("second"), 2)

    def test_a_value_that_cannot_be_stored_lives_on_after_its_node_changed_the_state(self):
        self.write("cell.cpp", """\
            #include <cstdlib>
            #include <functional>
            #include <string>
            #include <unistd.h>
            std::function<int()> made() { setenv("MODE", "fast", 1); int id = getpid(); return [id] { return id; }; }
            bool same(const std::function<int()>& made) { return made() == getpid() && !getenv("MODE"); }
            """)
        result = self.execute("--show-results")
        self.assertEqual(result.value("same"), True)
        self.assertNotIn("as it was at its start", result.err)

    def test_a_static_that_changes_the_state_does_so_for_each_node_that_uses_it(self):
        self.write("cell.cpp", """\
            #include <clocale>
            #include <cstdlib>
            #include <string>
            static bool prepare() {
              static const bool done = std::setlocale(LC_ALL, "C.UTF-8") != nullptr;
              return done;
            }
            int first() { return prepare(); }
            int second(int first) { return prepare() ? first * static_cast<int>(MB_CUR_MAX) : 0; }
            """)
        self.assertEqual(self.execute("--show-results", "-j", "1").value("second"), 6)


READ = """\
    #include <chrono>
    #include <fstream>
    #include <future>
    #include <mutex>
    #include <thread>
    static int rd() { int n = 0; std::ifstream("cfg.txt") >> n; return n; }
    static int slow() { std::this_thread::sleep_for(std::chrono::milliseconds(200)); return rd(); }
    """

# Ways of reading a file that happen once in a process or in a thread, and not in each node that uses it.
ONCE = {
    "a thread_local at namespace scope": "thread_local const int value = rd(); int cfg() { return value; }",
    "a thread_local in a function": "int cfg() { static thread_local const int value = rd(); return value; }",
    "a thread that a static waits for":
        "int cfg() { static const int value = std::async(std::launch::async, rd).get(); return value; }",
    "a future that is computed when it is asked for":
        "int cfg() { static const std::shared_future<int> f = std::async(std::launch::deferred, rd).share(); "
        "return f.get(); }",
    "a thread that reads ahead in a static":
        "int cfg() { static const std::shared_future<int> f = std::async(std::launch::async, slow).share(); "
        "return f.get(); }",
    "a thread that reads ahead while the cell is loaded":
        "static const std::shared_future<int> f = std::async(std::launch::async, slow).share(); "
        "int cfg() { return f.get(); }",
}


class ReadOnce(Scenario):
    """The file changes so that the first node gives the same value: the second must not be taken from the cache."""

    def assert_second_sees_the_change(self, code, *args):
        self.write("cfg.txt", "1")
        self.write("cell.cpp", READ + "namespace {\n" + code + "\n}\n"
                   "bool first() { return cfg() > 0; }\n"
                   "int second(bool first) { return first ? cfg() : 0; }\n")
        args = ("--show-results", "-j", "1", "--ldflags=-pthread", *args)
        self.assertEqual(self.execute(*args).value("second"), 1)
        self.assert_all_cached(self.execute(*args))
        self.write("cfg.txt", "2")
        self.assertEqual(self.execute(*args).value("second"), 2)

    def test_a_read_that_happens_once_counts_for_each_node_that_uses_it(self):
        for name, code in ONCE.items():
            with self.subTest(name):
                self.assert_second_sees_the_change(code)

    def test_statics_without_guards_count_for_each_node_after_their_first_use(self):
        code = "int cfg() { static const int value = rd(); return value; }"
        self.assert_second_sees_the_change(code, "--cxxflags=-fno-threadsafe-statics")

    def test_a_thread_local_starts_anew_in_each_node(self):
        self.write("cell.cpp", """\
            static int next() { thread_local int count = 0; return ++count; }
            int first() { return next(); }
            int second(int first) { return next() + 0 * first; }
            """)
        self.assertEqual(self.execute("--show-results", "-j", "1").value("second"), 1)

    def test_what_a_nodes_own_threads_read_is_no_matter_of_the_next_node(self):
        self.write("cfg.txt", "1")
        self.write("cell.cpp", READ + """\
            int first() { int n = 0; std::thread([&n] { n = rd(); }).join(); return n > 0; }
            int second(int first) { return first + 1; }
            """)
        self.execute("-j", "1")
        self.write("cfg.txt", "2")
        self.assert_ran(self.execute("-j", "1"), {"first"})


class Logs(Scenario):
    LOG = """\
        #include <fcntl.h>
        #include <fstream>
        #include <string>
        #include <unistd.h>
        static void log(const std::string& line) { %s }
        int first() { log("first\\n"); return 1; }
        int second(int first) { log("second\\n"); return first + 1; }
        int third() { log("third\\n"); return 3; }
        """
    WAYS = {
        "stream": 'std::ofstream("run.log", std::ios::app) << line;',
        "descriptor": 'int fd = open("run.log", O_WRONLY | O_APPEND | O_CREAT, 0600); '
                      'if (write(fd, line.data(), line.size()) < 0) _exit(1); close(fd);',
    }

    def test_nodes_that_append_to_one_log_are_cached(self):
        for name, way in self.WAYS.items():
            with self.subTest(name):
                self.path("run.log").unlink(missing_ok=True)
                self.write("cell.cpp", self.LOG % way)
                first = self.execute("-j", "1")
                self.assertNotIn("warning", first.err)
                self.assert_all_cached(self.execute("-j", "1"))
                self.assertEqual(sorted(self.path("run.log").read_text().split()), ["first", "second", "third"])

    def test_a_log_that_is_gone_is_made_again(self):
        self.write("cell.cpp", self.LOG % self.WAYS["stream"])
        self.execute("-j", "1")
        self.path("run.log").unlink()
        # The second node is decided when the first has made it again.
        self.assert_ran(self.execute("-j", "1"), {"first", "third"})

    def test_a_log_that_the_node_reads_too_is_no_log(self):
        self.write("cell.cpp", """\
            #include <fstream>
            #include <string>
            std::string node() {
              std::ofstream("run.log", std::ios::app) << "x";
              std::string all;
              std::ifstream("run.log") >> all;
              return all;
            }
            """)
        self.execute()
        self.write("run.log", "other")
        self.assertEqual(self.execute("--show-results").value("node"), "otherx")


class Kernel(Scenario):
    def test_what_the_kernel_tells_at_each_look_is_an_effect(self):
        self.write("cell.cpp", """\
            #include <fstream>
            #include <string>
            static std::string line(const char* path) { std::ifstream in(path); std::string s; in >> s; return s; }
            std::string uptime() { return line("/proc/uptime"); }
            std::string memory() { return line("/proc/meminfo"); }
            std::string missing() { return line("/proc/absent"); }
            """)
        result = self.execute()
        self.assert_says(result, "node 'uptime' uses the clock (/proc/uptime)", "(/proc/meminfo)")
        self.assertNotIn("node 'missing'", result.err)


class Threads(Scenario):
    def test_a_runner_with_a_thread_left_in_it_gets_no_other_node(self):
        self.write("cell.cpp", """\
            #include <thread>
            #include <unistd.h>
            int first() { std::thread([] { pause(); }).detach(); return getpid(); }
            bool second(int first) { return getpid() != first; }
            """)
        self.assertEqual(self.execute("--show-results", "-j", "1").value("second"), True)

    def test_nodes_that_are_tied_to_such_a_runner_run_in_it_with_a_warning(self):
        self.write("cell.cpp", """\
            #include <functional>
            #include <thread>
            #include <unistd.h>
            std::function<int()> made() {
              std::thread([] { pause(); }).detach();
              const int id = getpid();
              return [id] { return id; };
            }
            bool same(const std::function<int()>& made) { return made() == getpid(); }
            bool other(bool same) { return same; }
            """)
        result = self.execute("--show-results", "-j", "1")
        self.assertEqual((result.value("same"), result.value("other")), (True, True))
        self.assert_says(result, "node 'same' runs in a process that is not as it was at its start",
                         "node 'made' left a thread running, and values that")

    def test_a_view_of_a_threads_own_variable_can_be_used_by_the_next_node(self):
        self.write("cell.cpp", """\
            #include <string>
            #include <string_view>
            std::string_view view() { thread_local const std::string text(100, 'x'); return text; }
            std::string copy(std::string_view view) { return std::string(view); }
            """)
        self.assertEqual(self.execute("--show-results").value("copy"), "x" * 100)

    def test_a_node_has_as_much_stack_as_a_main_program(self):
        self.write("cell.cpp", """\
            #include <cstring>
            int deep(int n) {
              char frame[7 << 20];
              std::memset(frame, n, sizeof frame);
              return frame[n] + frame[sizeof frame - 1];
            }
            """)
        self.assertEqual(self.execute("--show-results", "-i", "n=1").value("deep"), 2)


if __name__ == "__main__":
    unittest.main()
