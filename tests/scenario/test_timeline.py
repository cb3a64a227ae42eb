"""`--timeline`: what ran when, in the Trace Event Format."""

import json
import unittest

from harness import DONE, NODE_FAILED, STORAGE, USAGE, Scenario

CELL_TEXT = """#include <chrono>
#include <thread>
static int nap(int n) { std::this_thread::sleep_for(std::chrono::milliseconds(200)); return n; }
int first() { return nap(1); }
int beside() { return nap(2); }
int second(int first, int beside) { return nap(first + beside); }
"""


class Timeline(Scenario):
    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL_TEXT)

    def timeline(self, *args, status=DONE):
        self.assert_status(self.run_hamcell("cell.cpp", "-x", "-q", "--timeline", "t.json", *self.build_flags, *args), status)
        events = json.loads(self.path("t.json").read_text())["traceEvents"]
        tracks = {event["tid"]: event["args"]["name"] for event in events if event["name"] == "thread_name"}
        return tracks, {event["name"]: event for event in events if event["ph"] in "Xi"}

    def test_each_node_has_its_time_and_its_runner(self):
        tracks, events = self.timeline("-j", "2")
        self.assertEqual(set(events), {"compile", "first", "beside", "second"})
        first, beside, second = events["first"], events["beside"], events["second"]
        for event in (first, beside, second):
            self.assertGreaterEqual(event["dur"], 200_000)
            self.assertEqual(event["args"]["status"], "executed")
        self.assertNotEqual(first["tid"], beside["tid"])
        self.assertEqual({tracks[first["tid"]], tracks[beside["tid"]]}, {"runner 1", "runner 2"})
        # One waits for the other two, and all for the compiler.
        self.assertGreaterEqual(second["ts"], max(first["ts"] + first["dur"], beside["ts"] + beside["dur"]))
        compiled = events["compile"]
        self.assertEqual(tracks[compiled["tid"]], "compiler")
        self.assertGreaterEqual(min(first["ts"], beside["ts"]), compiled["ts"] + compiled["dur"])

    def test_one_runner_does_one_thing_after_the_other(self):
        _, events = self.timeline("-j", "1", "--recompute")
        spans = sorted((event["ts"], event["ts"] + event["dur"]) for name, event in events.items() if name != "compile")
        self.assertEqual(len(spans), 3)
        for before, after in zip(spans, spans[1:]):
            self.assertGreaterEqual(after[0], before[1])

    def test_what_came_from_the_cache_is_not_in_it(self):
        self.timeline()
        _, events = self.timeline()
        self.assertEqual(events, {})

    def test_a_failed_run_has_one_too(self):
        self.edit("cell.cpp", "return nap(1);", "__builtin_trap();")
        _, events = self.timeline(status=NODE_FAILED)
        self.assertEqual(events["first"]["ph"], "i")
        self.assertEqual(events["first"]["args"]["status"], "failed")
        self.assertIn("SIGILL", events["first"]["args"]["reason"])

    def test_it_is_for_runs_and_for_files(self):
        for args, text in ((("-d", "--timeline", "t.json"), "nothing is run"), (("-x", "--timeline", "-"), "standard output"),
                           (("-x", "--timeline", "cell.cpp"), "would overwrite the cell")):
            result = self.run_hamcell("cell.cpp", *args)
            self.assert_status(result, USAGE)
            self.assert_says(result, text)

    def test_results_are_there_when_it_cannot_be_written(self):
        result = self.run_hamcell("cell.cpp", "-x", "--timeline", "no/such/folder/t.json", *self.build_flags)
        self.assert_status(result, STORAGE)
        self.assertIn("second", result.out)


if __name__ == "__main__":
    unittest.main()
