"""The page, as a reader uses it: with a mouse, with the keyboard alone, in the light and in the dark."""

import json
import os
import re
import unittest

from browser import CHROMIUM, DRIVER, Browser
from harness import DONE, NODE_FAILED, PATIENCE, STORAGE, USAGE, Scenario

CELL_TEXT = """#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>
/// The numbers of a file, one a line.
std::vector<int> numbers(const std::string& path) {
  std::ifstream file(path);
  std::vector<int> all;
  for (int number; file >> number;) all.push_back(number);
  return all;
}
/// What they come to.
int total(const std::vector<int>& numbers, int offset = 0) {
  int sum = offset;
  for (int number : numbers) sum += number;
  return sum;
}
int largest(const std::vector<int>& numbers) { return numbers.back(); }
[[ham::tag(owner = "sales")]] std::string report(int total, int largest, const std::string& unit = "mm") {
  return std::to_string(total + largest) + " " + unit;
}
"""

needs_browser = unittest.skipUnless(CHROMIUM and DRIVER, "takes Chromium and its driver")

# The WCAG's contrast (2.2, 1.4.3) of every text that can be seen, with what it stands on. What stands back on purpose,
# which is shown through opacity, is left out.
CONTRASTS = """
const parts = (color) => color.match(/[\\d.]+/g).map(Number);
const luminance = (color) => {
  const [r, g, b] = parts(color).slice(0, 3).map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const isOpaque = (color) => /^rgb/.test(color) && (parts(color)[3] ?? 1) === 1;
const ground = (under) => {
  for (const one of under) {
    const style = getComputedStyle(one);
    const isShape = one instanceof SVGGeometryElement;
    const color = isShape ? style.fill : style.backgroundColor;
    if (!(one instanceof SVGElement && !isShape) && isOpaque(color)) return color;
  }
  return getComputedStyle(document.body).backgroundColor;
};
const isFaded = (one) => one !== null && (Number(getComputedStyle(one).opacity) < 1 || isFaded(one.parentElement));
const found = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let text = walker.nextNode(); text; text = walker.nextNode()) {
  const element = text.parentElement;
  if (!text.data.trim() || element.closest("script, template, title") || !element.checkVisibility() || isFaded(element)) continue;
  const range = document.createRange();
  range.selectNodeContents(text);
  const box = range.getBoundingClientRect();
  const under = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const at = under.indexOf(element);
  if (at < 0 || box.width < 2) continue;
  const ink = element instanceof SVGElement ? getComputedStyle(element).fill : getComputedStyle(element).color;
  const [dark, light] = [luminance(ink), luminance(ground(under.slice(at)))].sort((a, b) => a - b);
  found.push([text.data.trim(), (light + 0.05) / (dark + 0.05)]);
}
return found;
"""


class PageScenario(Scenario):
    """With a browser, one for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser = Browser(PATIENCE)
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL_TEXT)
        self.write("numbers.txt", "1\n2\n39\n")
        self.given = ("-i", "path=numbers.txt")

    def tearDown(self):
        folder = os.environ.get("HAMCELL_TEST_SCREENSHOTS")
        if folder and hasattr(self, "browser"):
            self.browser.screenshot(os.path.join(folder, self.id() + ".png"))
        super().tearDown()

    def run_page(self, *args, status=DONE, page="page.html"):
        """Runs the cell, and writes a page about that."""
        result = self.run_hamcell("cell.cpp", "-x", *self.given, *self.build_flags, f"--display-cache={page}", *args)
        self.assert_status(result, status)
        return result

    def run_edited(self, *args):
        """A page about a run in which `total` and `report` ran because of an edit, and the others hit."""
        self.run_page(*args)
        self.edit("cell.cpp", "int sum = offset;", "int sum = offset + 1;")
        self.run_page(*args)

    def open(self, page="page.html", **how):
        self.browser.open(self.path(page), **how)
        if not self.browser.text("#page-summary"):
            self.fail(f"the page's script did not run: {self.browser.complaints()}")

    def assert_quiet(self):
        """The console has nothing to say, and nothing was asked for but the page itself."""
        self.assertEqual(self.browser.complaints(), [])
        self.assertEqual([url for url in self.browser.requests() if not url.endswith(".html")], [])

    # ---- What is on the page

    def rows(self):
        """The names in the table, from top to bottom."""
        return self.browser.texts("#page-nodes tr[data-at] th")

    def panel(self):
        return self.browser.text("#page-panel")

    def status_in_graph(self, name):
        """What is written on a box in the graph."""
        return self.browser.run("return document.querySelector(`#page-canvas #box_${arguments[0]}`).textContent", name)

    def data(self, page="page.html"):
        """The JSON of a page."""
        text = self.path(page).read_text()
        return json.loads(re.search(r'id="page-data">(.*?)</script>', text, re.S).group(1))

    def tab_to(self, selector, most=60):
        """Presses Tab until what matches has the focus."""
        for _ in range(most):
            if self.browser.run("return document.activeElement.matches(arguments[0])", selector):
                return
            self.browser.press("Tab")
        self.fail(f"Tab does not lead to {selector}")


@needs_browser
class Mouse(PageScenario):
    def test_the_legend_tells_the_bars_of_time_and_what_came_out_as_before(self):
        self.run_edited()
        self.open()
        legend = self.browser.texts("#page-legend .sample")
        self.assertIn("part of the time", legend)
        self.assertNotIn("same value", legend)
        self.edit("cell.cpp", "int sum = offset + 1;", "int sum = 1 + offset;")
        self.run_page()
        self.open()
        legend = self.browser.texts("#page-legend .sample")
        self.assertIn("same value", legend)
        # It ran alone.
        self.assertNotIn("part of the time", legend)
        self.assert_quiet()

    def test_a_click_on_a_node_shows_what_is_known_of_it(self):
        self.run_edited()
        self.open()
        self.browser.click("#box_total")
        panel = self.panel()
        for text in ("code changed: node total (cell.cpp:13)", "What they come to.",
                     "int total(const std::vector<int>& numbers, int offset = 0)", "int sum = offset + 1;", "43",
                     "Source · cell.cpp:13", "ran in 2 of 2 runs", "yes: with a faster node"):
            self.assertIn(text, panel)
        node = next(node for node in self.data()["nodes"] if node["name"] == "total")
        for version in ("code_version", "data_version", "cache_key"):
            self.assertIn(node[version], panel)
        self.browser.click("#box_numbers")
        self.assertIn(f"read\n{self.path('numbers.txt')}".replace("\n", " "), self.panel().replace("\n", " "))
        self.assertIn("from the cache in 1", self.panel())
        self.browser.click("#box_report")
        self.assertIn("sales", self.panel())
        self.assert_quiet()

    def test_an_input_shows_its_value_and_who_needs_it(self):
        self.run_page()
        self.open()
        self.browser.click("#box_path")
        self.assertIn('"numbers.txt"', self.panel())
        self.browser.click("#page-panel .items button")
        self.assertEqual(self.browser.text("#page-panel h2"), "numbers")
        self.assert_quiet()

    def test_what_leads_to_a_node_and_from_it_stands_out(self):
        self.run_page()
        self.open()
        self.browser.click("#box_total")
        related = self.browser.run("return [...document.querySelectorAll('.box.related')].map((box) => box.id.slice(4)).sort()")
        self.assertEqual(related, ["numbers", "offset", "path", "report", "total"])
        self.assertTrue(self.browser.run("return document.querySelector('#arrow_numbers-total').classList.contains('related')"))
        self.assertFalse(self.browser.run("return document.querySelector('#arrow_largest-report').classList.contains('related')"))
        opacity = "return getComputedStyle(document.querySelector(arguments[0])).opacity"
        self.assertLess(float(self.browser.run(opacity, "#box_largest")), 0.5)
        self.assertEqual(self.browser.run(opacity, "#box_numbers"), "1")

    def test_the_search_filters_while_one_types_and_jumps(self):
        self.run_page()
        self.open()
        self.browser.click("#page-query")
        self.browser.press(*"what they")
        self.assertEqual(self.rows(), ["total"])
        self.assertEqual(self.browser.text("#page-found"), "1 found")
        self.browser.press("Enter")
        self.assertEqual(self.browser.text("#page-panel h2"), "total")
        self.assertEqual(self.browser.text("#page-found"), "1 of 1")
        self.browser.press(*" no such")
        self.assertEqual((self.rows(), self.browser.text("#page-found")), ([], "nothing found"))
        self.browser.click("#page-all")
        self.assertEqual(len(self.rows()), 4)
        self.assert_quiet()

    def test_both_states_have_one_layout(self):
        self.run_edited()
        self.open()
        self.assertIn("from cache", self.status_in_graph("numbers"))
        place = "const {x, y} = document.querySelector('#box_report').getBoundingClientRect(); return [x, y]"
        after = self.browser.run(place)
        self.browser.click("#page-phase label:first-of-type span")
        self.assertNotIn("from cache", self.status_in_graph("numbers"))
        self.assertEqual(self.browser.run(place), after)
        self.browser.click("#page-phase label:last-of-type span")
        self.assertIn("from cache", self.status_in_graph("numbers"))
        self.assert_quiet()

    def test_each_column_sorts_and_again_the_other_way_round(self):
        self.run_edited()
        self.open()
        in_dataflow = self.rows()
        self.assertEqual(sorted(in_dataflow), ["largest", "numbers", "report", "total"])
        self.browser.click("th.name button")
        self.assertEqual(self.rows(), ["largest", "numbers", "report", "total"])
        self.browser.click("th.name button")
        self.assertEqual(self.rows(), ["total", "report", "numbers", "largest"])
        self.browser.click("th.name button")
        self.assertEqual(self.rows(), in_dataflow)
        data = {node["name"]: node for node in self.data()["nodes"]}
        for column in ("seconds", "bytes"):
            self.browser.click(f"th.{column} button")
            values = [data[name][column] for name in self.rows()]
            self.assertEqual(values, sorted(values, reverse=True))
        self.browser.click("th.status button")
        self.assertEqual([data[name]["status"] for name in self.rows()], ["executed"] * 2 + ["cached"] * 2)
        for column in ("type", "reason"):
            self.browser.click(f"th.{column} button")
            values = [data[name].get(column, "") for name in self.rows()]
            self.assertEqual(values, sorted(values))
        self.assert_quiet()

    def test_the_legend_filters_table_and_graph(self):
        self.run_edited()
        self.open()
        self.assertEqual(self.browser.texts("#page-legend [data-status]"), ["executed\n2", "from cache\n2"])
        self.browser.click('#page-legend [data-status="cached"]')
        self.assertEqual(set(self.rows()), {"numbers", "largest"})
        found = "return [...document.querySelectorAll('.box.found')].map((box) => box.id.slice(4)).sort()"
        self.assertEqual(self.browser.run(found), ["largest", "numbers"])
        self.browser.click('#page-legend [data-status="executed"]')
        self.assertEqual(len(self.rows()), 4)
        self.browser.click("#page-all")
        self.assertFalse(self.browser.run("return document.querySelector('#page-canvas svg').classList.contains('is-filtered')"))
        self.assert_quiet()

    def test_the_graph_is_moved_and_zoomed(self):
        self.run_page()
        self.open()
        box = "const {x, y, width} = document.querySelector('#box_total').getBoundingClientRect(); return {x, y, width}"
        before = self.browser.run(box)
        self.browser.drag("#page-viewport", 120, 30)
        moved = self.browser.run(box)
        self.assertAlmostEqual(moved["x"] - before["x"], 120, delta=5)
        self.assertAlmostEqual(moved["width"], before["width"], delta=0.5)
        self.assertTrue(self.browser.run("return document.querySelector('#page-panel').hidden"))
        self.browser.wheel("#page-viewport", -300)
        self.assertGreater(self.browser.run(box)["width"], before["width"] * 1.3)
        self.browser.click("#page-zoom-fit")
        self.assertAlmostEqual(self.browser.run(box)["x"], before["x"], delta=1)
        self.assert_quiet()

    def test_the_timeline_has_a_bar_for_what_ran_and_marks_the_critical_path(self):
        self.run_edited()
        self.open()
        self.browser.click("#page-tab-timeline")
        bars = self.browser.run("return [...document.querySelectorAll('[data-span]')].map((bar) => bar.getAttribute('aria-label'))")
        self.assertEqual({bar.split(":")[0] for bar in bars} - {"compile"}, {"total", "report"})
        self.assertEqual(self.browser.texts(".path button"), ["total", "report"])
        self.browser.click(".path button")
        self.assertEqual(self.browser.text("#page-panel h2"), "total")
        self.run_page("-D", "COMPILED_HERE_ALONE")
        self.open()
        self.browser.click("#page-tab-timeline")
        self.browser.click('.chart-tools [aria-label="Show the whole run"]')
        self.assertIn("compiler", self.browser.run("return document.querySelector('.timeline').textContent"))
        self.assert_quiet()

    def test_the_past_is_drawn_run_by_run(self):
        for _ in range(3):
            self.run_page()
        self.open()
        self.browser.click("#page-tab-runs")
        self.assertEqual(len(self.browser.texts("#page-runs tbody tr")), 3)
        self.assertEqual(self.browser.run("return [...document.querySelectorAll('#page-runs .chart')].map((c) => c.querySelectorAll('.run').length)"), [3, 3])
        rates = self.browser.texts("#page-runs tbody td:nth-child(4)")
        self.assertEqual(rates, ["100 %", "100 %", "0 %"])
        self.assertIn("this one", self.browser.texts("#page-runs tbody th")[0])
        self.assert_quiet()

    def test_a_failed_run_says_how_it_failed(self):
        self.edit("cell.cpp", "return numbers.back();", 'throw std::runtime_error("no <numbers> & none");')
        self.run_page("-k", status=NODE_FAILED)
        self.open()
        self.browser.click("#box_largest")
        self.assertIn("threw std::runtime_error: no <numbers> & none", self.panel())
        self.browser.click("#box_report")
        self.assertIn("skipped", self.panel())
        self.assert_quiet()


@needs_browser
class Keyboard(PageScenario):
    """Not one click in here."""

    def setUp(self):
        super().setUp()
        self.run_edited()
        self.open()

    def test_search_and_read_and_close(self):
        self.browser.press("/", *"TOTAL", "Enter")
        self.assertIn("code changed: node total", self.panel())
        self.browser.press("Escape", "Escape")
        self.assertEqual(self.browser.focused(), "page-viewport")
        self.browser.press("Escape")
        self.assertTrue(self.browser.run("return document.querySelector('#page-panel').hidden"))
        self.assert_quiet()

    def test_from_node_to_node_along_the_arrows(self):
        self.tab_to("#page-viewport")
        self.browser.press("Tab")
        self.assertEqual(self.browser.focused(), "box_numbers")
        self.browser.press("Left")
        self.assertEqual(self.browser.focused(), "box_path")
        self.browser.press("Right", "Right", "Right")
        self.assertEqual(self.browser.focused(), "box_report")
        self.browser.press("Enter")
        self.assertEqual((self.browser.focused(), self.browser.text("#page-panel h2")), ("page-panel-title", "report"))
        self.browser.press("Escape")
        self.assertEqual(self.browser.focused(), "box_report")
        self.assert_quiet()

    def test_arrow_keys_move_the_graph_and_others_zoom_it(self):
        box = "const {x, width} = document.querySelector('#box_total').getBoundingClientRect(); return {x, width}"
        before = self.browser.run(box)
        self.tab_to("#page-viewport")
        self.browser.press("Left")
        self.assertGreater(self.browser.run(box)["x"], before["x"] + 20)
        self.browser.press("+", "+")
        self.assertGreater(self.browser.run(box)["width"], before["width"] * 1.4)
        self.browser.press("-", "0")
        self.assertAlmostEqual(self.browser.run(box)["x"], before["x"], delta=1)

    def test_before_and_after_and_dark_and_light(self):
        background = "return getComputedStyle(document.body).backgroundColor"
        light = self.browser.run(background)
        self.browser.press("b")
        self.assertNotIn("from cache", self.status_in_graph("numbers"))
        self.browser.press("b")
        self.assertIn("from cache", self.status_in_graph("numbers"))
        self.browser.press("d")
        self.assertNotEqual(self.browser.run(background), light)
        self.browser.press("d")
        self.assertEqual(self.browser.run(background), light)
        self.tab_to("#page-phase input")
        self.browser.press("Left")
        self.assertNotIn("from cache", self.status_in_graph("numbers"))

    def test_sort_filter_and_choose_in_the_table(self):
        self.tab_to("th.name button")
        self.browser.press("Enter")
        self.assertEqual(self.rows(), ["largest", "numbers", "report", "total"])
        self.tab_to("tr[data-at]")
        self.browser.press("Down", "Down", "Enter")
        self.assertEqual(self.browser.text("#page-panel h2"), "report")
        self.browser.press("Escape")
        self.assertEqual(self.browser.run("return document.activeElement.querySelector('th').innerText"), "report")
        self.browser.press("End")
        self.assertEqual(self.browser.run("return document.activeElement.querySelector('th').innerText"), "total")
        self.tab_to('#page-legend [data-status="cached"]')
        self.browser.press("Space")
        self.assertEqual(self.rows(), ["largest", "numbers"])
        self.browser.press("Escape")
        self.assertEqual(len(self.rows()), 4)
        self.assert_quiet()

    def test_tabs_and_the_timeline(self):
        self.browser.press("2")
        self.tab_to("[data-span]")
        self.browser.press("End", "Enter")
        self.assertEqual(self.browser.text("#page-panel h2"), "report")
        self.browser.press("Escape")
        self.tab_to("[role=tab]")
        self.browser.press("Right")
        self.assertTrue(self.browser.run("return document.querySelector('#page-runs').checkVisibility()"))
        self.assert_quiet()

    def test_the_list_of_keys(self):
        self.browser.press("?")
        self.assertTrue(self.browser.run("return document.querySelector('#page-help').open"))
        self.assertIn("search", self.browser.text("#page-help"))
        self.browser.press("Escape")
        self.assertFalse(self.browser.run("return document.querySelector('#page-help').open"))

    def test_what_has_the_focus_is_seen_to_have_it(self):
        for _ in range(12):
            self.browser.press("Tab")
            outline = self.browser.run(
                "const one = document.activeElement; const style = getComputedStyle(one.matches('.segments input') ? one.parentElement : one);"
                "return one.matches('g') ? getComputedStyle(one.querySelector('path, polygon')).strokeWidth : style.outlineWidth")
            self.assertGreaterEqual(float(outline.removesuffix("px")), 3, self.browser.focused())


@needs_browser
class Looks(PageScenario):
    def assert_readable(self, what):
        contrasts = self.browser.run(CONTRASTS)
        self.assertGreater(len(contrasts), 20, what)
        self.assertEqual([(text, ratio) for text, ratio in contrasts if ratio < 4.5], [], what)

    def test_every_text_has_contrast_in_the_light_and_in_the_dark(self):
        self.edit("cell.cpp", "int largest(", "int alone(const std::vector<int>& numbers) { throw 2; }\nint largest(")
        self.edit("cell.cpp", "return numbers.back();", "throw 1;")
        self.run_page("-k", "-o", "total=5", "-i", "unit=cm", status=NODE_FAILED)
        for dark in (False, True):
            self.open(dark=dark)
            self.assertEqual(self.browser.run("return document.querySelector('#page-theme').ariaPressed"), str(dark).lower())
            for tab in ("nodes", "timeline", "runs"):
                self.browser.click(f"#page-tab-{tab}")
                self.assert_readable(f"{tab}, dark: {dark}")
            for box in ("largest", "alone", "path"):
                self.browser.click(f"#box_{box}")
                self.assert_readable(f"{box}, dark: {dark}")
            self.browser.press("b")
            self.assert_readable(f"before, dark: {dark}")
            self.browser.press("?")
            self.assert_readable(f"keys, dark: {dark}")

    def test_a_narrow_window_is_not_wider_than_it_is(self):
        self.run_page()
        self.open(size=(390, 800))
        self.browser.click("#box_total")
        self.assertLessEqual(self.browser.run("return document.documentElement.scrollWidth"), 390)
        self.assertLessEqual(self.browser.run("return document.querySelector('#page-panel').getBoundingClientRect().right"), 390)
        self.assertIn("What they come to.", self.panel())

    def test_on_paper_are_graph_and_all_lists(self):
        self.run_page()
        self.open()
        self.browser.devtools("Emulation.setEmulatedMedia", media="print")
        try:
            for part in ("#page-canvas svg", "#page-nodes", "#page-timeline", "#page-runs"):
                self.assertTrue(self.browser.run("return document.querySelector(arguments[0]).checkVisibility()", part), part)
            self.assertFalse(self.browser.run("return document.querySelector('.tools').checkVisibility()"))
        finally:
            self.browser.devtools("Emulation.setEmulatedMedia", media="")
        self.assertGreater(len(self.browser.devtools("Page.printToPDF")["data"]), 10_000)
        self.assert_quiet()


@needs_browser
class Harm(PageScenario):
    def test_hostile_names_and_values_are_text(self):
        hostile = "</script><script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">'\"&lt;\x1b[2J\u202e"
        long_name = "very_" * 60 + "long"
        self.write("cell.cpp", "#include <string>\n"
                   f"/// {hostile}\n[[ham::tag(owner = \"</script><b>\")]]\n"
                   "std::string echo(const std::string& given) { return given; }\n"
                   f"int {long_name}(const std::string& echo) {{ return echo.size(); }}\n"
                   f"int last(int {long_name}, const std::string& given = \"<i>\") {{ throw given; }}\n")
        self.given = ("-i", "given=" + hostile)
        self.run_page("-m", "<b>'&\"", status=NODE_FAILED)
        self.open()
        self.assertEqual(self.browser.text("#page-title"), "<b>'&\"")
        self.browser.click("#box_echo")
        self.assertIn("</script><script>document.title=", self.panel())
        self.assertIn("</script><b>", self.panel())
        for script in ("select", "input"):
            self.assertEqual(self.browser.run("return document.querySelectorAll('img, b, i, #page-panel script').length"), 0, script)
            self.browser.click("#box_given")
        self.browser.press("/", *"very_very", "Enter")
        self.assertEqual(self.browser.text("#page-panel h2"), long_name)
        self.assertNotIn("pwned", self.browser.run("return document.title"))
        self.assertLessEqual(self.browser.run("return document.documentElement.scrollWidth"), 1366)
        self.assert_quiet()

    def test_what_gets_into_a_page_all_the_same_is_stopped_by_its_policy(self):
        self.run_page()
        text = self.path("page.html").read_text()
        self.write("page.html", text.replace("</main>", "</main><img src='http://127.0.0.1:9/x.png'><script>document.title = 'pwned'</script>"))
        self.open()
        self.assertNotIn("pwned", self.browser.run("return document.title"))
        complaints = " ".join(self.browser.complaints())
        self.assertIn("script-src", complaints)
        self.assertIn("img-src", complaints)

    def test_a_large_graph_is_opened_and_searched(self):
        nodes = "".join(f"int f{i}(int f{i - 1}, int f{i - 2}) {{ return f{i - 1} + f{i - 2}; }}\n" for i in range(2, 2000))
        self.write("cell.cpp", "int f0() { return 0; }\nint f1(int f0) { return f0; }\n" + nodes)
        self.assert_status(self.run_hamcell("cell.cpp", "--dry-run", "--display-cache=page.html"), DONE)
        self.open()
        self.assertLess(self.browser.run("return document.querySelectorAll('#page-nodes tr').length"), 100)
        for act in ("document.querySelector('tr[data-at=\"3\"]').click()",
                    "const q = document.querySelector('#page-query'); q.value = 'f77'; q.dispatchEvent(new Event('input'))",
                    "document.querySelector('th.name button').click()"):
            self.browser.run(act)
        self.assertEqual(self.rows()[:3], ["f77", "f770", "f771"])
        self.tab_to("tr[data-at]")
        self.browser.press("End")
        self.assertEqual(self.browser.run("return document.activeElement.querySelector('th').innerText"), "f779")
        self.assert_quiet()


@needs_browser
class Kinds(PageScenario):
    """Pages of runs, of dry runs, of the past, and of nothing that ran."""

    def test_before_a_run_there_is_what_there_is(self):
        self.assert_status(self.run_hamcell("cell.cpp", "--display=page.html"), DONE)
        self.open()
        self.assertIn("not run", self.browser.text("#page-summary"))
        self.assertFalse(self.browser.run("return document.querySelector('#page-phase').checkVisibility()"))
        self.assertEqual(self.browser.texts("#page-nodes thead th"), ["Node", "Type"])
        self.browser.click("#box_total")
        self.assertIn("int sum = offset;", self.panel())
        self.browser.click("#page-tab-timeline")
        self.assertEqual(self.browser.text("#page-timeline"), "Nothing was run.")
        self.assert_quiet()

    def test_a_dry_run_says_what_would_run(self):
        self.run_page()
        self.edit("cell.cpp", "int sum = offset;", "int sum = offset + 1;")
        result = self.run_hamcell("cell.cpp", "-n", *self.given, *self.build_flags, "--display-cache=page.html")
        self.assert_status(result, DONE)
        self.open()
        self.assertEqual(self.browser.texts("#page-legend [data-status]"), ["from cache\n2", "would run\n1", "may run\n1"])
        self.browser.click("#box_report")
        self.assertIn("depends on total", self.panel())
        self.assert_quiet()

    def test_report_tells_of_a_past_run_and_shows_only_source_that_is_still_the_same(self):
        self.run_edited()
        self.edit("cell.cpp", "return numbers.back();", "return numbers.front();")
        result = self.run_hamcell("report", "-o", "page.html")
        self.assert_status(result, DONE)
        self.assertEqual(result.out, "page.html\n")
        self.open()
        self.browser.click("#box_total")
        self.assertIn("int sum = offset + 1;", self.panel())
        self.assertIn("code changed: node total", self.panel())
        self.browser.click("#box_largest")
        self.assertIn("this node is another one by now", self.panel())
        self.assertNotIn("numbers.front()", self.panel())
        self.assert_quiet()

    def test_a_part_of_a_graph_has_all_nodes_in_its_table(self):
        self.run_page("--focus", "path", "--depth", "1")
        self.open()
        self.assertEqual(self.browser.run("return document.querySelectorAll('.box').length"), 2)
        self.assertEqual(len(self.rows()), 4)
        self.browser.press("/", *"report", "Enter")
        self.assertEqual(self.browser.text("#page-panel h2"), "report")
        self.assert_quiet()


class Files(PageScenario):
    """What takes no browser."""

    @classmethod
    def setUpClass(cls):
        super(PageScenario, cls).setUpClass()

    def test_a_page_is_asked_for_by_its_ending_or_by_the_format(self):
        self.run_page("-d", "--format", "html")
        self.assertTrue(self.path("cell.display.html").exists())
        self.assertIsNone(self.data("cell.display.html")["run"])
        self.assertEqual(self.data()["run"]["status"], "ok")
        result = self.run_hamcell("cell.cpp", "--display=-", "--format", "html")
        self.assertTrue(result.out.startswith("<!doctype html>") and result.out.endswith("</html>\n"))

    def test_the_pictures_in_it_are_those_of_hamcell(self):
        self.run_page("--display=before.svg")
        svg = re.sub("<style.*?</style>", "", self.path("before.svg").read_text(), flags=re.S)
        self.assertIn(svg[svg.index("<svg"):], self.path("page.html").read_text())

    def test_report_is_about_the_last_run_or_the_one_that_is_named(self):
        self.run_page()
        self.run_page()
        runs = [run["run_id"] for run in self.run_hamcell("cache", "runs", "--json").json()]
        self.assert_status(self.run_hamcell("report"), DONE)
        self.assertEqual(self.data("cell.report.html")["run"]["id"], runs[0])
        self.assertEqual(len(self.data("cell.report.html")["runs"]), 2)
        self.assert_status(self.run_hamcell("report", runs[1], "--output=old.html"), DONE)
        self.assertEqual(self.data("old.html")["run"]["id"], runs[1])
        self.assertEqual(len(self.data("old.html")["runs"]), 1)
        self.assertTrue(self.run_hamcell("report", "-o-").out.startswith("<!doctype html>"))
        result = self.run_hamcell("cache", "view", "--display=view.html")
        self.assert_status(result, DONE)
        self.assertEqual(self.data("view.html")["run"]["id"], runs[0])

    def test_report_is_made_elsewhere_and_without_the_cell(self):
        self.run_page()
        (self.folder / "below").mkdir()
        cache = f"--cache-dir={self.cache}"
        self.assert_status(self.run_hamcell("report", cache, cwd=self.folder / "below"), DONE)
        self.assertIn("source", self.data("below/cell.report.html")["nodes"][0])
        self.path("cell.cpp").unlink()
        self.assert_status(self.run_hamcell("report"), DONE)
        self.assertNotIn("source", self.data("cell.report.html")["nodes"][0])
        self.assertIn("trace", self.data("cell.report.html")["nodes"][0])

    def test_what_cannot_be_reported_is_told(self):
        for words, status, text in (
                (["report"], USAGE, "has no run yet"), (["report", "2020"], USAGE, "no run, or more than one, whose id starts with '2020'"),
                (["report", "a", "b"], USAGE, "'b' is one word too many"), (["report", "-o", "x.png"], USAGE, "a report is a page of HTML"),
                (["report", "--json"], USAGE, "--json"), (["report", "--depth", "2"], USAGE, "add --focus NODE")):
            result = self.run_hamcell(*words)
            self.assert_status(result, status)
            self.assert_says(result, text)
        self.run_page()
        self.assert_status(self.run_hamcell("report", "2020"), USAGE)
        result = self.run_hamcell("report", "-o", "no/such/folder/x.html")
        self.assert_status(result, STORAGE)
        self.assert_says(result, "no/such/folder/x.html")
        result = self.run_hamcell("report", "--focus", "totl")
        self.assert_says(result, "did you mean 'total'?")

    def test_a_page_that_cannot_be_written_costs_no_result(self):
        result = self.run_hamcell("cell.cpp", "-x", *self.given, *self.build_flags, "--display-cache=no/such/x.html")
        self.assert_status(result, STORAGE)
        self.assertIn("report", result.out)

    def test_a_cell_that_is_called_report_is_given_by_its_path(self):
        self.write("report", CELL_TEXT)
        self.assertIn("total", self.run_hamcell("./report").out)

    def test_each_run_is_in_the_page_of_the_next(self):
        for count in (1, 2, 3):
            self.run_page()
            self.assertEqual(len(self.data()["runs"]), count)

    def test_without_a_cache_there_is_just_this_run(self):
        self.run_page("--no-cache")
        self.assertEqual(len(self.data()["runs"]), 1)

    def test_a_page_that_is_the_same_is_left_alone_for_ninja(self):
        write = ("cell.cpp", "--display=page.html", "--if-changed")
        self.run_hamcell(*write)
        before = self.path("page.html").stat().st_mtime_ns
        self.run_hamcell(*write)
        self.assertEqual(self.path("page.html").stat().st_mtime_ns, before)

    def test_a_secret_is_in_no_page(self):
        secret = "hunter2-7c1f-geheim"
        self.write("cell.cpp", "#include <string>\nint length(const std::string& token) { return token.size(); }\n"
                   "int twice(int length) { return 2 * length; }\n")
        self.given = ("-i", "token=" + secret, "--secret", "token")
        self.run_page("-d", "--format", "html")
        self.assert_status(self.run_hamcell("report"), DONE)
        for page in ("page.html", "cell.display.html", "cell.report.html"):
            text = self.path(page).read_text()
            self.assertNotIn(secret, text)
            self.assertIn("(secret)", text)

    def test_values_that_are_not_shown_are_not_in_it(self):
        self.run_page("--hide-results")
        self.assertFalse(any("preview" in node for node in self.data()["nodes"]))


if __name__ == "__main__":
    unittest.main()
