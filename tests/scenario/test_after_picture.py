"""What the picture after a run shows and no other: where the time went, what came out as before, and why nodes ran."""

import re
import unittest

from harness import DONE, NODE_FAILED, SVG, Scenario, texts_of

CELL_TEXT = """\
#include <stdexcept>
#include <string>
#include <thread>
static void work(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }
int number(int start) { work(2); return start; }
int parity(int number) { work(120); return number % 2; }
std::string word(int parity) { return parity ? "odd" : "even"; }
int twice(int number) { work(30); return 2 * number; }
int risky(int twice) { if (twice > 8) throw std::runtime_error("there is too much of it for anyone to go on with from here"); return twice; }
[[ham::cache(behavior = "recompute")]] int constant(int twice) { return twice > 0; }
std::string last(int constant) { return std::to_string(constant); }
"""


class AfterPicture(Scenario):
    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL_TEXT)

    def run_it(self, start, *args, status=DONE):
        return self.execute("-i", f"start={start}", "--display-cache=after.svg", *args, status=status)

    def group(self, name):
        return next(g for g in self.svg("after.svg").iter(SVG + "g") if g.get("id") == name)

    def marked(self):
        """The arrows that nothing new went along, without those of the legend."""
        return {g.get("id") for g in self.svg("after.svg").iter(SVG + "g")
                if "same-value" in g.get("class", "").split() and g.get("id").startswith("arrow_")}

    def same_values(self, result):
        return {node["name"] for node in result.json()["nodes"] if node["same_value"]}

    def bars(self):
        """How long the bar of each box is, and its share of the time in percent."""
        found = {}
        for name, box in self.boxes("after.svg").items():
            if box.get("data-time-share"):
                bar = [child for child in box if child.tag == SVG + "path" and child.get("stroke") is None]
                self.assertEqual(len(bar), 1, name)
                numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", bar[0].get("d"))]
                found[name] = (max(numbers[0::2]) - min(numbers[0::2]), float(box.get("data-time-share").rstrip("%")))
        return found

    # ---- Time

    def test_bars_show_where_the_time_went(self):
        self.run_it(1)
        bars = self.bars()
        self.assertEqual(set(bars), {"number", "parity", "word", "twice", "risky", "constant", "last"})
        self.assertEqual(max(bars, key=lambda name: bars[name][0]), "parity")
        self.assertAlmostEqual(sum(share for _, share in bars.values()), 100, delta=0.5)
        self.assertGreater(bars["parity"][1], 50)
        self.assertGreater(bars["twice"][0], 2 * bars["word"][0])
        self.assertRegex(" ".join(texts_of(self.group("legend_time"))), r"^time: <1 % … \d\d %$")
        self.assertRegex(self.boxes("after.svg")["parity"].find(SVG + "title").text, r"time: \d+ ms, \d\d % of the time of all nodes")

    def test_a_run_in_which_everything_hits_has_none_of_this(self):
        self.run_it(1, "--default=constant")
        self.assert_all_cached(self.run_it(1, "--default=constant"))
        text = self.path("after.svg").read_text()
        for word in ("time-share", "legend_time", "same-value", "same value", "first run"):
            self.assertNotIn(word, text)

    # ---- The same value

    def test_what_came_out_as_before_is_marked_where_it_kept_others_from_running(self):
        result = self.run_it(1, "word")
        self.assertEqual(self.same_values(result), set())
        result = self.run_it(3, "word")
        self.assert_ran(result, {"number", "parity"})
        self.assertEqual(self.same_values(result), {"parity"})
        self.assertEqual(self.marked(), {"arrow_parity-word"})
        self.assertIn("· same value", " ".join(texts_of(self.boxes("after.svg")["parity"])))
        self.assertEqual(texts_of(self.group("legend_same_value")), ["same value"])
        self.assertIn("the same as before", self.group("arrow_parity-word").find(SVG + "title").text)
        self.assertIn("the same as before", self.boxes("after.svg")["parity"].find(SVG + "title").text)

    def test_a_value_that_it_had_once_but_not_before_is_not_the_same(self):
        for start in (1, 2):
            self.run_it(start, "last", "word")
        result = self.run_it(3, "word")
        self.assert_cached(result, {"word"})
        self.assertEqual((self.same_values(result), self.marked()), (set(), set()))

    def test_a_failed_run_between_does_not_count(self):
        self.run_it(1, "word")
        self.edit("cell.cpp", "return number % 2;", "if (number > 2) throw 1; return number % 2;")
        self.run_it(3, "word", status=NODE_FAILED)
        self.edit("cell.cpp", "if (number > 2) throw 1; ", "")
        self.edit("cell.cpp", "return number % 2;", "return number % 2 + 0;")
        self.assertEqual(self.same_values(self.run_it(3, "word")), {"parity"})

    def test_what_runs_every_time_and_gives_the_same_is_marked_each_time(self):
        self.run_it(1, "last")
        result = self.run_it(1, "last")
        self.assert_ran(result, {"constant"})
        self.assertEqual(self.same_values(result), {"constant"})
        self.assertEqual(self.marked(), {"arrow_constant-last"})

    def test_a_value_that_was_only_made_again_is_not_marked(self):
        self.edit("cell.cpp", "int twice(int number) {", "#include <functional>\nstd::function<int()> twice(int number) {")
        self.edit("cell.cpp", "return 2 * number;", "return [number] { return 2 * number; };")
        self.edit("cell.cpp", "int risky(int twice) { if (twice > 8)", "int risky(const std::function<int()>& twice) { if (twice() > 8)")
        self.edit("cell.cpp", "from here\"); return twice;", "from here\"); return twice();")
        self.edit("cell.cpp", "constant(int twice) { return twice > 0;", "constant(const std::function<int()>& twice) { return twice() > 0;")
        self.run_it(1, "risky", "last")
        result = self.run_it(1, "risky", "last")
        self.assert_ran(result, {"twice", "constant"})
        self.assert_cached(result, {"number", "risky", "last"})
        self.assertEqual(self.same_values(result), {"constant"})

    def test_past_runs_are_drawn_with_it(self):
        self.run_it(1, "word")
        self.run_it(3, "word")
        drawn = self.path("after.svg").read_text()
        self.assert_status(self.run_hamcell("cache", "view", "--display=after.svg"), DONE)
        self.assertEqual(self.marked(), {"arrow_parity-word"})
        self.assertEqual(self.path("after.svg").read_text(), drawn)

    def test_the_explanation_says_it(self):
        self.run_it(1, "word")
        result = self.run_hamcell("cell.cpp", "-x", "--explain", "-i", "start=3", *self.build_flags, "word")
        self.assertIn("parity  number changed\n        gave the same value as before\n", result.out)

    # ---- Why

    def why(self, name):
        texts = self.boxes("after.svg")[name].findall(SVG + "text")
        return [text.text for text in texts if text.get("font-size") == "9" and text.text != "recompute"]

    def test_a_first_run_is_not_said_on_every_box(self):
        self.run_it(1)
        self.assertNotIn(">first run<", self.path("after.svg").read_text())

    def test_boxes_say_why_their_nodes_ran(self):
        self.run_it(1, "word", "last")
        self.edit("cell.cpp", "int twice(int number) { work(30); return 2 * number;", "int twice(int number) { return 3 * number;")
        self.run_it(1)
        self.assertEqual(self.why("twice"), ["code changed: node twice"])
        self.assertEqual(self.why("risky"), ["first run"])
        self.assertEqual(self.why("constant"), [], "the behavior stands on the box")
        self.assertEqual(self.why("word"), [], "it came from the cache")

    def test_a_failed_box_says_how_it_failed_in_whole_words(self):
        self.run_it(5, status=NODE_FAILED)
        [text] = self.why("risky")
        message = "there is too much of it for anyone to go on with from here"
        self.assertTrue(text.endswith("…"), text)
        self.assertIn(text[:-1], message)
        self.assertIn(message[len(text) - 1], " ,:", "it ends at a word")
        self.assertIn("threw std::runtime_error: " + message, self.boxes("after.svg")["risky"].find(SVG + "title").text)

    def test_a_dry_run_says_why_nodes_would_run(self):
        self.run_it(1)
        self.assert_status(self.run_hamcell("cell.cpp", "-n", "-i", "start=4", "--display-cache=after.svg", *self.build_flags), DONE)
        self.assertEqual(self.why("number"), ["input start changed: 1 → 4"])

    def test_a_secret_is_not_in_the_reason(self):
        for start in ("31415", "27182"):
            self.run_it(start, "--secret", "start", "word")
        self.assertEqual(self.why("number"), ["input start changed"])
        for secret in ("31415", "27182"):
            self.assertNotIn(secret, self.path("after.svg").read_text())

    def test_a_message_is_no_markup(self):
        self.edit("cell.cpp", "there is too much", "<b>&amp; too much")
        for name in ("after.svg", "after.dot", "after.mmd"):
            self.execute("-i", "start=5", f"--display-cache={name}", status=NODE_FAILED)
            self.assertNotIn("<b>&amp; too", self.path(name).read_text())
        self.assertIn("<b>&amp; too", self.boxes("after.svg")["risky"].find(SVG + "title").text)

    # ---- Together with the rest

    def test_everything_stands_where_it_stood_before(self):
        self.run_it(1)
        self.run_it(3, "--display=before.svg")
        self.assertEqual(self.svg("before.svg").get("viewBox"), self.svg("after.svg").get("viewBox"))
        shapes = []
        for picture in ("before.svg", "after.svg"):
            shapes.append({name: box.find(SVG + "path").get("d") for name, box in self.boxes(picture).items() if box.find(SVG + "path") is not None})
        self.assertEqual(shapes[0], shapes[1])

    def test_every_form_of_a_picture_is_drawn(self):
        self.run_it(1, "word")
        for name, start, begin in (("a.png", 3, b"\x89PNG"), ("a.pdf", 5, b"%PDF"), ("a.dot", 7, b"digraph"), ("a.mmd", 9, b"---")):
            self.execute("-i", f"start={start}", f"--display-cache={name}", "word")
            self.assertTrue(self.path(name).read_bytes().startswith(begin), name)
        self.assertIn("-->|same value|", self.path("a.mmd").read_text())
        self.assertRegex(self.path("a.mmd").read_text(), r"\d+ #37; of the time")
        self.assertIn("arrowhead=normaltee", self.path("a.dot").read_text())

    def test_a_comparison_of_runs_says_what_changed_and_nothing_of_one_of_them_alone(self):
        first = self.run_it(1, "word").json()["run_id"]
        self.run_it(3, "word")
        self.assert_status(self.run_hamcell("cache", "view", "--diff", first, "--display=after.svg"), DONE)
        self.assertIn(">data changed<", self.path("after.svg").read_text())
        text = self.path("after.svg").read_text()
        for word in ("time-share", "same-value", ">input start changed"):
            self.assertNotIn(word, text)


if __name__ == "__main__":
    unittest.main()
