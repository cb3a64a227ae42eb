"""Code that is not steady, effects that no key covers, and files that pass between nodes unseen."""

import unittest

from harness import Scenario


class Variables(Scenario):
    CELL = """\
static int counter = 0;
static const int step = 2;
int count(int start) { counter += step; return start + counter; }
int peek(int start) { return start + counter; }
int steady(int start) { return start + step; }
"""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", self.CELL)

    def run_cell(self, *args):
        return self.execute("-i", "start=2", *args)

    def test_a_node_that_reaches_a_variable_that_can_change_runs_every_time(self):
        self.run_cell()
        self.assert_ran(self.run_cell(), {"count", "peek"})

    def test_the_reason_names_the_variable_and_its_place(self):
        self.assertEqual(self.run_cell().node("peek")["reason"], "variable counter can change (cell.cpp:1)")

    def test_one_warning_names_the_variable_the_nodes_and_what_to_do(self):
        result = self.run_cell()
        self.assertEqual(result.err.count("warning:"), 1, str(result))
        self.assert_says(result, "cell.cpp:1:", "variable 'counter' can change", "nodes 'count', 'peek'", "constexpr",
                         "[[ham::cache]]")

    def test_a_constant_that_holds_a_callable_with_a_state_is_told_what_would_help(self):
        self.write("cell.cpp", "#include <functional>\n"
                               "static const std::function<int()> next = [n = 0]() mutable { return n++; };\n"
                               "int number() { return next(); }\n")
        result = self.execute()
        self.assert_says(result, "cell.cpp:2:", "variable 'next' holds a callable", "no state")
        self.assertNotIn("make it const", result.err)

    def test_the_attribute_vouches_for_the_node(self):
        self.write("cell.cpp", self.CELL.replace("int count(", "[[ham::cache]] int count(")
                   .replace("int peek(", "[[ham::cache]] int peek("))
        self.assertNotIn("warning", self.run_cell().err)
        self.assert_all_cached(self.run_cell())

    def test_a_node_that_runs_every_time_anyway_needs_no_warning(self):
        self.assertNotIn("warning", self.run_cell("--recompute").err)

    def test_a_node_that_is_not_needed_needs_no_warning(self):
        self.assertNotIn("warning", self.run_cell("steady").err)

    def test_a_default_that_reaches_such_a_variable_is_evaluated_every_time(self):
        self.write("cell.cpp", "static int counter = 0;\nstatic int next() { return ++counter; }\n"
                               "int value(int number = next()) { return number; }\n")
        self.assert_says(self.execute(), "variable 'counter' can change", "node 'value'")

    def test_what_is_new_in_each_compilation_makes_a_node_run_every_time(self):
        self.write("cell.cpp", "#include <string>\nstd::string when() { return __TIME__; }\nint other() { return 1; }\n")
        self.assert_says(self.execute(), "__TIME__", "node 'when'")
        result = self.execute()
        self.assert_ran(result, {"when"})
        self.assertEqual(result.node("when")["reason"], "its code uses __TIME__")


class Effects(Scenario):
    def warnings(self, node, *args):
        self.write("cell.cpp", "#include <chrono>\n#include <cstdlib>\n#include <ctime>\n#include <random>\n" + node)
        return self.execute(*args).err

    def test_a_node_that_uses_the_clock_gets_one_warning(self):
        err = self.warnings("long now() { return std::time(nullptr) + std::time(nullptr); }\n")
        self.assertEqual(err.count("warning:"), 1, err)
        self.assertIn("node 'now' uses the clock (time): the same key may give another value", err)
        self.assertIn('[[ham::cache(behavior = "recompute")]]', err)

    def test_a_hit_gets_no_warning(self):
        self.warnings("long now() { return std::time(nullptr); }\n")
        self.assertNotIn("warning", self.execute().err)

    def test_random_numbers_and_processes_are_named(self):
        err = self.warnings("unsigned dice() { std::random_device d; return d(); }\n"
                            "int run() { return std::system(\"true\"); }\n")
        self.assertIn("node 'dice' uses random numbers of the system (", err)
        self.assertIn("node 'run' uses another process (", err)

    def test_whoever_has_said_what_it_means_gets_no_warning(self):
        for mark in ("[[ham::cache]]", "[[ham::cache(behavior = recompute)]]", "[[ham::cache(behavior = ignore)]]"):
            with self.subTest(mark=mark):
                self.assertNotIn("warning", self.warnings(mark + " long now() { return std::time(nullptr); }\n", "now"))
        self.assertNotIn("warning", self.warnings("long now() { return std::time(nullptr); }\n", "--disable=now"))


class MissingDependencies(Scenario):
    def run_cell(self, reader, *args):
        self.write("cell.cpp", "#include <fstream>\n#include <string>\n"
                   'int writer(int x) { std::ofstream("out.txt") << x; return x; }\n' + reader)
        return self.execute("-i", "x=1", "-j1", *args)

    READ = '{ int n = 0; std::ifstream("out.txt") >> n; return n; }\n'

    def test_a_node_that_reads_what_an_unrelated_node_writes_is_told_what_to_need(self):
        result = self.run_cell("int reader() " + self.READ)
        self.assertEqual(result.err.count("warning:"), 1, str(result))
        self.assert_says(result, "cell.cpp:4:", "node 'reader' uses", "out.txt", "which node 'writer' writes",
                         "give 'reader' a parameter 'writer'")

    def test_a_node_that_needs_the_writer_gets_no_warning(self):
        self.assertNotIn("warning", self.run_cell("int reader(int writer) " + self.READ).err)

    def test_a_node_that_needs_it_through_another_gets_no_warning(self):
        result = self.run_cell("int between(int writer) { return writer; }\nint reader(int between) " + self.READ)
        self.assertNotIn("warning", result.err)

    def test_the_entry_of_a_writer_that_is_a_hit_counts(self):
        self.run_cell("int reader() { return 1; }\n")
        self.assertIn("which node 'writer' writes", self.run_cell("int reader() " + self.READ).err)

    def test_a_run_without_a_miss_says_nothing(self):
        self.run_cell("int reader() " + self.READ)
        self.run_cell("int reader() " + self.READ)
        self.assertNotIn("warning", self.run_cell("int reader() " + self.READ).err)


if __name__ == "__main__":
    unittest.main()
