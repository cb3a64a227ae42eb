"""`--debug NODE` stops in gdb at the node's call, with the arguments that it has in any run."""

import os
import shutil
import subprocess
import unittest

from harness import CELL, COMPILERS, DONE, NODE_FAILED, USAGE, Scenario

CELL_TEXT = """#include <cstdio>
#include <string>
struct Point { int x = 0; int y = 0; };
class Handle {
 public:
  explicit Handle(int value) : value_(value) {}
  int get() const { return value_; }
 private:
  int value_;
};
static int seven() { return 7; }
int base(int start) { std::fprintf(stderr, "base runs\\n"); return start * 2; }
Point point(int base, const Handle& handle, const std::string& name, int extra = seven()) {
  int sum = base + handle.get() + extra;
  return {sum, static_cast<int>(name.size())};
}
Handle handle(int base) { return Handle(point(base, Handle(0), "", 1).x); }
int last(const Point& point) { return point.x; }
"""
LINE = 1 + CELL_TEXT[:CELL_TEXT.index("int sum")].count("\n")
GIVEN = ("-i", "start=5", "-i", "name=it's \"quoted\"")


@unittest.skipUnless(shutil.which("gdb"), "gdb is not installed")
class Debugger(Scenario):
    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL_TEXT)

    def debug(self, node, commands, *args, status=DONE, **how):
        result = self.run_hamcell("cell.cpp", "--debug", node, *GIVEN, *self.build_flags, *args, stdin=commands, **how)
        self.assert_status(result, status)
        self.assertEqual(list((self.root / "tmp").iterdir()), [])
        return result

    def test_it_stops_at_the_call_of_the_node_with_its_arguments(self):
        for compiler in COMPILERS:
            with self.subTest(compiler):
                result = self.debug("point", "info args\nprint handle.value_\nnext\nprint sum\ncontinue\n", "--cxx", compiler)
                self.assertRegex(result.out, rf"Breakpoint 2(\.\d)?, point \(base=10, [^)]*extra=7\)\s+at \S*cell\.cpp:{LINE}\n")
                self.assertIn(f"{LINE}\t  int sum = base + handle.get() + extra;", result.out)
                self.assertIn('name = "it\'s \\"quoted\\""', result.out)
                # Of the helper's call with other arguments, which comes before, nothing is seen.
                self.assertEqual(result.out.count("Breakpoint 2"), 2, result)
                self.assertIn("$1 = 11", result.out)
                self.assertIn("$2 = 28", result.out)
                self.assertIn("exited normally", result.out)

    def test_what_it_needs_comes_from_the_cache(self):
        self.run_hamcell("cell.cpp", "-x", *GIVEN, *self.build_flags)
        result = self.debug("last", "print point.x\nprint point.y\n")
        self.assertNotIn("base runs", result.err + result.out)
        self.assertIn("$1 = 28", result.out)
        self.assertIn("$2 = 13", result.out)

    def test_what_is_not_in_the_cache_is_run_and_kept(self):
        self.assertIn("base runs", self.debug("last", "print point.x\n").err)
        result = self.execute(*GIVEN)
        self.assertEqual(result.node("base")["status"], "cached")
        self.assertEqual(result.node("point")["status"], "cached")

    def test_an_override_is_an_argument_like_any_other(self):
        result = self.debug("last", "print point.x\n", "-o", 'point={"x": 41, "y": 1}')
        self.assertIn("$1 = 41", result.out)

    def test_a_crash_is_seen_where_it_happens(self):
        self.edit("cell.cpp", "{ return point.x; }", "{ return *static_cast<int*>(nullptr) + point.x; }")
        result = self.debug("last", "continue\nbacktrace 1\n")
        self.assertRegex(result.out, r"SIGSEGV[^\n]*\n.*last \(point=[^)]*\)\s+at \S*cell\.cpp:18\n")

    def test_how_a_node_failed_is_said(self):
        self.edit("cell.cpp", "{ return point.x; }", "{ throw point.x; }")
        self.assertIn("hamcell-runner: threw int", self.debug("last", "continue\n").err)

    def test_a_node_that_needs_a_failing_one_is_not_reached(self):
        self.edit("cell.cpp", "return start * 2;", "throw start;")
        result = self.debug("point", "print 12345\n", status=NODE_FAILED)
        self.assert_says(result, "cell.cpp:12:5: error: node 'base' failed: it threw int")
        self.assertNotIn("12345", result.out)

    def test_a_name_that_is_no_node_is_an_error(self):
        self.assert_says(self.debug("pont", "", status=CELL), "there is no node 'pont'", "did you mean 'point'?")
        self.assert_says(self.debug("last", "", "-o", "last=1", status=USAGE), "node 'last' is overridden")

    def test_a_secret_is_left_nowhere(self):
        result = self.debug("point", "print handle.value_\n", "--secret", "name")
        self.assertIn("$1 = 11", result.out)
        for path in self.root.rglob("*"):
            if path.is_file():
                self.assertNotIn(b'it\'s "quoted"', path.read_bytes(), path)

    def test_a_secret_is_in_no_file_meanwhile_and_after_a_kill(self):
        process = self.start("cell.cpp", "--debug", "point", *GIVEN, "--secret", "name", *self.build_flags,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stdin.close)
        process.stdin.write(b"print 12345\n")
        process.stdin.flush()
        lines = iter(process.stdout.readline, b"")
        self.assertTrue(any(b"= 12345" in line for line in lines), "gdb must have stopped")
        for path in self.root.rglob("*"):
            if path.is_file():
                self.assertNotIn(b'it\'s "quoted"', path.read_bytes(), path)
        process.kill()
        process.wait()
        self.assertEqual(list((self.root / "tmp").iterdir()), [])

    def test_it_can_be_run_again_with_the_same_arguments(self):
        self.write("cell.cpp", """#include <string>
std::string text(int start) { return std::string(100000 + start, 'x'); }
int length(const std::string& text) {
  int size = static_cast<int>(text.size());
  return size;
}
""")
        result = self.run_hamcell("cell.cpp", "--debug", "length", "-i", "start=5", *self.build_flags,
                                  stdin="next\nprint size\nrun\nnext\nprint size + 1\n")
        self.assertIn("$1 = 100005", result.out, result)
        self.assertIn("$2 = 100006", result.out, result)

    def test_what_does_not_go_with_it_is_a_usage_error(self):
        for other in ("--dry-run", "--json", "--display", "--depfile=x.d", "--save=last=x.json"):
            self.assert_says(self.debug("last", "", other, status=USAGE), "--debug and " + other.split("=")[0] + " exclude each other")
        self.assert_status(self.run_hamcell("-", "--debug", "last", stdin=CELL_TEXT), USAGE)
        self.assert_status(self.run_hamcell("cell.cpp", "base", "--debug", "last"), USAGE)


class WithoutDebugger(Scenario):
    def test_a_missing_gdb_is_said_before_anything_runs(self):
        self.write("cell.cpp", CELL_TEXT)
        programs = self.path("bin")
        programs.mkdir()
        for folder in ("/bin", "/usr/bin"):
            for name in os.listdir(folder):
                if name != "gdb" and not (programs / name).is_symlink():
                    (programs / name).symlink_to(os.path.join(folder, name))
        result = self.run_hamcell("cell.cpp", "--debug", "last", *GIVEN, *self.build_flags, env={"PATH": programs})
        self.assert_status(result, USAGE)
        self.assert_says(result, "error: --debug needs gdb, and it was not found", "help: install it")
        self.assertNotIn("base runs", result.err)
        self.assertFalse(self.cache.exists())


if __name__ == "__main__":
    unittest.main()
