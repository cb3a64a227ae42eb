"""The pictures, looked at as a reader's program would."""

import re
import struct
import subprocess
import unittest
import zlib

from harness import CELL, COMPILE, NODE_FAILED, SVG, Scenario, texts_of

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
        self.assertEqual(self.legend("x.svg"), {"input", "optional input", "target", "executed", "from cache"})

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


if __name__ == "__main__":
    unittest.main()
