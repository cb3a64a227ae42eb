"""Frames in the page that fold and unfold: with a mouse, with the keyboard alone, and by the search."""

import re
import unittest

from harness import CELL, DONE, NODE_FAILED, USAGE, Scenario
from test_page import CONTRASTS, PageScenario, needs_browser

CELL_TEXT = """[[ham::tag(owner = "data")]] int raw(int seed) { return seed; }
[[ham::tag(owner = "data")]] int clean(int raw) { return raw; }
[[ham::tag(owner = "data")]] int rows(int clean) { return clean; }
[[ham::tag(owner = "ml", stage = "late")]] int model(int clean, int rows) { return clean + rows; }
[[ham::tag(owner = "ml")]] int score(int model, int clean) { return model + clean; }
/// What is said of it.
int report(int score, int model, int rows) { return score + model + rows; }
"""

# What can be seen of the graph: boxes, folded ones, and arrows, each by its id or by what its tooltip says.
SEEN = """
const seen = (selector) =>
  [...document.querySelectorAll(`#page-canvas ${selector}`)].filter((one) => getComputedStyle(one).display !== "none");
return {
  boxes: seen("g.box:not(.folded)").map((one) => one.id.slice(4)).sort(),
  folds: seen("g.box.folded").map((one) => one.id.slice(15)).sort(),
  arrows: seen("g.edge").map((one) => one.querySelector("title").textContent).sort(),
};
"""
TITLE = "#title_cluster_owner_3d{}"


class FoldScenario(PageScenario):
    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL_TEXT)
        self.given = ("-i", "seed=1")

    def seen(self):
        return self.browser.run(SEEN)

    def expanded(self, value):
        return self.attribute(TITLE.format(value), "aria-expanded")

    def attribute(self, selector, name):
        script = "return document.querySelector(arguments[0]).getAttribute(arguments[1])"
        return self.browser.run(script, selector, name)

    def style(self, selector, name):
        script = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
        return self.browser.run(script, selector, name)

    def said(self):
        """What those hear who do not see the page."""
        return self.browser.run("return document.querySelector('#page-status').textContent")

    def rectangle(self, selector):
        return self.browser.run(
            "const {x, y, width, height} = document.querySelector(arguments[0]).getBoundingClientRect();"
            "return {x, y, width, height}", selector)

    def open_grouped(self, *args, **how):
        self.run_page("--group-by", "owner", *args)
        self.open(**how)


@needs_browser
class Mouse(FoldScenario):
    def test_a_click_on_the_title_folds_a_frame_and_another_one_unfolds_it(self):
        self.open_grouped()
        whole = self.seen()
        self.assertEqual((len(whole["boxes"]), whole["folds"]), (7, []))
        self.browser.click(TITLE.format("data"))
        folded = self.seen()
        self.assertEqual(folded["boxes"], ["model", "report", "score", "seed"])
        self.assertEqual(folded["folds"], ["owner_3ddata"])
        self.assertEqual(self.expanded("data"), "false")
        self.browser.click(TITLE.format("data"))
        self.assertEqual(self.seen(), whole)
        self.assertEqual(self.expanded("data"), "true")
        self.assert_quiet()

    def test_arrows_to_the_outside_lead_to_the_box_one_for_all_between_the_same_two(self):
        self.open_grouped()
        self.browser.click(TITLE.format("data"))
        self.assertEqual(self.seen()["arrows"], [
            "data → model (2 dependencies)", "data → report", "data → score", "model → report", "model → score",
            "score → report", "seed → data"])
        self.browser.click(TITLE.format("ml"))
        self.assertEqual(self.seen()["arrows"], [
            "data → ml (3 dependencies)", "data → report", "ml → report (2 dependencies)", "seed → data"])
        # Each begins and ends at the outline of what it is between.
        ends = self.browser.run("""
          const isIt = (one) => one.querySelector("title").textContent.startsWith("data → ml");
          const path = [...document.querySelectorAll("g.edge")].find(isIt).querySelector("path");
          const place = (id) => document.querySelector(`#folded_cluster_owner_3d${id} > path`).getBBox();
          const tip = path.nextElementSibling.points[1];
          return [path.getPointAtLength(0).x - place("data").x - place("data").width, tip.x - place("ml").x]""")
        for distance in ends:
            self.assertAlmostEqual(distance, 0, delta=0.5)
        self.assert_quiet()

    def test_the_box_says_how_many_ended_how_and_how_long_they_took(self):
        self.run_page()
        self.edit("cell.cpp", "int clean(int raw) { return raw; }", "int clean(int raw) { return raw + 0; }")
        self.open_grouped()
        self.browser.click(TITLE.format("data"))
        text = self.browser.run("return document.querySelector('#folded_cluster_owner_3ddata').textContent")
        self.assertIn("owner · 3 nodes", text)
        self.assertIn("1 executed, 2 from cache", text)
        self.assertRegex(text, r"\d (µs|ms|s)")
        # Who does not see it hears it, with the name of the button.
        label = self.attribute(TITLE.format("data"), "aria-label")
        self.assertTrue(label.startswith("data, owner · 3 nodes, 1 executed, 2 from cache, "), label)

    def test_a_fold_keeps_its_place_and_all_else_does(self):
        self.open_grouped()
        others = {name: self.rectangle(f"#box_{name}") for name in ("seed", "model", "report")}
        frame = self.rectangle("#cluster_owner_3ddata > path")
        self.browser.click(TITLE.format("data"))
        self.assertEqual({name: self.rectangle(f"#box_{name}") for name in others}, others)
        self.assertEqual(self.rectangle("#cluster_owner_3ddata > path"), frame)
        box = self.rectangle("#folded_cluster_owner_3ddata")
        self.assertGreaterEqual(box["x"], frame["x"])
        self.assertLessEqual(box["x"] + box["width"], frame["x"] + frame["width"])
        self.assertGreaterEqual(box["y"], frame["y"])
        self.assertLessEqual(box["y"] + box["height"], frame["y"] + frame["height"])

    def test_a_click_on_the_box_unfolds_it_and_the_button_folds_all(self):
        self.open_grouped()
        self.browser.click("#page-fold")
        self.assertEqual(self.seen()["folds"], ["owner_3ddata", "owner_3dml"])
        self.assertEqual(self.browser.text("#page-fold"), "Unfold all")
        self.browser.click("#folded_cluster_owner_3dml")
        self.assertEqual(self.seen()["folds"], ["owner_3ddata"])
        self.assertTrue(self.browser.run("return document.querySelector('#page-panel').hidden"))
        self.browser.click("#page-fold")
        self.browser.click("#page-fold")
        self.assertEqual(self.seen()["folds"], [])
        self.assert_quiet()

    def test_before_and_after_are_folded_alike(self):
        self.open_grouped()
        self.browser.click(TITLE.format("data"))
        after = self.seen()
        self.browser.press("b")
        self.assertEqual(self.seen(), after)
        self.browser.click(TITLE.format("ml"))
        self.browser.press("b")
        self.assertEqual(self.seen()["folds"], ["owner_3ddata", "owner_3dml"])
        self.assert_quiet()

    def test_the_table_has_all_nodes_and_a_click_in_it_unfolds(self):
        self.open_grouped("--fold", "ml")
        self.assertEqual(len(self.rows()), 6)
        self.assertEqual(self.seen()["folds"], ["owner_3dml"])
        self.browser.click(f"tr[data-at='{self.rows().index('score')}']")
        self.assertEqual(self.seen()["folds"], [])
        self.assertTrue(self.browser.run("return document.querySelector('#box_score').classList.contains('selected')"))
        self.assert_quiet()

    def test_a_box_stands_out_where_one_of_its_nodes_would(self):
        self.open_grouped()
        self.browser.click("#box_rows")
        self.browser.click(TITLE.format("data"))
        self.browser.click(TITLE.format("ml"))
        classes = "return [...document.querySelector('#folded_cluster_owner_3d' + arguments[0]).classList]"
        self.assertIn("selected", self.browser.run(classes, "data"))
        self.assertIn("related", self.browser.run(classes, "ml"))
        self.assertNotIn("selected", self.browser.run(classes, "ml"))
        related = [title for title in self.browser.run(
            "return [...document.querySelectorAll('.edge.related:not(.away) title')].map((one) => one.textContent)")]
        self.assertEqual(sorted(related), [
            "data → ml (3 dependencies)", "data → report", "ml → report (2 dependencies)", "seed → data"])


@needs_browser
class Keyboard(FoldScenario):
    """Not one click in here."""

    def setUp(self):
        super().setUp()
        self.open_grouped()

    def test_enter_and_space_on_a_title(self):
        self.tab_to(TITLE.format("data"))
        for key in ("Enter", "Space"):
            self.browser.press(key)
            self.assertEqual((self.seen()["folds"], self.expanded("data")), (["owner_3ddata"], "false"), key)
            self.browser.press(key)
            self.assertEqual((self.seen()["folds"], self.expanded("data")), ([], "true"), key)
        self.assertEqual(self.browser.run("return document.activeElement.getAttribute('role')"), "button")
        self.assert_quiet()

    def test_one_key_folds_all_and_says_so(self):
        self.browser.press("f")
        self.assertEqual(self.seen()["folds"], ["owner_3ddata", "owner_3dml"])
        self.assertEqual(self.said(), "2 frames folded")
        self.browser.press("f")
        self.assertEqual(self.seen()["folds"], [])
        self.assertEqual(self.said(), "2 frames unfolded")
        self.assert_quiet()

    def test_arrow_keys_lead_from_title_to_title_and_along_the_arrows_of_a_fold(self):
        self.tab_to(TITLE.format("data"))
        focus = "return document.activeElement.id"
        self.browser.press("Enter", "Down")
        self.assertEqual(self.browser.run(focus), "title_cluster_owner_3dml")
        self.browser.press("Up", "Left")
        self.assertEqual(self.browser.run(focus), "box_seed")
        self.browser.press("Right")
        self.assertEqual(self.browser.run(focus), "title_cluster_owner_3ddata")
        self.browser.press("Enter", "Right")
        self.assertIn(self.browser.run(focus), ("box_raw", "box_clean", "box_rows"))
        self.assert_quiet()

    def test_the_focus_is_not_lost_with_a_node_that_folds_away(self):
        self.tab_to(TITLE.format("data"))
        self.browser.press("Right", "f")
        self.assertEqual(self.browser.run("return document.activeElement.id"), "title_cluster_owner_3ddata")
        self.browser.press("f")
        self.browser.press("Right", "Enter")
        self.browser.press("f")
        self.browser.press("Escape")
        self.assertEqual(self.browser.focused(), "page-viewport")

    def test_the_search_unfolds_what_it_goes_to(self):
        self.browser.press("f", "/", *"score")
        self.assertEqual(len(self.seen()["folds"]), 2)
        found = "return [...document.querySelectorAll('.box.folded.found')].map((one) => one.id)"
        self.assertEqual(self.browser.run(found), ["folded_cluster_owner_3dml"])
        self.browser.press("Enter")
        self.assertEqual(self.seen()["folds"], ["owner_3ddata"])
        self.assertEqual(self.browser.text("#page-panel h2"), "score")
        self.assert_quiet()


@needs_browser
class Looks(FoldScenario):
    def test_every_text_has_contrast_in_the_light_and_in_the_dark(self):
        self.edit("cell.cpp", "int score(int model, int clean) {", "int score(int model, int clean) { throw 1;")
        self.run_page("-k", "--group-by", "owner", status=NODE_FAILED)
        for dark in (False, True):
            self.open(dark=dark)
            for state in ("unfolded", "folded"):
                contrasts = self.browser.run(CONTRASTS)
                self.assertIn("owner:", dict(contrasts))
                self.assertEqual("2 nodes" in " ".join(text for text, _ in contrasts), state == "folded")
                faint = [(text, ratio) for text, ratio in contrasts if ratio < 4.5]
                self.assertEqual(faint, [], f"{state}, dark: {dark}")
                self.browser.press("f")

    def test_colours_in_the_dark_are_those_of_pictures(self):
        self.open_grouped("--display=graph.svg", dark=True)
        picture = self.path("graph.svg").read_text()
        for selector, kind in (
                ("#cluster_owner_3ddata > path", "fill"), ("#box_raw > path", "fill"), ("#box_raw text", "fill"),
                ("#box_seed > polygon", "fill"), ("#arrow_raw-clean path", "stroke")):
            shown, light = self.browser.run(
                "const one = document.querySelector(`#page-canvas ${arguments[0]}`);"
                "return [getComputedStyle(one)[arguments[1]], one.getAttribute(arguments[1])]", selector, kind)
            dark = re.search(rf'\[{kind}="{light}"\]{{{kind}:(#\w+)}}', picture).group(1)
            self.assertEqual("#%02x%02x%02x" % tuple(map(int, re.findall(r"\d+", shown))), dark, selector)

    def test_a_target_in_the_legend_is_underlined_as_in_the_graph(self):
        self.open_grouped("report")
        self.assertEqual(self.browser.texts("#page-legend .underlined"), ["target"])
        self.assertEqual(self.style("#page-legend .underlined", "textDecorationLine"), "underline")
        self.assertEqual(self.attribute("#box_report text", "text-decoration"), "underline")
        self.assertIn("folded nodes", self.browser.texts("#page-legend .sample"))

    def test_what_has_the_focus_is_seen_to_have_it(self):
        self.open_grouped()
        self.tab_to(TITLE.format("data"))
        self.assertGreaterEqual(float(self.browser.run(
            "return getComputedStyle(document.activeElement.querySelector('rect')).strokeWidth").removesuffix("px")), 3)


@needs_browser
class Kinds(FoldScenario):
    def test_a_fold_that_is_asked_for_is_folded_at_first_with_or_without_a_group(self):
        self.run_page("--fold", "stage=late", "--fold", "data")
        self.open()
        self.assertEqual(self.seen()["boxes"], ["report", "score", "seed"])
        self.assertEqual(self.seen()["folds"], ["owner_3ddata", "stage_3dlate"])
        self.browser.press("f")
        self.assertEqual(len(self.seen()["boxes"]), 7)
        self.assert_quiet()

    def test_report_and_a_page_before_the_run_have_frames_too(self):
        self.run_page()
        self.assert_status(self.run_hamcell("report", "--group-by", "owner", "--fold", "ml", "-o", "page.html"), DONE)
        self.open()
        self.assertEqual((self.seen()["folds"], self.expanded("data")), (["owner_3dml"], "true"))
        self.assert_status(self.run_hamcell("cell.cpp", "--display=page.html", "--fold", "owner"), DONE)
        self.open()
        self.assertEqual(self.seen()["folds"], ["owner_3ddata", "owner_3dml"])
        self.assert_quiet()

    def test_a_page_without_frames_has_nothing_to_fold(self):
        self.run_page()
        self.open()
        self.browser.press("f")
        self.assertFalse(self.browser.run("return document.querySelector('#page-fold').checkVisibility()"))
        self.assertNotIn("folded nodes", self.browser.texts("#page-legend .sample"))
        self.assert_quiet()

    def test_hostile_values_of_tags_are_text(self):
        hostile = "</title><script>document.title = 1</script>&'"
        self.edit("cell.cpp", 'owner = "ml", stage = "late"', f'owner = "{hostile}"')
        self.open_grouped()
        self.browser.press("f")
        self.assertEqual(self.browser.run("return document.querySelectorAll('#page-canvas script').length"), 0)
        self.assertIn(hostile + " → report", self.seen()["arrows"])
        self.assert_quiet()

    def test_a_large_graph_folds_and_unfolds(self):
        lines = ["int f0() { return 0; }"]
        lines += [f"int f{i}(int f{i - 1}) {{ return f{i - 1}; }}" for i in range(1, 5)]
        lines += [f'[[ham::tag(team = "t{i % 40}")]] int f{i}(int f{i - 1}, int f{i * 3 // 4}) {{ return f{i - 1}; }}'
                  for i in range(5, 2000)]
        self.write("cell.cpp", "\n".join(lines) + "\n")
        drawn = ("--display-cache=page.html", "--group-by", "team", "--fold", "t3")
        self.assert_status(self.run_hamcell("cell.cpp", "--dry-run", *drawn), DONE)
        self.open()
        self.assertEqual(self.seen()["folds"], ["team_3dt3"])
        title = ("document.querySelector('#title_cluster_team_3dt7')"
                 ".dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true}))")
        button = "document.querySelector('#page-fold').click()"
        for act in (title, title, button, button):
            self.browser.run(act)
        self.assertEqual(self.seen()["folds"], [])
        self.assertEqual(len(self.seen()["boxes"]), 2000)
        self.assert_quiet()


class Files(Scenario):
    def test_a_tag_that_is_not_there_is_told(self):
        self.write("cell.cpp", CELL_TEXT)
        self.assert_status(self.run_hamcell("cell.cpp", "-x", "-i", "seed=1", *self.build_flags), DONE)
        for option, word, text in (("--group-by", "ownr", "'owner'"), ("--fold", "lat", "'late'")):
            result = self.run_hamcell("report", option, word)
            self.assert_status(result, CELL)
            self.assert_says(result, f"did you mean {text}?")
            self.assertFalse(self.path("cell.report.html").exists())
        result = self.run_hamcell("report", "--fold", "all")
        self.assert_status(result, USAGE)
        self.assert_says(result, "add --group-by TAG")


if __name__ == "__main__":
    unittest.main()
