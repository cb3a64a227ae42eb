"""The pictures, looked at as a reader's program would."""

import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import unittest
import zlib
from pathlib import Path

from harness import CELL, COMPILE, DONE, INTERRUPTED, NODE_FAILED, PATIENCE, STORAGE, SVG, USAGE, Result, Scenario, program, texts_of

CELL_TEXT = """\
#include <stdexcept>
#include <string>
/// Reads what there is.
std::string source(const std::string& path, int limit = 10) { return path.substr(0, limit); }
[[ham::cache(behavior = "recompute")]] int length(const std::string& source) { return source.size(); }
int doubled(int length) { return 2 * length; }
int other(const std::string& source) { return source.size() + 1; }
"""
NODES = {"source", "length", "doubled", "other"}
INPUTS = {"path", "limit"}


class Pictures(Scenario):
    """One cell with a node of each kind."""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL_TEXT)

    def draw(self, *args, **how):
        return self.execute("-i", "path=abc", *args, **how)

    def legend(self, picture):
        """The words of the legend, without its heading."""
        return {text for group in self.svg(picture).iter(SVG + "g") if group.get("class", "").startswith("legend")
                for text in texts_of(group)} - {"Legend"}

    @staticmethod
    def outline(box):
        """The corners of a box."""
        shape = next(child for child in box if child.tag in (SVG + "polygon", SVG + "path"))
        return re.findall(r"-?\d+\.?\d*", shape.get("points") or shape.get("d"))

    def words(self, picture, box):
        return " ".join(texts_of(self.boxes(picture)[box]))

    # ---- Which file, which format

    def test_the_picture_before_goes_to_the_current_folder_as_png(self):
        self.assert_status(self.run_hamcell("cell.cpp", "-d"), 0)
        self.assertTrue(self.path("cell.display.png").is_file())

    def test_the_picture_after_goes_to_the_current_folder_as_png(self):
        self.draw("--display-cache")
        self.assertTrue(self.path("cell.display-cache.png").is_file())

    def test_a_png_is_whole_and_of_a_sensible_size(self):
        self.run_hamcell("cell.cpp", "-d")
        content = self.path("cell.display.png").read_bytes()
        self.assertEqual(content[:8], b"\x89PNG\r\n\x1a\n")
        width, height = struct.unpack(">II", content[16:24])
        self.assertTrue(400 < width < 10000 and 200 < height < 10000, (width, height))
        at, kinds, pixels = 8, [], b""
        while at < len(content):
            size, kind = struct.unpack(">I4s", content[at:at + 8])
            data = content[at + 8:at + 8 + size]
            self.assertEqual(struct.unpack(">I", content[at + 8 + size:at + 12 + size])[0], zlib.crc32(kind + data))
            kinds.append(kind)
            pixels += data if kind == b"IDAT" else b""
            at += 12 + size
        self.assertEqual((kinds[0], kinds[-1]), (b"IHDR", b"IEND"))
        self.assertGreater(len(set(zlib.decompress(pixels))), 10, "the picture is not empty")

    def test_the_format_decides_for_default_names(self):
        for kind, start in (("svg", b"<?xml"), ("pdf", b"%PDF-"), ("dot", b"digraph")):
            with self.subTest(format=kind):
                self.assert_status(self.run_hamcell("cell.cpp", "-d", "--format", kind), 0)
                self.assertTrue(self.path(f"cell.display.{kind}").read_bytes().startswith(start))

    def test_the_ending_of_a_file_decides_over_the_format(self):
        self.assert_status(self.run_hamcell("cell.cpp", "--display=x.svg", "--format", "pdf"), 0)
        self.assertEqual(set(self.boxes("x.svg")), NODES | INPUTS)

    def test_a_pdf_is_whole(self):
        self.run_hamcell("cell.cpp", "--display=x.pdf")
        content = self.path("x.pdf").read_bytes()
        self.assertTrue(content.rstrip().endswith(b"%%EOF"))

    def test_the_dot_text_holds_the_names(self):
        out = self.run_hamcell("cell.cpp", "--display=-", "--format", "dot").out
        for name in NODES | INPUTS:
            self.assertIn(name, out)

    def test_standard_output_carries_the_picture_and_nothing_else(self):
        result = self.run_hamcell("cell.cpp", "--display=-", "--format", "svg")
        self.assertEqual(set(self.boxes(result.raw_out)), NODES | INPUTS)

    def test_the_picture_after_on_standard_output_is_alone_there(self):
        result = self.run_hamcell("cell.cpp", "-x", "-i", "path=abc", "--display-cache=-", "--format", "svg",
                                  *self.build_flags)
        self.assertEqual(set(self.boxes(result.raw_out)), NODES | INPUTS)

    def test_a_link_to_what_the_command_has_open_is_written_to_and_stays(self):
        # Not the real /dev/stderr: a hamcell that went wrong would replace it.
        for number, stream in ((1, "stdout"), (2, "stderr")):
            for kind in ("svg", "dot"):
                with self.subTest(stream, kind=kind):
                    link = self.path("link." + kind)
                    link.unlink(missing_ok=True)
                    link.symlink_to(f"/proc/self/fd/{number}")
                    result = self.run_hamcell("cell.cpp", f"--display={link}", "-q")
                    self.assert_status(result, 0)
                    self.assertTrue(link.is_symlink())
                    text = result.out if number == 1 else result.err
                    self.assertTrue(text.startswith("<?xml" if kind == "svg" else "digraph"), text[:200])
                    self.assertTrue(text.endswith("</svg>\n" if kind == "svg" else "}\n"), text[-200:])
                    self.assertEqual(result.err if number == 1 else result.out, "")

    def test_a_link_to_a_stream_that_is_a_file_adds_to_the_file(self):
        self.path("link.svg").symlink_to("/proc/self/fd/1")
        for _ in range(2):
            with open(self.path("out"), "ab") as out:
                self.assertEqual(self.start("cell.cpp", "--display=link.svg", "-q", stdout=out).wait(60), 0)
        self.assertEqual(self.path("out").read_text().count("</svg>"), 2)

    def test_the_json_names_both_pictures(self):
        document = self.draw("--display=a.svg", "--display-cache=b.svg").json()
        self.assertEqual((document["display"], document["display_cache"]), ("a.svg", "b.svg"))

    # ---- Before

    def test_before_every_node_and_input_has_a_box(self):
        self.run_hamcell("cell.cpp", "--display=x.svg")
        self.assertEqual(set(self.boxes("x.svg")), NODES | INPUTS)

    def test_before_every_dependency_has_an_arrow(self):
        self.run_hamcell("cell.cpp", "--display=x.svg")
        arrows = {g.get("id") for g in self.svg("x.svg").iter(SVG + "g") if g.get("id", "").startswith("arrow_")}
        self.assertEqual(arrows, {"arrow_path-source", "arrow_limit-source", "arrow_source-length",
                                  "arrow_source-other", "arrow_length-doubled"})

    def test_before_a_box_has_name_and_type(self):
        self.run_hamcell("cell.cpp", "--display=x.svg")
        self.assertEqual(texts_of(self.boxes("x.svg")["doubled"])[:2], ["doubled", "int"])

    def test_before_the_behavior_is_visible(self):
        self.run_hamcell("cell.cpp", "--display=x.svg")
        self.assertIn("recompute", self.words("x.svg", "length"))
        self.assertNotIn("recompute", self.words("x.svg", "doubled"))

    def test_before_a_behavior_of_the_command_line_is_visible(self):
        self.run_hamcell("cell.cpp", "--display=x.svg", "--disable=other")
        self.assertIn("disable", self.words("x.svg", "other"))

    def test_before_inputs_show_what_they_were_given_or_default_to(self):
        self.run_hamcell("cell.cpp", "--display=x.svg", "-i", "path=abc")
        self.assertIn("abc", self.words("x.svg", "path"))
        self.assertIn("optional = 10", self.words("x.svg", "limit"))

    def test_the_tooltip_holds_the_documentation(self):
        self.run_hamcell("cell.cpp", "--display=x.svg")
        self.assertIn("Reads what there is.", self.boxes("x.svg")["source"].find(SVG + "title").text)

    def test_without_a_run_no_input_is_needed(self):
        self.assert_status(self.run_hamcell("cell.cpp", "--display=x.svg"), 0)
        self.assertTrue(self.path("x.svg").is_file())

    def test_the_boxes_go_from_left_to_right(self):
        self.run_hamcell("cell.cpp", "--display=x.svg")
        boxes = self.boxes("x.svg")
        left = {name: min(map(float, self.outline(box)[0::2])) for name, box in boxes.items()}
        self.assertLess(left["path"], left["source"])
        self.assertLess(left["source"], left["length"])
        self.assertLess(left["length"], left["doubled"])

    # ---- After

    def test_after_every_node_says_what_happened(self):
        self.draw("other")
        self.draw("--display-cache=x.svg", "doubled", "other")
        found = {name: self.words("x.svg", name) for name in NODES}
        self.assertIn("from cache", found["source"])
        self.assertIn("from cache", found["other"])
        self.assertIn("executed", found["length"])
        self.assertIn("executed", found["doubled"])

    def test_after_a_node_that_was_not_needed_says_so(self):
        self.draw("--display-cache=x.svg", "other")
        self.assertIn("not needed", self.words("x.svg", "doubled"))

    def test_after_an_overridden_node_says_so(self):
        self.draw("--display-cache=x.svg", "-o", "length=4")
        self.assertIn("overridden", self.words("x.svg", "length"))

    def test_after_the_title_gives_the_hit_rate(self):
        self.draw()
        self.draw("--display-cache=x.svg")
        title = next(g for g in self.svg("x.svg").iter(SVG + "g") if g.get("id") == "title")
        self.assertIn("3 from cache (75 %)", " ".join(texts_of(title)))

    def test_before_and_after_have_the_same_places(self):
        self.draw("--display=a.svg", "--display-cache=b.svg")
        before, after = self.boxes("a.svg"), self.boxes("b.svg")
        self.assertEqual(set(before), set(after))
        for name in before:
            self.assertEqual(self.outline(before[name]), self.outline(after[name]), name)
        self.assertEqual(self.svg("a.svg").get("viewBox"), self.svg("b.svg").get("viewBox"))

    def test_two_runs_in_which_everything_hits_draw_the_same_picture(self):
        self.draw("--default")
        pictures = []
        for kind in ("svg", "png", "pdf"):
            for name in ("a", "b"):
                self.draw("--default", f"--display-cache={name}.{kind}")
            pictures.append(self.path(f"a.{kind}").read_bytes() == self.path(f"b.{kind}").read_bytes())
        self.assertEqual(pictures, [True, True, True])

    def test_the_title_is_the_name_of_the_module(self):
        self.run_hamcell("cell.cpp", "--display=x.svg", "-m", "My forecast")
        title = next(g for g in self.svg("x.svg").iter(SVG + "g") if g.get("id") == "title")
        self.assertEqual(texts_of(title)[0], "My forecast")

    # ---- Legend

    def test_the_legend_before_explains_only_what_occurs(self):
        self.run_hamcell("cell.cpp", "--display=x.svg")
        self.assertEqual(self.legend("x.svg"), {"input", "optional input", "node"})

    def test_the_legend_after_explains_only_what_occurs(self):
        self.draw()
        self.draw("--display-cache=x.svg")
        self.assertEqual(self.legend("x.svg"), {"input", "optional input", "target", "executed", "from cache", "same value"})

    # ---- When something goes wrong

    def test_the_picture_before_exists_when_a_node_throws(self):
        self.edit("cell.cpp", "return 2 * length", 'throw std::runtime_error("no")')
        self.draw("--display=x.svg", status=NODE_FAILED)
        self.assertEqual(set(self.boxes("x.svg")), NODES | INPUTS)

    def test_the_picture_after_a_failure_shows_failed_and_skipped(self):
        self.edit("cell.cpp", "return source.size();", 'throw std::runtime_error("no");')
        self.draw("--display-cache=x.svg", status=NODE_FAILED)
        self.assertIn("failed", self.words("x.svg", "length"))
        self.assertIn("skipped", self.words("x.svg", "doubled"))

    def test_the_picture_before_exists_when_the_cell_does_not_compile(self):
        self.edit("cell.cpp", "return 2 * length", "return wrong_name")
        self.draw("--display=x.svg", status=COMPILE)
        self.assertEqual(set(self.boxes("x.svg")), NODES | INPUTS)

    def test_the_picture_after_exists_when_the_cell_does_not_compile(self):
        self.edit("cell.cpp", "return 2 * length", "return wrong_name")
        self.draw("--display-cache=x.svg", status=COMPILE)
        self.assertIn("skipped", self.words("x.svg", "doubled"))

    def test_an_input_that_is_missing_leaves_no_picture_half_drawn(self):
        result = self.run_hamcell("cell.cpp", "-x", "--display=x.svg", "--display-cache=y.svg")
        self.assert_status(result, CELL)
        self.assertFalse(self.path("y.svg").exists())

    # ---- Unchanged

    def times(self, name="x.svg"):
        info = os.stat(self.path(name))
        return info.st_ino, info.st_mtime_ns

    def draw_before(self, *args):
        self.assert_status(self.run_hamcell("cell.cpp", "--display=x.svg", *args), 0)

    def age(self, *names):
        """As if the files had been there for an hour."""
        for name in names:
            os.utime(self.path(name), (time.time() - 3600,) * 2)

    def test_a_picture_that_is_the_same_is_left_alone(self):
        self.age("cell.cpp")
        self.draw_before()
        before = self.times()
        self.draw_before()
        self.assertEqual(self.times(), before)

    def test_a_picture_that_is_the_same_is_left_alone_when_its_stamp_is_old(self):
        self.age("cell.cpp")
        self.draw_before()
        time.sleep(2.1)
        self.draw_before()
        before = self.times()
        # Not read any more: the stamp says that it is as it was.
        result = self.run_hamcell("cell.cpp", "--display=x.svg", wrapper=(
            "strace", "-f", "-qq", "-e", "trace=open,openat", "-o", self.path("trace")),
            env={"ASAN_OPTIONS": "detect_leaks=0"})
        self.assert_status(result, 0)
        self.assertNotIn("x.svg", self.path("trace").read_text())
        self.assertEqual(self.times(), before)

    def test_a_picture_of_dot_text_that_is_the_same_is_left_alone(self):
        self.age("cell.cpp")
        self.run_hamcell("cell.cpp", "--display=x.dot")
        before = self.times("x.dot")
        self.run_hamcell("cell.cpp", "--display=x.dot")
        self.assertEqual(self.times("x.dot"), before)

    def test_a_picture_that_somebody_changed_is_drawn_again(self):
        self.draw_before()
        content = self.path("x.svg").read_bytes()
        self.path("x.svg").write_bytes(content.replace(b"doubled", b"trebled"))
        self.draw_before()
        self.assertEqual(self.path("x.svg").read_bytes(), content)

    def test_a_picture_that_was_removed_is_drawn_again(self):
        self.draw_before()
        self.path("x.svg").unlink()
        self.draw_before()
        self.assertEqual(set(self.boxes("x.svg")), NODES | INPUTS)

    def test_an_edit_that_shows_is_drawn(self):
        self.draw_before()
        self.edit("cell.cpp", "int doubled", "long doubled")
        self.draw_before()
        self.assertEqual(self.words("x.svg", "doubled"), "doubled long")

    def test_other_fonts_are_a_reason_to_draw_what_is_painted(self):
        self.age("cell.cpp")
        fonts = self.root / "home/.local/share/fonts"
        (fonts / "sans").mkdir(parents=True, exist_ok=True)
        self.addCleanup(shutil.rmtree, fonts)
        for kind, is_drawn in (("png", True), ("pdf", True), ("svg", False)):
            with self.subTest(kind):
                self.run_hamcell("cell.cpp", f"--display=x.{kind}")
                before = self.times(f"x.{kind}")
                self.run_hamcell("cell.cpp", f"--display=x.{kind}")
                self.assertEqual(self.times(f"x.{kind}"), before)
                # A font in a folder of its own, as packages bring them; this one is none, and does not count.
                (fonts / f"sans/{kind}.ttf").write_text("no font")
                self.run_hamcell("cell.cpp", f"--display=x.{kind}")
                self.assertEqual(self.times(f"x.{kind}") != before, is_drawn)

    def test_another_format_under_the_same_name_is_drawn(self):
        for kind, start in (("svg", b"<?xml"), ("pdf", b"%PDF")):
            self.run_hamcell("cell.cpp", "--display=picture", "--format", kind)
            self.assertTrue(self.path("picture").read_bytes().startswith(start))

    def test_a_link_is_followed_each_time(self):
        self.write("real.svg", "old")
        self.path("x.svg").symlink_to("real.svg")
        for _ in range(2):
            self.draw_before()
            self.assertIn("<svg", self.path("real.svg").read_text())
            self.write("real.svg", "old")

    def test_two_names_of_one_file_are_refused_for_two_pictures(self):
        self.path("real").mkdir()
        self.path("alias").symlink_to("real")
        self.path("link.svg").symlink_to("real/x.svg")
        for other in ("real/x.svg", "alias/x.svg", "link.svg"):
            with self.subTest(other):
                result = self.run_hamcell("cell.cpp", "-x", "--display=real/x.svg", f"--display-cache={other}")
                self.assert_status(result, USAGE)
                self.assert_says(result, "--display-cache would overwrite --display, 'real/x.svg'")

    def test_a_picture_older_than_the_cell_is_made_newer_for_make(self):
        self.draw_before()
        self.age("x.svg")
        inode, _ = self.times()
        self.draw_before()
        self.assertEqual(self.times()[0], inode, "it was not drawn again")
        self.assertGreater(self.times()[1], os.stat(self.path("cell.cpp")).st_mtime_ns)

    def test_with_if_changed_the_same_picture_keeps_its_time(self):
        self.execute("-i", "path=abc", "--display=x.svg")
        self.age("x.svg")
        before = self.times()
        self.execute("-i", "path=abc", "--display=x.svg", "--save=other=o.json", "--if-changed")
        self.assertEqual(self.times(), before)

    def test_a_damaged_memory_of_a_picture_costs_no_more_than_drawing_it(self):
        self.draw_before()
        kept = list((self.root / "user-cache/hamcell/pictures").iterdir())
        self.assertTrue(kept)
        for file in kept:
            file.write_bytes(file.read_bytes()[:-1] + b"?")
        self.path("x.svg").write_text("not a picture")
        self.draw_before()
        self.assertEqual(set(self.boxes("x.svg")), NODES | INPUTS)

    # ---- Large and strange

    def test_names_of_other_scripts_and_types_with_markup_are_drawn(self):
        self.write("cell.cpp", "#include <map>\n#include <string>\n#include <vector>\n"
                               "std::map<std::string, std::vector<int>> größe() { return {}; }\n"
                               "bool 気象(const std::map<std::string, std::vector<int>>& größe) {\n"
                               "  return größe.empty();\n}\n")
        self.assert_status(self.run_hamcell("cell.cpp", "--display=x.svg", "-m", "a < b & \"c\""), 0)
        texts = texts_of(self.svg("x.svg"))
        for text in ("größe", "気象", 'a < b & "c"'):
            self.assertIn(text, texts)

    def test_a_cell_of_two_hundred_nodes_is_drawn_in_time(self):
        nodes = ["int n0() { return 1; }\n"]
        nodes += [f"int n{i}(int n{(i * 7) % i if i % 3 else i - 1}, int n{i // 2}) {{ return {i}; }}\n"
                  for i in range(2, 200)]
        self.write("cell.cpp", "int n1(int n0) { return n0; }\n" + "".join(dict.fromkeys(nodes)).replace(
            "(int n0, int n0)", "(int n0)"))
        result = self.run_hamcell("cell.cpp", "--display=x.svg")
        self.assert_status(result, 0)
        self.assertEqual(len(self.boxes("x.svg")), 200)

    def test_a_picture_needs_no_dot_program(self):
        tools = self.path("tools")
        tools.mkdir()
        compiler = subprocess.run(["sh", "-c", "command -v g++"], stdout=subprocess.PIPE, text=True).stdout.strip()
        (tools / "g++").symlink_to(compiler)
        result = self.run_hamcell("cell.cpp", "--display=x.svg", "--cxx", "g++", env={"PATH": tools})
        self.assert_status(result, 0)
        self.assertEqual(set(self.boxes("x.svg")), NODES | INPUTS)


class DrawingFails(Scenario):
    """An installation whose hamcell-draw is another program."""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL_TEXT)
        prefix = Path(program()).parent.parent
        self.prefix = self.path("prefix")
        for folder in ("bin", "libexec/hamcell"):
            (self.prefix / folder).mkdir(parents=True)
        shutil.copy(program(), self.prefix / "bin/hamcell")
        (self.prefix / "include").symlink_to(prefix / "include")
        for name in ("hamcell-scan", "hamcell-runner"):
            (self.prefix / "libexec/hamcell" / name).symlink_to(prefix / "libexec/hamcell" / name)

    def with_drawer(self, script, *args):
        """Runs hamcell with a hamcell-draw of this text."""
        drawer = self.prefix / "libexec/hamcell/hamcell-draw"
        drawer.write_text("#!/bin/sh\n" + script + "\n")
        drawer.chmod(0o755)
        return self.run_other("cell.cpp", *self.build_flags, *args)

    def run_other(self, *args):
        done = subprocess.run([self.prefix / "bin/hamcell", *args], cwd=self.folder, env=self.environment(),
                              capture_output=True, timeout=120 * PATIENCE)
        return Result(done.returncode, done.stdout, done.stderr)

    def test_a_crash_is_an_error_that_says_what_to_do(self):
        result = self.with_drawer("kill -SEGV $$", "--display=x.svg")
        self.assert_status(result, STORAGE)
        self.assert_says(result, "error: cannot draw 'x.svg': hamcell-draw was ended by Segmentation fault\n",
                         "  help: draw with --format dot\n")
        self.assertFalse(self.path("x.svg").exists())

    def test_what_the_loader_says_is_told(self):
        result = self.with_drawer("echo libcairo.so.2: no such file >&2; exit 127", "--display=x.svg")
        self.assert_status(result, STORAGE)
        self.assert_says(result, "hamcell-draw failed: libcairo.so.2: no such file\n")

    def test_a_program_that_is_missing_is_an_error(self):
        (self.prefix / "libexec/hamcell/hamcell-draw").unlink(missing_ok=True)
        result = self.run_other("cell.cpp", "--display=x.svg")
        self.assert_status(result, STORAGE)
        self.assert_says(result, f"cannot start '{self.prefix}/libexec/hamcell/hamcell-draw': No such file or directory\n",
                         "  help: install hamcell anew\n")

    def test_a_program_that_is_none_is_said_not_to_start(self):
        (self.prefix / "libexec/hamcell/hamcell-draw").write_bytes(b"\x7fELF, but no more")
        (self.prefix / "libexec/hamcell/hamcell-draw").chmod(0o755)
        result = self.run_other("cell.cpp", "--display=x.svg")
        self.assert_status(result, STORAGE)
        self.assert_says(result, "cannot draw 'x.svg': hamcell-draw could not be started\n")

    def test_dot_text_needs_no_such_program(self):
        result = self.with_drawer("exit 1", "--display=x.dot")
        self.assert_status(result, 0)
        self.assertIn("digraph", self.path("x.dot").read_text())

    def test_a_crash_while_a_cell_runs_loses_no_results(self):
        result = self.with_drawer("kill -SEGV $$", "-x", "-i", "path=abc", "--json", "--display=a.svg", "--display-cache=b.svg")
        self.assert_status(result, STORAGE)
        self.assertEqual((result.json()["status"], result.json()["display"], result.json()["display_cache"]),
                         ("ok", None, None))
        self.assert_says(result, "cannot draw 'a.svg'", "cannot draw 'b.svg'")

    def test_what_graphviz_misses_is_told_once_and_in_whole_sentences(self):
        drawer = Path(program()).parent.parent / "libexec/hamcell/hamcell-draw"
        self.path("plugins").mkdir()
        result = self.with_drawer(f"GVBINDIR={self.path('plugins')} exec {drawer}", "-x", "-i", "path=abc",
                                  "--display=a.svg", "--display-cache=b.svg")
        self.assert_status(result, STORAGE)
        self.assertEqual(result.err.count("error:"), 1, result.err)
        self.assert_says(result, """Layout type: "dot" not recognized.)\n""", "package libgvc6")

    def test_one_that_does_not_end_is_ended_by_a_limit_of_time(self):
        drawer = Path(program()).parent.parent / "libexec/hamcell/hamcell-draw"
        ours, its = socket.socketpair()
        with ours, subprocess.Popen([drawer], stdin=its) as process:
            its.close()
            limits = Path(f"/proc/{process.pid}/limits")
            self.wait_for(lambda: re.search(r"Max cpu time +100 +", limits.read_text()))
            ours.close()
            self.assertEqual(process.wait(20 * PATIENCE), 0)

    def test_the_end_of_its_time_is_told(self):
        result = self.with_drawer("kill -XCPU $$", "--display=x.svg")
        self.assert_status(result, STORAGE)
        self.assert_says(result, "cannot draw 'x.svg': hamcell-draw did not end within 100 s\n")

    def test_ctrl_c_while_a_picture_is_drawn_ends_both(self):
        drawer = self.prefix / "libexec/hamcell/hamcell-draw"
        drawer.write_text(f"#!/bin/sh\necho $$ > {self.path('pid')}\nexec sleep 100\n")
        drawer.chmod(0o755)
        with subprocess.Popen([self.prefix / "bin/hamcell", "cell.cpp", "--display=x.svg"], cwd=self.folder,
                              env=self.environment(), stderr=subprocess.DEVNULL) as process:
            self.wait_for(lambda: self.path("pid").exists() and self.path("pid").read_text())
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(20 * PATIENCE), INTERRUPTED)
        self.wait_for(lambda: not Path(f"/proc/{self.path('pid').read_text().strip()}").exists(), seconds=20)

    def test_ctrl_c_while_requests_are_sent_ends_both(self):
        # More than a socket holds. Nothing of it is taken, or only the first of two requests.
        lines = "".join(f"/// {'word ' * 15}{i}\n" for i in range(10000))
        self.edit("cell.cpp", "/// Reads what there is.\n", lines)
        take_one = ("size, = struct.unpack('<I', peer.recv(4, socket.MSG_WAITALL))\n"
                    "peer.recv(size, socket.MSG_WAITALL)\n"
                    "peer.recv(4, socket.MSG_WAITALL | socket.MSG_PEEK)")
        for taken, options in (("pass", ["--display=a.svg"]),
                               (take_one, ["-x", "-i", "path=abc", "--display=a.svg", "--display-cache=b.svg"])):
            with self.subTest(taken):
                self.path("pid").unlink(missing_ok=True)
                drawer = self.prefix / "libexec/hamcell/hamcell-draw"
                drawer.write_text(f"#!{sys.executable}\nimport os, socket, struct, time\n"
                                  f"peer = socket.socket(fileno=0)\n{taken}\n"
                                  f"open({str(self.path('pid'))!r}, 'w').write(str(os.getpid()))\ntime.sleep(100)\n")
                drawer.chmod(0o755)
                with subprocess.Popen([self.prefix / "bin/hamcell", "cell.cpp", *self.build_flags, *options],
                                      cwd=self.folder, env=self.environment(), stderr=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL) as process:
                    self.addCleanup(process.kill)
                    self.wait_for(lambda: self.path("pid").exists() and self.path("pid").read_text())
                    time.sleep(0.5)  # until it waits
                    process.send_signal(signal.SIGINT)
                    self.assertEqual(process.wait(20 * PATIENCE), INTERRUPTED)

    def test_it_does_not_outlive_a_killed_driver(self):
        drawer = self.prefix / "libexec/hamcell/hamcell-draw"
        # What it starts does not either.
        drawer.write_text(f"#!/bin/sh\nsleep 100 &\necho $! > {self.path('pid')}\nsleep 100\n")
        drawer.chmod(0o755)
        with subprocess.Popen([self.prefix / "bin/hamcell", "cell.cpp", "--display=x.svg"], cwd=self.folder,
                              env=self.environment(), stderr=subprocess.DEVNULL) as process:
            self.wait_for(lambda: self.path("pid").exists() and self.path("pid").read_text())
            process.kill()
        stat = Path(f"/proc/{self.path('pid').read_text().strip()}/stat")
        self.wait_for(lambda: not stat.exists() or stat.read_text().rsplit(")")[1].split()[0] == "Z", seconds=20)


class Parts(Scenario):
    """--focus, --depth and --only-needed."""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", "int a(int n) { return n; }\nint b(int a) { return a; }\nint c(int b) { return b; }\n"
                   "int d(int c) { return c; }\nint beside(int b) { return b; }\n")

    def drawn(self, *args, status=DONE):
        self.assert_status(self.run_hamcell("cell.cpp", "-i", "n=1", *self.build_flags, *args), status)
        return {name: set(self.boxes(f"{name}.svg")) for name in ("before", "after") if self.path(f"{name}.svg").exists()}

    def test_what_is_near_a_node_is_drawn_before_and_after(self):
        drawn = self.drawn("-x", "--display=before.svg", "--display-cache=after.svg", "--focus", "b", "--depth", "1")
        self.assertEqual(drawn, {"before": {"a", "b", "c", "beside"}, "after": {"a", "b", "c", "beside"}})
        self.assertEqual(self.drawn("-d", "--display=before.svg", "--focus", "n")["before"], {"n", "a", "b"})

    def test_what_the_targets_do_not_need_is_left_out(self):
        drawn = self.drawn("-x", "c", "--display=before.svg", "--display-cache=after.svg", "--only-needed")
        self.assertEqual(drawn, {"before": {"n", "a", "b", "c"}, "after": {"n", "a", "b", "c"}})

    def test_a_past_run_is_drawn_in_part_too(self):
        self.drawn("-x")
        self.assert_status(self.run_hamcell("cache", "view", "--display=after.svg", "--focus", "d", "--depth", "1"), DONE)
        self.assertEqual(set(self.boxes("after.svg")), {"c", "d"})

    def test_a_focus_that_is_not_there_is_told_before_anything_runs(self):
        result = self.run_hamcell("cell.cpp", "-i", "n=1", "-x", "--display-cache=after.svg", "--focus", "besides",
                                  *self.build_flags)
        self.assert_status(result, CELL)
        self.assert_says(result, "no node or input 'besides'", "did you mean 'beside'?")
        self.assertEqual(result.out, "")
        self.assertFalse(self.cache.exists())

    def test_options_that_have_nothing_to_do_are_refused(self):
        for args, text in ((("-x", "--focus", "b"), "none is asked for"), (("-d", "--depth", "1"), "add --focus"),
                           (("-d", "--focus", "b", "--depth", "x"), "--depth cannot be 'x'")):
            result = self.run_hamcell("cell.cpp", *args)
            self.assert_status(result, USAGE)
            self.assert_says(result, text)



if __name__ == "__main__":
    unittest.main()
