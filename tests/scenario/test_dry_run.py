"""What --dry-run says must be what the next run does."""

import shutil
import unittest
from pathlib import Path

from harness import CELL, COMPILE, DONE, USAGE, Scenario, program

WOULD_RUN = 10  # the exit status of --dry-run --exit-code when something would or may run

CHAIN = """\
static int scaled(int x) { return x * 10; }
int first(int start) { return scaled(start) + 1; }
int second(int first) { return first / 2; }
int third(int second) { return second + 100; }
int apart(int other = 5) { return other; }
"""


class DryRun(Scenario):
    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CHAIN)

    def dry(self, *args, status=DONE, **how):
        """A dry run with --json."""
        result = self.run_hamcell("cell.cpp", "--dry-run", "--json", *self.build_flags, *args, **how)
        self.assert_status(result, status)
        return result

    def agree(self, *args, expected=None, **how):
        """The dry run's statuses, after the run that follows has done what they say."""
        said = self.dry(*args, **how).statuses()
        if expected is not None:
            self.assertEqual({name: s for name, s in said.items() if s not in ("cached", "unneeded")}, expected)
        result = self.execute(*args, **how)
        done = result.statuses()
        for name, status in said.items():
            if status == "cached":
                self.assertEqual(done[name], "cached", f"{name}\n{self._reasons(result)}")
            elif status == "would-run":
                self.assertEqual(done[name], "executed", f"{name}\n{self._reasons(result)}")
            elif status != "may-run":
                self.assertEqual(done[name], status, name)
        return said

    def chain(self, *args, **how):
        return self.agree("-i", "start=2", *args, **how)


class Decisions(DryRun):
    def test_with_an_empty_cache_everything_would_run(self):
        said = self.chain()
        self.assertEqual(set(said.values()), {"would-run"})

    def test_after_a_run_everything_is_cached(self):
        self.chain()
        self.chain(expected={})

    def test_what_needs_an_edited_node_may_run(self):
        self.chain()
        self.edit("cell.cpp", "first / 2", "first / 3")
        self.chain(expected={"second": "would-run", "third": "may-run"})

    def test_what_needs_an_edited_node_stays_cached_in_the_run_if_the_value_is_the_same(self):
        self.chain()
        self.edit("cell.cpp", "first / 2", "(first - 1) / 2")
        self.chain(expected={"second": "would-run", "third": "may-run"})
        self.chain(expected={})

    def test_a_node_whose_own_code_changed_would_run_whatever_comes_before_it(self):
        self.chain()
        self.edit("cell.cpp", "first / 2", "first / 3")
        self.edit("cell.cpp", "second + 100", "second + 200")
        self.chain(expected={"second": "would-run", "third": "would-run"})

    def test_another_input_is_followed_downwards(self):
        self.chain()
        self.agree("-i", "start=3", expected={"first": "would-run", "second": "may-run", "third": "may-run"})

    def test_only_what_the_targets_need_counts(self):
        self.chain()
        self.edit("cell.cpp", "second + 100", "second + 200")
        self.chain("second", expected={})

    def test_reasons_are_those_of_the_run(self):
        self.chain()
        self.edit("cell.cpp", "first / 2", "first / 3")
        result = self.dry("-i", "start=2")
        self.assertEqual(result.node("second")["reason"], "code changed: node second (cell.cpp:3)")
        self.assertEqual(result.node("third")["reason"], "depends on second")

    def test_an_override_is_followed(self):
        self.chain()
        self.chain("-o", "second=10", expected={"second": "overridden"})
        self.chain("-o", "second=11", expected={"second": "overridden", "third": "would-run"})

    def test_without_a_cache_everything_would_run(self):
        self.chain()
        self.assertEqual(set(self.chain("--no-cache").values()), {"would-run"})

    def test_a_changed_file_is_seen(self):
        self.write("cell.cpp", "#include <fstream>\n#include <string>\n"
                               "int text(const std::string& path) { int n = 0; std::ifstream(path) >> n; return n; }\n"
                               "int more(int text) { return text + 1; }\n")
        self.write("data.txt", "1")
        self.agree("-i", "path=data.txt")
        self.write("data.txt", "2")
        self.agree("-i", "path=data.txt", expected={"text": "would-run", "more": "may-run"})

    def test_a_missing_large_result_that_is_to_be_shown_is_seen(self):
        self.write("cell.cpp", "#include <vector>\nstd::vector<int> many() { return std::vector<int>(9999, 3); }\n")
        self.agree("--show-results")
        shutil.rmtree(self.cache / "results")
        self.agree("--show-results", expected={"many": "would-run"})


class Behaviors(DryRun):
    def setUp(self):
        super().setUp()
        self.execute("-i", "start=2")

    def test_recompute_would_run_and_what_needs_it_may(self):
        self.chain("--recompute=second", expected={"second": "would-run", "third": "may-run"})

    def test_disable_would_run_and_what_needs_it_too(self):
        self.chain("--disable=first",
                   expected={"first": "would-run", "second": "would-run", "third": "may-run"})

    def test_an_ignored_node_would_run_when_its_value_is_needed(self):
        self.chain("--ignore=second", expected={"second": "would-run", "third": "would-run"})
        self.chain("--ignore=second", expected={})

    def test_an_ignored_target_would_run(self):
        self.chain("--ignore=second", "second", expected={"second": "would-run"})

    def test_an_ignored_node_whose_value_may_be_needed_may_run(self):
        self.write("cell.cpp", "int a(int x) { return x / 2; }\nint b() { return 1; }\n"
                               "int c(int a, int b) { return a + b; }\n")
        self.agree("--ignore=b", "-i", "x=2")
        self.agree("--ignore=b", "-i", "x=3", expected={"a": "would-run", "b": "may-run", "c": "may-run"})

    def test_opt_in_makes_unmarked_nodes_run_only_when_their_value_is_needed(self):
        self.write("cell.cpp", "int a(int x) { return x; }\n[[ham::cache]] int b(int a) { return a + 1; }\n"
                               "int c(int b) { return b * 2; }\n")
        self.agree("--opt-in", "-i", "x=1")
        self.agree("--opt-in", "-i", "x=1", expected={})
        self.edit("cell.cpp", "a + 1", "a + 2")
        self.agree("--opt-in", "-i", "x=1", expected={"a": "would-run", "b": "would-run", "c": "may-run"})
        self.agree("--opt-in", "-i", "x=1", "--show-results", expected={"a": "would-run", "b": "may-run", "c": "may-run"})


class Values(DryRun):
    UNSTORABLE = """\
#include <functional>
int base(int x) { return x; }
std::function<int()> make(int base) { return [base] { return base; }; }
int left(const std::function<int()>& make) { return make() + 1; }
int right(const std::function<int()>& make) { return make() + 2; }
"""

    def test_a_value_that_cannot_be_stored_is_made_for_who_needs_it(self):
        self.write("cell.cpp", self.UNSTORABLE)
        self.agree("-i", "x=1")
        self.agree("-i", "x=1", expected={})
        self.edit("cell.cpp", "make() + 1", "make() + 3")
        self.agree("-i", "x=1", expected={"make": "would-run", "left": "would-run", "right": "may-run"})

    def test_a_value_that_cannot_be_stored_would_run_if_it_comes_with_a_certain_user(self):
        self.write("cell.cpp", self.UNSTORABLE)
        self.agree("-i", "x=1")
        self.edit("cell.cpp", "make() + 1", "make() + 3")
        self.agree("-i", "x=2", expected={"base": "would-run", "make": "would-run", "left": "would-run",
                                          "right": "may-run"})

    def test_a_default_that_is_evaluated_is_followed(self):
        self.write("cell.cpp", """\
#include <cstdlib>
static int level() { const char* text = std::getenv("LEVEL"); return text ? std::atoi(text) : 0; }
int value(int step = level()) { return step; }
""")
        self.agree()
        self.agree(expected={})
        self.agree(env={"LEVEL": "3"}, expected={"value": "may-run"})
        self.agree("-i", "step=3", expected={})

    def test_a_reader_of_a_file_that_may_be_written_again_may_run(self):
        self.write("cell.cpp", """\
#include <fstream>
int writer(int x) { std::ofstream("out.txt") << x; return x; }
int reader(int start) { int n = 0; std::ifstream("out.txt") >> n; return n + start; }
""")
        self.agree("-i", "x=1", "-i", "start=0", "-j1")
        self.execute("-i", "x=1", "-i", "start=0")
        self.agree("-i", "x=2", "-i", "start=0", expected={"writer": "would-run", "reader": "may-run"})


class Outside(DryRun):
    """What a script sees of it."""

    def test_nothing_is_written_to_the_cache(self):
        self.dry("-i", "start=2")
        self.assertFalse(self.cache.exists())
        self.execute("-i", "start=2")
        before = {path: path.read_bytes() for path in self.cache.rglob("*") if path.is_file()}
        self.dry("-i", "start=3", "--show-results")
        self.assertEqual({path: path.read_bytes() for path in self.cache.rglob("*") if path.is_file()}, before)
        self.assertEqual(self.run_hamcell("cache", "stats", "--json").json()["runs"], 1)

    def test_neither_compiler_nor_runner_is_started(self):
        self.execute("-i", "start=2")
        self.execute("-i", "start=2")
        self.dry("-i", "start=3", wrapper=("strace", "-f", "-qq", "-e", "trace=execve", "-o", self.path("trace")),
                 env={"ASAN_OPTIONS": "detect_leaks=0"})
        trace = self.path("trace").read_text()
        self.assertIn(Path(program()).name, trace)
        self.assertNotIn("hamcell-runner", trace)
        self.assertFalse(list((self.root / "user-cache").rglob("*.so.tmp")))

    def test_a_dry_run_of_a_new_cell_compiles_nothing(self):
        built = {path.name for path in (self.root / "user-cache").rglob("*.so")}
        self.write("cell.cpp", CHAIN.replace("+ 100", "+ 123456"))
        self.dry("-i", "start=2")
        self.assertEqual({path.name for path in (self.root / "user-cache").rglob("*.so")}, built)

    def test_the_document_counts_and_says_that_it_was_a_dry_run(self):
        self.execute("-i", "start=2")
        document = self.dry("-i", "start=3").json()
        self.assertEqual([document[key] for key in ("status", "run_id", "cached", "executed", "would_run", "may_run")],
                         ["dry-run", None, 1, 0, 1, 2])
        node = next(node for node in document["nodes"] if node["name"] == "second")
        self.assertEqual([node["data_version"], node["cache_key"], node["seconds"]], [None, None, None])

    def test_the_exit_status_is_for_scripts(self):
        self.dry("-i", "start=2", "--exit-code", status=WOULD_RUN)
        self.execute("-i", "start=2")
        self.dry("-i", "start=2", "--exit-code")
        self.dry("-i", "start=3", "--exit-code", status=WOULD_RUN)
        self.dry("-i", "start=3")

    def test_exit_code_without_a_dry_run_is_wrong_usage(self):
        result = self.run_hamcell("cell.cpp", "-x", "--exit-code", "-i", "start=2")
        self.assert_status(result, USAGE)
        self.assert_says(result, "--dry-run")

    def test_a_dry_run_wins_over_execute(self):
        result = self.run_hamcell("cell.cpp", "-n", "-x", "--json", "-i", "start=2", *self.build_flags)
        self.assertEqual(result.json()["status"], "dry-run")

    def test_a_missing_input_is_an_error_as_in_a_run(self):
        self.dry(status=CELL)

    def test_a_cell_that_will_not_compile_is_an_error_if_something_would_run(self):
        self.write("cell.cpp", "int value() { return undeclared; }\n")
        result = self.dry(status=COMPILE)
        self.assert_says(result, "undeclared")

    def test_the_table_has_the_reasons(self):
        self.execute("-i", "start=2")
        out = self.run_hamcell("cell.cpp", "-n", "-i", "start=3", *self.build_flags).out
        self.assertRegex(out, r"first +would-run +input start changed: 2 → 3")
        self.assertRegex(out, r"second +may-run +depends on first")
        self.assertIn("1 would run, 2 may run", out)

    def test_the_picture_shows_what_would_and_what_may_run(self):
        self.execute("-i", "start=2")
        self.dry("-i", "start=3", "--display-cache=dry.svg")
        classes = {name: box.get("class") for name, box in self.boxes("dry.svg").items()}
        self.assertIn("would-run", classes["first"])
        self.assertIn("may-run", classes["second"])
        self.assertIn("cached", classes["apart"])


if __name__ == "__main__":
    unittest.main()
