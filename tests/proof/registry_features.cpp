// Features: variables that are filled while the cell is loaded, by code that nothing names.
#include "links.h"

namespace hamcell::proof {
namespace {

const char* const ant =
    "static unsigned @fa(unsigned x) { {{calls}} return x + $u; } static const bool @ra = "
    "@registry().emplace(\"${ant|bee}\", @fa).second;";
const char* const cow =
    "static unsigned @fb(unsigned x) { return x ^ $u; } static const bool @rb = "
    "@registry().emplace(\"${cow|dog}\", @fb).second;";

FeatureSpec registry_of_functions() {
  return {.name = "registry of functions",
          .headers = {"map", "string"},
          .pieces = {{.text = "static std::map<std::string, unsigned (*)(unsigned)>& @registry() { static "
                              "std::map<std::string, unsigned (*)(unsigned)> r; return r; }",
                      .links = {runs(1, there(1)), runs(2, there(2))},
                      .is_changed = true},
                     {.text = ant, .optional = true, .floating = true},
                     {.text = cow, .optional = true, .floating = true}},
          .uses = {
              {.text = "for (const auto& [key, make] : %registry()) x = make(x) + "
                       "static_cast<unsigned>(key.front());",
               .links = {runs(0)}},
              {.text = "{ const auto found = %registry().find(\"cow\"); if (found != %registry().end()) x += "
                       "found->second(x); }",
               .links = {runs(0)}}}};
}

FeatureSpec registry_in_order() {
  return {
      .name = "registry that keeps the order",
      .headers = {"vector"},
      .pieces = {{.text =
                      "static std::vector<unsigned>& @list() { static std::vector<unsigned> r; return r; }",
                  .links = {runs(1, there(2)), brings(1), runs(2, there(2)), runs(3, there(3))},
                  .is_changed = true},
                 {.group = Group::type,
                  .text = "struct @Add { explicit @Add(unsigned v) { @list().push_back(v ${+|^} 3u); } };"},
                 {.text = "static const @Add @a($u);", .optional = true, .floating = true, .ordered = true},
                 {.text = "static const bool @b = (@list().push_back($u), true);",
                  .optional = true,
                  .floating = true,
                  .ordered = true}},
      .uses = {{.text = "for (const unsigned v : %list()) x = x * 3u + v;", .links = {runs(0)}}}};
}

FeatureSpec registry_by_constructor() {
  return {
      .name = "registry filled by a constructor function",
      .headers = {"vector"},
      .pieces = {{.text =
                      "static std::vector<unsigned>& @list() { static std::vector<unsigned> r; return r; }",
                  .links = {runs(1, there(1))},
                  .is_changed = true},
                 {.text = "__attribute__((constructor)) static void @fill() { @list().push_back($u); }",
                  .optional = true,
                  .floating = true}},
      .uses = {{.text = "for (const unsigned v : %list()) x += v * v;", .links = {runs(0)}}}};
}

FeatureSpec filled_variable() {
  return {
      .name = "variable filled by the initialiser of another",
      .headers = {"map"},
      .pieces = {{.text = "static std::map<unsigned, unsigned> @slots;",
                  .links = {runs(2)},
                  .is_changed = true},
                 {.text = "static unsigned @put(unsigned k) { @slots[k % 4u] = k + $u; return k; }",
                  .links = {brings(0)}},
                 {.text = "static const unsigned @done = @put($u);", .links = {runs(1)}, .floating = true}},
      .uses = {{.text = "for (const auto& [k, v] : %slots) x += k * 5u + v;", .links = {runs(0)}}}};
}

}  // namespace

std::vector<FeatureSpec> registry_features() {
  return {registry_of_functions(), registry_in_order(), registry_by_constructor(), filled_variable()};
}

}  // namespace hamcell::proof
