"""Values of Eigen and xtensor: stored, shown, given, and read by numpy."""

import json
import unittest

import cbor2
import numpy

from harness import CELL, Scenario
from test_values_python import plain, read_tag

EIGEN = """\
//hamcell:pkg eigen3
#include <Eigen/Dense>
#include <map>
#include <optional>
#include <string>
#include <vector>
Eigen::MatrixXd matrix(int height = 2) { Eigen::MatrixXd m(height, 3); for (int i = 0; i < m.rows(); ++i) for (int j = 0; j < 3; ++j) m(i, j) = 10 * i + j; return m; }
Eigen::Matrix<float, 2, 2, Eigen::RowMajor> rows() { Eigen::Matrix<float, 2, 2, Eigen::RowMajor> m; m << 1, 2, 3, 4; return m; }
Eigen::Matrix3i fixed() { Eigen::Matrix3i m; m << 1, 2, 3, 4, 5, 6, 7, 8, 9; return m; }
Eigen::VectorXd vector() { return Eigen::VectorXd::LinSpaced(3, 0, 1); }
Eigen::Vector3d point() { return {1, 2, 3}; }
Eigen::RowVector2f row() { return {1, 2}; }
Eigen::MatrixXcd waves() { Eigen::MatrixXcd m(1 + 1, 2); m << std::complex<double>(1, 2), 3, 4, std::complex<double>(0, -1); return m; }
Eigen::Array<bool, 2, 2> mask() { Eigen::Array<bool, 2, 2> m; m << true, false, true, true; return m; }
Eigen::MatrixXd empty() { return Eigen::MatrixXd(0, 3); }
struct Body { std::string name; Eigen::Vector3d place = Eigen::Vector3d::Zero(); std::optional<Eigen::Vector2d> speed; };
std::vector<Body> bodies() { return {{"a", {1, 2, 3}, Eigen::Vector2d(4, 5)}, {"b", {6, 7, 8}, std::nullopt}}; }
std::map<std::string, Eigen::Matrix2d> by_name() { Eigen::Matrix2d m; m << 1, 2, 3, 4; return {{"m", m}}; }
double total(const Eigen::MatrixXd& matrix) { return matrix.sum(); }
double at(const Eigen::MatrixXd& given) { return given(1, 0); }
"""

EIGEN_VALUES = {
    "matrix": [[0, 1, 2], [10, 11, 12]],
    "rows": [[1, 2], [3, 4]],
    "fixed": [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
    "vector": [0, 0.5, 1],
    "point": [1, 2, 3],
    "row": [1, 2],
    "waves": [[[1, 2], [3, 0]], [[4, 0], [0, -1]]],
    "mask": [[True, False], [True, True]],
    "empty": [],
    "bodies": [{"name": "a", "place": [1, 2, 3], "speed": [4, 5]}, {"name": "b", "place": [6, 7, 8], "speed": None}],
    "by_name": {"m": [[1, 2], [3, 4]]},
    "total": 36,
}

# xtensor 0.24 needs the older rule for templates of templates, which clang 19 has behind a flag.
XTENSOR = """\
//hamcell:cxxflags -fno-relaxed-template-template-args -Wno-deprecated
#include <xtensor/xarray.hpp>
#include <xtensor/xtensor.hpp>
xt::xarray<double> any() { return {{1, 2, 3}, {4, 5, 6}}; }
xt::xtensor<int, 3> cube() { xt::xtensor<int, 3> t({2, 2, 2}); for (int i = 0; i < 8; ++i) t.data()[i] = i; return t; }
xt::xtensor<float, 1> line() { return {1, 2}; }
xt::xtensor<double, 2, xt::layout_type::column_major> columns() { return {{1, 2}, {3, 4}, {5, 6}}; }
xt::xarray<double, xt::layout_type::dynamic> open() { return xt::xarray<double, xt::layout_type::dynamic>::from_shape({2}); }
double sum(const xt::xarray<double>& any, const xt::xtensor<double, 2, xt::layout_type::column_major>& columns) {
  double s = 0;
  for (double x : any) s += x;
  return s + 100 * columns(2, 1);
}
"""

XTENSOR_VALUES = {"any": [[1, 2, 3], [4, 5, 6]], "cube": [[[0, 1], [2, 3]], [[4, 5], [6, 7]]], "line": [1, 2],
                  "columns": [[1, 2], [3, 4], [5, 6]], "sum": 621}


def read_matrix(decoder, tag, shareable_index=None):
    """As read_tag, and arrays that lie column by column."""
    if tag.tag in (40, 1040):
        shape, elements = tag.value
        if isinstance(elements, numpy.ndarray) and elements.ndim == 2 and len(shape) == 2 and len(elements) == shape[0] * shape[1]:
            elements = elements[:, 0] + 1j * elements[:, 1]  # of complex numbers
        return numpy.reshape(elements, shape, order="F" if tag.tag == 1040 else "C")
    return read_tag(decoder, tag)


class Eigen(Scenario):
    def setUp(self):
        super().setUp()
        self.write("cell.cpp", EIGEN)

    def test_values_are_stored_and_loaded(self):
        targets = [*EIGEN_VALUES]
        first = self.execute(*targets, "--show-results")
        self.assertNotIn("note:", first.err)
        self.assertEqual({name: first.value(name) for name in targets}, EIGEN_VALUES)
        again = self.execute(*targets, "--show-results")
        self.assert_cached(again, set(targets))
        self.assertEqual({name: again.value(name) for name in targets}, EIGEN_VALUES)
        # Loaded into a node that runs.
        self.edit("cell.cpp", "return matrix.sum();", "return matrix.sum() + matrix(1, 2);")
        changed = self.execute("total", "--show-results")
        self.assert_cached(changed, {"matrix"})
        self.assertEqual(changed.value("total"), 48)

    def test_numpy_reads_them(self):
        self.execute("matrix", "rows", "vector", "--save=matrix=matrix.cbor", "--save=rows=rows.cbor", "--save=vector=vector.cbor",
                     "--save=waves=waves.cbor")
        for name in ("matrix", "rows", "vector"):
            with self.path(f"{name}.cbor").open("rb") as file:
                self.assertEqual(plain(cbor2.load(file, tag_hook=read_matrix)), EIGEN_VALUES[name])
        with self.path("waves.cbor").open("rb") as file:
            waves = cbor2.load(file, tag_hook=read_matrix)
        self.assertEqual(waves.tolist(), [[1 + 2j, 3], [4, -1j]])

    def test_they_are_given_in_every_form(self):
        self.write("m.json", "[[1, 2], [7, 8]]")
        self.write("m.csv", "a,b\n1,2\n7,8\n")
        self.write("m.cbor", cbor2.dumps([[1, 2], [7, 8]]))
        numbers = cbor2.CBORTag(86, numpy.array([1.0, 2, 7, 8]).tobytes())
        self.write("rows.cbor", cbor2.dumps(cbor2.CBORTag(40, [[2, 2], numbers])))
        numbers = cbor2.CBORTag(86, numpy.array([1.0, 7, 2, 8]).tobytes())
        self.write("columns.cbor", cbor2.dumps(cbor2.CBORTag(1040, [[2, 2], numbers])))
        first = self.execute("at", "-i", "given=[[1, 2], [7, 8]]", "--show-results")
        self.assertEqual(first.value("at"), 7)
        for file in ("m.json", "m.csv", "m.cbor", "rows.cbor", "columns.cbor"):
            with self.subTest(file=file):
                self.assert_cached(self.execute("at", "-i", f"given=@{file}"), {"at"})

    def test_what_is_stored_comes_back_by_an_override(self):
        forms = ("json", "csv", "cbor")
        self.execute("total", *[f"--save=matrix=matrix.{form}" for form in forms])
        for form in forms:
            with self.subTest(form=form):
                self.assert_cached(self.execute("total", "-o", f"matrix=@matrix.{form}"), {"total"})

    def test_a_matrix_that_does_not_fit_is_refused_with_its_place(self):
        for given, says in (("[[1, 2], [3]]", "given[1]"), ("[1, 2]", "n × n, and this is 2"), ('[["x"]]', "given[0][0]"), ("3", "array of arrays")):
            with self.subTest(given=given):
                result = self.run_hamcell("cell.cpp", "-x", "at", "-i", f"given={given}")
                self.assert_status(result, CELL)
                self.assert_says(result, says)

    def test_matrices_are_shown(self):
        result = self.run_hamcell("cell.cpp", "-x", "matrix", "vector")
        self.assertRegex(result.out, r"(?m)^matrix .*2 × 3: \[0, 10, 1, 11, 2, 12\]")
        self.assertRegex(result.out, r"(?m)^vector .*\[0, 0.5, 1\]")
        self.assertEqual(self.run_hamcell("cache", "show", "matrix", "--csv", "--head=1").out, "0,1,2\r\n0,1,2\r\n")
        self.assertEqual(json.loads(self.run_hamcell("cache", "show", "matrix", "--head=1").out), [[0, 1, 2]])


class Xtensor(Scenario):
    def test_values_are_stored_loaded_and_given(self):
        self.write("cell.cpp", XTENSOR)
        targets = [*XTENSOR_VALUES]
        first = self.execute(*targets, "--show-results")
        self.assertEqual({name: first.value(name) for name in targets}, XTENSOR_VALUES)
        self.assert_cached(self.execute(*targets), set(targets))
        self.edit("cell.cpp", "return s + 100", "return 2 * s + 100")
        changed = self.execute("sum", "--show-results")
        self.assert_cached(changed, {"any", "columns"})
        self.assertEqual(changed.value("sum"), 642)
        given = self.execute("sum", "-o", "any=[[1, 2, 3], [4, 5, 6]]", "-o", "columns=[[1, 2], [3, 4], [5, 6]]")
        self.assert_cached(given, {"sum"})

    def test_a_layout_that_only_the_run_knows_is_not_stored(self):
        self.write("cell.cpp", XTENSOR)
        self.assert_says(self.execute("open"), "'open' is not stored", "a layout that only the run knows")


if __name__ == "__main__":
    unittest.main()
