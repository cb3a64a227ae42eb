"""--group-by and --fold, and what is drawn of two runs: --diff."""

import re
import unittest

from harness import CELL, DONE, NODE_FAILED, SVG, USAGE, Scenario, texts_of

CELL_TEXT = """\
#include <stdexcept>
#include <string>
#include <vector>
struct Row { std::string day; double rain; };
[[ham::tag(owner = "data")]] std::vector<Row> raw(const std::string& path) { return {{path, 1}}; }
[[ham::tag(owner = "data", stage = "late")]] int checked(const std::vector<Row>& raw, int model) { return raw.size() + model; }
[[ham::tag(owner = "ml")]] int model(const std::vector<Row>& raw) { return raw.size(); }
[[ham::tag(owner = "ml", stage = "late")]] int score(int model, int checked) { return model + checked; }
int free_node(int score) { return score; }
"""


class Drawn(Scenario):
    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL_TEXT)

    def draw(self, *args, status=DONE):
        result = self.run_hamcell("cell.cpp", "-i", "path=x", *self.build_flags, *args)
        self.assert_status(result, status)
        return result

    def words(self, picture, box):
        return " ".join(texts_of(self.boxes(picture)[box]))

    def clusters(self, picture):
        """The tag and value of each frame, and the boxes that say they are in it."""
        frames = {group.get("id"): group for group in self.svg(picture).iter(SVG + "g") if group.get("class") == "cluster"}
        inside = {name: set() for name in frames}
        for name, box in self.boxes(picture).items():
            if box.get("data-cluster"):
                inside[box.get("data-cluster")].add(name)
        return {(frame.get("data-tag"), frame.get("data-value")): inside[name] for name, frame in frames.items()}

    def arrows(self, picture):
        return {group.get("id")[len("arrow_"):] for group in self.svg(picture).iter(SVG + "g")
                if group.get("id", "").startswith("arrow_")}

    @staticmethod
    def area(group):
        """Left, top, right and bottom of the first shape of a group."""
        shape = next(child for child in group if child.tag in (SVG + "polygon", SVG + "path"))
        numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", shape.get("points") or shape.get("d"))]
        return min(numbers[0::2]), min(numbers[1::2]), max(numbers[0::2]), max(numbers[1::2])


class Clusters(Drawn):
    OWNERS = {("owner", "data"): {"raw", "checked"}, ("owner", "ml"): {"model", "score"}}

    def test_nodes_with_one_value_stand_within_one_frame_before_and_after(self):
        self.draw("-x", "--display=before.svg", "--display-cache=after.svg", "--group-by", "owner")
        self.assertEqual(self.clusters("before.svg"), self.OWNERS)
        self.assertEqual(self.clusters("after.svg"), self.OWNERS)

    def test_a_frame_is_around_its_boxes_and_no_others(self):
        self.draw("--display=x.svg", "--group-by", "owner")
        frames = {g.get("id"): self.area(g) for g in self.svg("x.svg").iter(SVG + "g") if g.get("class") == "cluster"}
        self.assertEqual(len(frames), 2)
        for name, box in self.boxes("x.svg").items():
            left, top, right, bottom = self.area(box)
            for frame, (f_left, f_top, f_right, f_bottom) in frames.items():
                inside = f_left < left and right < f_right and f_top < top and bottom < f_bottom
                outside = right < f_left or f_right < left or bottom < f_top or f_bottom < top
                self.assertTrue(inside if box.get("data-cluster") == frame else outside, (name, frame))

    def test_a_frame_says_what_it_stands_for_and_what_became_of_it(self):
        self.draw("-x", "--display-cache=x.svg", "--group-by", "owner", "-q")
        frame = next(g for g in self.svg("x.svg").iter(SVG + "g") if g.get("id") == "cluster_owner_3dml")
        self.assertEqual(texts_of(frame), ["owner:", "ml"])
        self.assertEqual(frame.find(SVG + "title").text, "owner: ml\n2 nodes\n2 executed")

    def test_a_fold_is_one_box_with_the_arrows_of_all_its_nodes(self):
        self.draw("--display=x.svg", "--fold", "owner")
        self.assertEqual(set(self.boxes("x.svg")), {"path", "owner_3ddata", "owner_3dml", "free_node"})
        self.assertEqual(self.arrows("x.svg"), {"path-owner_3ddata", "owner_3ddata-owner_3dml", "owner_3dml-owner_3ddata",
                                                "owner_3dml-free_node"})
        self.assertIn("owner · 2 nodes", self.words("x.svg", "owner_3dml"))

    def test_a_fold_says_how_its_nodes_ended(self):
        self.draw("-x", "model")
        self.edit("cell.cpp", "return model + checked;", 'throw std::runtime_error("no");')
        self.draw("-x", "--display-cache=x.svg", "--group-by", "owner", "--fold", "all", status=NODE_FAILED)
        self.assertIn("1 failed, 1 from cache", self.words("x.svg", "owner_3dml"))
        self.assertIn("failed", self.boxes("x.svg")["owner_3dml"].get("class").split())
        self.assertIn("1 executed, 1 from cache", self.words("x.svg", "owner_3ddata"))
        self.assertIn("executed", self.boxes("x.svg")["owner_3ddata"].get("class").split())

    def test_folds_stand_where_they_stood_before_the_run(self):
        self.draw("-x", "--display=a.svg", "--display-cache=b.svg", "--group-by", "owner", "--fold", "ml")
        for name, box in self.boxes("a.svg").items():
            self.assertEqual(self.area(box), self.area(self.boxes("b.svg")[name]), name)
        self.assertEqual(self.svg("a.svg").get("viewBox"), self.svg("b.svg").get("viewBox"))

    def test_a_past_run_is_drawn_with_its_clusters(self):
        self.draw("-x")
        self.assert_status(self.run_hamcell("cache", "view", "--display=x.svg", "--group-by", "owner", "--fold", "stage=late"), DONE)
        self.assertEqual(self.clusters("x.svg"), {("owner", "data"): {"raw"}, ("owner", "ml"): {"model"}})
        self.assertIn("stage_3dlate", self.boxes("x.svg"))

    def test_other_forms_have_clusters(self):
        self.assertIn("subgraph \"cluster_owner_3dml\"", self.draw("--display=-", "--format=dot", "--group-by", "owner").out)
        self.assertIn("subgraph cluster_owner_3dml [", self.draw("--display=-", "--format=mermaid", "--group-by", "owner").out)
        for kind, start in (("png", b"\x89PNG"), ("pdf", b"%PDF")):
            self.draw(f"--display=x.{kind}", "--group-by", "owner", "--fold", "ml")
            self.assertTrue(self.path(f"x.{kind}").read_bytes().startswith(start))

    def test_a_focus_goes_by_the_folded_picture(self):
        self.draw("--display=x.svg", "--fold", "data", "--focus", "raw", "--depth", "1")
        self.assertEqual(set(self.boxes("x.svg")), {"path", "owner_3ddata", "model", "score"})

    def test_what_the_targets_do_not_need_is_left_out_of_folds(self):
        self.draw("-x", "model", "--display-cache=x.svg", "--only-needed", "--fold", "owner")
        self.assertIn("1 node", self.words("x.svg", "owner_3ddata"))

    def test_settings_of_the_project_hold_where_a_cell_has_the_tag(self):
        self.write("hamcell.toml", 'group-by = "owner"\nfold = ["ml"]\n')
        self.draw("--display=x.svg")
        self.assertEqual(self.clusters("x.svg"), {("owner", "data"): {"raw", "checked"}})
        self.draw("--display=x.svg", "--group-by", "stage")
        self.assertEqual(set(self.clusters("x.svg")), {("stage", "late")})
        self.assertIn("model", self.boxes("x.svg"))
        self.draw("--display=x.svg", "--fold", "data")
        self.assertEqual(self.clusters("x.svg"), {("owner", "ml"): {"model", "score"}})
        self.write("cell.cpp", "#include <string>\nint a(const std::string& path) { return path.size(); }\n")
        self.draw("--display=x.svg")
        self.assertEqual(set(self.boxes("x.svg")), {"path", "a"})

    def test_a_tag_or_value_that_is_not_there_is_told_before_anything_runs(self):
        for args, texts in ((("--group-by", "ownr"), ("no node has the tag 'ownr'", "did you mean 'owner'?")),
                            (("--fold", "owner=mll"), ("with the value 'mll'", "did you mean 'ml'?"))):
            result = self.draw("-x", "--display-cache=x.svg", *args, status=CELL)
            self.assert_says(result, *texts)
            self.assertFalse(self.cache.exists())

    def test_options_that_have_nothing_to_do_are_refused(self):
        for args, text in ((("-x", "--fold", "ml"), "none is asked for"), (("-x", "--group-by", "owner"), "none is asked for"),
                           (("-d", "--fold", "all"), "add --group-by TAG"), (("-d", "--fold", ""), "--fold is empty")):
            result = self.run_hamcell("cell.cpp", *args)
            self.assert_status(result, USAGE)
            self.assert_says(result, text)

    def test_a_hostile_value_is_text_and_nothing_else(self):
        self.edit("cell.cpp", 'int model(', 'int model2(int model) { return model; }\n[[ham::tag(owner = "</g><script>\\"&\\n")]] int model(')
        self.edit("cell.cpp", '[[ham::tag(owner = "ml")]] int model2', "int model2")
        for args in (("--group-by", "owner"), ("--fold", "owner")):
            self.draw("--display=x.svg", *args)
            self.assertNotIn("<script", self.path("x.svg").read_text())
            self.assertIn("</g><script>", " ".join(self.svg("x.svg").itertext()))
        self.draw("--display=x.svg", "--group-by", "owner")
        self.assertIn(("owner", '</g><script>"&\\n'), self.clusters("x.svg"))
        result = self.draw("-d", "--fold", "unknown-value", status=CELL)
        self.assertEqual(result.err.count("\n"), 2, "a message and its help are a line each")

    def test_a_large_graph_has_its_frames_in_the_coarse_drawing(self):
        lines = ["int f0(int n) { return n; }"]
        for i in range(1, 1500):
            needs = sorted({max(0, i - 1 - i % 7), max(0, i - 1 - i % 13)})
            lines.append(f'[[ham::tag(team = "t{i * 7 % 5}")]] int f{i}({", ".join(f"int f{n}" for n in needs)}) {{ return f{needs[0]}; }}')
        self.write("cell.cpp", "\n".join(lines) + "\n")
        self.assert_status(self.run_hamcell("cell.cpp", "--display=x.svg", "--group-by", "team"), DONE)
        self.assertIn("A coarse drawing", self.path("x.svg").read_text())
        self.assertEqual({name: len(boxes) for name, boxes in self.clusters("x.svg").items()},
                         {("team", f"t{k}"): 300 - (k == 0) for k in range(5)})
        self.assert_status(self.run_hamcell("cell.cpp", "--display=x.svg", "--fold", "team"), DONE)
        self.assertEqual(len(self.boxes("x.svg")), 7)


class Differences(Drawn):
    def run_ids(self):
        return [run["run_id"] for run in self.run_hamcell("cache", "runs", "--json").json()]

    def diff(self, *args, status=DONE):
        result = self.run_hamcell("cache", "view", "--display=x.svg", "--diff", *args)
        self.assert_status(result, status)
        return result

    def same(self):
        return {name for name, box in self.boxes("x.svg").items() if "same" in box.get("class").split()}

    def test_what_changed_between_two_runs_is_in_full_and_says_how(self):
        self.draw("-x")
        self.draw("-x")
        self.edit("cell.cpp", "return model + checked;", "return model + checked + 1;")
        self.draw("-x")
        latest, second, first = self.run_ids()
        self.diff(second)
        self.assertEqual(self.same(), {"path", "raw", "checked", "model"})
        self.assertIn("code and data changed", self.words("x.svg", "score"))
        self.assertIn("was from cache", self.words("x.svg", "score"))
        self.assertIn("data changed", self.words("x.svg", "free_node"))
        self.assertNotIn("code", self.words("x.svg", "free_node"))
        title = " ".join(texts_of(next(g for g in self.svg("x.svg").iter(SVG + "g") if g.get("id") == "title")))
        self.assertIn(f"run {latest} compared with {second}: 2 of 5 nodes changed", title)
        self.assert_status(self.run_hamcell("cache", "view", second, "--diff", first, "--display=x.svg"), DONE)
        self.assertEqual(self.same(), {"path"})
        self.assertIn("was executed", self.words("x.svg", "raw"))

    def test_an_input_with_another_value_and_new_and_lost_nodes_are_told(self):
        self.draw("-x")
        self.edit("cell.cpp", "int free_node(int score)", "int other_node(int score)")
        self.assert_status(self.run_hamcell("cell.cpp", "-i", "path=longer", "-x", *self.build_flags), DONE)
        self.diff(self.run_ids()[1])
        self.assertIn("value changed", self.words("x.svg", "path"))
        self.assertIn("new node", self.words("x.svg", "other_node"))
        self.assertIn("was ", self.words("x.svg", "raw"))
        self.assertIn("1 new, 1 gone", self.path("x.svg").read_text())

    def test_a_run_is_the_same_as_itself(self):
        self.draw("-x")
        self.diff(self.run_ids()[0])
        self.assertEqual(self.same(), set(self.boxes("x.svg")))
        self.assertNotIn("from cache", self.path("x.svg").read_text().split('id="legend"')[1])

    def test_the_default_name_is_not_that_of_the_run(self):
        self.draw("-x")
        self.assert_status(self.run_hamcell("cache", "view", "--diff", self.run_ids()[0]), DONE)
        self.assertTrue(self.path("cell.diff.png").is_file())

    def test_folds_say_how_many_of_their_nodes_changed(self):
        self.draw("-x")
        self.draw("-x")
        self.edit("cell.cpp", "return model + checked;", "return model + checked + 1;")
        self.draw("-x")
        self.diff(self.run_ids()[1], "--fold", "owner")
        self.assertIn("1 changed", self.words("x.svg", "owner_3dml"))
        self.assertIn("owner_3ddata", self.same())

    def test_a_secret_value_is_in_no_comparison(self):
        for value in ("first-secret", "second-secret"):
            self.assert_status(self.run_hamcell("cell.cpp", "-i", f"path={value}", "--secret", "path", "-x", *self.build_flags), DONE)
        self.diff(self.run_ids()[1])
        self.assertNotIn("-secret", self.path("x.svg").read_text())

    def test_a_run_that_is_not_there_is_an_error(self):
        self.draw("-x")
        self.assert_says(self.diff("2000", status=USAGE), "whose id starts with '2000'", "'hamcell cache runs' lists them")
        self.assert_status(self.run_hamcell("cell.cpp", "--diff", "2000"), USAGE)


if __name__ == "__main__":
    unittest.main()
