"""The cache stands everything: disks that are full, folders that cannot be written, files that were swapped."""

import os
import shutil
import sqlite3
import subprocess
import time
import unittest

from harness import PATIENCE, STORAGE, Result, Scenario

CELL = """\
#include <vector>
std::vector<int> many(int count) { return std::vector<int>(static_cast<std::size_t>(count), 3); }
long sum(const std::vector<int>& many) { long s = 0; for (int x : many) s += x; return s; }
"""

# Runs a program without the right of root to write where it may not; for other users it changes nothing.
PLAIN_USER = ("setpriv", "--inh-caps=-all", "--bounding-set=-all") if os.geteuid() == 0 else ()


def mounted(command):
    """Runs a program in a world of its own where this command has mounted something."""
    namespace = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "--mount", "--map-root-user")
    return (*namespace, "sh", "-ec", f'{command}; exec "$@"', "sh")


def content_of(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Store(Scenario):
    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL)

    def execute_sum(self, *args, **how):
        return self.execute("-i", "count=100000", "--show-results", *args, **how)

    def assert_right(self, result):
        self.assertEqual(result.value("sum"), 300000, str(result))
        self.assertEqual(result.value("many"), [3] * 100000)

    def assert_one_warning(self, result, *texts):
        self.assertEqual(result.err.count("warning:"), 1, str(result))
        self.assert_says(result, *texts)


class FullDisk(Store):
    """A cache on a disk of its own, too small for what is to be stored."""

    def on_disk_of(self, size):
        self.cache.mkdir(exist_ok=True)
        return mounted(f"mount -t tmpfs -o size={size} none '{self.cache}'")

    def test_a_result_that_finds_no_room_reaches_the_user_all_the_same(self):
        result = self.execute_sum(wrapper=self.on_disk_of("400k"))
        self.assert_right(result)
        self.assert_one_warning(result, "cannot be written", "No space left")

    def test_results_that_find_no_room_are_passed_on_between_runners(self):
        self.write("cell.cpp", CELL + "long twice(const std::vector<int>& many) { return 2 * many[0]; }\n")
        result = self.execute_sum("-j", "3", wrapper=self.on_disk_of("400k"))
        self.assert_right(result)
        self.assertEqual(result.value("twice"), 6)

    def test_a_database_that_finds_no_room_costs_the_cache_and_not_the_run(self):
        for size in ("4k", "8k", "20k", "40k", "72k", "128k", "200k", "240k", "280k", "320k"):
            with self.subTest(size=size):
                result = self.execute_sum(wrapper=self.on_disk_of(size))
                self.assert_right(result)
                self.assert_one_warning(result, str(self.cache))


class Unwritable(Store):
    """A cache that was filled and can only be read from now on."""

    READ_ONLY = mounted("mount --bind shared shared; mount -o remount,bind,ro shared")

    def setUp(self):
        super().setUp()
        self.assert_right(self.execute_sum("--cache-dir", "shared"))
        self.before = content_of(self.path("shared"))

    def assert_is_read_and_never_written(self, wrapper):
        hits = self.execute_sum("--cache-dir", "shared", wrapper=wrapper)
        self.assert_all_cached(hits)
        self.assert_right(hits)
        self.assertEqual(hits.err, "")
        self.edit("cell.cpp", "return s;", "return s + 1;")
        result = self.execute_sum("--cache-dir", "shared", wrapper=wrapper)
        self.assert_ran(result, {"sum"})
        self.assertEqual(result.value("sum"), 300001)
        self.assert_one_warning(result, "shared", "cannot be written")
        self.assertEqual(content_of(self.path("shared")), self.before)

    def test_on_a_read_only_file_system(self):
        self.assert_is_read_and_never_written(self.READ_ONLY)

    def test_in_a_folder_that_belongs_to_someone_else(self):
        for path in [self.path("shared"), *self.path("shared").rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        self.assert_is_read_and_never_written(PLAIN_USER)

    def test_whose_database_alone_cannot_be_written(self):
        for path in [self.path("shared") / "lock", *self.path("shared").glob("claims.*")]:
            path.unlink()
        (self.path("shared") / "metadata.db").chmod(0o444)
        self.before = content_of(self.path("shared"))
        self.assert_is_read_and_never_written(PLAIN_USER)

    def test_beside_a_process_that_writes_it(self):
        database = sqlite3.connect(self.path("shared") / "metadata.db")
        self.addCleanup(database.close)
        database.execute("SELECT count(*) FROM entries").fetchall()
        # While somebody has it open, this stays in the write-ahead log.
        self.execute("-i", "count=5", "--cache-dir", "shared")
        self.assertGreater((self.path("shared") / "metadata.db-wal").stat().st_size, 0)
        self.assert_all_cached(self.execute("-i", "count=5", "--cache-dir", "shared", wrapper=self.READ_ONLY))

    def test_can_be_looked_into(self):
        listed = self.run_hamcell("cache", "ls", "--json", "--cache-dir", "shared", wrapper=self.READ_ONLY)
        self.assertEqual({entry["node"] for entry in listed.json()}, {"many", "sum"})

    def test_is_not_swept(self):
        for action in ("gc", "verify"):
            result = self.run_hamcell("cache", action, "--cache-dir", "shared", wrapper=self.READ_ONLY)
            self.assert_status(result, STORAGE)
            self.assert_says(result, "cannot be written")

    def test_one_that_is_damaged_is_done_without(self):
        damaged = bytearray((self.path("shared") / "metadata.db").read_bytes())
        damaged[8192:] = os.urandom(len(damaged) - 8192)
        (self.path("shared") / "metadata.db").write_bytes(damaged)
        self.before = content_of(self.path("shared"))
        self.assert_right(self.execute_sum("--cache-dir", "shared", wrapper=self.READ_ONLY))
        self.assertEqual(content_of(self.path("shared")), self.before)


class Databases(Store):
    """What stands where the database would be."""

    def setUp(self):
        super().setUp()
        self.assert_right(self.execute_sum())

    def change(self, sql):
        with sqlite3.connect(self.cache / "metadata.db") as database:
            database.executescript(sql)
        database.close()

    def test_an_older_format_is_moved_aside_and_the_run_is_done(self):
        self.change("PRAGMA user_version=2")
        result = self.execute_sum()
        self.assert_right(result)
        self.assert_one_warning(result, "older format 2", "metadata.db.aside")
        self.assert_all_cached(self.execute_sum())

    def test_a_database_of_another_program_is_refused_and_left_alone(self):
        for path in self.cache.glob("metadata.db*"):
            path.unlink()
        self.change("CREATE TABLE songs(title)")
        before = content_of(self.cache)
        for words in (("cell.cpp", "-x", "-i", "count=3"), ("cell.cpp", "-n", "-i", "count=3"), ("cache", "ls"),
                      ("cache", "gc"), ("cache", "verify"), ("cache", "clear", "--yes")):
            with self.subTest(words=words):
                result = self.run_hamcell(*words)
                self.assert_status(result, STORAGE)
                self.assert_says(result, "another program", "--cache-dir")
        self.assertEqual(content_of(self.cache), before)

    def test_the_rest_of_a_removed_database_does_not_get_into_the_new_one(self):
        with sqlite3.connect(self.cache / "metadata.db") as database:
            database.execute("UPDATE entries SET node='other'")
            database.commit()
            shutil.copy(self.cache / "metadata.db-wal", self.path("wal"))
        database.close()
        (self.cache / "metadata.db").unlink()
        shutil.copy(self.path("wal"), self.cache / "metadata.db-wal")
        result = self.execute_sum()
        self.assert_none_cached(result)
        self.assert_right(result)
        self.assertEqual(result.err, "")
        self.assert_all_cached(self.execute_sum())

    def test_results_under_each_others_names_are_made_again(self):
        self.execute("-i", "count=90000")
        first, second = [path for path in (self.cache / "results").rglob("*") if path.is_file()]
        content = first.read_bytes()
        first.write_bytes(second.read_bytes())
        second.write_bytes(content)
        self.assert_right(self.execute_sum())

    def test_a_result_that_cannot_be_read_is_made_again(self):
        for path in (self.cache / "results").rglob("*"):
            if path.is_file():
                path.chmod(0)
        self.assert_right(self.execute_sum(wrapper=PLAIN_USER))

    def test_a_result_that_is_a_pipe_is_made_again_and_waited_for_by_nobody(self):
        for words in (("--show-results",), ("--recompute=sum", "--show-results")):
            with self.subTest(words=words):
                self.execute("-i", "count=100000")
                self.replace_results_by_pipes()
                self.assertEqual(self.execute("-i", "count=100000", *words).value("sum"), 300000)
        self.replace_results_by_pipes()
        self.assert_status(self.run_hamcell("cache", "verify"), STORAGE)
        self.assert_status(self.run_hamcell("cache", "verify"), 0)

    def replace_results_by_pipes(self):
        for path in list((self.cache / "results").rglob("*")):
            if path.is_file():
                path.unlink()
                os.mkfifo(path)


class ChangedMeanwhile(Store):
    """Results that others write to, in place, while a run has to do with them."""

    CELL = CELL + """\
#include <filesystem>
#include <fstream>
#include <thread>
static void wait_for(const char* file) {
  while (!std::filesystem::exists(file)) std::this_thread::sleep_for(std::chrono::milliseconds(10));
}
int gate() {
  std::ofstream("started") << 1;
  wait_for("go");
  return 1;
}
"""

    def begin(self, *args):
        process = self.start("cell.cpp", "-x", "--json", "--show-results", *self.build_flags, *args,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.wait_for(lambda: self.path("started").exists() or process.poll() is not None)
        return process

    def end(self, process):
        out, err = process.communicate(timeout=60 * PATIENCE)
        result = Result(process.returncode, out, err)
        self.assert_status(result, 0)
        return result

    def results(self):
        return [path for path in (self.cache / "results").rglob("*") if path.is_file()]

    def test_an_argument_whose_file_is_cut_short_while_it_is_read_is_made_again(self):
        self.write("cell.cpp", """\
            #include <hamcell/codec.h>
            #include <cstdio>
            #include <unistd.h>
            #include <vector>
            struct Slow { long n = 0; };
            template <> struct ham::codec<Slow> {
              static void encode(ham::sink& out, const Slow& slow) { ham::encode(out, slow.n); }
              static void decode(ham::source& in, Slow& slow) {
                ham::decode(in, slow.n);
                if (slow.n != 1 || ::access("started", F_OK) == 0) return;
                std::fclose(std::fopen("started", "w"));
                ::sleep(1);
              }
            };
            std::vector<Slow> many() {
              std::vector<Slow> all(100000);
              for (Slow& slow : all) slow.n = 1 + (&slow - all.data()) * 100000;
              return all;
            }
            long sum(const std::vector<Slow>& many, int times = 1) {
              long sum = 0;
              for (const Slow& slow : many) sum += slow.n % 7;
              return sum * times;
            }
            """)
        first = self.execute("--show-results", "sum")
        process = self.begin("-i", "times=2", "sum")
        os.truncate(self.results()[0], 10)
        again = self.end(process)
        self.assertEqual(again.value("sum"), 2 * first.value("sum"))
        self.assert_ran(again, {"many", "sum"})

    def test_what_is_shown_is_what_was_checked(self):
        self.write("cell.cpp", self.CELL)
        for change in (lambda path: os.truncate(path, 0), lambda path: path.write_bytes(b"x" * path.stat().st_size)):
            self.write("go", "")
            self.execute("-i", "count=100000")
            for name in ("go", "started"):
                self.path(name).unlink()
            process = self.begin("-i", "count=100000", "--recompute=gate")
            for path in self.results():
                change(path)
            self.write("go", "")
            self.assert_right(self.end(process))
            for name in ("go", "started"):
                self.path(name).unlink()

    def test_a_node_that_gets_another_argument_claims_nothing_for_the_old_one(self):
        self.write("cell.cpp", self.CELL.replace("int count) {", "int count) {\n  std::ifstream(\"count\") >> count;")
                   .replace("(const std::vector<int>& many) {", """(const std::vector<int>& many, int gate) {
  if (gate == 0) return 0;
  std::ofstream("summing") << 1;
  while (!std::ifstream("go on")) continue;
"""))
        self.edit("cell.cpp", "#include <vector>\n", "#include <vector>\n#include <fstream>\n")
        for name, text in (("go", ""), ("go on", ""), ("count", "100000")):
            self.write(name, text)
        self.execute("-i", "count=1")
        for name in ("go", "go on", "started", "summing"):
            self.path(name).unlink()
        process = self.begin("-i", "count=1")
        self.write("count", "90000")
        for path in self.results():
            os.truncate(path, 0)
        self.write("go", "")
        self.wait_for(self.path("summing").exists)
        inodes = [f":{path.stat().st_ino} " for path in self.cache.glob("claims.*")]

        def claims():
            with open("/proc/locks", encoding="utf-8") as locks:
                # Of one key; the code is shared with who runs the node for another key.
                return [line for line in locks if "WRITE" in line and any(inode in line for inode in inodes)]
        # What has finished is claimed until it is written, a moment later.
        self.wait_for(lambda: len(claims()) <= 1)
        left = claims()
        self.write("go on", "")
        self.assertEqual(self.end(process).value("sum"), 270000)
        self.assertEqual(len(left), 1, left)


class UserCache(Store):
    """Remembered cells and built cells under each other's names."""

    def user_files(self, ending):
        return sorted((self.root / "user-cache").rglob("*" + ending))

    def swap(self, first, second):
        content = first.read_bytes()
        first.write_bytes(second.read_bytes())
        second.write_bytes(content)

    def test_swapped_scans_and_built_cells_never_give_a_wrong_value(self):
        self.write("cell.cpp", "int value() { return LEVEL; }\n")
        os.utime(self.path("cell.cpp"), (1, 1))
        for level in (1, 2):
            self.assertEqual(self.values(f"-DLEVEL={level}", "--no-cache"), {"value": level})
        for ending in (".so", ".so.record"):
            self.swap(*self.user_files(ending)[:2])
        for level in (1, 2):
            self.assertEqual(self.values(f"-DLEVEL={level}", "--no-cache"), {"value": level})
        scans = self.user_files(".scan")
        if len(scans) == 2:
            self.swap(*scans)
        for level in (1, 2):
            self.assertEqual(self.values(f"-DLEVEL={level}", "--no-cache"), {"value": level})


class Care(Store):
    """`hamcell cache gc`, `hamcell cache verify`, and the size that a run keeps."""

    def cache_command(self, *args, status=0):
        result = self.run_hamcell("cache", *args, "--json")
        self.assert_status(result, status)
        return result.json()

    def test_what_gc_removed_is_made_again_only_when_it_is_needed(self):
        self.execute_sum()
        self.assertEqual(self.cache_command("gc", "--max-size", "400k")["results"], 1)
        self.assert_all_cached(self.execute("-i", "count=100000"))
        result = self.execute_sum()
        self.assert_right(result)
        self.assert_ran(result, {"many"})

    def test_gc_by_age_goes_by_the_last_use(self):
        self.execute_sum()
        self.assertEqual(self.cache_command("gc", "--older-than", "1h")["entries"], 0)
        self.assertEqual(self.cache_command("gc", "--older-than", "0s")["entries"], 2)
        self.assert_none_cached(self.execute_sum())

    def test_gc_removes_what_is_remembered_and_was_long_unused(self):
        shutil.rmtree(self.root / "user-cache")
        time.sleep(0.2)
        for _ in range(4):
            self.execute_sum()
            self.run_hamcell("cell.cpp", "-x", *self.build_flags, "-i", "count=100000", "--display=sum.svg")
            time.sleep(0.1)
        # The headers of a cell that is scanned again are precompiled for the parser, too.
        self.write("cell.cpp", self.path("cell.cpp").read_text() + "// edited\n")
        self.execute_sum()
        user_cache = self.root / "user-cache" / "hamcell"
        files = [path for path in user_cache.rglob("*") if path.is_file() and path.name != "secret-key"]
        self.assertEqual({path.suffix for path in files}, {".record", ".o", ".so", ".text", ".newest", ".scan", ".toolchain", ".link", ".run", ".picture", ".h", ".pch", ".preamble"})
        for path in files:
            os.utime(path, (1, 1))
        young = user_cache / "cells" / "young.so"
        young.write_bytes(b"young")
        removed = self.cache_command("gc")
        self.assertEqual(removed["user_files"], len(files))
        self.assertTrue(young.exists())
        young.unlink()
        self.assert_right(self.execute_sum("--recompute"))

    def test_gc_leaves_alone_what_a_link_leads_to(self):
        self.execute_sum()
        user_cache = self.root / "user-cache" / "hamcell"
        for folder in (self.cache / "results", user_cache / "cells", user_cache / "scans"):
            with self.subTest(folder=folder.name):
                outside = self.path("outside")
                foreign = [outside / "letter", outside / "ab" / "letter", outside / "new-abcdef",
                           outside / "ab" / ("0" * 29 + "1"), outside / ("1" * 32 + ".so")]
                for path in foreign:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(b"mine")
                    os.utime(path, (1, 1))
                folder.rename(self.path("before"))
                folder.symlink_to(outside)
                result = self.run_hamcell("cache", "gc", "--older-than", "0s")
                self.assert_status(result, 0)
                self.assert_one_warning(result, f"'{folder}'", "symbolic link")
                self.assertEqual([path for path in foreign if not path.exists()], [])
                self.write("hamcell.toml", 'cache-size = "1k"\n')
                self.execute("-i", "count=3", "--recompute")
                self.assertEqual([path for path in foreign if not path.exists()], [])
                folder.unlink()
                self.path("before").rename(folder)

    def test_gc_removes_only_what_hamcell_names(self):
        self.execute_sum()
        results = self.cache / "results"
        cells = self.root / "user-cache" / "hamcell" / "cells"
        foreign = [results / "letter", results / "ab" / "letter", results / "new-letters", results / "AB" / ("0" * 30),
                   cells / "letter.so", cells / ("1" * 32 + ".txt"), cells / ("1" * 32 + ".folder")]
        own = [results / "new-aB3xyz", results / "ab" / ("0" * 29 + "1"), cells / ("1" * 32 + ".so"),
               cells / ("1" * 32 + ".lines.so.record.aB3xyz"), cells / ("1" * 32 + ".4711")]
        for path in foreign + own:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"x")
            os.utime(path, (1, 1))
        removed = self.cache_command("gc")
        self.assertEqual((removed["orphans"], removed["user_files"]), (2, 3))
        self.assertEqual([path for path in foreign if not path.exists()], [])
        self.assertEqual([path for path in own if path.exists()], [])
        for path in foreign:
            path.unlink()

    def test_gc_removes_no_built_cells_where_others_can_write(self):
        self.execute_sum()
        cells = self.root / "user-cache" / "hamcell" / "cells"
        for path in cells.iterdir():
            os.utime(path, (1, 1))
        before = content_of(cells)
        cells.chmod(0o777)
        self.addCleanup(cells.chmod, 0o700)
        result = self.run_hamcell("cache", "gc")
        self.assert_one_warning(result, str(cells), "others can write")
        self.assertEqual(content_of(cells), before)

    def test_a_run_removes_nothing_because_the_database_tells_a_wrong_size(self):
        self.write("hamcell.toml", 'cache-size = "1M"\n')
        self.execute_sum()
        for lie in ("UPDATE totals SET value=1000000000000", "UPDATE results SET bytes=1000000000000"):
            database = sqlite3.connect(self.cache / "metadata.db")
            database.execute(lie)
            database.commit()
            database.close()
            self.execute("-i", "count=3", "--recompute")
            self.assert_all_cached(self.execute_sum())

    def test_gc_of_a_cache_that_is_not_there_makes_none(self):
        self.assertEqual(self.cache_command("gc")["results"], 0)
        self.assertEqual(self.cache_command("verify")["repairs"], [])
        self.assertFalse(self.cache.exists())

    def test_a_run_keeps_the_size_that_the_project_allows(self):
        self.write("hamcell.toml", 'cache-size = "1M"\n')
        for count in range(100000, 105000, 1000):
            self.execute("-i", f"count={count}")
            stats = self.cache_command("stats")
            self.assertLessEqual(stats["bytes"], 1_000_000)
            self.assertGreaterEqual(stats["result_files"], 1)
            self.assertEqual(stats["max_bytes"], 1_000_000)
        self.assertEqual(stats["entries"], 10)

    def test_verify_names_what_is_damaged_removes_it_and_is_content(self):
        self.execute_sum()
        self.assertEqual(self.cache_command("verify")["repairs"], [])
        for path in (self.cache / "results").rglob("*"):
            if path.is_file():
                path.chmod(0o600)
                path.write_bytes(path.read_bytes()[:-1] + b"x")
        repairs = self.cache_command("verify", status=STORAGE)["repairs"]
        self.assertEqual(len(repairs), 1)
        self.assertIn("'many'", repairs[0])
        self.assertEqual(self.cache_command("verify")["repairs"], [])
        self.assert_right(self.execute_sum())

    def test_verify_moves_a_broken_database_away(self):
        self.execute_sum()
        database = bytearray((self.cache / "metadata.db").read_bytes())
        database[4096:] = os.urandom(len(database) - 4096)
        (self.cache / "metadata.db").write_bytes(database)
        self.assertEqual(len(self.cache_command("verify", status=STORAGE)["repairs"]), 1)
        self.assertTrue((self.cache / "metadata.db.aside").is_file())
        self.assert_right(self.execute_sum())

    def test_stats_tell_the_hit_rate_of_each_day(self):
        self.execute_sum()
        self.execute_sum()
        stats = self.cache_command("stats")
        self.assertEqual([(day["runs"], day["hit_rate"], day["executed"]) for day in stats["days"]], [(2, 0.5, 2)])
        self.assertEqual((stats["stored"], stats["result_files"]), (2, 1))


class Processes(Store):
    """Several hamcells at work in one cache."""

    def test_many_that_make_a_cache_at_the_same_time_make_one(self):
        self.execute("--no-cache", "-i", "count=1")  # so that the cell is built
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        processes = [self.start("cell.cpp", "-x", "-q", "-i", f"count={count}", *self.build_flags, **quiet)
                     for count in range(12)]
        self.assertEqual([process.communicate(timeout=120 * PATIENCE)[1].decode() for process in processes], [""] * 12)
        self.assertEqual([process.returncode for process in processes], [0] * 12)
        self.assertFalse((self.cache / "metadata.db.aside").exists())
        runs = self.run_hamcell("cache", "runs", "--json").json()
        self.assertEqual(len(runs), 12)
        for count in range(12):
            self.assert_all_cached(self.execute("-i", f"count={count}"))

    def test_a_lock_that_is_a_link_makes_nothing_elsewhere(self):
        self.cache.mkdir()
        for name in ("lock", *(f"claims.{i}" for i in range(16))):
            (self.cache / name).symlink_to(self.path("outside"))
        self.assert_right(self.execute_sum())
        self.assertFalse(self.path("outside").exists())

    def test_clear_leaves_a_cache_alone_that_is_in_use(self):
        self.write("cell.cpp", """\
            #include <fstream>
            #include <thread>
            int slow() {
              std::ofstream("started") << 1;
              while (!std::ifstream("go")) std::this_thread::sleep_for(std::chrono::milliseconds(10));
              return 1;
            }
            """)
        run = self.start("cell.cpp", "-x", *self.build_flags, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.wait_for(self.path("started").exists)
        refused = self.run_hamcell("cache", "clear", "--yes")
        self.write("go", "")
        run.communicate(timeout=60 * PATIENCE)
        self.assertEqual(run.returncode, 0)
        self.assert_status(refused, STORAGE)
        self.assert_says(refused, "another hamcell is using")
        self.assert_status(self.run_hamcell("cache", "clear", "--yes"), 0)
        self.assertFalse(self.cache.exists())


if __name__ == "__main__":
    unittest.main()
