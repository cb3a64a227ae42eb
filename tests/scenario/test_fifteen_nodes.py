"""A cell of fifteen nodes over real data, whose answers another program gives too."""

import csv
import math
import shutil
import unittest
from collections import Counter
from pathlib import Path

from harness import Scenario

HERE = Path(__file__).resolve().parent
DATA = HERE.parent / "data" / "airports.csv"
NODES = {"raw_airports", "airports", "airport_count", "elsewhere", "per_state", "largest_states", "northernmost",
         "southernmost", "mean_position", "belts", "municipal_share", "awkward_names", "crowded_cities", "span_km",
         "summary"}


def expected():
    """The same questions, answered by Python."""
    with open(DATA, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["latitude"], row["longitude"] = float(row["latitude"]), float(row["longitude"])
    usa = [row for row in rows if row["country"] == "USA"]
    per_state = dict(sorted(Counter(row["state"] for row in usa).items()))
    largest = sorted(per_state.items(), key=lambda item: (-item[1], item[0]))[:5]
    north, south = max(usa, key=lambda r: r["latitude"]), min(usa, key=lambda r: r["latitude"])
    places = Counter(f"{row['city']}, {row['state']}" for row in usa)
    a, b = math.radians(north["latitude"]), math.radians(south["latitude"])
    turn = math.radians(north["longitude"] - south["longitude"])
    haversine = math.sin((a - b) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(turn / 2) ** 2
    span = 2 * 6371 * math.asin(math.sqrt(haversine))
    largest_states = [{"what": state, "airports": count} for state, count in largest]
    return {
        "raw_airports": rows,
        "airports": usa,
        "airport_count": len(usa),
        "elsewhere": [row["iata"] for row in rows if row["country"] != "USA"],
        "per_state": per_state,
        "largest_states": largest_states,
        "northernmost": north,
        "southernmost": south,
        "mean_position": [math.fsum(row["latitude"] for row in usa) / len(usa),
                          math.fsum(row["longitude"] for row in usa) / len(usa)],
        "belts": {str(belt): count for belt, count in
                  sorted(Counter(math.floor(row["latitude"] / 10) * 10 for row in usa).items())},
        "municipal_share": sum("Municipal" in row["name"] for row in usa) / len(usa),
        "awkward_names": [row["name"] for row in usa if "," in row["name"] or '"' in row["name"]],
        "crowded_cities": [{"what": place, "airports": count} for place, count in
                           sorted(places.items(), key=lambda item: (-item[1], item[0])) if count > 2],
        "span_km": span,
        "summary": {"airports": len(usa), "largest_states": largest_states, "northernmost": north, "span_km": span},
    }


class Airports(Scenario):
    """The cell lies in a folder with a space in its name, with a header of its own and a pkg-config library."""

    def setUp(self):
        super().setUp()
        self.home = self.folder / "air ports"
        self.home.mkdir()
        for name in ("airports.cpp", "csv.h"):
            shutil.copy(HERE / "cells" / name, self.home)
        shutil.copy(DATA, self.home / "air ports.csv")

    def execute_airports(self, *args):
        return self.execute("-i", "path=air ports/air ports.csv", *args, cell="air ports/airports.cpp")

    def assert_like(self, found, wanted, where):
        """Equal, but for the last digits of numbers."""
        if isinstance(wanted, float):
            self.assertTrue(math.isclose(found, wanted, rel_tol=1e-12), f"{where}: {found} is not {wanted}")
        elif isinstance(wanted, dict):
            self.assertEqual(list(found), list(wanted), where)
            for key, value in wanted.items():
                self.assert_like(found[key], value, f"{where}.{key}")
        elif isinstance(wanted, list):
            self.assertEqual(len(found), len(wanted), where)
            for i, value in enumerate(wanted):
                self.assert_like(found[i], value, f"{where}[{i}]")
        else:
            self.assertEqual(found, wanted, where)

    def test_every_value_agrees_with_another_program(self):
        result = self.execute_airports("--show-results")
        self.assert_ran(result, NODES)
        for name, value in expected().items():
            with self.subTest(node=name):
                self.assert_like(result.value(name), value, name)

    def test_the_values_from_the_cache_are_the_same(self):
        first = self.execute_airports("--show-results")
        second = self.execute_airports("--show-results")
        self.assert_cached(second, NODES)
        for name in NODES:
            with self.subTest(node=name):
                self.assertEqual(second.value(name), first.value(name))

    def test_an_edit_of_one_node_runs_what_its_value_reaches(self):
        self.execute_airports()
        self.edit("air ports/airports.cpp", "earth_radius_km = 6371", "earth_radius_km = 6378")
        self.assert_ran(self.execute_airports(), {"span_km", "summary"})

    def test_a_node_that_runs_gets_its_arguments_from_the_cache(self):
        self.execute_airports()
        self.edit("air ports/airports.cpp", 'airport.name.find("Municipal")', 'airport.name.find("Regional")')
        result = self.execute_airports("--show-results", "municipal_share")
        self.assert_ran(result, {"municipal_share"})
        usa = expected()["airports"]
        self.assert_like(result.value("municipal_share"), sum("Regional" in row["name"] for row in usa) / len(usa), "")

    def test_an_edited_row_runs_what_its_value_reaches(self):
        self.execute_airports()
        self.edit("air ports/air ports.csv", "00M,Thigpen,", "00M,Thigpen Field,")
        ran = self.execute_airports().with_status("executed")
        # Another name of an airport changes neither the counts nor the northernmost and southernmost one.
        self.assertEqual(ran, NODES - {"largest_states", "span_km", "summary"})

    def test_both_pictures_show_all_fifteen_nodes(self):
        self.execute_airports("--display=before.svg", "--display-cache=after.svg")
        for picture in ("before.svg", "after.svg"):
            self.assertEqual(set(self.boxes(picture)), NODES | {"path", "country", "top"})


if __name__ == "__main__":
    unittest.main()
