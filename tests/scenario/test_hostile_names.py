"""Names and values that mean something to a terminal, a shell, make, XML, SQL or dot: they stay names and values."""

import json
import os
import pty
import re
import shutil
import subprocess
import unittest

from harness import CELL, DONE, NODE_FAILED, STORAGE, SVG, Scenario, program

HOSTILE = "</title><script>alert('1')</script>]]>-->\x1b[31m\x07$(touch pwned)`touch pwned`'; DROP TABLE entries; --\"\\N\u202e\x9b2J"
# As much of it as a file's name can hold.
FILE_NAME = HOSTILE.replace("/", "|") + "\n../.cpp"
# What no output for people or programs may contain, whoever made up the name.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

CELL_TEXT = """#include <string>
#include <stdexcept>
template <int N> struct Fixed { int value = N; };
/// </title><script>alert("1")</script> ]]> --> $(touch pwned) \\N \x1b[31m
[[ham::tag(owner = "<script>\\"'$(touch pwned)")]] std::string text(const std::string& given) { return given; }
[[ham::cache]] Fixed<'<'> fixed(const std::string& text) { return {}; }
int length(const std::string& text) { return text.size(); }
"""


class Names(Scenario):
    """A cell with such a name, such documentation and such values, in everything that hamcell writes."""

    def setUp(self):
        super().setUp()
        self.write(FILE_NAME.replace("../", ".."), CELL_TEXT)
        self.name = FILE_NAME.replace("../", "..")

    def assert_tame(self, text, what):
        found = CONTROLS.search(text)
        self.assertIsNone(found, f"{found and repr(found.group())} in {what}:\n{text}")

    def assert_result_is_tame(self, result):
        self.assert_tame(result.out, "standard output")
        self.assert_tame(result.err, "standard error")

    def run_it(self, *args, status=DONE):
        result = self.run_hamcell(self.name, "-x", "-i", "given=" + HOSTILE, *self.build_flags, *args)
        self.assert_status(result, status)
        self.assert_result_is_tame(result)
        self.assertFalse(self.path("pwned").exists())
        return result

    def test_tables_reasons_and_progress_show_them_without_what_drives_a_terminal(self):
        self.run_it("--explain", "-v")
        result = self.run_it("--explain", "--log-level", "debug", "--show-results", "--recompute")
        self.assertIn("<script>", result.out)
        self.assert_result_is_tame(self.run_hamcell(self.name))

    def test_the_value_comes_back_as_it_was_given(self):
        result = self.run_it("--json", "--show-results", "--save", "text=out.json")
        self.assertEqual(result.value("text"), HOSTILE)
        saved = self.path("out.json").read_text()
        self.assertEqual(json.loads(saved), HOSTILE)
        self.assert_tame(saved, "out.json")

    def test_pictures_have_no_element_of_theirs(self):
        self.run_it("-d", "--display-cache", "--format", "svg", "-m", HOSTILE.replace("/", "|"))
        pictures = sorted(path.name for path in self.folder.glob("*.svg"))
        self.assertEqual(len(pictures), 2)
        for picture in pictures:
            self.assert_tame(self.path(picture).read_text(), picture)
            kinds = {element.tag.replace(SVG, "") for element in self.svg(picture).iter()}
            self.assertNotIn("script", kinds)
            self.assertIn("<script>", "".join(self.svg(picture).itertext()))

    @unittest.skipUnless(shutil.which("dot"), "dot draws the picture anew")
    def test_dot_reads_what_is_drawn_for_it(self):
        self.run_it("-d", "--format", "dot")
        picture = next(self.folder.glob("*.dot"))
        drawn = subprocess.run(["dot", "-Tsvg"], stdin=picture.open(), stdout=subprocess.PIPE, check=True).stdout
        self.assertNotIn(b"<script", drawn)
        self.svg(drawn)

    def test_the_log_is_a_json_object_a_line(self):
        self.run_it("--log-file", "run.jsonl", "--log-level", "debug")
        text = self.path("run.jsonl").read_text()
        self.assert_tame(text, "the log")
        events = [json.loads(line) for line in text.splitlines()]
        self.assertIn("text", {event.get("node") for event in events})

    def test_the_cache_knows_them_and_its_commands_show_them(self):
        self.run_it()
        for words in (["ls"], ["runs"], ["stats"], ["show", "text"], ["show", "text", "--trace"], ["show", "fixed", "--type"],
                      ["ls", "--json"], ["runs", "--json"], ["show", "text", "--json"], ["view", "--display=-", "--format", "svg"]):
            result = self.run_hamcell("cache", *words)
            self.assert_status(result, DONE)
            self.assert_result_is_tame(result)
        self.assertEqual(json.loads(self.run_hamcell("cache", "show", "text").out), HOSTILE)
        self.assertEqual(self.run_hamcell("cache", "runs", "--json").json()[0]["cell"], str(self.path(self.name)))
        self.assert_result_is_tame(self.run_hamcell("cache", "show", HOSTILE))

    def test_errors_name_them_in_the_one_format(self):
        self.path(self.name).write_text("int one(int two) { return 1 }\n")
        result = self.run_hamcell(self.name, "-x", "-i", HOSTILE + "=1", *self.build_flags)
        self.assert_result_is_tame(result)
        self.assert_status(result, CELL)
        for arguments in (["-x", HOSTILE], ["-x", "--save", f"{HOSTILE}=x.json"], ["--" + HOSTILE], ["--cxx", HOSTILE], [
                "-x", "--display=" + HOSTILE], ["-x", "--log-file", HOSTILE], ["-x", "--cache-dir", "/dev/null/" + HOSTILE]):
            result = self.run_hamcell(self.name, *arguments)
            self.assert_result_is_tame(result)
            self.assertRegex(result.err, "(?m)^.+: error: ")

    def test_what_a_compiler_quotes_of_the_cell_drives_nothing(self):
        self.write("cell.cpp", "#ifndef __clang__\n#warning \x1b]0;title\x07\x1b[2J\n#endif\nint one() { return 1; }\n")
        for color in ("never", "always"):
            result = self.run_hamcell("cell.cpp", "-x", "--cxx=g++", "--color", color, f"--cxxflags=-DFOR_{color}")
            self.assert_status(result, 0)
            self.assert_says(result, r"\x1b]0;title\x07\x1b[2J")
            self.assertNotIn("\x1b]", result.err)
            self.assertNotIn("\x1b[2J", result.err)

    def test_what_a_node_throws_is_shown_and_drives_nothing(self):
        self.path(self.name).write_text(CELL_TEXT.replace("return text.size();", "throw std::runtime_error(text);"))
        result = self.run_it("--display-cache=after.svg", "-v", status=NODE_FAILED)
        self.assertIn("threw std::runtime_error: </title><script>", result.err)
        self.assert_tame(self.path("after.svg").read_text(), "after.svg")
        self.assertNotIn("script", {element.tag.replace(SVG, "") for element in self.svg("after.svg").iter()})

    def test_a_terminal_gets_csv_without_what_drives_it(self):
        self.path(self.name).write_text("#include <string>\n#include <vector>\nstruct Row { std::string a; };\n"
                                        "std::vector<Row> rows(const std::string& given) { return {{given}}; }\n")
        self.run_it()
        self.assertIn("\x1b[31m", self.run_hamcell("cache", "show", "rows", "--csv").out)
        ours, theirs = pty.openpty()
        process = subprocess.Popen([program(), "cache", "show", "rows", "--csv"], cwd=self.folder, env=self.environment(),
                                   stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.PIPE)
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 4096):
                shown += piece
        except OSError:
            pass  # how a terminal says that its other side is closed
        os.close(ours)
        self.assertEqual(process.communicate()[1], b"")
        self.assertIn(b"<script>", shown)
        self.assert_tame(shown.decode().replace("\r\n", "\n"), "the terminal")


class Lines(Scenario):
    """What nodes print is theirs, but a line that is said to be a node's is whole."""

    def test_lines_of_nodes_that_run_at_the_same_time_stay_whole(self):
        node = ("int {0}() {{ for (int i = 0; i < 300; i++) {{ std::fputs(\"{0}-begin \", stderr); std::fflush(stderr); "
                "std::fputs(\"{0}-end\\n\", stderr); if (i % 100 == 0) usleep(50000); }} return 1; }}\n")
        self.write("cell.cpp", "#include <cstdio>\n#include <unistd.h>\n" + "".join(map(node.format, ("left", "right", "third"))))
        result = self.execute("-j", "3")
        lines = [line for line in result.err.splitlines() if "-begin" in line or "-end" in line]
        self.assertEqual(len(lines), 900)
        for line in lines:
            self.assertRegex(line, r"^(?:(left|right|third): )?(left|right|third)-begin \2-end$")
            said, true = re.match(r"^(?:(\w+): )?(\w+)-begin", line).groups()
            self.assertIn(said, (None, true))


class Depfiles(Scenario):
    """A depfile is run by make: a name in it is a name, or it is left out and said so."""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", "#include <fstream>\n#include <string>\n"
                   "std::string text(const std::string& path) { std::string s; std::ifstream(path) >> s; return s; }\n")
        self.write("Makefile", "out.json:\n\t@echo made > made\n\t@touch out.json\n-include out.d\n")

    def depends_on(self, name):
        """Runs the cell with an input file of this name, then make; gives what hamcell said."""
        self.write(name, "x\n")
        result = self.run_hamcell("cell.cpp", "-x", *self.build_flags, "-i", "path=" + name, "--save", "text=out.json", "--depfile", "out.d")
        self.assert_status(result, DONE)
        return result

    def make(self, *args):
        return subprocess.run(["make", *args], cwd=self.folder, env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True)

    def assert_rebuilds_for(self, name, may_go=True):
        self.depends_on(name)
        os.utime(self.path("out.json"))
        self.assertEqual(self.make("-q").returncode, 0, self.path("out.d").read_text())
        later = self.path("out.json").stat().st_mtime + 100
        os.utime(self.path(name), (later, later))
        self.assertEqual(self.make("-q").returncode, 1, self.path("out.d").read_text())
        if may_go:
            self.path(name).unlink()
        made = self.make()
        self.assertEqual((made.returncode, self.path("made").exists()), (0, True), made.stdout)

    def test_make_knows_files_of_odd_names(self):
        for name in ("a b", "data[1].csv", "a*b", "what?", "$HOME", "`touch pwned`", "a#b", "a:b", "-n", "a'b",
                     'a"b', "a\\b", ".PHONY", "<script>"):
            with self.subTest(name):
                self.path("made").unlink(missing_ok=True)
                self.assert_rebuilds_for(name)
                self.assertFalse(self.path("pwned").exists())

    def test_make_knows_files_with_an_equals_sign(self):
        self.assert_rebuilds_for("date=2024/part.csv", may_go=False)

    def test_a_name_that_make_would_misread_is_left_out_and_told(self):
        for name in ("a;touch pwned", "$(touch pwned)", "a%b", "a|b", "a(b)", "line\nfeed: ;touch pwned", "tab\tb", "a\\ b", "a\\"):
            with self.subTest(name):
                result = self.depends_on(name)
                self.assert_says(result, "warning: ", "is not in the depfile", "help: ")
                os.utime(self.path("out.json"))
                made = self.make()
                self.assertEqual(made.returncode, 0, made.stdout)
                self.assertFalse(self.path("pwned").exists() or self.path("made").exists(), made.stdout)

    def test_a_name_is_never_a_variable_of_make(self):
        self.depends_on("SHELL=x")
        self.path("out.json").unlink()
        made = self.make()
        self.assertEqual((made.returncode, self.path("made").exists()), (0, True), made.stdout)

    def test_a_file_that_make_cannot_name_is_no_target(self):
        for name in ("a;b.json", "a=b.json", "a%b.json"):
            result = self.run_hamcell("cell.cpp", "-x", *self.build_flags, "-i", "path=x", "--save", "text=" + name, "--depfile", "out.d")
            self.assert_status(result, STORAGE)
            self.assert_says(result, f"the depfile cannot name '{name}'", "choose a name")
            self.assertFalse(self.path("out.d").exists())


if __name__ == "__main__":
    unittest.main()
