// Features: nodes and functions that read files and the environment while they run.
#include "links.h"

namespace hamcell::proof {
namespace {

PieceSpec numbers_file() {
  return {.group = Group::world,
          .text = "$ $\n$\n",
          .optional = true,
          .target = Target::file,
          .file_name = "@data.txt"};
}

FeatureSpec stream_reader() {
  return {
      .name = "file read by a stream",
      .headers = {"fstream"},
      .pieces = {numbers_file()},
      .uses = {{.text =
                    "{ std::ifstream in(\"@data.txt\"); unsigned v = 0u; while (in >> v) x = x * 3u + v; }",
                .links = {runs(0, there(0))}}},
      .reads_world = true};
}

FeatureSpec file_reader() {
  return {
      .name = "file read by a function",
      .headers = {"cstdio"},
      .pieces =
          {numbers_file(),
           {.text =
                "static unsigned @load(unsigned x) { if (std::FILE* in = std::fopen(\"@data.txt\", \"r\")) "
                "{ unsigned v = 0u; if (std::fscanf(in, \"%%u\", &v) == 1) x += v + $u; std::fclose(in); } "
                "return x; }",
            .links = {runs(0, there(0))}}},
      .uses = {{.text = "x ^= %load(x);", .links = {runs(1)}}},
      .reads_world = true};
}

FeatureSpec file_once() {
  return {
      .name = "file read once, inside a static",
      .headers = {"fstream"},
      .pieces =
          {numbers_file(),
           {.text =
                "static unsigned @conf() { static const unsigned k = [] { std::ifstream in(\"@data.txt\"); "
                "unsigned v = $u; in >> v; return v; }(); return k; }",
            .links = {runs(0, there(0))}}},
      .uses = {{.text = "x += %conf();", .links = {runs(1)}}},
      .reads_world = true};
}

FeatureSpec environment_reader() {
  return {.name = "environment variable",
          .headers = {"cstdlib"},
          .pieces = {{.group = Group::world,
                      .text = "$",
                      .optional = true,
                      .target = Target::environment,
                      .file_name = "PROOF_@setting"}},
          .uses = {{.text = "{ const char* e = std::getenv(\"PROOF_@setting\"); x += e != nullptr ? "
                            "static_cast<unsigned>(std::atoi(e)) : $u; }",
                    .links = {runs(0, there(0))}}},
          .reads_world = true};
}

}  // namespace

std::vector<FeatureSpec> world_features() {
  return {stream_reader(), file_reader(), file_once(), environment_reader()};
}

const std::vector<FeatureSpec>& all_features() {
  static const std::vector<FeatureSpec> all = [] {
    std::vector<FeatureSpec> out;
    for (const auto& part : {function_features(), type_features(), operator_features(), template_features(),
                             registry_features(), macro_features(), name_features(), world_features()})
      out.insert(out.end(), part.begin(), part.end());
    return out;
  }();
  return all;
}

}  // namespace hamcell::proof
