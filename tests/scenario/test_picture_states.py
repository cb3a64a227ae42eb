"""Every state that a box can have, before a run and after it, as a program that reads the SVG finds it."""

import importlib.util
import re
import subprocess
import sys
import unittest
from pathlib import Path

from harness import DONE, NODE_FAILED, SVG, Scenario, texts_of

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "vision.py"

# A node of each kind: what it needs and how it ends follow from its name.
CELL_TEXT = """\
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>
struct Day { std::string date; double rain_mm; };
/// Reads what there is.
[[ham::cache]] std::vector<Day> days(const std::string& path, int limit = 10) { return {{path, double(limit)}}; }
[[ham::cache(behavior = "recompute")]] int recomputed(const std::vector<Day>& days) { return days.size(); }
[[ham::cache(behavior = "disable")]] int disabled(const std::vector<Day>& days) { return days.size() + 1; }
[[ham::cache(behavior = "ignore")]] int ignored(const std::vector<Day>& days) { return days.size() + 2; }
int replaced(const std::vector<Day>& days) { return days.size() + 3; }
int plain(const std::vector<Day>& days, int replaced, int ignored) { return days.size() + replaced + ignored; }
std::function<int()> unstored(int plain) { return [plain] { return plain; }; }
int broken(int recomputed) { if (recomputed > 0) throw std::runtime_error("no"); return 0; }
int behind_broken(int broken) { return broken; }
int beside(int disabled) { return disabled; }
double last(const std::function<int()>& unstored, int plain) { return unstored() + plain; }
"""
TARGETS = ("last", "behind_broken", "disabled")
GIVEN = ("-i", "path=abc", "-o", "replaced=7", "-k")


def channel(value):
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def contrast(first, second):
    """Of two colours "#rrggbb" (WCAG 2.1, 1.4.3)."""
    lights = sorted(sum(weight * channel(int(color[i:i + 2], 16)) for weight, i in zip((0.2126, 0.7152, 0.0722), (1, 3, 5)))
                    for color in (first, second))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def area(shape):
    """Left, top, right and bottom of a shape."""
    if shape.tag == SVG + "rect":
        return -1e9, -1e9, 1e9, 1e9
    numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", shape.get("points") or shape.get("d"))]
    return min(numbers[0::2]), min(numbers[1::2]), max(numbers[0::2]), max(numbers[1::2])


class States(Scenario):
    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL_TEXT)

    def both(self):
        """A run in which everything happens; `days` and `plain` come from the cache."""
        self.execute("-i", "path=abc", "-o", "replaced=7", "plain")
        self.execute(*GIVEN, *TARGETS, "--display=before.svg", "--display-cache=after.svg", status=NODE_FAILED)

    def box(self, picture, name):
        group = self.boxes(picture)[name]
        shape = next(child for child in group if child.tag in (SVG + "polygon", SVG + "path"))
        return {"classes": set(group.get("class").split()), "words": " ".join(texts_of(group)),
                "dashes": shape.get("stroke-dasharray"), "fill": shape.get("fill"), "stroke": shape.get("stroke"),
                "width": float(shape.get("stroke-width", 1)), "corners": "square" if shape.tag == SVG + "polygon" else "round",
                "title": group.find(SVG + "title").text, "crosses": len(group.findall(SVG + "polyline"))}

    def assert_box(self, picture, name, words=(), no_words=(), **parts):
        box = self.box(picture, name)
        for word in words:
            self.assertIn(word, box["words"])
        for word in no_words:
            self.assertNotIn(word, box["words"])
        for part, wanted in parts.items():
            if part == "classes":
                self.assertEqual(box["classes"], {"box", *wanted}, name)
            else:
                self.assertEqual(box[part], wanted, (name, part))

    # ---- Before

    def test_before_a_plain_node_is_a_round_blue_box(self):
        self.both()
        self.assert_box("before.svg", "plain", classes={"node"}, corners="round", dashes=None, fill="#c9e3ee", words=["plain int"])

    def test_before_inputs_are_square_and_dashed_and_optional_ones_dotted(self):
        self.assert_status(self.run_hamcell("cell.cpp", "--display=x.svg"), DONE)
        self.assert_box("x.svg", "path", classes={"input"}, corners="square", dashes="5,2.5", words=["path string"], no_words=["="])
        self.assert_box("x.svg", "limit", classes={"input", "optional"}, corners="square", dashes="1.5,3", words=["optional = 10"])

    def test_before_given_inputs_show_their_values(self):
        self.both()
        self.assert_box("before.svg", "path", classes={"input"}, words=['= "abc"'])
        self.assert_status(self.run_hamcell("cell.cpp", "--display=x.svg", "-i", "limit=3"), DONE)
        self.assert_box("x.svg", "limit", words=["= 3"], no_words=["optional", "10"])

    def test_before_a_config_value_is_a_dashed_grey_box(self):
        self.edit("cell.cpp", "double last(", "int by_mode(int mode) { return mode; }\ndouble last(")
        self.assert_status(self.run_hamcell("cell.cpp", "--display=x.svg", "-c", "mode=2"), DONE)
        self.assert_box("x.svg", "mode", classes={"input", "config"}, corners="square", dashes="5,2.5", fill="#f1f3f4", words=["config = 2"])

    def test_before_an_override_is_dotted_and_shows_its_value(self):
        self.both()
        self.assert_box("before.svg", "replaced", classes={"node", "overridden"}, dashes="1.5,3", stroke="#6b3fa0", words=["overridden = 7"])

    def test_before_targets_are_yellow(self):
        self.both()
        for name in TARGETS:
            self.assert_box("before.svg", name, classes={"node", "target"}, fill="#ffc72e", corners="round", dashes=None)
        underlined = {name for name, box in self.boxes("before.svg").items()
                      if any(text.get("text-decoration") == "underline" for text in box.iter(SVG + "text"))}
        self.assertEqual(underlined, set(TARGETS), "they can be told without colours")

    def test_before_what_is_not_needed_stands_back(self):
        self.both()
        self.assert_box("before.svg", "beside", classes={"node", "faded"}, fill="#ffffff", stroke="#828e95", dashes="1.5,3")
        faint = next(g for g in self.svg("before.svg").iter(SVG + "g") if g.get("id") == "arrow_disabled-beside")
        self.assertIn("faint", faint.get("class").split())

    def test_behaviors_are_written_on_their_nodes_before_and_after(self):
        self.both()
        for picture in ("before.svg", "after.svg"):
            for name, behavior in (("days", "cache"), ("recomputed", "recompute"), ("disabled", "disable"), ("ignored", "ignore")):
                self.assertIn(behavior, texts_of(self.boxes(picture)[name]))
            self.assertFalse({"cache", "recompute", "disable", "ignore"} & set(texts_of(self.boxes(picture)["plain"])))

    # ---- After

    def test_after_each_status_has_its_word_and_its_line(self):
        self.both()
        self.assert_box("after.svg", "days", classes={"node", "cached"}, words=["from cache ·"], stroke="#d95f00", width=3.4, dashes=None)
        self.assert_box("after.svg", "plain", classes={"node", "cached"}, words=["from cache ·"])
        self.assert_box("after.svg", "recomputed", classes={"node", "executed"}, words=["executed ·"], stroke="#35535f", width=1.3, dashes=None)
        self.assert_box("after.svg", "broken", classes={"node", "failed"}, words=["failed"], corners="square", crosses=4, fill="#fbdcdc")
        self.assert_box("after.svg", "behind_broken", classes={"node", "target", "skipped"}, words=["skipped"], dashes="5,2.5")
        self.assert_box("after.svg", "beside", classes={"node", "faded", "unneeded"}, words=["not needed"], dashes="1.5,3")
        self.assert_box("after.svg", "replaced", classes={"node", "overridden"}, words=["overridden = 7"], dashes="1.5,3")
        self.assert_box("after.svg", "last", classes={"node", "target", "executed"}, words=["executed"], fill="#ffc72e")

    def test_after_a_value_that_is_not_stored_has_a_time_and_no_size(self):
        self.both()
        box = self.box("after.svg", "unstored")
        self.assertRegex(box["words"], r"executed · [\d.]+ .?s$")
        self.assertRegex(self.box("after.svg", "last")["words"], r"executed · [\d.]+ .?s · \d+ B$")

    def test_after_a_dry_run_each_forecast_has_its_word_and_its_line(self):
        self.execute("-i", "path=abc", "recomputed", "plain", "--default")
        self.assert_status(self.run_hamcell("cell.cpp", "-n", "-i", "path=abc", "--display-cache=x.svg", *self.build_flags), DONE)
        self.assert_box("x.svg", "days", classes={"node", "cached"})
        self.assert_box("x.svg", "recomputed", classes={"node", "would-run"}, words=["would run"], dashes="5,2.5")
        self.assert_box("x.svg", "broken", classes={"node", "would-run"}, words=["would run"])
        self.edit("cell.cpp", "return days.size() + 3", "return days.size() + 4")
        self.assert_status(self.run_hamcell("cell.cpp", "-n", "-i", "path=abc", "--display-cache=x.svg", *self.build_flags), DONE)
        self.assert_box("x.svg", "plain", classes={"node", "may-run"}, words=["may run"], dashes="1.5,3")

    def test_every_box_and_arrow_stands_where_it_stood(self):
        self.both()
        before, after = self.svg("before.svg"), self.svg("after.svg")
        places = []
        for root in (before, after):
            places.append({g.get("id"): [child.get("d") or child.get("points") for child in g if child.tag in (SVG + "path", SVG + "polygon")][:1]
                           for g in root.iter(SVG + "g") if g.get("id", "").startswith(("box_", "arrow_"))})
        shapes = [{name: area_of_text(value[0]) for name, value in place.items()} for place in places]
        self.assertEqual(shapes[0], shapes[1])
        self.assertGreater(len(shapes[0]), 20)

    # ---- For every reader

    def test_an_svg_says_what_it_is_to_readers_that_do_not_see_it(self):
        self.both()
        for picture in ("before.svg", "after.svg"):
            root = self.svg(picture)
            self.assertEqual(root.get("role"), "img")
            self.assertEqual([child.tag for child in root][:2], [SVG + "title", SVG + "desc"])
            self.assertEqual(root[0].text, "cell")
            self.assertIn("11 nodes", root[1].text)
            self.assertEqual(len([g for g in root.iter(SVG + "g")]), len({g.get("id") for g in root.iter(SVG + "g")}))
            for name, box in self.boxes(picture).items():
                self.assertTrue(box.find(SVG + "title").text.startswith(name + ": "), name)
                self.assertEqual(texts_of(box)[0], name)

    def test_an_svg_refers_to_nothing_outside(self):
        self.both()
        for picture in ("before.svg", "after.svg"):
            text = self.path(picture).read_text()
            for word in ("href", "url(", "@import", "<image", "<script", "<!DOCTYPE", "<!ENTITY"):
                self.assertNotIn(word, text)
            self.assertEqual(re.findall(r"https?://[^\"]*", text), ["http://www.w3.org/2000/svg"])

    def test_the_tooltip_of_a_table_has_its_columns(self):
        self.both()
        self.assertIn("days: std::vector<Day>\ncolumns: date: string, rain_mm: double\nReads what there is.",
                      self.box("before.svg", "days")["title"])
        self.assertNotIn("columns", self.box("before.svg", "plain")["title"])

    # ---- Colours

    def dark_colors(self, picture):
        """What the picture puts for each colour on a dark page, for grounds and for lines."""
        style = self.svg(picture).find(SVG + "style").text
        self.assertRegex(style, r"^\s*@media \(prefers-color-scheme: dark\) \{")
        return {prop: dict(re.findall(rf'\.hamcell \[{prop}="(#\w+)"\]\{{{prop}:(#\w+)\}}', style)) for prop in ("fill", "stroke")}

    def texts_with_grounds(self, picture):
        """Every text with its colour and that of what it stands on."""
        shapes = []
        for element in self.svg(picture).iter():
            if element.tag in (SVG + "rect", SVG + "path", SVG + "polygon") and element.get("fill") != "none":
                shapes.append((area(element), element.get("fill")))
            if element.tag == SVG + "text":
                x, y = float(element.get("x")), float(element.get("y")) - 3
                ground = next(fill for (left, top, right, bottom), fill in reversed(shapes) if left <= x <= right and top <= y <= bottom)
                yield "".join(element.itertext()), element.get("fill"), ground

    def pictures_of_all_states(self):
        self.both()
        self.assert_status(self.run_hamcell("cell.cpp", "-n", "-i", "path=abc", "--display-cache=dry.svg", *self.build_flags), DONE)
        self.edit("cell.cpp", "int plain(", '[[ham::tag(owner = "ml")]] int plain(')
        self.assert_status(self.run_hamcell("cell.cpp", "--display=groups.svg", "--group-by", "owner"), DONE)
        return ("before.svg", "after.svg", "dry.svg", "groups.svg")

    def test_every_text_has_enough_contrast_on_light_and_dark_pages(self):
        for picture in self.pictures_of_all_states():
            dark = self.dark_colors(picture)["fill"]
            found = list(self.texts_with_grounds(picture))
            self.assertGreater(len(found), 30)
            for text, ink, ground in found:
                self.assertGreaterEqual(contrast(ink, ground), 4.5, (picture, text, ink, ground))
                self.assertGreaterEqual(contrast(dark[ink], dark[ground]), 4.5, (picture, text, dark[ink], dark[ground]))

    def test_every_colour_has_one_for_dark_pages(self):
        for picture in self.pictures_of_all_states():
            dark = self.dark_colors(picture)
            for element in self.svg(picture).iter():
                for prop in ("fill", "stroke"):
                    if element.get(prop, "none") != "none":
                        self.assertIn(element.get(prop), dark[prop], picture)
            for g in self.svg(picture).iter(SVG + "g"):
                if g.get("id", "").startswith("box_"):
                    stroke = next(child.get("stroke") for child in g if child.get("stroke"))
                    self.assertGreaterEqual(contrast(dark["stroke"][stroke], dark["fill"]["#ffffff"]), 3)

    def test_a_png_can_be_looked_at_with_other_eyes(self):
        spec = importlib.util.spec_from_file_location("vision", SCRIPT)
        vision = importlib.util.module_from_spec(spec)
        sys.dont_write_bytecode = True
        spec.loader.exec_module(vision)
        self.assertEqual(vision.seen((255, 255, 255), vision.VISIONS["greyscale"]), (255, 255, 255))
        for matrix in vision.VISIONS.values():
            grey = vision.seen((128, 128, 128), matrix)
            self.assertTrue(all(abs(part - 128) <= 1 for part in grey), grey)
        red, green = (vision.seen(color, vision.VISIONS["deuteranopia"]) for color in ((200, 60, 60), (90, 120, 50)))
        self.assertLess(sum(abs(a - b) for a, b in zip(red, green)), 120)
        self.assert_status(self.run_hamcell("cell.cpp", "--display=x.png"), DONE)
        self.assertEqual(subprocess.run([sys.executable, "-B", SCRIPT, self.path("x.png")], check=True, capture_output=True, text=True,
                                        timeout=60).stdout.count("\n"), 4)
        for name in vision.VISIONS:
            self.assertTrue(self.path(f"x.{name}.png").read_bytes().startswith(vision.SIGNATURE))
        refused = subprocess.run([sys.executable, "-B", SCRIPT, self.path("cell.cpp")], capture_output=True, text=True, timeout=60)
        self.assertEqual((refused.returncode, refused.stdout), (1, ""))
        self.assertIn("is no PNG with a palette", refused.stderr)


def area_of_text(numbers_text):
    """Left, top, right and bottom of the numbers of a path or a polygon: round corners and square ones have the same."""
    numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", numbers_text)]
    return min(numbers[0::2]), min(numbers[1::2]), max(numbers[0::2]), max(numbers[1::2])


if __name__ == "__main__":
    unittest.main()
