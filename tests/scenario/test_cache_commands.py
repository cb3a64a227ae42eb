"""`hamcell cache …`: looks into the cache and looks after it."""

import json
import unittest

from harness import STORAGE, USAGE, SVG, Scenario

CELL_TEXT = """\
#include <vector>
std::vector<int> many(int count = 3) { return std::vector<int>(static_cast<unsigned>(count), 7); }
long sum(const std::vector<int>& many) { long s = 0; for (int x : many) s += x; return s; }
"""


class CacheCommands(Scenario):
    """A cache with two runs of one cell in it."""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL_TEXT)
        self.first = self.execute().json()["run_id"]
        self.second = self.execute().json()["run_id"]

    def cache_command(self, *args, status=0, **how):
        result = self.run_hamcell("cache", *args, **how)
        self.assert_status(result, status)
        return result

    def test_stats_count_entries_and_runs(self):
        stats = self.cache_command("stats", "--json").json()
        self.assertEqual((stats["entries"], stats["runs"], stats["hit_rate"]), (2, 2, 0.5))

    def test_stats_name_the_cache(self):
        self.assertIn(str(self.cache), self.cache_command("stats").out)

    def test_stats_count_large_results(self):
        self.assertEqual(self.cache_command("stats", "--json").json()["result_files"], 0)
        self.execute("-i", "count=200000")
        stats = self.cache_command("stats", "--json").json()
        self.assertEqual(stats["result_files"], 1)
        self.assertGreater(stats["result_bytes"], 200000)

    def test_show_trace_says_what_a_node_used_in_words(self):
        self.write("data.csv", "1")
        self.write("cell.cpp", """\
            #include <cstdlib>
            #include <ctime>
            #include <fstream>
            long used() {
              int n = 0;
              std::ifstream("data.csv") >> n;
              std::ifstream("missing.csv") >> n;
              std::ofstream("report.txt") << n;
              return (std::getenv("MODE") != nullptr) + std::time(nullptr);
            }
            """)
        self.execute()
        self.assertEqual(self.cache_command("show", "used", "--trace").out.splitlines(), [
            f"read {self.path('data.csv')}", f"looked in vain for {self.path('missing.csv')}",
            f"wrote {self.path('report.txt')}", "environment MODE", f"the working folder {self.folder}",
            "used the clock (time)"])

    def test_show_trace_needs_no_stored_value_but_an_entry(self):
        self.assert_says(self.cache_command("show", "smu", "--trace", status=USAGE), "no entry", "did you mean 'sum'")

    def test_trace_goes_with_show_alone(self):
        self.assert_says(self.cache_command("ls", "--trace", status=USAGE), "--trace")

    def test_ls_lists_the_entries(self):
        entries = self.cache_command("ls", "--json").json()
        self.assertEqual({entry["node"]: entry["preview"] for entry in entries},
                         {"sum": "21", "many": next(e["preview"] for e in entries if e["node"] == "many")})
        self.assertEqual({entry["type"] for entry in entries}, {"long", "std::vector<int>"})

    def test_ls_agrees_with_the_run(self):
        nodes = {n["name"]: n for n in self.execute().json()["nodes"]}
        for entry in self.cache_command("ls", "--json").json():
            for key in ("cache_key", "data_version", "bytes"):
                self.assertEqual(entry[key], nodes[entry["node"]][key])

    def test_ls_is_a_table_for_people(self):
        self.assertRegex(self.cache_command("ls").out, r"(?m)^sum +long .* 21$")

    def test_runs_lists_the_newest_first(self):
        runs = self.cache_command("runs", "--json").json()
        self.assertEqual([run["run_id"] for run in runs], [self.second, self.first])
        self.assertEqual([(run["cached"], run["executed"]) for run in runs], [(2, 0), (0, 2)])
        self.assertEqual({run["cell"] for run in runs}, {str(self.path("cell.cpp"))})

    def test_runs_is_a_table_for_people(self):
        self.assertIn(self.second, self.cache_command("runs").out)

    def test_show_prints_a_stored_value(self):
        self.assertEqual(json.loads(self.cache_command("show", "many").out), [7, 7, 7])

    def test_show_prints_a_large_stored_value(self):
        self.execute("-i", "count=100000")
        self.assertEqual(len(json.loads(self.cache_command("show", "many").out)), 100000)

    def test_show_prints_the_newest_value(self):
        self.execute("-i", "count=5")
        self.assertEqual(json.loads(self.cache_command("show", "sum").out), 35)

    def test_show_as_json_says_what_it_is(self):
        shown = self.cache_command("show", "sum", "--json").json()
        self.assertEqual((shown["node"], shown["type"], shown["value"]), ("sum", "long", 21))

    def test_show_of_an_unknown_node_gets_a_suggestion(self):
        result = self.cache_command("show", "smu", status=USAGE)
        self.assert_says(result, "'smu'", "did you mean 'sum'?")

    def test_show_of_a_result_whose_file_is_gone_is_an_error(self):
        self.execute("-i", "count=100000")
        for path in (self.cache / "results").rglob("*"):
            if path.is_file():
                path.unlink()
        self.assert_says(self.cache_command("show", "many", status=STORAGE), "'many'", "missing")

    def test_view_draws_the_last_run(self):
        self.cache_command("view", "--display=run.svg")
        desc = self.svg("run.svg").find(SVG + "desc").text
        self.assertIn("2 from cache (100 %)", desc)
        self.assertEqual(set(self.boxes("run.svg")), {"count", "many", "sum"})

    def test_view_draws_a_run_by_its_id(self):
        self.cache_command("view", self.first, "--display=run.svg")
        self.assertIn("2 executed", self.svg("run.svg").find(SVG + "desc").text)

    def test_view_draws_a_past_run_as_it_was_when_the_cell_is_gone(self):
        self.execute("--display-cache=now.svg")
        self.path("cell.cpp").unlink()
        self.cache_command("view", "--display=later.svg")
        self.assertEqual(self.path("later.svg").read_bytes(), self.path("now.svg").read_bytes())

    def test_view_says_where_the_picture_is(self):
        self.assertEqual(self.cache_command("view", "--format", "svg").out, "cell.display-cache.svg\n")
        self.assertTrue(self.path("cell.display-cache.svg").is_file())

    def test_view_draws_to_standard_output(self):
        result = self.cache_command("view", "--display=-", "--format", "svg")
        self.assertIn("sum", self.boxes(result.raw_out))

    def test_view_of_an_unknown_run_points_to_the_list(self):
        self.assert_says(self.cache_command("view", "19700101", status=USAGE), "19700101", "hamcell cache runs")

    def test_clear_asks_unless_told_not_to(self):
        self.cache_command("clear", status=USAGE)
        self.assertTrue((self.cache / "metadata.db").is_file())

    def test_clear_removes_the_cache(self):
        self.cache_command("clear", "--yes")
        self.assertFalse(self.cache.exists())
        self.assert_none_cached(self.execute())

    def test_clear_leaves_alone_what_is_not_of_the_cache(self):
        (self.cache / "mine.txt").write_text("mine")
        self.cache_command("clear", "--yes")
        self.assertEqual((self.cache / "mine.txt").read_text(), "mine")
        self.assertFalse((self.cache / "metadata.db").exists())

    def test_clear_of_a_mistyped_folder_removes_nothing(self):
        self.write("papers/thesis.txt", "years of work")
        self.cache_command("clear", "--yes", "--cache-dir", "papers")
        self.assertEqual(self.path("papers/thesis.txt").read_text(), "years of work")

    def test_an_empty_cache_answers_every_question(self):
        for action in ("stats", "ls", "runs"):
            with self.subTest(action=action):
                self.cache_command(action, "--cache-dir", "nowhere")
                self.cache_command(action, "--json", "--cache-dir", "nowhere")
        self.assertFalse(self.path("nowhere").exists())

    def test_a_question_changes_nothing_on_disk(self):
        def listing():
            return {p.name: p.read_bytes() for p in self.cache.rglob("*") if p.is_file() and "shm" not in p.name}
        before = listing()
        for action in ("stats", "ls", "runs", ("show", "sum")):
            self.cache_command(*([action] if isinstance(action, str) else action))
        self.assertEqual(listing(), before)


if __name__ == "__main__":
    unittest.main()
