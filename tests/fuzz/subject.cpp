// Chooses types, and makes the inputs from which a fuzzer starts.
#include "subject.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

namespace {

const std::vector<TestedType>& all_types() {
  static const std::vector<TestedType> types = [] {
    std::vector<TestedType> all;
    add_chosen_types(all);
    add_made_types(all);
    return all;
  }();
  return types;
}

}  // namespace

Subject subject_of(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return {};
  Subject subject;
  const std::size_t number = data[0] | static_cast<std::size_t>(data[1]) << 8;
  subject.type = &all_types()[number % all_types().size()];
  subject.memory.reset(new char[size - 2]);
  std::memcpy(subject.memory.get(), data + 2, size - 2);
  subject.input = {subject.memory.get(), size - 2};
  return subject;
}

void require(bool holds, const Subject& subject, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s: %s\n", subject.type->name.c_str(), what);
  std::abort();
}

bool has_kind(const TestedType& type, hamcell::TypeKind kind) {
  const auto& types = type.description.types.types;
  return std::any_of(types.begin(), types.end(),
                     [&](const hamcell::Type& part) { return part.kind == kind; });
}

bool only_the_reader_sees(const TestedType& type, const std::string& error) {
  return error.find("twice in a") != std::string::npos || has_kind(type, hamcell::TypeKind::custom);
}

void write_seeds(int argc, char** argv, MakeInputs inputs_of) {
  constexpr std::string_view option = "--seeds=";
  const auto wanted =
      std::find_if(argv, argv + argc, [&](std::string_view word) { return word.starts_with(option); });
  if (wanted == argv + argc) return;
  const std::filesystem::path folder = std::string_view(*wanted).substr(option.size());
  std::filesystem::create_directories(folder);
  std::mt19937 random(1);
  constexpr int values_of_a_type = 8;
  for (std::size_t number = 0; number < all_types().size(); ++number) {
    const TestedType& type = all_types()[number];
    int count = 0;
    for (std::size_t value = 0; value < values_of_a_type; ++value) {
      std::vector<std::uint16_t> list(value * 12);
      for (std::uint16_t& choice : list) choice = static_cast<std::uint16_t>(random());
      Choices choices(list);
      for (const std::string& input : inputs_of(type, type.encode(type.make(choices).get()))) {
        const std::string name = std::to_string(number) + "." + std::to_string(count++);
        std::ofstream file(folder / name, std::ios::binary);
        file.put(static_cast<char>(number)).put(static_cast<char>(number >> 8)) << input;
      }
    }
  }
  std::exit(0);
}
