"""What hamcell keeps is the user's alone, and what it loads nobody else can have written."""

import os
import shutil
import unittest

from harness import DONE, STORAGE, Scenario

NOBODY = 65534
CELL_TEXT = "int value() { return 1; }\n"


def with_umask(mask):
    """Runs a program with this umask."""
    return ("sh", "-c", f'umask {mask}; exec "$@"', "sh")


class Kept(Scenario):
    """Folders and files, whatever the umask."""

    def setUp(self):
        super().setUp()
        self.user_cache = self.root / "user-cache" / "hamcell"
        shutil.rmtree(self.user_cache, ignore_errors=True)
        self.write("cell.cpp", CELL_TEXT)

    def test_folders_are_for_the_user_alone(self):
        self.write("cell.cpp", "#include <string>\nstd::string value() { return std::string(100000, 'a'); }\n")
        self.execute(wrapper=with_umask("000"))
        for top in (self.cache, self.user_cache):
            for folder in (top, *(path for path in top.rglob("*") if path.is_dir())):
                self.assertEqual(oct(folder.stat().st_mode & 0o777), "0o700", folder)

    def test_a_built_cell_is_used_again_with_a_umask_that_lets_the_group_write(self):
        self.execute(wrapper=with_umask("002"))
        for path in (self.user_cache / "cells").iterdir():
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)
        result = self.execute("--recompute", "--log-level", "debug", wrapper=with_umask("002"))
        self.assert_says(result, "built cell reused")

    def test_a_cache_in_a_link_to_another_folder_works(self):
        (self.root / "elsewhere").mkdir(mode=0o700, exist_ok=True)
        link = self.root / "link"
        link.unlink(missing_ok=True)
        link.symlink_to(self.root / "elsewhere")
        self.execute(env={"XDG_CACHE_HOME": link})
        self.assert_says(self.execute("--recompute", "--log-level", "debug", env={"XDG_CACHE_HOME": link}), "built cell reused")


class Loaded(Scenario):
    """A built cell runs with the user's rights, so it is loaded only if it can be no one else's."""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL_TEXT)
        self.top = self.root / "user-cache"
        self.execute()
        self.library, = (self.top / "hamcell/cells").glob("*.so")
        self.record = self.library.with_name(self.library.name + ".record")

    def tearDown(self):
        if os.geteuid() == 0:
            for path in (self.top, *self.top.rglob("*")):
                os.chown(path, 0, 0)
        self.top.chmod(0o700)
        shutil.rmtree(self.top / "hamcell")
        super().tearDown()

    def run_again(self):
        return self.run_hamcell("cell.cpp", "-x", "--recompute", "--log-level", "debug", *self.build_flags)

    def assert_refused(self):
        result = self.run_again()
        self.assert_status(result, STORAGE)
        self.assertRegex(result.err, r"hamcell: error: .*(could have been written by someone else|others can write to)")
        self.assertIn("help: ", result.err)

    def assert_loaded(self):
        result = self.run_again()
        self.assert_status(result, DONE)
        self.assert_says(result, "built cell reused")

    def test_it_is_loaded_when_all_is_private(self):
        self.assert_loaded()

    def test_a_file_that_others_can_write_is_refused(self):
        for path in (self.library, self.record):
            for mode in (0o720, 0o702):
                path.chmod(mode)
                with self.subTest(f"{path.suffix} {mode:o}"):
                    self.assert_refused()
            path.chmod(0o700)

    def test_a_folder_above_it_that_others_can_write_is_refused(self):
        for folder in (self.library.parent, self.top / "hamcell", self.top):
            before = folder.stat().st_mode
            for mode in (0o770, 0o707):
                folder.chmod(mode)
                with self.subTest(f"{folder} {mode:o}"):
                    self.assert_refused()
            folder.chmod(before)

    def test_in_a_sticky_folder_nobody_can_exchange_what_is_the_users(self):
        self.top.chmod(0o1777)
        self.assert_loaded()

    @unittest.skipUnless(os.geteuid() == 0, "only root can give a file away")
    def test_what_belongs_to_another_user_is_refused(self):
        for path in (self.library, self.record, self.library.parent, self.top / "hamcell", self.top):
            with self.subTest(str(path)):
                os.chown(path, NOBODY, NOBODY)
                self.assert_refused()
                os.chown(path, 0, 0)

    def test_a_remembered_scan_that_others_could_have_written_is_made_anew(self):
        scan, = (self.top / "hamcell/scans").glob("*.scan")
        toolchain, = (self.top / "hamcell/scans").glob("*.toolchain")

        def numbers():
            self.assert_status(self.run_hamcell("cell.cpp", *self.build_flags), DONE)
            return scan.stat().st_ino, toolchain.stat().st_ino

        first = numbers()
        self.assertEqual(numbers(), first)
        scan.chmod(0o666)
        second = numbers()
        self.assertNotEqual(second[0], first[0])
        self.assertEqual(second[1], first[1])
        scan.chmod(0o666)
        toolchain.chmod(0o666)
        self.assertNotEqual(numbers()[1], first[1])


if __name__ == "__main__":
    unittest.main()
