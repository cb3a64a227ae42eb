"""What is compiled after an edit, and that nobody can tell: a cell behaves as the one file that it is."""

import os
import re
import shutil
import unittest
from pathlib import Path

from harness import CELL, COMPILE, COMPILERS, DONE, NODE_FAILED, Scenario

PAD = "  // " + "x" * 200 + "\n"  # bodies that are worth being left out


def node(name, parameters, expression, result="int"):
    return f"{result} {name}({parameters}) {{\n{PAD}  return {expression};\n}}\n"


class Libraries(Scenario):
    def setUp(self):
        super().setUp()
        shutil.rmtree(self.cells(), ignore_errors=True)
        self.seen = set()

    def cells(self):
        return self.root / "user-cache" / "hamcell" / "cells"

    def check(self, expected, *args):
        """Runs the cell; these of its nodes have these values."""
        values = self.values(*args)
        self.assertEqual({name: values.get(name) for name in expected}, expected)

    def texts(self):
        """The texts of which shared objects of cells were compiled, by file."""
        return {path: path.read_bytes().decode("utf-8", "replace").split("hamcell-glue")[0]
                for path in self.cells().glob("*.so.text") if not path.name.endswith(".lines.so.text")}

    def compiled(self):
        """What was compiled since the last call: the names of nodes whose bodies were there, for each library."""
        texts = self.texts()
        new = [texts[path] for path in texts if path not in self.seen]
        self.seen = set(texts)
        return [{name for name in self.names if self.has_body(text, name)} for text in new]

    @staticmethod
    def has_body(text, name):
        return re.search(rf" {name}\(.*?\)\s*([{{;])", text).group(1) == "{"

    def write_nodes(self, *nodes, before=""):
        self.names = [name for name, _, _ in nodes]
        self.write("cell.cpp", before + "".join(node(*each) for each in nodes))


class Edits(Libraries):
    def test_only_the_edited_function_is_compiled_and_the_others_run_as_they_were(self):
        self.write_nodes(("a", "", "1"), ("b", "int a", "a + 10"), ("c", "int b", "b + 100"), ("d", "int c", "c * 2"))
        self.check({"d": 222})
        self.assertEqual(self.compiled(), [{"a", "b", "c", "d"}])
        self.edit("cell.cpp", "a + 10", "a + 20")
        result = self.execute("--show-results")
        self.assertEqual(result.value("d"), 242)
        self.assert_ran(result, {"b", "c", "d"})
        self.assertEqual(self.compiled(), [{"b"}])

    def test_an_edit_that_is_undone_compiles_nothing(self):
        self.write_nodes(("a", "", "1"), ("b", "int a", "a + 10"), ("c", "int b", "b + 100"))
        self.execute()
        self.edit("cell.cpp", "a + 10", "a + 20")
        self.execute()
        self.compiled()
        self.edit("cell.cpp", "a + 20", "a + 10")
        self.check({"c": 111}, "--recompute=b")
        self.assertEqual(self.compiled(), [])

    def test_a_comment_compiles_nothing(self):
        self.write_nodes(("a", "int n = 1", "n"), ("b", "int a", "a + 10"))
        self.execute()
        self.compiled()
        self.edit("cell.cpp", "int b(", "// what b does\nint b(")
        self.check({"b": 15}, "-i", "n=5")
        self.assertEqual(self.compiled(), [])

    def test_another_input_after_an_edit_compiles_nothing(self):
        self.write_nodes(("a", "int n = 1", "n"), ("b", "int a", "a + 10"), ("c", "int b", "b + 100"))
        self.execute()
        self.edit("cell.cpp", "a + 10", "a + 20")
        self.execute()
        self.assertEqual(sorted(self.compiled(), key=len), [{"b"}, {"a", "b", "c"}])
        self.check({"c": 127}, "-i", "n=7")
        self.assertEqual(self.compiled(), [])

    def test_a_helper_compiles_what_uses_it(self):
        self.write_nodes(("a", "", "h()"), ("b", "int a", "a + 10"), ("c", "int b", "b + h()"),
                         before="static int h() { return 1; }\n")
        self.execute()
        self.compiled()
        self.edit("cell.cpp", "{ return 1; }", "{ return 3; }")
        self.check({"c": 16})
        self.assertEqual(self.compiled(), [{"a", "c"}])

    def test_edits_one_after_the_other_add_up(self):
        self.write_nodes(*[(f"n{i}", f"int n{i - 1}" if i else "", f"{f'n{i - 1} + ' if i else ''}{i + 1000}")
                           for i in range(8)])
        total = sum(i + 1000 for i in range(8))
        self.check({"n7": total})
        for i in (6, 3, 5, 0):
            self.edit("cell.cpp", f"{i + 1000};", f"{i + 2000};")
            total += 1000
            self.check({"n7": total})
        self.check({"n7": total}, "--no-cache")
        self.assert_all_cached(self.execute())

    def test_only_what_a_target_needs_is_compiled(self):
        self.write_nodes(("a", "", "1"), ("b", "int a", "a + 10"), ("c", "", "100"))
        self.check({"b": 11}, "b")
        self.assertEqual(self.compiled(), [{"a", "b"}])
        self.check({"b": 11, "c": 100})
        self.assertEqual(self.compiled(), [{"c"}])

    def test_the_other_compiler_does_the_same(self):
        self.write_nodes(("a", "", "1"), ("b", "int a", "a + 10"), ("c", "int b", "b + 100"))
        self.execute("--cxx", COMPILERS[-1])
        self.edit("cell.cpp", "a + 10", "a + 20")
        self.compiled()
        self.check({"c": 121}, "--cxx", COMPILERS[-1])
        self.assertEqual(self.compiled(), [{"b"}])

    def test_a_default_that_is_evaluated_is_compiled_with_its_function(self):
        self.write_nodes(("a", "int n = start()", "n + 1"), ("b", "int a", "a + 10"), ("c", "int b", "b + 100"),
                         before="static int start() { return 5; }\n")
        self.check({"c": 116})
        self.compiled()
        self.edit("cell.cpp", "return 5", "return 6")
        self.check({"c": 117})
        self.assertEqual(self.compiled(), [{"a"}])

    def test_what_is_asked_to_run_again_is_compiled_from_the_text_of_now(self):
        self.write_nodes(("a", "", "1"), ("b", "int a", "a + 10"), ("c", "int b", "b + 100"))
        self.execute()
        self.edit("cell.cpp", "a + 10", "a + 20")
        self.compiled()
        self.check({"c": 121}, "--recompute")
        self.assertEqual(self.compiled(), [{"a", "b", "c"}])

    def test_a_flag_for_the_compiler_compiles_everything(self):
        self.write_nodes(("a", "", "VALUE"), ("b", "int a", "a + 10"))
        self.execute("-D", "VALUE=1")
        self.compiled()
        self.check({"b": 12}, "-D", "VALUE=2")
        self.assertEqual(self.compiled(), [{"a", "b"}])

    def test_an_error_in_the_edit_is_told_once_and_as_the_compiler_tells_it(self):
        self.write_nodes(("a", "", "1"), ("b", "int a", "a + 10"), ("c", "int b", "b + 100"))
        self.execute()
        self.edit("cell.cpp", "a + 10", "a + undeclared")
        result = self.execute(status=COMPILE)
        self.assertEqual(result.err.count("undeclared identifier"), 1, str(result))
        self.assert_says(result, "cell.cpp:7:")

    def test_warnings_of_the_edited_function_are_shown_and_none_of_what_is_left_out(self):
        self.write_nodes(("a", "", "only_here()"), ("b", "int a", "a + 10"), ("c", "int b", "b + 100"),
                         before="static int only_here() { return 1; }\n")
        self.build_flags = ("--cxxflags=-O0 -Wall -Wextra",)
        self.execute()
        self.edit("cell.cpp", "  return a + 10;", "  int unused_one = 3;\n  return a + 20;")
        result = self.execute()
        self.assert_says(result, "unused_one")
        self.assertNotIn("only_here", result.err)

    def test_where_warnings_are_errors_the_whole_cell_is_compiled(self):
        self.write_nodes(("a", "", "only_here()"), ("b", "int a", "a + 10"), ("c", "int b", "b + 100"),
                         before="static int only_here() { return 1; }\n")
        self.build_flags = ("--cxxflags=-O0 -Wall -Werror",)
        self.execute()
        self.compiled()
        self.edit("cell.cpp", "a + 10", "a + 20")
        self.check({"c": 121})
        self.assertEqual(self.compiled(), [{"a", "b", "c"}])
        self.edit("cell.cpp", "only_here();", "1;")
        self.assert_says(self.execute(status=COMPILE), "only_here")


class OneUnit(Libraries):
    """What a function sees of the rest of its file."""

    def test_a_node_that_calls_another_one_has_it(self):
        self.write_nodes(("a", "", "1"), ("b", "int n = 2", "a() + n"), ("c", "int b", "b + 100"))
        self.check({"a": 1, "c": 103})
        self.compiled()
        self.edit("cell.cpp", "a() + n", "a() + n + 1")
        self.check({"a": 1, "c": 104})
        self.assertEqual(self.compiled(), [{"a", "b"}])
        self.edit("cell.cpp", "return 1;", "return 5;")
        self.check({"a": 5, "c": 108})

    def test_functions_share_the_variables_that_they_change(self):
        self.write_nodes(("a", "", "++counter"), ("b", "int a", "++counter + a"), ("c", "int b", "++counter + b"),
                         ("d", "int c", "c + 1000"), before="static int counter = 0;\n")
        self.check({"d": 1006}, "-j", "1")
        self.edit("cell.cpp", "++counter + a", "++counter + a + 10")
        self.check({"d": 1016}, "-j", "1")
        self.compiled()
        self.edit("cell.cpp", "c + 1000", "c + 2000")
        self.check({"d": 2016}, "-j", "1")

    def test_values_that_cannot_be_stored_stay_in_one_process(self):
        self.write("cell.cpp", "#include <memory>\n" + "struct Handle { std::shared_ptr<int> value; };\n"
                   + node("open", "", "Handle{std::make_shared<int>(5)}", "Handle")
                   + node("twice", "const Handle& open", "Handle{std::make_shared<int>(*open.value * 2)}", "Handle")
                   + node("read", "const Handle& twice, const Handle& open", "*twice.value + *open.value")
                   + node("far", "int read", "read + 100") + node("away", "", "7"))
        self.names = ["open", "twice", "read", "far", "away"]
        self.check({"far": 115, "away": 7})
        self.compiled()
        self.edit("cell.cpp", "*open.value * 2", "*open.value * 3")
        self.check({"far": 120, "away": 7})
        self.assertEqual(self.compiled(), [{"open", "twice", "read"}])
        self.edit("cell.cpp", "read + 100", "read + 200")
        self.check({"far": 220, "away": 7})
        self.assertEqual(self.compiled(), [{"far"}])
        # What runs again needs values that are nowhere: they are made again, in its process.
        self.check({"far": 220, "away": 7}, "--recompute=read")

    def test_a_value_whose_codec_fails_stays_where_it_was_made(self):
        self.write("cell.cpp", """
            #include <hamcell/codec.h>
            class Odd { public: Odd() = default; Odd(int v) : n(v) {} int n = 0; };
            template <> struct ham::codec<Odd> {
              static void encode(ham::sink& out, const Odd&) { out.fail("this one cannot be written"); }
              static void decode(ham::source& in, Odd&) { in.fail("nor read"); }
            };
            """ + node("a", "", "Odd(1)", "Odd") + node("b", "const Odd& a", "Odd(a.n + 10)", "Odd")
                   + node("c", "const Odd& b", "b.n + 100") + node("d", "int c", "c + 1000"))
        self.names = ["a", "b", "c", "d"]
        flags = ("-I", str(self.include()))
        self.check({"d": 1111}, *flags)
        self.edit("cell.cpp", "a.n + 10", "a.n + 20")
        self.check({"d": 1121}, *flags)
        self.edit("cell.cpp", "b.n + 100", "b.n + 200")
        self.check({"d": 1221}, *flags)

    def include(self):
        """The folder of hamcell's own headers, for a cell that names one."""
        return Path(os.environ["HAMCELL"]).resolve().parent.parent / "include"

    def test_what_runs_at_load_is_that_of_now(self):
        self.write_nodes(("a", "", "1"), ("b", "int a", "a + 10"), ("c", "int b", "b + 100"),
                         before='#include <cstdio>\nstatic const int hello = std::puts("loaded once");\n')
        self.execute()
        self.edit("cell.cpp", "loaded once", "loaded now")
        self.edit("cell.cpp", "a + 10", "a + 20")
        result = self.execute("--show-results")
        self.assertEqual(result.value("c"), 121)
        self.assertNotIn("loaded once", result.err)
        self.assertEqual(result.err.count("loaded now"), 1, str(result))

    def test_a_cell_that_takes_something_at_load_is_loaded_once(self):
        self.write_nodes(("a", "int k = 1", "k"), ("b", "int a", "a + 10"), ("c", "int b", "b + 100"), before="""\
#include <fcntl.h>
#include <sys/file.h>
static const int lock = [] {
  const int fd = open("lock file", O_CREAT | O_RDWR, 0600);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) throw "locked already";
  return fd;
}();
""")
        self.check({"c": 111}, "-j", "1")
        self.edit("cell.cpp", "a + 10", "a + 20")
        self.check({"c": 122}, "-j", "1", "-i", "k=2")

    def test_numbers_are_rounded_as_in_the_whole_cell(self):
        # GCC contracts x * x - m to one operation where `square` is inlined, which depends on who else calls it.
        flags = ("--cxx", "g++", "--cxxflags=-O2 -march=native")
        self.write_nodes(("a", "", "1"), ("b", "int a", "a + 10"), ("c", "int b", "b + 100"))
        self.execute(*flags)
        self.compiled()
        self.edit("cell.cpp", "a + 10", "a + 20")
        self.check({"c": 121}, *flags)
        self.assertEqual(self.compiled(), [{"a", "b", "c"}])

    def test_state_that_nodes_share_goes_on_when_a_codec_refuses_a_value(self):
        self.write("cell.cpp", """
            #include <hamcell/codec.h>
            static int counter = 0;
            class Odd { public: Odd() = default; Odd(int v) : n(v) {} int n = 0; };
            template <> struct ham::codec<Odd> {
              static void encode(ham::sink& out, const Odd& o) { if (o.n > 5) out.fail("no"); ham::encode(out, o.n); }
              static void decode(ham::source& in, Odd& o) { ham::decode(in, o.n); }
            };
            """ + node("a", "int k = 1", "Odd(k)", "Odd") + node("b", "const Odd& a", "Odd(a.n + 1)", "Odd")
                   + node("i1", "int k = 1", "++counter + 10 * k")
                   + node("c", "const Odd& b, const Odd& a, int i1", "1000 * ++counter + b.n + 100 + a.n + i1")
                   + node("d", "int c, const Odd& a", "c + a.n"))
        self.names = ["a", "b", "i1", "c", "d"]
        flags = ("-j", "1", "-I", str(self.include()))
        self.execute(*flags)
        self.edit("cell.cpp", "a.n + 1)", "a.n + 2)")
        self.check({"c": 2211, "d": 2220}, *flags, "-i", "k=9")

    def test_templates_that_count_themselves_without_a_call_are_all_there(self):
        self.write("cell.cpp", """
            struct Base { static inline int count = 0; };
            template <class T> struct Plugin : Base { static inline int id = ++T::count; };
            struct One : Plugin<One> {};
            struct Two : Plugin<Two> {};
            """ + node("a", "int k = 1", "(One::id > 0) + k") + node("b", "int k = 1", "(Two::id > 0) + k")
                   + node("total", "int k = 1", "Base::count + 100 * k"))
        self.names = ["a", "b", "total"]
        self.execute()
        self.edit("cell.cpp", "100 * k", "1000 * k")
        self.check({"total": 1002})
        self.check({"total": 1002}, "--recompute")

    def test_a_cell_with_declarations_in_front_is_divided_too(self):
        self.write_nodes(("a", "int k", "k"), ("b", "int a", "a + 10"), ("c", "int b", "b + 100"),
                         before="int a(int k);\nint b(int a);\nint c(int b);\n")
        self.execute("-i", "k=1")
        self.edit("cell.cpp", "a + 10", "a + 20")
        self.seen = set(self.texts())
        self.check({"c": 121}, "-i", "k=1")
        texts = [text for path, text in self.texts().items() if path not in self.seen]
        self.assertEqual(len(texts), 1)
        self.assertIn("return a + 20", texts[0])
        self.assertNotIn("return b + 100", texts[0])

    def test_templates_that_register_themselves_are_all_there(self):
        self.write("cell.cpp", """
            #include <string>
            #include <vector>
            std::vector<std::string>& names() { static std::vector<std::string> all; return all; }
            template <class T> struct Registered { static bool done; };
            template <class T> bool Registered<T>::done = (names().push_back(T::name), true);
            struct One { static constexpr const char* name = "one"; };
            struct Two { static constexpr const char* name = "two"; };
            """ + node("a", "", "Registered<One>::done ? 1 : 0") + node("b", "", "Registered<Two>::done ? 2 : 0")
                   + node("count", "int a", "int(names().size()) + 10 * a"))
        self.names = ["a", "b", "count"]
        self.check({"b": 2, "count": 12})
        self.edit("cell.cpp", "+ 10 * a", "+ 20 * a")
        self.check({"b": 2, "count": 22})

    def test_a_type_with_another_member_is_another_type_in_all_of_the_cell(self):
        self.write("cell.cpp", "#include <vector>\nstruct Row { int a; };\n"
                   + node("rows", "", "{{1}, {2}}", "std::vector<Row>")
                   + node("first", "const std::vector<Row>& rows", "rows[0]", "Row")
                   + node("sum", "const Row& first", "first.a + 100") + node("other", "", "3") + node("more", "int other", "4"))
        self.names = ["rows", "first", "sum", "other", "more"]
        self.check({"sum": 101, "other": 3})
        self.compiled()
        self.edit("cell.cpp", "struct Row { int a; };", "struct Row { int b = 5; int a; };")
        self.edit("cell.cpp", "{{1}, {2}}", "{{4, 1}, {4, 2}}")
        self.check({"sum": 101, "other": 3})
        self.assertEqual(self.compiled(), [{"rows", "first", "sum"}])

    def test_a_provider_with_another_type_makes_its_user_anew(self):
        self.write_nodes(("a", "", "1", ), ("b", "double a", "int(a) + 10"), ("c", "int b", "b + 100"))
        text = self.path("cell.cpp").read_text()
        self.write("cell.cpp", text.replace("int a()", "float a()"))
        self.check({"c": 111})
        self.compiled()
        self.write("cell.cpp", text.replace("int a()", "double a()"))
        self.check({"c": 111})
        self.assertEqual(self.compiled(), [{"a", "b"}])

    def test_a_result_that_is_lost_is_made_again(self):
        self.write("cell.cpp", "#include <vector>\n"
                   + node("large", "", "std::vector<double>(100000, 0.5)", "std::vector<double>")
                   + node("first", "const std::vector<double>& large", "large[0]", "double")
                   + node("scaled", "const std::vector<double>& large, double first", "large[1] * 4 + first", "double"))
        self.names = ["large", "first", "scaled"]
        self.check({"scaled": 2.5})
        for file in (self.cache / "results").rglob("*"):
            if file.is_file():
                file.unlink()
        self.edit("cell.cpp", "large[1] * 4", "large[1] * 8")
        result = self.execute("--show-results")
        self.assertEqual(result.value("scaled"), 4.5)
        self.assert_ran(result, {"large", "scaled"})

    def test_a_damaged_library_is_not_used(self):
        self.write_nodes(("a", "", "1"), ("b", "int a", "a + 10"), ("c", "int b", "b + 100"))
        self.execute()
        for library in (self.root / "user-cache").rglob("*.so"):
            content = bytearray(library.read_bytes())
            content[len(content) // 2] ^= 1
            library.write_bytes(bytes(content))
        self.compiled()
        self.edit("cell.cpp", "a + 10", "a + 20")
        self.check({"c": 121})
        self.assertEqual(self.compiled(), [{"b", "c"}])


class Crashes(Libraries):
    def test_a_crash_in_code_of_an_earlier_state_names_the_line_of_now(self):
        self.write_nodes(("a", "int n = 1", "n"), ("b", "int a", "100 / a"), ("c", "int b", "b + 100"))
        self.execute()
        self.compiled()
        self.write("cell.cpp", "// one\n// two\n" + self.path("cell.cpp").read_text())
        self.edit("cell.cpp", "b + 100", "b + 200")
        result = self.execute("-i", "n=0", status=NODE_FAILED)
        self.assertEqual(self.compiled(), [{"c"}])
        self.assert_says(result, "node 'b' failed", "division by zero" if "division" in result.err else "SIGFPE",
                         "cell.cpp:9")

    def test_a_crash_in_code_of_now_names_its_line(self):
        self.write_nodes(("a", "int n = 1", "n"), ("b", "int a", "a + 10"), ("c", "int b", "b + 100"))
        self.execute()
        self.compiled()
        self.edit("cell.cpp", "a + 10", "*static_cast<volatile int*>(nullptr) + a")
        result = self.execute(status=NODE_FAILED)
        self.assertEqual(self.compiled(), [{"b"}])
        self.assert_says(result, "node 'b' failed", "cell.cpp:7")

    def test_a_crash_beside_a_default_names_its_line(self):
        self.write("cell.cpp", "static int start() { return 5; }\nint a(int n = start()) { return 100 / (n - 5); }\n")
        self.assert_says(self.execute(status=NODE_FAILED), "cell.cpp:2")

    def test_a_directive_that_looks_like_a_marker_moves_no_line(self):
        self.write("cell.cpp", '# define LIMIT "x"\n\nint a(int k) {\n  return 100 / k;\n}\n')
        self.assert_says(self.execute("-i", "k=0", status=NODE_FAILED), "cell.cpp:4")

    def test_a_crash_in_functions_that_changed_places_names_the_right_one(self):
        self.write_nodes(("a", "int k = 1", "100 / k"), ("b", "int k = 1", "100 / k"), ("c", "int a, int b", "a + b"))
        self.execute()
        first, second, third = (node(*each) for each in (("b", "int k = 1", "100 / k"), ("a", "int k = 1", "100 / k"),
                                                         ("c", "int a, int b", "a + b + 1")))
        self.write("cell.cpp", first + second.replace("int a(", "int  a(") + third)
        result = self.execute("a", "-i", "k=0", status=NODE_FAILED)
        self.assert_says(result, "node 'a' failed", "cell.cpp:7")

    def test_sanitized_code_is_compiled_from_the_text_of_now(self):
        self.write_nodes(("a", "", "1"), ("b", "int a", "a + 10"), ("c", "int b", "b + 100"))
        self.build_flags = ("--cxxflags=-O0 -g",)
        self.execute()
        self.compiled()
        self.edit("cell.cpp", "a + 10", "a + 20")
        self.check({"c": 121})
        self.assertEqual(self.compiled(), [{"b", "c"}])


if __name__ == "__main__":
    unittest.main()
