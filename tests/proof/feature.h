// The features of C++ that random cells are made of: text with places for names and values, and which part
// of it takes part when another part runs.
//
// In the texts:
//   @f         the name in slot `f`, made up for each use of the feature. A slot in lower case is a function,
//              variable or namespace, one with a capital a type, one in capitals a macro. A slot that starts
//              with `also` takes, where it can, the name of an unrelated function: it stands in a namespace
//              or class, so the two never meet
//   %f         the same, sometimes written with a `::` in front
//   @?         the name of some unrelated function, for something that is not that function
//   $          a number that edits change
//   ${a|b|c}   one of these texts, changed by edits
//   {{calls}}  where a function body may use further features; `x` is the number that all code works on
//   `          a place whose line is seen by what runs
//   %%         a percent sign before a letter
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace hamcell::proof {

class Sight;

/// Which kind of edit a change to a piece is.
enum class Group { helper, type, overload, macro, world };

/// Where a piece is written.
enum class Target {
  source,       ///< into the cell or one of its headers
  file,         ///< a file of its own
  environment,  ///< an environment variable
};

enum class Strength {
  runs,    ///< what it leads to decides what is computed
  brings,  ///< it does not, but the rules for code versions take it in
};

using Condition = std::function<bool(const Sight&)>;

/// From a piece or a use to a piece of the same feature.
struct Link {
  std::size_t to = 0;
  Strength strength = Strength::runs;
  Condition when = nullptr;  ///< nothing: always
};

/// One declaration, directive or file.
struct PieceSpec {
  Group group = Group::helper;
  std::string text;
  std::vector<Link> links = {};
  bool optional = false;  ///< edits add and remove it
  bool floating = false;  ///< may stand anywhere behind the pieces before it; otherwise before every use
  bool ordered = false;   ///< what runs sees in which order such pieces come
  bool for_all = false;   ///< the rules let it count for every node below it
  /// It declares a variable that initialisers change: by the rules, what reaches it runs every time.
  bool is_changed = false;
  bool sees_layout = false;            ///< the rules let layout count where this is in reach
  std::vector<std::string> late = {};  ///< names looked up late, by slot, or as they stand ("operator<")
  std::vector<std::string> declares =
      {};  ///< slots, or names as they stand, that it declares and late lookup finds
  /// What of the piece runs, where that is not all of its text.
  std::function<std::string(const Sight&)> meaning = nullptr;
  Target target = Target::source;
  std::string file_name = {};  ///< of a file: "@t.inc"; of an environment variable: its name
};

/// A statement that uses a feature, in a node or in the body of a function.
struct UseSpec {
  std::string text;
  std::vector<Link> links = {};
  std::vector<std::string> headers = {};  ///< system headers that only this use needs
  std::vector<std::string> late = {};
  bool sees_layout = false;
  bool is_expression = false;  ///< `text` is an expression over constants, for a default argument
};

struct FeatureSpec {
  std::string name;
  std::vector<std::string> headers = {};  ///< system headers
  std::vector<PieceSpec> pieces = {};
  std::vector<UseSpec> uses = {};
  /// Its pieces stand at global scope, so that names of other functions mean there what they mean in a node.
  bool is_plain = true;
  bool shares_names = false;  ///< its function names may occur again in namespaces and classes
  bool is_decoy = false;      ///< has no pieces: it only mentions names
  bool reads_world = false;   ///< reads files or the environment
};

/// What a condition can ask: how things stand at the place of the link that it belongs to.
class Sight {
 public:
  virtual ~Sight() = default;
  virtual bool present(std::size_t piece) const = 0;
  /// Present, and written before the place of the link.
  virtual bool visible(std::size_t piece) const = 0;
  virtual unsigned knob(std::size_t piece, std::size_t index) const = 0;
};

std::vector<FeatureSpec> function_features();
std::vector<FeatureSpec> type_features();
std::vector<FeatureSpec> operator_features();
std::vector<FeatureSpec> template_features();
std::vector<FeatureSpec> registry_features();
std::vector<FeatureSpec> macro_features();
std::vector<FeatureSpec> name_features();
std::vector<FeatureSpec> world_features();

/// All of them, in an order that does not change within a build.
const std::vector<FeatureSpec>& all_features();

}  // namespace hamcell::proof
