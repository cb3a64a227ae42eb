// What a cell declares, as `hamcell-scan` found it: the type that the cell stage hands to the graph stage.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/error.h"
#include "value/type.h"

namespace hamcell {

/// What the cache may do with a node; DESIGN words. `standard` is the behavior called "default".
enum class Behavior : std::uint8_t { standard, recompute, disable, ignore };

const char* behavior_name(Behavior behavior);                       ///< "default", "recompute", …
std::optional<Behavior> behavior_from_name(std::string_view name);  ///< the reverse

/// A variable that changes while nodes run: what reads it may come out otherwise in each run.
struct Impurity {
  std::string variable;   ///< "counter"
  Place place;            ///< of its declaration
  bool is_const = false;  ///< then it is what the variable holds that changes: a callable with a state
};

/// The source that something can reach.
struct Code {
  Digest version;          ///< of all of it, without the build
  std::uint32_t part = 0;  ///< its own part in the cell's CodeTable
  std::string always_run;  ///< "__TIME__" and the like in reach; empty: none
  std::optional<Impurity> impure;
};

/// A stretch of the cell's text, in bytes from its start.
struct TextRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;  ///< just behind it

  bool empty() const { return begin == end; }
  std::uint64_t size() const { return end - begin; }
};

/// A piece of source that counts as one: a helper, a type, a variable, a macro, a node's own definition.
struct CodePart {
  std::string name;                 ///< "helper sq", "type Day", "macro LIMIT", "header <vector>"
  Place place;                      ///< nowhere for what has no single place
  Digest digest;                    ///< of the piece itself, without what it uses
  std::vector<std::uint32_t> uses;  ///< other parts that it brings along
  TextRange text = {};              ///< where it is in the cell; empty: in another file
};

/// Every part of the source that some node can reach.
struct CodeTable {
  std::vector<CodePart> parts;
  std::vector<std::uint32_t> for_all;  ///< parts that every node reaches

  /// `root` and all that it brings along, and what counts for all; sorted.
  std::vector<std::uint32_t> reach(std::uint32_t root) const;
};

struct DefaultArgument {
  std::string text;  ///< as written: "1.0"
  /// CBOR of the value in the parameter's type, where the default is a literal; otherwise it is evaluated in
  /// the runner.
  std::optional<std::string> value;
  /// Where a function that returns the default can be put into the cell's text without changing what any name
  /// in it means: the byte offset just behind the declaration that has the default.
  std::uint64_t insertion_offset = 0;
  Code code;  ///< of the expression; unused for literals
};

struct Parameter {
  std::string name;
  Place place;
  std::string spelled;     ///< the type as written: "const std::vector<Day>&"
  std::uint32_t type = 0;  ///< without const and reference
  std::optional<DefaultArgument> default_argument;
};

/// A function that is a node, or a variant of one.
struct NodeFunction {
  std::string name;            ///< of the node: "model"
  std::string function;        ///< in C++: "model__fast"; the same as `name` for a node without variants
  Place place;                 ///< of the name in the definition
  std::string spelled_result;  ///< the result type as written
  std::uint32_t result = 0;    ///< without const and reference
  std::vector<Parameter> parameters;
  std::string documentation;   ///< of the comment above, markers stripped; may have several lines
  bool is_overloaded = false;  ///< a helper has the same name, so a call needs to say which one is meant
  std::string cpp_type;  ///< canonical function type, fit for generated code: "double (const Day &, int)"
  std::optional<Behavior> behavior;                       ///< from [[ham::cache]]; nothing: no attribute
  bool marked_cache = false;                              ///< has [[ham::cache]]
  std::vector<std::pair<std::string, std::string>> when;  ///< config key = value; all must hold
  std::vector<std::pair<std::string, std::string>> tags;
  std::uint64_t begin_line = 0;  ///< first line of the definition
  std::uint64_t end_line = 0;    ///< its last line
  /// From the opening brace to the closing one, where the cell means the same with `;` in its place, but for
  /// this function and those that call it. Empty: it has to stay.
  TextRange body;
  std::vector<std::uint32_t> calls;  ///< node functions that its body, or a helper it reaches, refers to
  Code code;
};

/// A function of the cell that is not a node, and why: for messages about inputs that nothing provides.
struct HelperFunction {
  std::string name;
  Place place;
  std::string reason;  ///< "it is static"
};

/// The answer of the compiler to: does a node's result fit a parameter of another type?
struct Conversion {
  std::uint32_t from = 0;  ///< type of the result
  std::uint32_t to = 0;    ///< type of the parameter
  bool fits = false;       ///< `const From&` converts to it implicitly and without narrowing
};

/// A file that took part in the scan.
struct SourceFile {
  std::string path;        ///< absolute
  bool is_system = false;  ///< found in a system folder
  Digest content;
};

/// A lookup of `#include` or `__has_include` that found its file later in the search, or nowhere: the scan
/// holds only while these stay absent.
struct AbsentFile {
  std::string path;  ///< absolute
};

struct CellModel {
  std::string path;  ///< of the cell, as the user wrote it; "<stdin>" or "<NAME>" for standard input
  std::vector<NodeFunction> functions;  ///< in source order
  std::vector<HelperFunction> helpers;
  TypeTable types;
  std::vector<Conversion> conversions;
  std::vector<SourceFile> files;  ///< headers, not the cell itself
  std::vector<AbsentFile> absent;
  std::vector<std::string> searched_system_folders;  ///< absolute; their stamps stand for lookups in them
  std::vector<Problem> problems;                     ///< wrong in the cell: nothing can be drawn or run
  std::vector<Problem>
      body_problems;  ///< compiler errors inside function bodies: can be drawn, will not compile
  std::vector<Problem> warnings;
  std::string parser;            ///< "libclang 19.1.7"
  std::size_t fit_includes = 0;  ///< how many of the includes at the top lead to the system's headers alone,
                                 ///< so that they can be precompiled
  /// Whether a function that is not called does nothing to what the others do, and need not be compiled.
  bool is_divisible = false;
  bool runs_at_load = false;  ///< some code of the user's runs while the cell is loaded
  /// A CodeTable as bytes, which only a run that has something to explain reads; see read_code_table.
  std::string code_table;
};

/// Throws std::runtime_error when the bytes are no CodeTable.
CodeTable read_code_table(const CellModel& model);

}  // namespace hamcell
