"""The command line through the real program: its traps, its streams, its help."""

import json
import os
import select
import subprocess
import tempfile
import time
import unittest

from harness import CELL, PATIENCE, USAGE, Scenario, program

CELL_TEXT = """\
#include <string>
#include <vector>
int first(int start = 1) { return start; }
int second(int first) { return first + 1; }
std::vector<std::string> words(const std::vector<std::string>& list = {}) { return list; }
std::string echoed(const std::string& text = "none") { return text; }
"""


class CommandLine(Scenario):
    """One small cell, called in many ways."""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL_TEXT)

    def refused(self, *args):
        result = self.run_hamcell(*args)
        self.assert_status(result, USAGE)
        self.assertEqual(result.out, "")
        return result

    # ---- Optional values

    def test_an_optional_value_does_not_swallow_the_cell(self):
        for option in ("--display", "-d", "--execute", "-x", "--recompute", "--disable", "--ignore", "--default"):
            with self.subTest(option=option):
                result = self.run_hamcell(option, "cell.cpp", *self.build_flags)
                self.assert_status(result, 0)

    def test_an_optional_value_does_not_swallow_a_target(self):
        result = self.run_hamcell("cell.cpp", "--json", "-x", "second", *self.build_flags)
        self.assert_status(result, 0)
        self.assertEqual(result.statuses()["words"], "unneeded")

    def test_targets_stand_behind_the_cell_or_in_execute(self):
        result = self.execute("first", "--execute=echoed")
        self.assert_ran(result, {"first", "echoed"})

    def test_short_flags_can_stand_together(self):
        self.assert_status(self.run_hamcell("-dx", "cell.cpp", *self.build_flags), 0)
        self.assertTrue(self.path("cell.display.png").is_file())

    def test_a_value_on_a_pure_flag_is_refused(self):
        self.refused("cell.cpp", "-x=second")

    # ---- Values with special characters

    def test_a_bracketed_list_is_one_value(self):
        result = self.execute("-i", 'list=["a=1", "b=2,c"]', "--show-results", "words")
        self.assertEqual(result.value("words"), ["a=1", "b=2,c"])

    def test_a_text_input_is_taken_as_it_stands(self):
        for text in ("[a=1,b=2]", 'a "quoted" text', "  spaces  ", "ä=ö", "{", "", "-x", "12"):
            with self.subTest(text=text):
                result = self.execute("-i", f"text={text}", "--show-results", "echoed")
                self.assertEqual(result.value("echoed"), text)

    def test_a_doubled_at_sign_stands_for_one(self):
        self.assertEqual(self.execute("-i", "text=@@home", "--show-results", "echoed").value("echoed"), "@home")

    def test_inputs_come_from_a_json_file(self):
        self.write("in.json", '{"start": 7, "text": "@ plain"}')
        result = self.execute("-i", "@in.json", "--show-results")
        self.assertEqual([result.value("first"), result.value("echoed")], [7, "@ plain"])

    def test_numbers_of_a_json_file_keep_their_digits(self):
        self.write("cell.cpp", "long double wide(long double x) { return x; }\n"
                               "unsigned long whole(unsigned long n) { return n; }\n")
        self.write("in.json", '{"x": 0.1234567890123456789, "n": 18446744073709551615}')
        result = self.execute("-i", "@in.json", "--show-results")
        self.assertIn('"value": 0.1234567890123456789', result.out)
        self.assertEqual(result.value("whole"), 18446744073709551615)

    def test_a_later_input_wins_over_an_earlier_one(self):
        self.write("in.json", '{"start": 7}')
        result = self.execute("-i", "@in.json", "-i", "start=8", "--show-results")
        self.assertEqual(result.value("first"), 8)

    def test_one_input_comes_from_a_json_file(self):
        self.write("list.json", '["x", "y"]')
        self.assertEqual(self.execute("-i", "list=@list.json", "--show-results", "words").value("words"), ["x", "y"])

    def test_a_missing_input_file_is_named(self):
        result = self.run_hamcell("cell.cpp", "-x", "-i", "list=@no.json", *self.build_flags)
        self.assert_status(result, CELL)
        self.assert_says(result, "no.json", "No such file")

    def test_inputs_that_are_no_json_are_refused_with_their_place(self):
        self.write("in.json", "{start: 7")
        result = self.run_hamcell("cell.cpp", "-x", "-i", "@in.json", *self.build_flags)
        self.assert_status(result, CELL)
        self.assert_says(result, "in.json: error: not JSON: line 1, column 2: ")

    # ---- Words that are commands elsewhere

    def test_a_node_may_be_called_like_a_command(self):
        self.write("cell.cpp", "int cache() { return 1; }\nint stats(int cache) { return cache; }\n")
        self.assert_ran(self.execute("cache"), {"cache"})

    def test_a_cell_that_is_called_cache_is_given_with_its_folder(self):
        self.write("cache", "int a() { return 1; }\n")
        self.assert_ran(self.execute(cell="./cache"), {"a"})

    def test_a_cell_whose_name_starts_with_a_dash_stands_behind_two_dashes(self):
        self.write("-x.cpp", "int a() { return 1; }\n")
        result = self.run_hamcell("-x", "--json", *self.build_flags, "--", "-x.cpp")
        self.assert_status(result, 0)
        self.assert_ran(result, {"a"})

    # ---- Mistakes

    def test_no_arguments_are_a_usage_error(self):
        self.assert_says(self.refused(), "no cell", "--help")

    def test_an_unknown_option_gets_a_suggestion(self):
        self.assert_says(self.refused("cell.cpp", "--dispaly"), "--dispaly", "did you mean '--display'?")

    def test_an_unknown_command_of_the_cache_gets_a_suggestion(self):
        self.assert_says(self.refused("cache", "stas"), "stas", "did you mean 'stats'?")

    def test_a_misspelt_format_gets_a_suggestion(self):
        self.assert_says(self.refused("cell.cpp", "-d", "--format", "pgn"), "pgn", "png")

    def test_the_picture_of_a_run_needs_a_run(self):
        self.assert_says(self.refused("cell.cpp", "--display-cache"), "--display-cache", "-x")

    def test_two_outputs_cannot_share_standard_output(self):
        self.refused("cell.cpp", "-x", "--display=-", "--json")

    def test_an_output_never_overwrites_the_cell(self):
        self.refused("cell.cpp", "--display=cell.cpp", "--format", "svg")
        self.assertEqual(self.path("cell.cpp").read_text(), CELL_TEXT)

    def test_every_usage_error_has_exit_status_2(self):
        for args in (["--nope"], ["cell.cpp", "-j", "none"], ["cell.cpp", "-i", "noequals"],
                     ["cell.cpp", "--color", "sometimes"], ["cell.cpp", "--log-level", "loud"], ["cell.cpp", "-i"]):
            with self.subTest(args=args):
                self.refused(*args)

    def test_a_compiler_that_is_not_there_is_a_usage_error(self):
        self.assert_says(self.refused("cell.cpp", "-x", "--cxx", "no-such-compiler"), "no-such-compiler")

    def test_a_flag_that_makes_something_else_than_a_cell_is_refused(self):
        self.assert_says(self.refused("cell.cpp", "-x", "--cxxflags=-O3 -c"), "'-c'", "leave it out")

    # ---- Spellings of the original magic

    def test_underscored_spellings_are_accepted(self):
        result = self.run_hamcell("cell.cpp", "-x", "--display=a.svg", "--display_cache=b.svg", "--show_results",
                                  "--module_name", "mine", *self.build_flags)
        self.assert_status(result, 0)
        self.assertTrue(self.path("b.svg").is_file())
        self.assertIn("second = 2", result.out)

    # ---- Help

    def test_the_help_is_grouped_and_on_standard_output(self):
        result = self.run_hamcell("--help")
        self.assert_status(result, 0)
        self.assertEqual(result.err, "")
        for word in ("--display", "--execute", "--inputs", "--cache-dir", "--cxx", "--json"):
            self.assertIn(word, result.out)

    def test_the_help_fits_a_screen_in_width(self):
        lines = self.run_hamcell("--help").out.splitlines()
        self.assertGreater(len(lines), 20)
        self.assertLessEqual(max(map(len, lines)), 100)

    def test_the_version_is_one_line(self):
        result = self.run_hamcell("--version")
        self.assert_status(result, 0)
        self.assertRegex(result.out, r"\Ahamcell \d+\.\d+\.\d+.*\n\Z")

    # ---- Streams

    def test_without_a_request_the_nodes_are_listed(self):
        result = self.run_hamcell("cell.cpp")
        self.assert_status(result, 0)
        self.assertRegex(result.out, r"second\s+int\s+← first")

    def test_the_table_names_node_status_and_value(self):
        result = self.run_hamcell("cell.cpp", "-x", *self.build_flags)
        self.assert_status(result, 0)
        self.assertRegex(result.out, r"(?m)^second\s+executed\s.*\s2$")

    def test_the_summary_gives_the_hit_rate(self):
        self.execute()
        result = self.run_hamcell("cell.cpp", "-x", *self.build_flags)
        self.assertIn("4 from cache (100 %)", result.out)

    def test_the_summary_says_where_the_pictures_are(self):
        result = self.run_hamcell("cell.cpp", "-x", "--display=a.svg", "--display-cache=b.svg", *self.build_flags)
        self.assertIn("a.svg", result.out.splitlines()[-1])
        self.assertIn("b.svg", result.out.splitlines()[-1])

    def test_show_results_prints_whole_values(self):
        long_list = [f"word number {i}" for i in range(50)]
        result = self.run_hamcell("cell.cpp", "-x", "--show-results", "words", "-i", f"list={json.dumps(long_list)}",
                                  *self.build_flags)
        self.assertIn("word number 49", result.out)

    def test_hide_results_prints_no_values(self):
        result = self.run_hamcell("cell.cpp", "-x", "--hide-results", "-i", "text=secretive", *self.build_flags)
        self.assertRegex(result.out, r"(?m)^echoed\s+executed")
        self.assertNotIn("secretive", result.out)

    def test_quiet_prints_nothing_when_all_is_well(self):
        result = self.run_hamcell("cell.cpp", "-x", "-q", *self.build_flags)
        self.assertEqual((result.status, result.out, result.err), (0, "", ""))
        self.assert_all_cached(self.execute())

    def test_verbose_tells_of_every_execution_and_hit(self):
        self.assertIn("second", self.run_hamcell("cell.cpp", "-x", "-v", *self.build_flags).err)
        again = self.run_hamcell("cell.cpp", "-x", "-v", *self.build_flags)
        for name in ("first", "second", "words", "echoed"):
            self.assertIn(name, again.err)

    def test_the_log_is_one_json_object_a_line(self):
        self.run_hamcell("cell.cpp", "-x", "--log-file", "log.jsonl", "--log-level", "debug", *self.build_flags)
        lines = self.path("log.jsonl").read_text().splitlines()
        self.assertGreaterEqual(len(lines), 4)
        for line in lines:
            self.assertIsInstance(json.loads(line), dict)

    def test_color_is_used_only_when_asked_for(self):
        self.assertNotIn("\033", self.run_hamcell("cell.cpp", "-x", *self.build_flags).out)
        self.assertIn("\033", self.run_hamcell("cell.cpp", "-x", "--color", "always", *self.build_flags).out)

    def test_json_is_one_document_with_what_a_script_may_read(self):
        document = self.execute("--show-results").json()
        self.assertEqual(set(document), {
            "run_id", "cell", "status", "inputs", "nodes", "cached", "executed", "failed", "skipped", "seconds",
            "saved_seconds", "display", "display_cache"})
        for node in document["nodes"]:
            self.assertEqual(set(node), {
                "name", "type", "status", "behavior", "reason", "code_version", "data_version", "cache_key",
                "same_value", "seconds", "bytes", "value"})

    def test_json_goes_through_a_pipe_into_another_program(self):
        run = self.start("cell.cpp", "-x", "--json", *self.build_flags, stdout=subprocess.PIPE)
        tool = subprocess.run(["python3", "-m", "json.tool"], stdin=run.stdout, stdout=subprocess.PIPE, timeout=120 * PATIENCE)
        run.stdout.close()
        self.assertEqual((run.wait(), tool.returncode), (0, 0))
        self.assertEqual(json.loads(tool.stdout)["status"], "ok")

    def test_standard_output_that_is_closed_early_loses_nothing(self):
        reader, writer = os.pipe()
        os.close(reader)
        run = self.start("cell.cpp", "-x", *self.build_flags, stdout=writer, stderr=subprocess.PIPE)
        os.close(writer)
        err = run.communicate(timeout=120 * PATIENCE)[1]
        self.assertEqual((run.returncode, err), (0, b""))
        self.assert_all_cached(self.execute())

    def test_a_slow_reader_of_a_pipe_that_does_not_block_gets_everything(self):
        self.write("cell.cpp", """\
#include <cstdio>
#include <string>
int printed() {
  for (int line = 0; line < 3000; ++line) std::fprintf(stderr, "%0100d\\n", line);
  return 1;
}
std::string text() { return std::string(300000, 'x'); }
""")
        for name in ("stdout", "stderr"):
            with self.subTest(name):
                reader, writer = os.pipe()
                os.set_blocking(writer, False)
                other = "stderr" if name == "stdout" else "stdout"
                with tempfile.TemporaryFile() as rest, open(reader, "rb") as pipe:
                    run = self.start("cell.cpp", "-x", "-q", "--json", "--show-results", "--recompute", "-j", "1",
                                     *self.build_flags, **{name: writer, other: rest})
                    # Only when the pipe is full does it matter how it was opened. How many bytes that are depends on
                    # the pieces in which they came.
                    try:
                        self.wait_for(lambda writer=writer, run=run: run.poll() is not None or
                                      not select.select([], [writer], [], 0)[1])
                    finally:
                        os.close(writer)
                    time.sleep(0.3)
                    text = pipe.read()
                    self.assertEqual(run.wait(timeout=60 * PATIENCE), 0)
                if name == "stdout":
                    self.assertIn("x" * 300000, [node["value"] for node in json.loads(text)["nodes"]])
                else:
                    self.assertTrue(text.decode().split() == [f"{line:0100}" for line in range(3000)], text[-300:])

    def test_standard_output_that_is_full_is_an_error(self):
        with open("/dev/full", "wb") as full:
            run = self.start("cell.cpp", "-x", *self.build_flags, stdout=full, stderr=subprocess.PIPE)
            err = run.communicate(timeout=120 * PATIENCE)[1]
        self.assertEqual(run.returncode, 5)
        self.assertIn(b"standard output", err)
        self.assert_all_cached(self.execute())


class ProjectFile(Scenario):
    """Options in hamcell.toml."""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL_TEXT)
        self.path("hamcell.toml").touch(mode=0o600)
        self.folder.chmod(0o755)

    def test_options_stand_in_the_project_file(self):
        self.write("hamcell.toml", '[inputs]\nstart = 5\n')
        self.assertEqual(self.execute("--show-results", "first").value("first"), 5)

    def test_the_command_line_wins_over_the_project_file(self):
        self.write("hamcell.toml", '[inputs]\nstart = 5\n')
        self.assertEqual(self.execute("--show-results", "first", "-i", "start=6").value("first"), 6)

    def test_the_cache_lies_beside_the_project_file(self):
        self.write("sub/cell.cpp", CELL_TEXT)
        self.path("sub").chmod(0o755)
        self.write(".git/HEAD", "")
        self.execute(cwd=self.path("sub"))
        self.assertTrue((self.cache / "metadata.db").is_file())

    def test_an_unknown_key_gets_a_suggestion(self):
        self.write("hamcell.toml", "jbos = 2\n")
        result = self.run_hamcell("cell.cpp")
        self.assert_status(result, USAGE)
        self.assert_says(result, "hamcell.toml:1", "jbos", "jobs")

    def test_a_project_file_that_others_can_write_does_not_count(self):
        self.write("hamcell.toml", '[inputs]\nstart = 5\n')
        self.path("hamcell.toml").chmod(0o666)
        result = self.execute("--show-results", "first")
        self.assertEqual(result.value("first"), 1)
        self.assert_says(result, "hamcell.toml", "warning")


class FromStandardInput(Scenario):
    """A cell that comes from standard input, as a notebook gives it."""

    TEXT = "int a() { return 4; }\nint b(int a) { return a * a; }\n"

    def test_a_cell_from_standard_input_runs(self):
        result = self.execute("--show-results", cell="-", stdin=self.TEXT)
        self.assertEqual(result.value("b"), 16)

    def test_a_cell_from_standard_input_is_cached(self):
        self.execute(cell="-", stdin=self.TEXT)
        self.assert_all_cached(self.execute(cell="-", stdin=self.TEXT))

    def test_an_error_in_it_has_its_line(self):
        result = self.run_hamcell("-", "-x", stdin="int a() { return 4; }\nint b(int a) { return wrong; }\n")
        self.assert_status(result, 4)
        self.assert_says(result, "<stdin>:2:", "wrong")

    def test_a_copy_is_kept_when_asked_for(self):
        self.execute("--write-to-file=kept.cpp", cell="-", stdin=self.TEXT)
        self.assertEqual(self.path("kept.cpp").read_text(), self.TEXT)

    def test_the_copy_is_named_after_the_module(self):
        self.execute("--write-to-file", "-m", "mine", cell="-", stdin=self.TEXT)
        self.assertEqual(self.path("mine.cpp").read_text(), self.TEXT)

    def test_the_module_name_is_the_stem_of_the_pictures(self):
        self.execute("-d", "--display-cache", "--format", "svg", "-m", "mine", cell="-", stdin=self.TEXT)
        self.assertTrue(self.path("mine.display.svg").is_file())
        self.assertTrue(self.path("mine.display-cache.svg").is_file())

    def test_its_headers_are_looked_for_in_the_current_folder(self):
        self.write("own.h", "inline int own() { return 3; }\n")
        result = self.execute("--show-results", cell="-", stdin='#include "own.h"\nint a() { return own(); }\n')
        self.assertEqual(result.value("a"), 3)


class Surroundings(Scenario):
    """What hamcell may inherit of the process that starts it."""

    def shell(self, line, cell="cell.cpp"):
        self.write("cell.cpp", "#include <cstdio>\nint one() { std::puts(\"printed\"); return 1; }\n")
        command = f"'{program()}' {cell} -x --show-results {' '.join(self.build_flags)}"
        done = subprocess.run(["bash", "-c", line.replace("HAMCELL", command)], cwd=self.folder, env=self.environment(),
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60 * PATIENCE, check=False)
        return done.returncode, done.stdout, done.stderr

    def test_closed_standard_streams_are_no_files_of_the_cache(self):
        self.assertEqual(self.shell("HAMCELL >&-"),
                         (5, "", "printed\nhamcell: error: cannot write to standard output: Bad file descriptor\n"))
        status, out, err = self.shell("HAMCELL --recompute 2>&-")
        self.assertEqual((status, err), (0, ""))
        self.assertIn("executed", out)
        for line in ("HAMCELL --recompute <&-", "HAMCELL --recompute --cxxflags=-DANEW <&- 2>&-"):
            status, out, _ = self.shell(line)
            self.assertEqual(status, 0)
            self.assertIn("executed", out)
        for path in [self.path(".hamcell_cache/lock"), *self.path(".hamcell_cache").glob("claims.*")]:
            self.assertEqual(path.read_bytes(), b"")

    def test_few_file_descriptors_are_enough(self):
        for most in (256, 24):
            status, out, err = self.shell(f"ulimit -n {most}; HAMCELL --recompute")
            self.assertEqual((status, err), (0, "printed\n"), most)

    def test_the_ends_of_programs_are_heard_of_where_the_signal_for_it_was_ignored(self):
        status, _, err = self.shell("env --ignore-signal=CHLD HAMCELL")
        self.assertEqual((status, err), (0, "printed\n"))
        self.write("other.cpp", "#ifndef __clang__\n#error not with this one\n#endif\nint one() { return 1; }\n")
        status, _, err = self.shell("env --ignore-signal=CHLD HAMCELL --cxx=g++", cell="other.cpp")
        self.assertEqual(status, 4, err)


if __name__ == "__main__":
    unittest.main()
