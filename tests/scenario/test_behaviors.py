"""The four behaviors, from attributes and from the command line, and overrides."""

import unittest

from harness import CELL, COMPILERS, NODE_FAILED, USAGE, Scenario

CELL_TEXT = """\
int source(int start = 3) { return start; }
int middle(int source) { return source * 2; }
int last(int middle) { return middle + 1; }
int beside(int source) { return -source; }
"""
ALL = {"source", "middle", "last", "beside"}


class FromOutside(Scenario):
    """Behaviors that the command line gives."""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL_TEXT)
        self.execute()

    def test_recompute_of_a_node_runs_that_node_only(self):
        self.assert_ran(self.execute("--recompute=middle"), {"middle"})

    def test_bare_recompute_runs_every_node(self):
        self.assert_ran(self.execute("--recompute"), ALL)

    def test_what_recompute_stores_is_found_later(self):
        self.edit("cell.cpp", "source * 2", "source * 3")
        self.execute("--recompute=middle")
        self.assert_all_cached(self.execute())

    def test_several_nodes_can_be_named_at_once(self):
        self.assert_ran(self.execute("--recompute=middle,beside"), {"middle", "beside"})

    def test_disable_runs_the_node_and_what_needs_it(self):
        self.assert_ran(self.execute("--disable=middle"), {"middle", "last"})

    def test_disable_gives_a_new_data_version_each_time(self):
        versions = {self.execute("--disable=middle").node("middle")["data_version"] for _ in range(3)}
        self.assertEqual(len(versions), 3)

    def test_a_disabled_node_is_not_stored(self):
        self.edit("cell.cpp", "source * 2", "source * 3")
        self.execute("--disable=middle")
        self.assertIn("middle", self.execute().with_status("executed"))

    def test_bare_disable_runs_every_node(self):
        self.assert_ran(self.execute("--disable"), ALL)

    def test_an_ignored_node_leaves_the_keys_of_what_needs_it(self):
        self.execute("--ignore=middle")
        self.edit("cell.cpp", "source * 2", "source * 5")
        self.assertEqual(self.execute("--ignore=middle").node("last")["status"], "cached")

    def test_an_ignored_node_does_not_run_while_its_value_is_not_needed(self):
        self.execute("--ignore=middle")
        result = self.execute("--ignore=middle")
        self.assertEqual(result.statuses()["middle"], "unneeded")

    def test_an_ignored_node_runs_when_its_value_is_needed(self):
        self.execute("--ignore=middle")
        self.edit("cell.cpp", "middle + 1", "middle + 2")
        result = self.execute("--ignore=middle", "--show-results")
        self.assert_ran(result, {"middle", "last"})
        self.assertEqual(result.value("last"), 8)

    def test_an_ignored_node_that_is_a_target_runs(self):
        self.assert_ran(self.execute("--ignore=middle", "middle"), {"middle"})

    def test_an_ignored_node_is_not_stored(self):
        self.edit("cell.cpp", "source * 2", "source * 3")
        self.execute("--ignore=middle")
        self.assertIn("middle", self.execute().with_status("executed"))

    def test_the_json_names_the_behavior_of_each_node(self):
        behaviors = {n["name"]: n["behavior"]
                     for n in self.execute("--recompute=middle", "--disable=last").json()["nodes"]}
        self.assertEqual(behaviors, {"source": "default", "middle": "recompute", "last": "disable",
                                     "beside": "default"})

    def test_the_default_behavior_applies_to_nodes_without_one(self):
        self.assert_ran(self.execute("--default-behavior", "recompute"), ALL)

    def test_a_named_node_wins_over_the_default_behavior(self):
        self.assert_ran(self.execute("--default-behavior", "recompute", "--default=beside"), ALL - {"beside"})

    def test_a_named_node_wins_over_a_bare_flag(self):
        self.assert_ran(self.execute("--recompute", "--default=beside"), ALL - {"beside"})

    def test_two_behaviors_for_one_node_are_a_usage_error(self):
        result = self.run_hamcell("cell.cpp", "-x", "--recompute=middle", "--disable=middle")
        self.assert_status(result, USAGE)
        self.assert_says(result, "middle", "recompute", "disable")

    def test_a_behavior_for_an_unknown_node_gets_a_suggestion(self):
        result = self.run_hamcell("cell.cpp", "-x", "--recompute=midle", *self.build_flags)
        self.assert_status(result, CELL)
        self.assert_says(result, "'midle'", "did you mean 'middle'")

    def test_a_misspelt_default_behavior_gets_a_suggestion(self):
        result = self.run_hamcell("cell.cpp", "-x", "--default-behavior", "recompte")
        self.assert_status(result, USAGE)
        self.assert_says(result, "recompute")


class FromAttributes(Scenario):
    """Behaviors that the cell gives."""

    def marked(self, behavior):
        self.write("cell.cpp", CELL_TEXT.replace("int middle(", f"[[ham::cache(behavior = {behavior})]] int middle("))

    def test_recompute_runs_the_node_every_time(self):
        self.marked('"recompute"')
        self.execute()
        self.assert_ran(self.execute(), {"middle"})

    def test_a_behavior_may_be_a_bare_word(self):
        self.marked("recompute")
        self.execute()
        self.assert_ran(self.execute(), {"middle"})

    def test_disable_runs_what_needs_the_node_too(self):
        self.marked('"disable"')
        self.execute()
        self.assert_ran(self.execute(), {"middle", "last"})

    def test_ignore_leaves_what_needs_the_node_in_the_cache(self):
        self.marked('"ignore"')
        self.execute()
        result = self.execute()
        self.assert_cached(result, ALL - {"middle"})
        self.assertEqual(result.statuses()["middle"], "unneeded")

    def test_the_attribute_may_come_from_a_macro(self):
        self.write("cell.cpp", "#define ALWAYS [[ham::cache(behavior = recompute)]]\n" +
                   CELL_TEXT.replace("int middle(", "ALWAYS int middle("))
        self.execute()
        self.assert_ran(self.execute(), {"middle"})

    def test_the_attribute_may_name_its_space_once(self):
        self.write("cell.cpp", CELL_TEXT.replace("int middle(",
                                                 "[[using ham: cache(behavior = recompute)]] int middle("))
        self.execute()
        self.assert_ran(self.execute(), {"middle"})

    def test_the_command_line_wins_over_the_attribute_for_a_named_node(self):
        self.marked('"recompute"')
        self.execute()
        self.assert_all_cached(self.execute("--default=middle"))

    def test_a_bare_flag_wins_over_the_attribute(self):
        self.marked('"recompute"')
        self.execute()
        self.assert_all_cached(self.execute("--default"))

    def test_the_attribute_wins_over_the_default_behavior(self):
        self.marked('"default"')
        self.execute()
        self.assert_ran(self.execute("--default-behavior", "recompute"), ALL - {"middle"})

    def test_a_tag_changes_nothing(self):
        self.write("cell.cpp", CELL_TEXT)
        self.execute()
        self.write("cell.cpp", CELL_TEXT.replace("int middle(", '[[ham::tag(owner = "ml")]] int middle('))
        self.assert_all_cached(self.execute())

    def test_compilers_do_not_complain_about_the_attributes(self):
        self.marked('"recompute"')
        for compiler in COMPILERS:
            with self.subTest(compiler=compiler):
                result = self.execute("--cxx", compiler, "--cxxflags=-Wall -Wextra")
                self.assert_none_cached(result)
                self.assertNotIn("attribute", result.err)

    def test_an_excluded_function_is_a_helper(self):
        self.write("cell.cpp", "[[ham::exclude]] int part(int x) { return x; }\nint whole() { return part(4); }\n")
        self.assertEqual(self.values(), {"whole": 4})

    def test_an_unknown_attribute_gets_a_suggestion(self):
        self.write("cell.cpp", "[[ham::cahce]] int value() { return 1; }\n")
        result = self.run_hamcell("cell.cpp", "-x")
        self.assert_status(result, CELL)
        self.assert_says(result, "cell.cpp:1:", "ham::cahce", "did you mean 'cache'")

    def test_an_unknown_key_of_an_attribute_gets_a_suggestion(self):
        self.write("cell.cpp", "[[ham::cache(behaviour = recompute)]] int value() { return 1; }\n")
        result = self.run_hamcell("cell.cpp", "-x")
        self.assert_status(result, CELL)
        self.assert_says(result, "cell.cpp:1:", "behaviour", "did you mean 'behavior'")


class OptIn(Scenario):
    """--opt-in: only what is marked is stored."""

    CELL = """\
int source(int start = 3) { return start; }
[[ham::cache]] int marked(int source) { return source * 2; }
int last(int marked) { return marked + 1; }
"""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", self.CELL)

    def test_values_of_unmarked_nodes_are_not_stored(self):
        self.execute("--opt-in")
        entries = {e["node"]: e["stored"] for e in self.run_hamcell("cache", "ls", "--json").json()}
        self.assertEqual(entries, {"source": False, "marked": True, "last": False})

    def test_unmarked_nodes_are_hits_all_the_same(self):
        self.execute("--opt-in")
        self.assert_all_cached(self.execute("--opt-in"))

    def test_an_unmarked_node_runs_when_something_that_runs_needs_its_value(self):
        self.execute("--opt-in")
        self.edit("cell.cpp", "source * 2", "source * 1 * 2")
        result = self.execute("--opt-in")
        self.assert_ran(result, {"source", "marked"})
        self.assertEqual(result.node("source")["reason"], "its value is needed and is not stored")

    def test_an_edited_unmarked_node_runs_and_what_needs_it_too(self):
        self.execute("--opt-in")
        self.edit("cell.cpp", "return start;", "return start + 0;")
        self.assert_ran(self.execute("--opt-in"), {"source", "marked"})

    def test_values_that_are_to_be_shown_are_made(self):
        self.execute("--opt-in")
        result = self.execute("--opt-in", "--show-results")
        self.assertEqual([result.value(name) for name in ("source", "marked", "last")], [3, 6, 7])

    def test_a_large_unmarked_value_leaves_no_file_behind(self):
        self.write("cell.cpp", "#include <vector>\nstd::vector<int> many() { return std::vector<int>(9999, 3); }\n")
        self.execute("--opt-in")
        self.assertEqual([path for path in (self.cache / "results").rglob("*") if path.is_file()], [])

    def test_an_unmarked_node_that_always_runs_leaves_what_needs_it_as_hits(self):
        self.execute("--opt-in", "--recompute=source")
        self.assert_ran(self.execute("--opt-in", "--recompute=source"), {"source"})

    def test_a_project_file_can_say_it(self):
        self.write("hamcell.toml", "opt-in = true\n")
        self.execute()
        entries = {e["node"]: e["stored"] for e in self.run_hamcell("cache", "ls", "--json").json()}
        self.assertEqual(entries, {"source": False, "marked": True, "last": False})


class KnownFromHamilton(Scenario):
    """What users of Hamilton's cache know to expect."""

    CELL = """\
int a(int x = 1) { return x % 2; }
int b(int a) { return a * 10; }
int c(int b) { return b + 1; }
"""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", self.CELL)
        self.execute()

    def test_disable_on_a_makes_b_run_each_time_while_c_hits_if_the_value_of_b_is_the_same(self):
        for _ in range(2):
            self.assert_ran(self.execute("--disable=a"), {"a", "b"})

    def test_ignore_on_a_gives_b_a_new_key_once_and_hits_from_then_on(self):
        key = self.execute().node("b")["cache_key"]
        first = self.execute("--ignore=a")
        self.assert_ran(first, {"a", "b"})
        self.assertNotEqual(first.node("b")["cache_key"], key)
        self.assert_cached(self.execute("--ignore=a"), {"b", "c"})

    def test_an_override_with_the_value_that_the_node_had_makes_hits_and_another_does_not(self):
        self.assert_cached(self.execute("-o", "a=1"), {"b", "c"})
        self.assert_ran(self.execute("-o", "a=5"), {"b", "c"})

    def test_a_default_argument_given_explicitly_makes_the_same_key(self):
        key = self.execute().node("a")["cache_key"]
        self.assertEqual(self.execute("-i", "x=1").node("a")["cache_key"], key)

    def test_a_default_that_is_evaluated_and_then_given_makes_the_same_key(self):
        self.write("cell.cpp", "static int four() { return 4; }\nint a(int x = four()) { return x; }\n")
        key = self.execute().node("a")["cache_key"]
        self.assert_all_cached(self.execute("-i", "x=4"))
        self.assertEqual(self.execute("-i", "x=4").node("a")["cache_key"], key)

    def test_a_node_that_throws_stores_nothing(self):
        self.write("cell.cpp", "#include <stdexcept>\nint a(int x) { if (x > 1) throw std::runtime_error(\"no\"); return x; }\n")
        before = self.run_hamcell("cache", "ls", "--json").json()
        self.execute("-i", "x=2", status=NODE_FAILED)
        self.assertEqual(self.run_hamcell("cache", "ls", "--json").json(), before)
        self.assertEqual(self.execute("-i", "x=2", status=NODE_FAILED).with_status("failed"), {"a"})

    def test_a_dependency_whose_code_changed_and_whose_value_did_not_leaves_what_needs_it_alone(self):
        self.edit("cell.cpp", "x % 2", "x % 4")
        self.assert_ran(self.execute(), {"a"})


class Overrides(Scenario):
    """Values in place of nodes."""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL_TEXT)

    def test_an_overridden_node_does_not_run(self):
        result = self.execute("-o", "middle=50", "--show-results")
        self.assertEqual(result.statuses()["middle"], "overridden")
        self.assertEqual(result.value("last"), 51)

    def test_what_only_an_overridden_node_needs_does_not_run(self):
        result = self.execute("-o", "middle=50", "last")
        self.assertEqual(result.statuses()["source"], "unneeded")

    def test_an_override_with_the_value_that_the_node_had_makes_the_same_keys(self):
        self.execute()
        result = self.execute("-o", "middle=6")
        self.assertEqual(result.statuses()["last"], "cached")

    def test_an_override_with_another_value_runs_what_needs_it(self):
        self.execute()
        result = self.execute("-o", "middle=7")
        self.assertEqual(result.statuses()["last"], "executed")

    def test_an_override_is_not_stored(self):
        self.execute("-o", "middle=50")
        result = self.execute("--show-results")
        self.assertEqual(result.statuses()["middle"], "executed")
        self.assertEqual(result.value("middle"), 6)

    def test_an_override_may_come_from_a_file(self):
        self.write("middle.json", "8")
        self.assertEqual(self.execute("-o", "middle=@middle.json", "--show-results").value("last"), 9)

    def test_an_override_of_the_wrong_type_is_refused(self):
        result = self.run_hamcell("cell.cpp", "-x", "-o", 'middle="many"')
        self.assert_status(result, CELL)
        self.assert_says(result, "middle", "int")


if __name__ == "__main__":
    unittest.main()
