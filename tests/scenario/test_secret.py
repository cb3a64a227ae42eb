"""A secret's value stands in nothing that hamcell shows or keeps."""

import os
import unittest

from harness import CELL, DONE, NODE_FAILED, USAGE, Scenario

SECRET = "hunter2-7c1f-geheim"
CELL_TEXT = """#include <stdexcept>
#include <string>
int length(const std::string& token, int least = 3) {
  if (token.size() < 5) throw std::runtime_error("too short");
  return token.size() + least;
}
int twice(int length) { return 2 * length; }
"""


class Secrets(Scenario):
    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL_TEXT)
        self.given = ("-i", "token=" + SECRET, "--secret", "token")

    def assert_silent(self, result, secret=SECRET):
        for text in (result.out, result.err):
            self.assertNotIn(secret, text)

    def assert_kept_nowhere(self, secret=SECRET, but=()):
        """In no file of the project, of both caches, of the home folder and of the folder for temporary files."""
        count = 0
        for path in self.root.rglob("*"):
            if path.is_file() and path.name not in but:
                self.assertNotIn(secret.encode(), path.read_bytes(), path)
                count += 1
        self.assertGreater(count, 3)

    def run_secret(self, *args, status=DONE, given=None, **how):
        result = self.run_hamcell("cell.cpp", "-x", *(self.given if given is None else given), *self.build_flags, *args, **how)
        self.assert_status(result, status)
        self.assert_silent(result)
        return result

    def test_it_is_in_no_output_and_in_no_file(self):
        self.run_secret("-d", "--display-cache", "--format", "svg", "--explain", "--log-level", "debug", "--log-file", "run.jsonl",
                        "--save", "twice=out.json", "--depfile", "out.d", "--show-results")
        self.assertIn("(secret)", self.path("cell.display.svg").read_text())
        self.run_secret("-d", "--display-cache", "--format", "dot", "--json", "--show-results", "--recompute")
        self.run_secret("-n", "--explain", "--disable")
        for words in (["stats"], ["ls"], ["runs", "--json"], ["show", "length", "--json"], ["show", "length", "--trace"],
                      ["view", "--display=-", "--format", "svg"]):
            self.assert_silent(self.run_hamcell("cache", *words))
        self.assert_kept_nowhere()

    def test_nodes_get_it_and_json_says_that_it_is_secret(self):
        result = self.run_secret("--json", "--show-results")
        self.assertEqual(result.json()["inputs"], {"token": "(secret)"})
        self.assertEqual(result.value("length"), len(SECRET) + 3)

    def test_a_run_that_fails_keeps_it_as_well(self):
        secret = "qX~7"
        given = ("-i", "token=" + secret, "--secret", "token")
        result = self.run_hamcell("cell.cpp", "-x", *given, *self.build_flags, "--explain", "--log-file", "run.jsonl", "--display-cache=after.svg")
        self.assert_status(result, NODE_FAILED)
        self.assert_says(result, "threw std::runtime_error: too short")
        self.assert_silent(result, secret)
        self.assert_kept_nowhere(secret)

    def test_the_same_value_hits_and_another_one_does_not(self):
        self.run_secret()
        self.assert_all_cached(self.run_secret("--json"))
        result = self.run_secret("--json", "--explain", given=("-i", "token=other" + SECRET, "--secret", "token"))
        self.assertEqual(result.node("length")["reason"], "input token changed")
        self.assert_ran(result, {"length", "twice"})

    def test_a_reason_does_not_tell_the_value_of_a_time_when_it_was_no_secret(self):
        self.run_hamcell("cell.cpp", "-x", "-i", "token=" + SECRET, *self.build_flags)
        result = self.run_secret("--json", "--explain")
        self.assertEqual(result.node("length")["reason"], "input token changed")

    def test_an_error_about_it_does_not_show_it(self):
        self.write("cell.cpp", "int twice(int pin) { return 2 * pin; }\n")
        for name, given in (("text", ["-i", f"pin={SECRET}"]), ("quoted", ["-i", f'pin="{SECRET}"']), ("config", ["-c", f"pin=[{SECRET}"])):
            with self.subTest(name):
                result = self.run_secret("--secret", "pin", given=given, status=CELL)
                self.assert_says(result, "the secret value of 'pin' cannot be read as 'int'", "the value is not shown")
        self.write("pin.json", f'{{"a": "{SECRET}"')
        for given in (["-i", "pin=@pin.json"], ["-i", "@pin.json"]):
            self.run_secret("--secret", "pin", given=given, status=CELL)

    def test_a_word_that_may_have_been_meant_for_it_is_not_shown(self):
        for option in ("-i", "-c", "-o"):
            result = self.run_secret("--secret", "token", given=[option, "token:" + SECRET], status=USAGE)
            self.assert_says(result, "needs NAME=VALUE", "because of --secret")
        for option in ("-i", "-c", "-o"):
            result = self.run_secret("--secret", "token", given=[option, "tokn=" + SECRET], status=CELL)
            self.assert_says(result, "'tokn'")

    def test_a_misspelt_name_is_an_error_and_nothing_is_drawn(self):
        result = self.run_secret("-d", given=("-i", "token=" + SECRET, "--secret", "tokn"), status=CELL)
        self.assert_says(result, "there is no input 'tokn' to keep secret", "did you mean 'token'?")
        result = self.run_secret("-d", given=("-i", "token=" + SECRET, "--secret", "length"), status=CELL)
        self.assert_says(result, "'length' is a node")
        self.assertFalse(self.path("cell.display.png").exists())

    def test_hamcell_toml_can_say_it(self):
        self.write("hamcell.toml", 'secret = ["token"]\n')
        self.run_secret("-d", "--format", "svg", given=("-i", "token=" + SECRET))
        self.assert_kept_nowhere()

    def test_it_can_come_from_a_file_and_be_run_again_from_there(self):
        self.write("all.json", f'{{"token": "{SECRET}"}}')
        self.write("token.json", f'"{SECRET}"')
        for given in ("@all.json", "token=@token.json"):
            self.run_secret("--json", given=("-i", given, "--secret", "token"))
            result = self.run_hamcell("cache", "verify", "--rerun", "twice")
            self.assert_status(result, DONE)
            self.assert_silent(result)
        self.assert_kept_nowhere(but=("all.json", "token.json"))

    def test_a_value_that_is_kept_nowhere_cannot_be_run_again(self):
        self.run_secret()
        result = self.run_hamcell("cache", "verify", "--rerun")
        self.assert_status(result, USAGE)
        self.assert_says(result, "the value of 'token' in the last run was secret, and is kept nowhere", "token=@FILE")

    def keys(self, *args, **how):
        return {node["name"]: node["cache_key"] for node in self.run_secret("--json", *args, **how).json()["nodes"]}

    def test_what_is_kept_of_it_can_only_be_made_with_the_users_key(self):
        ours = self.keys("--no-cache")
        self.assertEqual(self.keys("--no-cache"), ours)
        (self.root / "other").mkdir(mode=0o700, exist_ok=True)
        theirs = self.keys("--no-cache", env={"XDG_CACHE_HOME": self.root / "other"})
        self.assertNotEqual(theirs["length"], ours["length"])
        self.assertEqual(theirs["twice"], ours["twice"])
        plain = self.keys("--no-cache", given=("-i", "token=0123456789"))
        self.assertEqual(self.keys("--no-cache", given=("-i", "token=0123456789"), env={"XDG_CACHE_HOME": self.root / "other"}), plain)


class Key(Scenario):
    """The key of a user's secrets."""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL_TEXT)
        self.key = self.root / "user-cache/hamcell/secret-key"

    def run_it(self, **how):
        return self.execute("-i", "token=" + SECRET, "--secret", "token", **how)

    def test_it_is_readable_by_the_user_alone(self):
        self.run_it(wrapper=("sh", "-c", 'umask 000; exec "$@"', "sh"))
        self.assertEqual(oct(self.key.stat().st_mode & 0o7777), "0o600")
        self.assertEqual(len(self.key.read_bytes()), 16)

    def test_one_that_others_may_know_is_replaced(self):
        self.run_it()
        before = self.key.read_bytes()
        for spoil in (lambda: self.key.chmod(0o644), lambda: self.key.write_bytes(b"short"), lambda: os.truncate(self.key, 0)):
            spoil()
            self.run_it()
            self.assertEqual(oct(self.key.stat().st_mode & 0o7777), "0o600")
            self.assertEqual(len(self.key.read_bytes()), 16)
            self.assertNotEqual(self.key.read_bytes(), before)
            before = self.key.read_bytes()

    def test_without_a_place_for_it_the_run_is_right_and_the_secret_is_not_known_again(self):
        self.run_it()
        self.key.unlink()
        self.key.mkdir(mode=0o700)
        for _ in range(2):
            self.assert_ran(self.run_it(), {"length"})
        self.key.rmdir()

    def test_values_of_environment_variables_are_kept_by_it(self):
        self.write("cell.cpp", "#include <cstdlib>\nint length() { const char* t = std::getenv(\"TOKEN\"); return t ? *t : 0; }\n")
        for value in (SECRET, None):
            self.execute(env={"TOKEN": value})
            self.assert_all_cached(self.execute(env={"TOKEN": value}))
            self.assertNotIn(SECRET.encode(), (self.cache / "metadata.db").read_bytes())
        before = self.key.read_bytes()
        self.key.write_bytes(bytes(reversed(before)))
        self.assert_all_cached(self.execute())
        result = self.execute(env={"TOKEN": SECRET})
        self.assertEqual(result.node("length")["reason"], "environment TOKEN changed")
        self.key.write_bytes(before)


if __name__ == "__main__":
    unittest.main()
