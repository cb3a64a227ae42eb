"""What is wrong with a dataflow is said before anything is built, with places and suggestions."""

import unittest

from harness import CELL, Scenario


class GraphErrors(Scenario):
    """Every error names what is wrong, where, and what to do."""

    def refused(self, text, *args):
        """Runs a cell that must be refused with status 3 before anything is compiled; returns the result."""
        self.write("cell.cpp", text)
        result = self.run_hamcell("cell.cpp", "-x", "--cxx", "g++", *args)
        self.assert_status(result, CELL)
        self.assertEqual(result.out, "")
        return result

    # ---- Duplicates

    def test_two_nodes_of_one_name_are_shown_with_both_places(self):
        result = self.refused("int a(int x) { return x; }\nint a(double x) { return 1; }\n", "-i", "x=1")
        self.assert_says(result, "'a'", "cell.cpp:1:", "cell.cpp:2:")

    def test_two_nodes_of_one_name_get_the_hint_how_to_make_one_a_helper(self):
        result = self.refused("int a(int x) { return x; }\nint a(double x) { return 1; }\n", "-i", "x=1")
        self.assert_says(result, "static")

    # ---- Cycles

    CYCLE = """\
int a(int c) { return c; }
int b(int a) { return a; }
int c(int b) { return b; }
int d(int c) { return c; }
"""

    def test_the_whole_cycle_is_shown(self):
        result = self.refused(self.CYCLE)
        line = next(line for line in result.err.splitlines() if "→" in line)
        for name in ("a", "b", "c"):
            self.assertRegex(line, rf"\b{name}\b")

    def test_a_cycle_does_not_show_what_is_not_part_of_it(self):
        result = self.refused(self.CYCLE)
        line = next(line for line in result.err.splitlines() if "→" in line)
        self.assertNotRegex(line.split("circle:")[-1], r"\bd\b")

    def test_every_step_of_a_cycle_has_its_place(self):
        self.assert_says(self.refused(self.CYCLE), "cell.cpp:1:", "cell.cpp:2:", "cell.cpp:3:")

    def test_a_node_that_needs_itself_is_a_cycle(self):
        self.assert_says(self.refused("int a(int a) { return a; }\n"), "a → a")

    # ---- Types

    def test_types_that_do_not_fit_are_named_with_both_places(self):
        result = self.refused("#include <string>\nstd::string a() { return {}; }\nint b(int a) { return a; }\n")
        self.assert_says(result, "cell.cpp:3:11:", "'int'", "string", "cell.cpp:2:")

    def test_a_narrowing_conversion_does_not_fit(self):
        result = self.refused("double a() { return 1.5; }\nint b(int a) { return a; }\n")
        self.assert_says(result, "'int'", "'double'")

    def test_one_input_with_two_types_is_refused_with_both_places(self):
        result = self.refused("int a(int x) { return x; }\nint b(long x) { return 1; }\n", "-i", "x=1")
        self.assert_says(result, "'x'", "int", "long", "cell.cpp:1:", "cell.cpp:2:")

    def test_a_parameter_that_could_change_its_argument_is_refused(self):
        result = self.refused("int a() { return 1; }\nint b(int& a) { return a; }\n")
        self.assert_says(result, "cell.cpp:2:", "'a'", "const int&")

    def test_a_parameter_that_takes_its_argument_away_is_refused(self):
        result = self.refused("int a() { return 1; }\nint b(int&& a) { return a; }\n")
        self.assert_says(result, "cell.cpp:2:", "'a'")

    def test_any_number_of_arguments_is_refused(self):
        self.assert_says(self.refused("int a(int x, ...) { return x; }\n", "-i", "x=1"), "cell.cpp:1:", "...")

    # ---- Missing inputs

    MISSING = """\
#include <string>
int raw_data(const std::string& path) { return static_cast<int>(path.size()); }
int clean(int raw) { return raw; }
int scaled(int clean, double factor) { return static_cast<int>(clean * factor); }
"""

    def test_all_missing_inputs_are_named_at_once(self):
        result = self.refused(self.MISSING)
        self.assert_says(result, "'path'", "'raw'", "'factor'")

    def test_a_missing_input_is_named_with_its_type_and_who_needs_it(self):
        result = self.refused(self.MISSING)
        self.assert_says(result, "double", "'scaled'", "cell.cpp:4:", "'clean'", "cell.cpp:3:")

    def test_a_missing_input_whose_name_is_close_to_a_node_gets_that_as_a_suggestion(self):
        self.assert_says(self.refused(self.MISSING), "did you mean node 'raw_data'?")

    def test_a_missing_input_says_how_to_give_it(self):
        self.assert_says(self.refused(self.MISSING), "-i factor=")

    def test_a_missing_input_of_a_function_that_looks_like_a_helper_suggests_static(self):
        result = self.refused("int scale(int pixels) { return pixels * 2; }\nint width() { return scale(4); }\n")
        self.assert_says(result, "'pixels'", "'scale'", "static")

    def test_a_missing_input_that_is_a_static_function_says_why_that_is_no_node(self):
        result = self.refused("static int base() { return 1; }\nint top(int base) { return base; }\n")
        self.assert_says(result, "'base'", "helper", "static")

    def test_an_input_that_no_target_needs_is_not_missed(self):
        self.write("cell.cpp", "int a() { return 1; }\nint b(int other) { return other; }\n")
        self.assert_ran(self.execute("a"), {"a"})

    # ---- Unknown names

    SMALL = "int total(int amount) { return amount; }\nint twice(int total) { return 2 * total; }\n"

    def test_an_unknown_input_gets_a_suggestion(self):
        self.assert_says(self.refused(self.SMALL, "-i", "amont=1"), "'amont'", "did you mean 'amount'?")

    def test_an_input_that_is_a_node_points_to_overrides(self):
        self.assert_says(self.refused(self.SMALL, "-i", "amount=1", "-i", "total=1"), "'total'", "--overrides")

    def test_an_unknown_override_gets_a_suggestion(self):
        self.assert_says(self.refused(self.SMALL, "-i", "amount=1", "-o", "totl=1"), "'totl'", "'total'")

    def test_an_override_that_is_an_input_points_to_inputs(self):
        self.assert_says(self.refused(self.SMALL, "-o", "amount=1"), "'amount'", "--inputs")

    def test_an_unknown_config_key_gets_a_suggestion(self):
        self.assert_says(self.refused(self.SMALL, "-c", "amuont=1"), "'amuont'", "'amount'")

    def test_an_unknown_target_gets_a_suggestion(self):
        self.write("cell.cpp", self.SMALL)
        result = self.run_hamcell("cell.cpp", "twise", "-x", "-i", "amount=1")
        self.assert_status(result, CELL)
        self.assert_says(result, "'twise'", "did you mean 'twice'?")

    def test_a_target_that_is_an_input_says_so(self):
        self.assert_says(self.refused(self.SMALL, "-x", "--execute=amount", "-i", "amount=1"), "'amount'", "input")

    def test_a_target_that_is_a_helper_says_why(self):
        result = self.refused("static int part() { return 1; }\nint whole() { return part(); }\n", "--execute=part")
        self.assert_says(result, "'part'", "helper", "static")

    def test_an_input_that_is_not_of_its_type_names_both(self):
        self.assert_says(self.refused(self.SMALL, "-i", "amount=many"), "amount", "int")

    def test_an_input_out_of_range_is_refused(self):
        self.assert_says(self.refused(self.SMALL, "-i", "amount=3000000000"), "amount", "int")

    def test_several_mistakes_are_said_at_once(self):
        result = self.refused(self.SMALL, "-i", "amont=1", "-o", "totl=1", "-c", "wrong=1")
        self.assert_says(result, "'amont'", "'totl'", "'wrong'")


class Variants(Scenario):
    """Variants of a node, of which the config picks one."""

    CELL = """\
[[ham::when(engine = "fast")]] int model__fast() { return 1; }
[[ham::when(engine = "exact")]] int model__exact() { return 2; }
int doubled(int model) { return 2 * model; }
"""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", self.CELL)

    def test_the_config_picks_the_variant(self):
        self.assertEqual(self.values("-c", "engine=exact"), {"model": 2, "doubled": 4})

    def test_a_value_in_a_file_picks_it_too(self):
        self.write("engine.json", '"fast"')
        self.write("engine.cbor", b"\x65exact")
        self.assertEqual(self.values("-c", "engine=@engine.json")["model"], 1)
        self.assertEqual(self.values("-c", "engine=@engine.cbor")["model"], 2)
        self.write("engine.json", "[1]")
        self.assert_says(self.execute("-c", "engine=@engine.json", status=CELL), "engine.json: error: this file holds no text")

    def test_another_config_runs_the_other_variant(self):
        self.execute("-c", "engine=exact")
        self.assertEqual(self.values("-c", "engine=fast"), {"model": 1, "doubled": 2})

    def test_a_config_that_comes_back_finds_its_entries(self):
        self.execute("-c", "engine=exact")
        self.execute("-c", "engine=fast")
        self.assert_all_cached(self.execute("-c", "engine=exact"))

    def test_a_needed_node_of_which_no_variant_is_left_lists_the_choices(self):
        result = self.run_hamcell("cell.cpp", "-x")
        self.assert_status(result, CELL)
        self.assert_says(result, "'model'", "engine=fast", "engine=exact", "cell.cpp:3:")

    def test_a_value_that_no_variant_asks_for_lists_the_choices(self):
        result = self.run_hamcell("cell.cpp", "-x", "-c", "engine=slow")
        self.assert_status(result, CELL)
        self.assert_says(result, "engine=fast", "engine=exact")

    def test_more_than_one_variant_left_is_refused_with_both_places(self):
        self.write("cell.cpp", '[[ham::when(a = "1")]] int m__a() { return 1; }\n'
                               '[[ham::when(b = "1")]] int m__b() { return 2; }\nint n(int m) { return m; }\n')
        result = self.run_hamcell("cell.cpp", "-x", "-c", "a=1", "-c", "b=1")
        self.assert_status(result, CELL)
        self.assert_says(result, "'m'", "cell.cpp:1:", "cell.cpp:2:")

    def test_a_config_key_serves_as_an_input(self):
        self.write("cell.cpp", self.CELL + "#include <string>\n"
                   "std::string name(const std::string& engine) { return engine; }\n")
        self.assertEqual(self.values("-c", "engine=fast")["name"], "fast")


if __name__ == "__main__":
    unittest.main()
