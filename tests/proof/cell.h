// A cell as a model: what it declares, in which order, and which features its nodes and functions use.
//
// Everything is a value, so an edit works on a copy and the state before it is still there.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "feature.h"
#include "random.h"

namespace hamcell::proof {

/// The place of a value in a text.
struct Knob {
  unsigned value = 0;    ///< a number, or the index of a choice
  unsigned choices = 0;  ///< how many texts there are to choose from; 0: it is a number
};

/// How the text of an entity is laid out.
struct Layout {
  unsigned blank_lines = 0;   ///< above it
  std::string comment;        ///< lines above it, each with its line feed; or nothing
  std::uint64_t spacing = 0;  ///< seed of the white space between its tokens; 0: as the feature has it
};

/// A use of a feature in the body of a node or function.
struct Call {
  std::uint32_t feature = 0;  ///< key in Cell::features; unused for decoys
  const FeatureSpec* spec = nullptr;
  std::size_t use = 0;
  std::vector<Knob> knobs;
  bool is_qualified = false;  ///< `%f` is written `::f`
  std::string mentioned;      ///< what `@?` stands for
};

/// Another node that is called in the body, as a plain function.
struct NodeCall {
  std::uint32_t node = 0;  ///< id of its entity; all its parameters are numbers
  bool operator==(const NodeCall&) const = default;
};

enum class ResultKind { number, real, text, numbers };

struct NodeParameter {
  std::uint32_t node = 0;          ///< id of the node that provides it; 0: an input
  std::string input;               ///< name of the input
  Knob literal;                    ///< default of an input
  std::optional<Call> expression;  ///< the default is this instead, evaluated in the runner
};

/// What only a node has.
struct NodePart {
  std::string name;
  ResultKind result = ResultKind::number;
  std::vector<NodeParameter> parameters;
  std::vector<NodeCall> node_calls;
};

/// One thing that stands in a file: a piece of a feature, or a node.
struct Entity {
  std::uint32_t id = 0;  ///< from 1, never used twice
  std::uint32_t feature = 0;
  std::size_t piece = 0;
  std::optional<NodePart> node;  ///< then `feature` and `piece` mean nothing
  unsigned file = 0;             ///< 0: the cell; 1…: a header
  std::vector<Knob> knobs;
  std::vector<Call> calls;  ///< for {{calls}}
  Layout layout;
  unsigned rewrites = 0;  ///< of a file: how often it was written again with the content it had
};

/// One use of a feature in this cell: its names.
struct Feature {
  const FeatureSpec* spec = nullptr;
  std::map<std::string, std::string> names;  ///< by slot
};

struct Cell {
  std::vector<std::string> system_headers;
  unsigned headers = 0;                 ///< how many of the user's: "part1.hpp", …
  std::vector<bool> pragma_once;        ///< per header: `#pragma once` or a guard
  std::vector<bool> includes_previous;  ///< per header: includes the one before it
  bool headers_include_system = false;  ///< every header repeats the #includes of the system's
  std::string banner;                   ///< comment lines at the top of the cell
  std::map<std::uint32_t, Feature> features;
  std::vector<Entity> order;  ///< as the compiler reads them: headers first
  std::uint32_t next_id = 1;

  Entity* find(std::uint32_t id);
  const Entity* find(std::uint32_t id) const;
  /// Where a piece stands in `order`; nothing: it is absent.
  std::optional<std::size_t> position(std::uint32_t feature, std::size_t piece) const;
  std::vector<std::size_t> nodes() const;  ///< positions
  const PieceSpec& spec(const Entity& piece) const {
    return features.at(piece.feature).spec->pieces[piece.piece];
  }
};

/// The piece whose text is not in the cell or a header.
inline bool is_apart(const PieceSpec& spec) { return spec.target != Target::source; }

/// The uses that a node or function has: those in its body and those in its default arguments.
std::vector<const Call*> calls_of(const Entity& entity);

const UseSpec& use_of(const Call& call);

/// Whether everything is written before what needs it, and the headers before the cell.
bool is_in_order(const Cell& cell);

/// Whether the pieces that a use of this feature needs stand before `position`.
bool is_usable(const Cell& cell, std::uint32_t feature, std::size_t position);

/// Knobs for all places in a text.
std::vector<Knob> make_knobs(const std::string& text, Random& random);
/// Another value than the one it has.
void turn(Knob& knob, Random& random);

/// A word for a function, type or macro that no other thing in the cell is called.
std::string fresh_name(Cell& cell, char first_of_slot, bool is_macro, Random& random);
/// The name of some function of another feature; nothing where there is none.
std::optional<std::string> borrowed_name(const Cell& cell, std::uint32_t except, Random& random);

/// Adds a feature without its pieces, and makes up its names.
std::uint32_t add_feature(Cell& cell, const FeatureSpec& spec, Random& random);
Entity make_piece(Cell& cell, std::uint32_t feature, std::size_t piece, unsigned file, Random& random);
Call make_call(const Cell& cell, std::uint32_t feature, std::size_t use, Random& random);

}  // namespace hamcell::proof
