// hamcell-property-tests: random values of random types, and what must hold for all of them.
//
//   hamcell-property-tests --cases 100000         of each property; a few minutes
//   RC_PARAMS="seed=7 max_success=500" hamcell-property-tests
//
// It prints the seed. After a failure it prints what RC_PARAMS must be to see the same case again.
#include <rapidcheck.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>
#include <string>

#include "properties.h"

namespace {

struct Settings {
  std::uint64_t seed = 0;   ///< 0: rapidcheck chooses
  std::uint64_t cases = 0;  ///< of each property; 0: as many as rapidcheck does
  std::string type;         ///< only types whose name has this in it
};

/// rapidcheck takes its settings from the environment; ours come behind those of the caller.
void pass_on(const Settings& settings) {
  const char* before = std::getenv("RC_PARAMS");
  std::string all = before == nullptr ? "" : before;
  if (settings.seed != 0) all += " seed=" + std::to_string(settings.seed);
  if (settings.cases != 0) all += " max_success=" + std::to_string(settings.cases);
  setenv("RC_PARAMS", all.c_str(), 1);
}

std::vector<TestedType> all_types(const std::string& part_of_name) {
  std::vector<TestedType> types;
  add_chosen_types(types);
  add_made_types(types);
  std::erase_if(types,
                [&](const TestedType& type) { return type.name.find(part_of_name) == std::string::npos; });
  return types;
}

bool holds(const Property& property, const std::vector<TestedType>& types) {
  return rc::check(property.sentence, [&] {
    const auto number = *rc::gen::inRange<std::size_t>(0, types.size());
    // Up to about 300 choices, which is a value of some hundred bytes.
    const auto list = *rc::gen::scale(
        3, rc::gen::container<std::vector<std::uint16_t>>(rc::gen::arbitrary<std::uint16_t>()));
    RC_LOG() << types[number].name << "\n";
    Choices choices(list);
    property.check(types[number], choices);
  });
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  CLI::App app("Random values of random types", "hamcell-property-tests");
  app.add_option("--seed", settings.seed, "every case follows from it");
  app.add_option("--cases", settings.cases, "of each property");
  app.add_option("--type", settings.type, "only types with this in their name");
  CLI11_PARSE(app, argc, argv);
  pass_on(settings);
  const std::vector<TestedType> types = all_types(settings.type);
  std::cerr << types.size() << " types\n";
  int failures = types.empty() ? 1 : 0;
  for (const Property& property : properties()) failures += holds(property, types) ? 0 : 1;
  return failures == 0 ? 0 : 1;
}
