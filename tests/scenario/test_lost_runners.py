"""Runners that end when nobody expects it, and values that go with them."""

import subprocess
import time
import unittest

from harness import NODE_FAILED, Scenario


class LostRunners(Scenario):
    def test_an_initialiser_that_prints_more_than_a_pipe_holds_does_not_block_the_run(self):
        self.write("cell.cpp", """
            #include <cstdio>
            struct Loud { Loud() { for (int i = 0; i < 20000; ++i) std::printf("table row %d\\n", i); } } loud;
            int a() { return 1; }
        """)
        result = self.execute()
        self.assert_ran(result, {"a"})
        self.assertIn("table row 19999", result.err)

    def test_an_initialiser_that_ends_the_process_fails_the_run_and_says_so(self):
        self.write("cell.cpp", """
            #include <cstdlib>
            struct Bad { Bad() { std::abort(); } } bad;
            int a() { return 1; }
        """)
        result = self.execute(status=NODE_FAILED)
        self.assert_says(result, "an initialiser of the cell's variables failed",
                         "called abort() (SIGABRT)", "cell.cpp:3: in ")

    def test_a_node_that_kills_its_runner_is_tried_once_and_the_rest_goes_on(self):
        self.write("cell.cpp", """
            #include <cstdlib>
            #include <functional>
            [[ham::cache(behavior = "disable")]] std::function<int()> a() { return [] { return 4; }; }
            int killer(const std::function<int()>& a) { std::abort(); }
            int user(const std::function<int()>& a) { return a() + 1; }
        """)
        result = self.execute("-k", "-j1", "--show-results", status=NODE_FAILED)
        self.assertEqual(result.statuses(), {"a": "executed", "killer": "failed", "user": "executed"})
        self.assertEqual(result.value("user"), 5)

    def test_values_that_went_with_a_runner_are_made_again_for_every_node_that_needs_them(self):
        self.write("cell.cpp", """
            #include <cstdlib>
            #include <functional>
            std::function<int()> a() { return [] { return 4; }; }
            std::function<int()> b(const std::function<int()>& a) { return a; }
            int killer(const std::function<int()>& b) { std::abort(); }
            int late(const std::function<int()>& b) { return b(); }
            int user(const std::function<int()>& a) { return a() + 1; }
        """)
        result = self.execute("-k", "-j1", "--show-results", status=NODE_FAILED)
        self.assertEqual(result.with_status("failed"), {"killer"})
        self.assertEqual((result.value("late"), result.value("user")), (4, 5))

    def test_a_child_process_that_a_node_left_behind_does_not_hold_up_the_run_and_is_ended(self):
        self.write("cell.cpp", """
            #include <cstdlib>
            int a() { if (std::system("sleep 87654 &")) return 1; std::abort(); }
        """)
        began = time.monotonic()
        result = self.execute(status=NODE_FAILED)
        self.assertLess(time.monotonic() - began, 60)
        self.assert_says(result, "node 'a' failed: it called abort() (SIGABRT)")

        left = subprocess.run(["pgrep", "-f", "^sleep 87654"], stdout=subprocess.PIPE, check=False).stdout
        self.assertEqual(left, b"")

    def test_a_thread_that_ends_the_process_later_is_not_blamed_on_nodes_that_had_not_begun(self):
        self.write("cell.cpp", """
            #include <chrono>
            #include <thread>
            #include <unistd.h>
            int a() {
              std::thread([] { std::this_thread::sleep_for(std::chrono::milliseconds(50)); _exit(3); }).detach();
              return 1;
            }
            int b(int a) { return a + 1; }
            int c(int a) { return a + 2; }
            int d(int a) { return a + 3; }
        """)
        result = self.execute("-k", "-j3", "--show-results")
        self.assertEqual([result.value(name) for name in "abcd"], [1, 2, 3, 4])


class UndecidedValues(Scenario):
    def test_what_needs_an_unstored_value_of_a_recompute_node_runs_with_it(self):
        self.write("cell.cpp", """
            #include <cstdio>
            #include <functional>
            [[ham::cache(behavior = "recompute")]] std::function<long()> now() {
              long n = 0;
              if (std::FILE* f = std::fopen("/proc/uptime", "r")) { double s = 0; if (std::fscanf(f, "%lf", &s) == 1) n = long(s * 100); std::fclose(f); }
              return [n] { return n; };
            }
            long user(const std::function<long()>& now) { return now(); }
        """)
        first = self.values()["user"]
        time.sleep(0.05)
        second = self.values()["user"]
        self.assertGreater(second, first)

    def test_a_default_of_a_view_outlives_the_expression_that_made_it(self):
        self.write("cell.cpp", """
            #include <string>
            #include <string_view>
            static std::string make() { return "a text that is too long to be kept inside of the string object"; }
            std::string f(std::string_view text = make()) { return std::string(text); }
        """)
        self.assertEqual(self.values()["f"], "a text that is too long to be kept inside of the string object")

    def test_a_default_that_throws_fails_its_node_and_names_the_parameter(self):
        self.write("cell.cpp", """
            #include <stdexcept>
            static int bad() { throw std::runtime_error("no such luck"); }
            int f(int x = bad()) { return x; }
        """)
        result = self.execute(status=NODE_FAILED)
        self.assertEqual(result.json()["failed"], 1)
        self.assert_says(result, "node 'f' failed", "default of parameter 'x'", "no such luck")


if __name__ == "__main__":
    unittest.main()
