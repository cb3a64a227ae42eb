"""A cell that is built with a sanitizer runs in a runner that has the sanitizer's runtime, and its report names the node."""

import subprocess
import unittest

from harness import COMPILE, COMPILERS, DONE, NODE_FAILED, PATIENCE, Result, Scenario, needs_first_place

CELL_TEXT = """#include <fstream>
#include <string>
#include <thread>
#include <vector>
int length(const std::string& path) { std::string text; std::ifstream(path) >> text; return text.size(); }
int fine(int length) { return length + 1; }
int shifted(int length) { return 1 << (length + 35); }
int over(int length) { std::vector<int> values(length); return values.data()[length]; }
[[ham::cache]] int race(int length) {
  // Long enough for both threads to be at it at the same time.
  volatile int shared = 0;
  std::thread other([&] { for (int i = 0; i < 1000000; i++) shared = shared + length; });
  for (int i = 0; i < 1000000; i++) shared = shared + length;
  other.join();
  return length;
}
"""


def has_runtime(compiler, sanitizer):
    """Whether programs of this compiler can be sanitized here; clang's runtimes are a package of their own."""
    program = "int main() { return 0; }"
    built = subprocess.run([compiler, f"-fsanitize={sanitizer}", "-x", "c++", "-", "-o", "/dev/null"], input=program.encode(),
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return built.returncode == 0


@needs_first_place
class Sanitizers(Scenario):
    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL_TEXT)
        self.write("text.txt", "hello\n")

    def sanitized(self, compiler, sanitizer, *nodes, status=DONE):
        if not has_runtime(compiler, sanitizer.split(",")[0]):
            self.skipTest(f"{compiler} has no runtime for -fsanitize={sanitizer}")
        result = self.run_sanitized("-x", "--json", "-j", "1", "--cxx", compiler, f"--cxxflags=-fsanitize={sanitizer} -O1 -g", *nodes)
        self.assert_status(result, status)
        return result

    def run_sanitized(self, *args):
        process = self.start("cell.cpp", "-i", "path=text.txt", *args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = process.communicate(timeout=300 * PATIENCE)
        return Result(process.returncode, out, err)

    def test_address_and_undefined_find_what_they_are_for_and_name_the_node(self):
        for compiler in COMPILERS:
            with self.subTest(compiler):
                result = self.sanitized(compiler, "address,undefined", "over", "fine", status=NODE_FAILED)
                self.assertEqual(result.with_status("failed"), {"over"})
                self.assertRegex(result.err, r"(?m)^over: .*ERROR: AddressSanitizer: heap-buffer-overflow")
                self.assertRegex(result.err, r"cell\.cpp:8:5: error: node 'over' failed: ")
                result = self.sanitized(compiler, "address,undefined", "shifted")
                self.assertRegex(result.err, r"(?m)^shifted: cell\.cpp:7:\d+: runtime error: shift exponent 40 is too large")

    def test_undefined_alone_works(self):
        for compiler in COMPILERS:
            with self.subTest(compiler):
                result = self.sanitized(compiler, "undefined", "shifted")
                self.assertRegex(result.err, r"(?m)^shifted: cell\.cpp:7:\d+: runtime error: shift exponent 40 is too large")

    def test_thread_finds_a_race_and_names_the_node(self):
        for compiler in COMPILERS:
            with self.subTest(compiler):
                # It does not see every race each time.
                for _ in range(8):
                    said = self.sanitized(compiler, "thread", "race", "--recompute=race").err
                    if "data race" in said:
                        break
                self.assertRegex(said, r"(?m)^race: .*WARNING: ThreadSanitizer: data race")

    def test_what_a_node_reads_is_seen_under_a_sanitizer_as_well(self):
        for compiler in COMPILERS:
            with self.subTest(compiler):
                for sanitizer in ("address", "thread", "undefined"):
                    self.write("text.txt", "hello\n")
                    self.assert_ran(self.sanitized(compiler, sanitizer, "fine"), {"length", "fine"})
                    self.assert_cached(self.sanitized(compiler, sanitizer, "fine"), {"length", "fine"})
                    self.write("text.txt", "other words\n")
                    result = self.sanitized(compiler, sanitizer, "length")
                    self.assertEqual(result.node("length")["reason"], "file text.txt changed")

    def test_a_sanitizer_of_whole_programs_is_refused(self):
        result = self.run_hamcell("cell.cpp", "-x", "-i", "path=text.txt", "--cxx", COMPILERS[0], "--cxxflags=-fsanitize=memory -O1", "fine")
        self.assert_status(result, COMPILE)
        self.assert_says(result, "error: -fsanitize=memory works in whole programs only", "use address, undefined or thread")

    def test_a_cell_that_cannot_be_loaded_says_what_the_loader_says(self):
        self.write("cell.cpp", "extern \"C\" int nowhere();\nint value() { return nowhere(); }\n")
        result = self.run_hamcell("cell.cpp", "-x", "--cxx", COMPILERS[0], "--cxxflags=-fsanitize=undefined -fsanitize-trap=all")
        self.assert_status(result, COMPILE)
        self.assertRegex(result.err, r"the built cell cannot be loaded: .*undefined symbol: nowhere")


if __name__ == "__main__":
    unittest.main()
