"""What a node leaves behind in its process makes no difference to the next one."""

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


if __name__ == "__main__":
    unittest.main()
