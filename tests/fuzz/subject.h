// What both fuzz targets share: the types, how an input names one, and what to do when something is wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tested_type.h"

/// A type, and the bytes or the text that are to be read as one of its values.
struct Subject {
  const TestedType* type = nullptr;
  std::unique_ptr<char[]> memory;  ///< of its own size, so that a read beyond the end is seen
  std::string_view input;
};

/// The first two bytes of an input choose the type. Without a type where there are fewer.
Subject subject_of(const std::uint8_t* data, std::size_t size);

/// Stops with a message that names the type.
void require(bool holds, const Subject& subject, const char* what);

bool has_kind(const TestedType& type, hamcell::TypeKind kind);
/// Whether an error is one that the check leaves to the reader.
bool only_the_reader_sees(const TestedType& type, const std::string& error);

/// The inputs that a fuzzer makes of a value that the codec wrote.
using MakeInputs = std::vector<std::string> (*)(const TestedType& type, const std::string& cbor);

/// For `--seeds=FOLDER` among the arguments: writes the inputs made of random values of every type, and ends
/// the program.
void write_seeds(int argc, char** argv, MakeInputs inputs_of);
