"""%%hamcell in a notebook: pictures, inputs from Python, messages at the cell's lines, and no traceback of our own."""

import base64
import contextlib
import os
import re
import shutil
import signal
import threading
import time
import unittest
import unittest.mock
from pathlib import Path

from harness import CELL, COMPILE, DONE, INTERRUPTED, NODE_FAILED, PATIENCE, STORAGE, USAGE
from notebook_shell import PNG, NotebookScenario

CPP = """#include <string>
#include <vector>
struct Day { std::string date; double rain; };
std::vector<Day> days(int count = 2) { return std::vector<Day>(count, {"2012-01-01", 0.5}); }
double rain(const std::vector<Day>& days) { double sum = 0; for (auto& day : days) sum += day.rain; return sum; }
double twice(double rain) { return 2 * rain; }
"""
SLEEPER = """#include <thread>
#include <fstream>
int sleeper() {
  std::ofstream("running") << 1;
  std::this_thread::sleep_for(std::chrono::seconds(60));
  return 1;
}
"""


class Pictures(NotebookScenario):
    def test_both_pictures_and_the_table_are_shown_in_their_order(self):
        cell = self.run_cpp("weather --display --execute --display-cache", CPP)
        before, after = cell.images()
        self.assertTrue(before.startswith(PNG) and after.startswith(PNG))
        self.assertNotEqual(before, after)
        self.assertIn("<b>twice</b>", cell.bundles[-1]["text/html"])
        self.assertIn("3 nodes", cell.bundles[-1]["text/plain"])

    def test_nothing_is_left_in_the_folder_but_the_cache(self):
        self.run_cpp("weather -dx --display-cache", CPP)
        self.assertEqual(os.listdir(self.folder), [".hamcell_cache"])
        left = [path for path in (self.root / "tmp").rglob("*") if path.is_file()]
        self.assertEqual(left, [])

    def test_the_picture_is_there_before_the_run_ends(self):
        shown = []
        import hamcell_notebook.pictures as pictures

        real = pictures.Picture.show

        def noted(picture):
            if not picture._is_shown and os.path.exists(picture.path):
                shown.append((picture.option, self.path("done").exists()))
            real(picture)

        cpp = CPP + ('#include <fstream>\n#include <thread>\nint last(double twice) {\n'
                     '  std::this_thread::sleep_for(std::chrono::seconds(1));\n'
                     '  std::ofstream("done") << 1;\n  return 1;\n}\n')
        with unittest.mock.patch.object(pictures.Picture, "show", noted):
            self.run_cpp("weather -dx --display-cache", cpp)
        self.assertEqual(shown, [("display", False), ("display-cache", True)])

    def test_svg_comes_as_svg(self):
        cell = self.run_cpp("weather -dx --display-cache --format svg", CPP)
        for picture in cell.images():
            self.svg(picture.encode())
        self.assertIn("box_rain", cell.images()[0])

    def test_text_formats_come_as_text(self):
        flowchart = self.run_cpp("w -d --format mermaid", CPP).bundles[0]["text/markdown"]
        self.assertTrue(flowchart.startswith("```mermaid\n---\ntitle: 'w'") and flowchart.endswith("\n```"), flowchart)
        self.assertIn("digraph", self.run_cpp("w -d --format dot", CPP).bundles[0]["text/plain"])

    def test_a_png_is_shown_as_large_as_its_text_is_meant(self):
        from IPython.utils.capture import capture_output

        with capture_output() as captured:
            self.shell.run_cell("%%hamcell weather -d\n" + CPP)
        self.run_cpp("weather --display=plan.svg", CPP)
        points = float(self.svg("plan.svg").get("width")[:-len("pt")])
        self.assertAlmostEqual(captured.outputs[0].metadata["image/png"]["width"], points, delta=2)

    def test_a_file_that_is_asked_for_is_shown_and_kept(self):
        words = "weather -x --display=plan.svg --display-cache=after.png"
        for _ in range(2):  # the second time the file is left alone, since it would be the same
            cell = self.run_cpp(words, CPP)
            self.assertEqual(len(cell.images()), 2, str(cell))
            self.assertEqual(cell.images()[0].encode(), self.path("plan.svg").read_bytes())
            self.assertEqual(cell.images()[1], self.path("after.png").read_bytes())

    def test_only_the_plan_needs_no_run(self):
        cell = self.run_cpp("weather --display", CPP)
        self.assertEqual(len(cell.images()), 1)
        self.assertEqual(cell.out, "")
        self.assertNotIn("weather", self.shell.user_ns)

    def test_a_failed_run_has_both(self):
        cell = self.run_cpp("weather -dx --display-cache", "int bad() { throw 1; }\n", NODE_FAILED)
        self.assertEqual(len(cell.images()), 2)

    def test_what_hamcell_toml_draws_is_shown_too(self):
        self.write("hamcell.toml", "display = true\n")
        cell = self.run_cpp("weather -x", CPP)
        self.assertEqual(len(cell.images()), 1)
        self.assertTrue(self.path("weather.display.png").exists())

    def test_a_format_for_other_programs_becomes_a_file(self):
        cell = self.run_cpp("weather -dx --format pdf", CPP)
        self.assertEqual(cell.images(), [])
        self.assertTrue(self.path("weather.display.pdf").exists())


class Inputs(NotebookScenario):
    CPP = """#include <map>
#include <optional>
#include <string>
#include <vector>
struct Day { std::string date; double rain; std::optional<int> gauge; };
double rain(const std::vector<Day>& days, double factor) {
  double sum = 0;
  for (auto& d : days) sum += d.rain;
  return factor * sum;
}
long gauges(const std::vector<Day>& days) {
  long sum = 0;
  for (auto& d : days) sum += d.gauge.value_or(100);
  return sum;
}
double mean(const std::vector<double>& numbers) {
  double sum = 0;
  for (double n : numbers) sum += n;
  return sum / numbers.size();
}
std::string text(const std::string& name) { return name; }
long long wide(long long number) { return number; }
int count(const std::map<std::string, int>& counts) { return counts.at("a"); }
std::string first(const std::vector<std::string>& names) { return names.at(0); }
"""

    def setUp(self):
        super().setUp()
        self.run_well("days = [{'date': '2012-01-01', 'rain': 0.5, 'gauge': None},\n"
                      "        {'date': '2012-01-02', 'rain': 1, 'gauge': 7}]\n"
                      "folder = 'data folder'; number = -2**63; hostile = '''$(x) {y} \"'@@ --help'''")

    def test_python_values_are_given_as_they_are(self):
        self.run_cpp("w rain gauges wide text -x -i days=$days -i factor={1/4} -i number=$number -i name=$hostile",
                     self.CPP)
        w = self.variable("w")
        self.assertEqual((w.rain, w.gauges, w.wide, w.text), (0.375, 107, -2**63, self.variable("hostile")))

    def test_a_data_frame_gives_a_table_and_an_array_numbers(self):
        self.run_well("import pandas, numpy\nframe = pandas.DataFrame(days).astype({'gauge': 'Int64'})\n"
                      "numbers = numpy.arange(5, dtype='int32')")
        self.run_cpp("w rain gauges mean -x -i days=$frame -i factor=1 -i numbers=$numbers", self.CPP)
        w = self.variable("w")
        self.assertEqual((w.rain, w.gauges, w.mean), (1.5, 107, 2.0))

    def test_a_dict_gives_all_its_items(self):
        self.run_well("settings = {'days': days, 'factor': 2}")
        self.run_cpp("w rain -x -i settings", self.CPP)
        self.assertEqual(self.variable("w").rain, 3)

    def test_variables_in_other_words_become_text_of_one_word(self):
        self.run_cpp('w text -x -i "name=$folder/{1 + 1}.csv"', self.CPP)
        self.assertEqual(self.variable("w").text, "data folder/2.csv")

    def test_json_stays_json(self):
        self.run_cpp("""w mean rain -x -i numbers=[1,2] -i factor=1 -i 'days=[{"date": "x", "rain": 2}]'""", self.CPP)
        self.assertEqual((self.variable("w").mean, self.variable("w").rain), (1.5, 2))
        for given in ("""-i 'counts={"a":3}'""", """-i counts={"a": 3}""", "-i counts={dict(a=3)}"):
            self.run_cpp(f"w count -x {given}", self.CPP)
            self.assertEqual(self.variable("w").count, 3, given)
        self.run_cpp("""w first -x -i 'names=["{folder}"]'""", self.CPP)
        self.assertEqual(self.variable("w").first, "{folder}")

    def test_overrides_and_config_take_them_too(self):
        self.run_cpp("w rain -x -o rain={0.5}", self.CPP)
        self.assertEqual(self.variable("w").run.nodes["rain"].status, "overridden")
        self.run_cpp("v -x -c mode={'fast'}", '[[ham::when(mode = "fast")]] int a__fast() { return 1; }\n'
                                              '[[ham::when(mode = "slow")]] int a__slow() { return 2; }\n')
        self.assertEqual(self.variable("v").a, 1)

    def test_what_does_not_fit_is_told_in_the_words_of_the_user(self):
        cell = self.run_cpp("w wide -x -i number=$days", self.CPP, CELL)
        self.assertIn("number=$days", cell.err)
        self.assertNotIn(str(self.root), cell.err)

    def test_what_cannot_be_given_is_refused(self):
        for words, text in (("-i number=$missing", "name 'missing' is not defined"),
                            ("-i number={1/0}", "ZeroDivisionError"), ("-i number={object()}", "object"),
                            ("-i folder", "'folder' is no dict"), ("-i", "needs a value"),
                            ("-i name='", "split into words"), ("-Z", "-Z is no option")):
            with self.subTest(words=words):
                cell = self.run_cell(f"%%hamcell w -x {words}\n{self.CPP}")
                self.assertEqual(cell.error.status, USAGE)
                self.assertIn(text, cell.err)

    def test_a_secret_is_shown_and_kept_nowhere(self):
        secret = "hunter2-7c1f-geheim"
        self.run_well("token = 'hunter2-' + '7c1f-geheim'")
        for extra, status in (("-d --display-cache --format svg --explain", DONE), ("-n", DONE)):
            cell = self.run_cpp(
                f"w count -x -i token=$token --secret token {extra}",
                "#include <string>\nint count(const std::string& token) { return token.size(); }\n", status)
            self.assertNotIn(secret, str(cell) + str(cell.bundles))
        wrong = self.run_cpp("w count -x -i token=$token --secret token", "int count(int token) { return 1; }\n", CELL)
        self.assertNotIn(secret, str(wrong) + str(wrong.bundles))
        for path in self.root.rglob("*"):
            if path.is_file():
                self.assertNotIn(secret.encode(), path.read_bytes(), path)


class Messages(NotebookScenario):
    def test_an_error_has_the_line_that_the_notebook_shows(self):
        cell = self.run_cpp("weather -x", "int a() {\n  return wrong;\n}\n", COMPILE)
        self.assertIn("<weather>:3:10: ", cell.err)

    def test_empty_lines_above_the_magic_count(self):
        cell = self.run_cell("\n\n%%hamcell weather -x\nint a() { return wrong; }\n")
        self.assertIn("<weather>:4:", cell.err)

    def test_a_failure_is_one_line_and_no_traceback(self):
        cell = self.run_cpp("weather -x", "int bad() { throw 1; }\nint good() { return 1; }\n", NODE_FAILED)
        self.assertIn("<weather>:2:5: error: node 'bad' failed", cell.err)
        self.assertEqual([line for line in cell.out.splitlines() if "hamcell" in line],
                         ["\x1b[1;31mhamcell: a node failed (exit status 1)\x1b[0m"], str(cell))
        self.assertNotIn("Traceback", str(cell))
        self.assertEqual(self.variable("weather").good, 1)
        with self.assertRaisesRegex(KeyError, "it failed"):
            self.variable("weather")["bad"]

    def test_wrong_usage_and_a_wrong_name_are_told(self):
        for words, status, text in (("weather --no-such-option", USAGE, "--no-such-option"),
                                    ("weather.cpp -x", USAGE, "'weather.cpp' cannot be the NAME"),
                                    ("class -x", USAGE, "'class' cannot be the NAME"),
                                    ("weather nosuch -x", CELL, "nosuch"),
                                    ("weather -x --show-results --hide-results", USAGE, "exclude each other")):
            with self.subTest(words=words):
                cell = self.run_cell(f"%%hamcell {words}\nint a() {{ return 1; }}\n")
                self.assertEqual(cell.error.status, status, str(cell))
                self.assertIn(text, cell.err)

    def test_no_name_leads_out_of_the_folder(self):
        kept = self.write("kept.display.png", "kept")
        self.run_well("name = '../../project/kept'; odd = 'a' + chr(0)")
        for words in ("-d -m $name", "-w -m $name"):
            with self.subTest(words=words):
                cell = self.run_cell(f"%%hamcell w -x {words}\nint a() {{ return 1; }}\n")
                self.assertEqual(cell.error.status, USAGE, str(cell))
        self.assertEqual(self.run_cell("%%hamcell w -x --save a=$odd\nint a() { return 1; }\n").error.status, USAGE)
        self.assertEqual(kept.read_text(), "kept")

    def test_no_hamcell_is_told(self):
        with unittest.mock.patch.dict(os.environ, {"PATH": str(self.folder)}):
            cell = self.run_cell("%%hamcell weather -x\nint a() { return 1; }\n")
        self.assertEqual(cell.error.status, STORAGE)
        self.assertIn("no hamcell in PATH", cell.err)

    def test_colors_come_unless_they_are_unwanted(self):
        with unittest.mock.patch.dict(os.environ):
            del os.environ["NO_COLOR"]
            wrong = "int a() { return 1; }\nint a() { return 2; }\n"
            self.assertIn("\x1b[", self.run_cpp("weather", wrong, CELL).err)
            self.assertNotIn("\x1b[", self.run_cpp("weather --color never", wrong, CELL).err)

    def test_what_nodes_print_comes_while_they_run(self):
        written = []
        cpp = ('#include <cstdio>\n#include <thread>\nint a() { std::fprintf(stderr, "hello\\n");\n'
               'std::this_thread::sleep_for(std::chrono::seconds(1)); return 1; }\n')
        with unittest.mock.patch("hamcell_magic.tell_user", lambda text: written.append((time.monotonic(), text))):
            self.run_cpp("w -x", cpp)
        when = next(at for at, text in written if "hello" in text)
        self.assertGreater(time.monotonic() - when, 0.8)


class Cells(NotebookScenario):
    def test_a_cell_that_is_run_again_comes_from_the_cache(self):
        self.run_cpp("one -x", CPP)
        self.run_cpp("two -x", CPP.replace("rain)", "rain )"))
        self.run_cpp("one -x", CPP)
        self.assertEqual(set(self.variable("one").run.with_status("cached")), {"days", "rain", "twice"})

    def test_without_a_name_it_is_the_result_of_the_cell(self):
        cell = self.run_cpp("--execute=rain", CPP)
        self.assertEqual(cell.value.rain, 1.0)
        self.assertEqual(list(cell.value), ["rain"])

    def test_with_a_name_nothing_else_holds_on_to_the_values(self):
        self.assertIsNone(self.run_cpp("weather -x", CPP).value)

    def test_a_dry_run_says_why_and_an_exit_status_of_ten_is_no_error(self):
        cell = self.run_cell("%%hamcell weather -n --exit-code\n" + CPP)
        self.assertIsNone(cell.error, str(cell))
        self.assertEqual(self.variable("_exit_code"), 10)
        self.assertIn("first run", cell.bundles[-1]["text/plain"])
        self.assertEqual(self.variable("weather").run.nodes["rain"].status, "would-run")

    def test_without_x_and_d_the_nodes_are_listed(self):
        self.assertIn("rain", self.run_cpp("weather", CPP).out)

    def test_a_copy_is_the_text_of_the_cell(self):
        self.run_cpp("weather -x -w", CPP)
        self.assertEqual(self.path("weather.cpp").read_text(), CPP)

    def test_quiet_and_hidden_results(self):
        self.assertEqual(self.run_cpp("weather -xq", CPP).bundles, [])
        self.assertEqual(self.variable("weather").rain, 1.0)
        self.run_cpp("weather -x --hide-results", CPP)
        self.assertEqual(list(self.variable("weather")), [])

    def test_results_are_shown_in_full_when_asked_for(self):
        cell = self.run_cpp("weather rain days -x --show_results", CPP)
        self.assertTrue(any("2012-01-01" in bundle.get("text/html", "") for bundle in cell.bundles[1:]), cell.bundles)

    def test_json_is_printed_when_asked_for(self):
        self.assertIn('"cached"', self.run_cpp("weather -x --json", CPP).out)
        self.assertEqual(self.variable("weather").run.status, "ok")

    def test_the_line_magic_is_hamcell(self):
        self.assertIn("Usage: hamcell", self.run_well("%hamcell --help").out)
        self.assertIn("Usage: hamcell", self.run_well("%%hamcell --help\nint a();").out)
        self.run_cpp("weather -x", CPP)
        self.assertIn("rain", self.run_well("%hamcell cache ls").out)
        self.assertEqual(self.run_cell("%hamcell nosuch.cpp -x").error.status, CELL)

    def test_every_option_that_takes_a_value_is_known(self):
        import hamcell_notebook.words as words

        text = self.run_hamcell("--help").out
        takes = set(re.findall(r"^ +(?:-\w, )?--([\w-]+) [A-Z]", text, re.MULTILINE))
        letters = dict(re.findall(r"^ +-(\w), --([\w-]+)", text, re.MULTILINE))
        self.assertEqual(set(words.WITH_VALUE), takes)
        self.assertEqual(words.LETTERS, letters)

    def test_hostile_values_stay_values(self):
        hostile = "</td><script>alert(1)</script>\\x1b[31m\\u202e${x}"
        cell = self.run_cpp("w text -dx --display-cache --format svg --explain",
                            f'#include <string>\nstd::string text() {{ return "{hostile}"; }}\n')
        html = cell.bundles[-1]["text/html"]
        self.assertNotIn("<script", html)
        self.assertIn("&lt;script", html)
        self.assertIsNone(re.search("[\x1b\u202e]", html + cell.bundles[-1]["text/plain"]))
        for picture in cell.images():
            self.assertNotIn("<script", picture)


class Interrupts(NotebookScenario):
    def interrupt_when_running(self):
        self.wait_for(self.path("running").exists)
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGINT)

    def test_an_interrupt_ends_hamcell_and_its_nodes(self):
        thread = threading.Thread(target=self.interrupt_when_running)
        thread.start()
        cell = self.run_cpp("w -x --display-cache", SLEEPER, INTERRUPTED)
        thread.join()
        self.assertEqual(self.variable("w").run.status, "interrupted")
        self.assertNotIn("Traceback", str(cell))
        self.assert_nothing_runs()


class Kernel(NotebookScenario):
    """In a kernel of Jupyter's, by nbconvert."""

    SET_UP = "path = !hamcell --python-path\nimport sys; sys.path += path\n%load_ext hamcell_magic"

    @contextlib.contextmanager
    def kernel(self):
        """A kernel in which a node is running; it is killed at the end."""
        from jupyter_client.manager import start_new_kernel

        shutil.rmtree(self.root / "tmp")
        (self.root / "tmp").mkdir()
        with unittest.mock.patch.dict(os.environ, self.kernel_environment()):
            manager, client = start_new_kernel(kernel_name="python3")
        try:
            client.execute_interactive(self.SET_UP, timeout=30 * PATIENCE)
            client.execute("%%hamcell w -x --cxxflags=-O0\n" + SLEEPER, stop_on_error=False)
            self.wait_for(self.path("running").exists)
            yield manager, client
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)

    def test_magic_and_command_show_their_pictures_and_give_values(self):
        self.write("weather.cpp", CPP)
        notebook, run = self.execute_notebook([
            self.SET_UP, "%%hamcell weather -dx --display-cache --cxxflags=-O0\n" + CPP,
            "print(weather.rain, len(weather['days']))",
            "!hamcell weather.cpp -d -x --display-cache --cxxflags=-O0\nfrom IPython.display import Image, display\n"
            "display(Image('weather.display.png'), Image('weather.display-cache.png'))"])
        self.assertEqual(run.returncode, 0, run.stderr)
        for cell in notebook.cells[1], notebook.cells[3]:
            images = [output.data["image/png"] for output in cell.outputs if "image/png" in output.get("data", {})]
            self.assertEqual(len(images), 2, cell.outputs)
            for image in images:
                self.assertTrue(base64.b64decode(image).startswith(PNG))
        self.assertEqual(notebook.cells[2].outputs[0].text, "1.0 2\n")
        self.assertNotIn(str(self.root), str(notebook))

    def test_the_sample_runs(self):
        sample = Path(__file__).resolve().parents[2] / "samples"
        for name in ("weather.ipynb", "seattle-weather.csv"):
            shutil.copy(sample / name, self.folder)
        text = self.path("weather.ipynb").read_text()
        self.assertIsNone(re.search("/(home|root|tmp|usr|work)/", text))
        notebook, run = self.convert("weather.ipynb")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(sum("image/png" in output.get("data", {}) for cell in notebook.cells
                             for output in cell.get("outputs", [])), 3)

    def test_an_error_stops_the_notebook_with_one_clean_line(self):
        notebook, run = self.execute_notebook(
            [self.SET_UP, "%%hamcell weather -x --cxxflags=-O0\nint a() {\n  return wrong;\n}", "print('not reached')"])
        self.assertNotEqual(run.returncode, 0)
        notebook, run = self.execute_notebook(
            [self.SET_UP, "%%hamcell weather -x --cxxflags=-O0\nint a() {\n  return wrong;\n}"], allow_errors=True)
        error = notebook.cells[1].outputs[-1]
        self.assertEqual((error.output_type, error.ename), ("error", "HamcellError"))
        self.assertEqual(len(error.traceback), 1)
        self.assertIn("exit status 4", error.evalue)
        told = "".join(output.text for output in notebook.cells[1].outputs if output.output_type == "stream")
        self.assertIn("<weather>:3:10:", told)

    def test_interrupting_the_kernel_interrupts_hamcell_once(self):
        with self.kernel() as (manager, client):
            manager.interrupt_kernel()
            reply = client.get_shell_msg(timeout=30)
            self.assertEqual(reply["content"]["status"], "error")
            self.assertIn("exit status 130", reply["content"]["evalue"])
            # A second signal would have ended it at once, before it said what it did.
            client.execute("", user_expressions={"status": "w.run.status"})
            answer = client.get_shell_msg(timeout=30)["content"]["user_expressions"]["status"]
            self.assertEqual(answer["data"]["text/plain"], "'interrupted'")
            self.assertEqual([path for path in (self.root / "tmp").rglob("hamcell*/*") if path.is_file()], [])

    def test_a_kernel_that_is_killed_takes_hamcell_with_it(self):
        with self.kernel():
            pass
        self.assert_nothing_runs()


if __name__ == "__main__":
    unittest.main()
