// The program hamcell-scan: request in, model out.
#include "base/process.h"
#include "cell/model_record.h"
#include "cell/scan_request.h"
#include "scan/parse.h"
#include "scanned.h"

using namespace hamcell;

TEST_CASE("the program answers a request with the model that the scan gives") {
  const ScanRequest request{
      "cell.cpp",
      absolute_path("."),
      "/// Doc.\n[[ham::cache]] int f(double x = 1.5) { return 1; }\nstatic int g() { return 1; }\n",
      {}};
  const ProcessResult result = run_process({{HAMCELL_SCAN_PROGRAM}, to_bytes(request), "", {}});
  REQUIRE(result.succeeded());
  CellModel model;
  REQUIRE(from_bytes(result.output, model));
  CHECK(to_bytes(model) == to_bytes(scan_cell(request)));
  CHECK(function(model, "f").documentation == "Doc.");
  CHECK(model.parser == parser_version());
}

TEST_CASE("a request that is none is refused with a message") {
  const ProcessResult result = run_process({{HAMCELL_SCAN_PROGRAM}, "nonsense", "", {}});
  CHECK(result.exit_code == 1);
  CHECK(result.output.empty());
  CHECK_FALSE(result.errors.empty());
}

TEST_CASE("--version tells the parser's version") {
  const ProcessResult result = run_process({{HAMCELL_SCAN_PROGRAM, "--version"}, "", "", {}});
  CHECK(result.succeeded());
  CHECK(result.output == parser_version() + "\n");
  CHECK(result.output.starts_with("libclang 1"));
}
