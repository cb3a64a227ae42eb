// Resolves variants, inputs, overrides, targets and behaviors into a checked dataflow.
//
// The steps run in the order in which they need each other; each adds what is wrong to one list of problems,
// so that the user sees all of it at once. Only what makes later steps meaningless stops early.
#include "graph/graph.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "graph/given.h"

namespace hamcell {
namespace {

std::vector<std::string> node_names(const Graph& graph) {
  std::vector<std::string> names;
  for (const GraphNode& node : graph.nodes)
    if (!node.is_default_value()) names.push_back(node.name);
  return names;
}

class Builder {
 public:
  Builder(const Cell& cell, const GraphRequest& request) : model_(cell.model), request_(request) {}

  Graph build() {
    const bool hides_values = !request_.secrets.empty();
    config_ = name_bindings(request_.config, hides_values, problems_);
    input_bindings_ = name_bindings(request_.inputs, hides_values, problems_);
    override_bindings_ = name_bindings(request_.overrides, hides_values, problems_);
    choose_variants();
    make_nodes();
    connect();
    sort_topologically();
    stop_on_problems();
    mark_secrets();
    take_overrides();
    take_inputs();
    mark_targets();
    stop_on_problems();
    resolve_defaults();
    apply_behaviors();
    report_missing_inputs();
    stop_on_problems();
    return std::move(graph_);
  }

 private:
  const NodeFunction& function_of(const GraphNode& node) const { return model_.functions[node.function]; }
  const Type& type(std::uint32_t index) const { return model_.types[index]; }

  void problem(Place place, std::string what, std::string next, std::vector<Note> notes = {}) {
    problems_.push_back({std::move(place), std::move(what), std::move(next), std::move(notes)});
  }

  void stop_on_problems() const {
    if (!problems_.empty()) throw Failure(ExitStatus::cell, problems_);
  }

  std::vector<std::string> input_names() const {
    std::vector<std::string> names;
    for (const GraphInput& input : graph_.inputs) names.push_back(input.name);
    return names;
  }

  const NamedBinding* find_config(const std::string& key) const {
    for (const NamedBinding& binding : config_)
      if (binding.name == key) return &binding;
    return nullptr;
  }

  /// What the config says of a key; nothing where it says nothing, or nothing that can be read.
  const std::optional<std::string>& config_text(const std::string& key) {
    const auto [known, is_new] = config_texts_.try_emplace(key);
    const NamedBinding* binding = is_new ? find_config(key) : nullptr;
    if (binding == nullptr) return known->second;
    try {
      known->second = plain_text(*binding);
    } catch (const Problem& wrong) {
      problems_.push_back(wrong);
    }
    return known->second;
  }

  bool config_fits(const NodeFunction& function) {
    bool fits = true;
    for (const auto& [key, value] : function.when) {
      used_config_.insert(key);
      fits = fits && config_text(key) == value;
    }
    return fits;
  }

  static std::string condition_text(const NodeFunction& function) {
    std::vector<std::string> parts;
    for (const auto& [key, value] : function.when) parts.push_back("-c " + key + "=" + value);
    return join(parts, " ");
  }

  /// Of the variants of each node, keeps the one that the config picks.
  void choose_variants() {
    for (std::uint32_t i = 0; i < model_.functions.size(); ++i) {
      const NodeFunction& function = model_.functions[i];
      if (!config_fits(function)) {
        unpicked_[function.name].push_back(i);
        continue;
      }
      const auto [earlier, is_new] = picked_.emplace(function.name, i);
      if (is_new) continue;
      problem(function.place, "the config leaves more than one variant of node '" + function.name + "'",
              "make their [[ham::when(…)]] exclude each other",
              {{model_.functions[earlier->second].place,
                "the other one: '" + model_.functions[earlier->second].function + "'"}});
    }
  }

  void make_nodes() {
    graph_.nodes.reserve(picked_.size());
    for (std::uint32_t i = 0; i < model_.functions.size(); ++i) {
      const NodeFunction& function = model_.functions[i];
      const auto picked = picked_.find(function.name);
      if (picked == picked_.end() || picked->second != i) continue;
      GraphNode node;
      node.name = function.name;
      node.function = i;
      node.type = function.result;
      node_by_name_.emplace(node.name, static_cast<std::uint32_t>(graph_.nodes.size()));
      graph_.nodes.push_back(std::move(node));
    }
  }

  void connect() {
    for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i) {
      for (const Parameter& parameter : function_of(graph_.nodes[i]).parameters) {
        const auto provider = node_by_name_.find(parameter.name);
        if (provider != node_by_name_.end()) {
          connect_node(i, parameter, provider->second);
        } else {
          connect_input(i, parameter);
        }
      }
    }
  }

  void connect_node(std::uint32_t consumer, const Parameter& parameter, std::uint32_t provider) {
    GraphNode& node = graph_.nodes[consumer];
    const std::uint32_t from = graph_.nodes[provider].type;
    if (from != parameter.type && !converts(from, parameter.type)) {
      const NodeFunction& source = function_of(graph_.nodes[provider]);
      problem(parameter.place,
              "parameter '" + parameter.name + "' of node '" + node.name + "' is '" + parameter.spelled +
                  "', but node '" + parameter.name + "' gives '" + source.spelled_result + "'",
              "make the two types agree, or rename the parameter",
              {{source.place, "node '" + source.name + "' is here"}});
    }
    Argument argument;
    argument.source = Argument::Source::node;
    argument.index = provider;
    argument.type = from;
    node.arguments.push_back(argument);
    add_user(graph_.nodes[provider], consumer);
  }

  bool converts(std::uint32_t from, std::uint32_t to) const {
    return std::ranges::any_of(model_.conversions,
                               [&](const Conversion& c) { return c.from == from && c.to == to && c.fits; });
  }

  static void add_user(GraphNode& node, std::uint32_t user) {
    if (node.users.empty() || node.users.back() != user) node.users.push_back(user);
  }

  /// The type in which an input is kept: a view's owner, otherwise the parameter's own.
  std::uint32_t kept_type(std::uint32_t parameter_type) const {
    const Type& whole = type(parameter_type);
    return whole.kind == TypeKind::view ? whole.arguments[0] : parameter_type;
  }

  void connect_input(std::uint32_t consumer, const Parameter& parameter) {
    report_unpicked_variants(consumer, parameter);
    const std::uint32_t kept = kept_type(parameter.type);
    const auto [found, is_new] =
        input_by_name_.emplace(parameter.name, static_cast<std::uint32_t>(graph_.inputs.size()));
    if (is_new) {
      GraphInput input;
      input.name = parameter.name;
      input.type = kept;
      graph_.inputs.push_back(std::move(input));
      first_use_.push_back(&parameter);
    }
    GraphInput& input = graph_.inputs[found->second];
    if (input.type != kept) {
      const Parameter& first = *first_use_[found->second];
      problem(parameter.place,
              "input '" + parameter.name + "' is '" + parameter.spelled + "' here and '" + first.spelled +
                  "' elsewhere",
              "use one type for one input", {{first.place, "the other use"}});
    }
    input.is_optional = input.is_optional && parameter.default_argument.has_value();
    input.users.push_back(consumer);
    Argument argument;
    argument.input = found->second;
    argument.type = kept;
    graph_.nodes[consumer].arguments.push_back(argument);
  }

  void report_unpicked_variants(std::uint32_t consumer, const Parameter& parameter) {
    const auto variants = unpicked_.find(parameter.name);
    if (variants == unpicked_.end()) return;
    std::vector<Note> notes;
    for (const std::uint32_t i : variants->second)
      notes.push_back({model_.functions[i].place, "'" + model_.functions[i].function + "' needs " +
                                                      condition_text(model_.functions[i])});
    problem(
        parameter.place,
        "node '" + graph_.nodes[consumer].name + "' needs '" + parameter.name +
            "', and the config picks none of its variants",
        "give one of: " +
            [&] {
              std::vector<std::string> choices;
              for (const std::uint32_t i : variants->second)
                choices.push_back(condition_text(model_.functions[i]));
              return join(choices, ", or ");
            }(),
        std::move(notes));
  }

  /// Depth-first in source order, without recursion: a cell may be a chain of ten thousand nodes.
  void sort_topologically() {
    enum class Mark : std::uint8_t { unseen, on_path, done };
    std::vector<Mark> marks(graph_.nodes.size(), Mark::unseen);
    std::vector<std::uint32_t> order;
    order.reserve(graph_.nodes.size());
    struct Frame {
      std::uint32_t node;
      std::size_t next_argument;
    };
    std::vector<Frame> path;
    for (std::uint32_t start = 0; start < graph_.nodes.size(); ++start) {
      if (marks[start] != Mark::unseen) continue;
      path.push_back({start, 0});
      marks[start] = Mark::on_path;
      while (!path.empty()) {
        Frame& frame = path.back();
        const std::vector<Argument>& arguments = graph_.nodes[frame.node].arguments;
        if (frame.next_argument == arguments.size()) {
          marks[frame.node] = Mark::done;
          order.push_back(frame.node);
          path.pop_back();
          continue;
        }
        const Argument& argument = arguments[frame.next_argument++];
        if (argument.source != Argument::Source::node || marks[argument.index] == Mark::done) continue;
        if (marks[argument.index] == Mark::on_path) {
          std::vector<std::uint32_t> cycle;
          for (const Frame& step : path) cycle.push_back(step.node);
          report_cycle(cycle, argument.index);
          return;
        }
        marks[argument.index] = Mark::on_path;
        path.push_back({argument.index, 0});
      }
    }
    renumber(order);
  }

  /// `path` leads from needing to needed and ends in a node that needs `back`, which is on it.
  void report_cycle(const std::vector<std::uint32_t>& path, std::uint32_t back) {
    const auto begin = std::ranges::find(path, back);
    std::string text = graph_.nodes[back].name;
    std::vector<Note> notes;
    for (auto step = path.end(); step != begin;) {
      --step;
      text += " → " + graph_.nodes[*step].name;
    }
    for (auto step = begin; step != path.end(); ++step) {
      const std::uint32_t needed = step + 1 == path.end() ? back : *(step + 1);
      const NodeFunction& function = function_of(graph_.nodes[*step]);
      for (const Parameter& parameter : function.parameters)
        if (parameter.name == graph_.nodes[needed].name)
          notes.push_back({parameter.place, "'" + function.name + "' needs '" + parameter.name + "'"});
    }
    problem(function_of(graph_.nodes[back]).place, "these nodes need each other in a circle: " + text,
            "rename a parameter so that one of them takes an input, or split a node", std::move(notes));
  }

  void renumber(const std::vector<std::uint32_t>& order) {
    std::vector<std::uint32_t> place(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) place[order[i]] = i;
    std::vector<GraphNode> sorted;
    sorted.reserve(order.size());
    for (const std::uint32_t old : order) sorted.push_back(std::move(graph_.nodes[old]));
    for (GraphNode& node : sorted) {
      for (Argument& argument : node.arguments)
        if (argument.source == Argument::Source::node) argument.index = place[argument.index];
      for (std::uint32_t& user : node.users) user = place[user];
    }
    for (GraphInput& input : graph_.inputs)
      for (std::uint32_t& user : input.users) user = place[user];
    for (auto& [name, index] : node_by_name_) index = place[index];
    graph_.nodes = std::move(sorted);
  }

  void take_overrides() {
    for (const NamedBinding& binding : override_bindings_) {
      const auto found = node_by_name_.find(binding.name);
      if (found == node_by_name_.end()) {
        const bool is_input = input_by_name_.contains(binding.name);
        problem({}, "there is no node '" + binding.name + "' to override",
                is_input
                    ? "'" + binding.name + "' is an input: give it with --inputs"
                    : suggestion(binding.name, node_names(graph_), "the value came from " + binding.origin));
        continue;
      }
      GraphNode& node = graph_.nodes[found->second];
      if (std::optional<GivenValue> value = given(node.type, binding)) node.override_value = std::move(value);
    }
  }

  /// A misspelt name would show the value that was meant, so it is an error.
  void mark_secrets() {
    for (const std::string& name : request_.secrets) {
      const auto found = input_by_name_.find(name);
      if (found != input_by_name_.end()) {
        graph_.inputs[found->second].is_secret = true;
      } else if (!used_config_.contains(name)) {
        problem({}, "there is no input '" + name + "' to keep secret",
                node_by_name_.contains(name)
                    ? "'" + name + "' is a node: only what is given to the cell can be kept secret"
                    : suggestion(name, input_names(),
                                 graph_.inputs.empty() ? "this cell has no inputs"
                                                       : "the inputs are " + join(input_names(), ", ")));
      }
    }
  }

  std::optional<GivenValue> given(std::uint32_t type_index, const NamedBinding& binding,
                                  bool is_secret = false) {
    try {
      return is_secret ? read_secret(model_.types, type_index, binding)
                       : read_given(model_.types, type_index, binding);
    } catch (const Problem& found) {
      problems_.push_back(found);
      return std::nullopt;
    }
  }

  void take_inputs() {
    for (const NamedBinding& binding : config_) {
      const auto found = input_by_name_.find(binding.name);
      if (found != input_by_name_.end()) {
        take_input(graph_.inputs[found->second], binding, true);
      } else if (!used_config_.contains(binding.name)) {
        std::vector<std::string> known = input_names();
        known.insert(known.end(), used_config_.begin(), used_config_.end());
        problem({}, "the config key '" + binding.name + "' is used by no [[ham::when(…)]] and is no input",
                suggestion(binding.name, known, "it came from " + binding.origin));
      }
    }
    for (const NamedBinding& binding : input_bindings_) {
      const auto found = input_by_name_.find(binding.name);
      if (found != input_by_name_.end()) {
        take_input(graph_.inputs[found->second], binding, false);
        continue;
      }
      const std::string next =
          node_by_name_.contains(binding.name)
              ? "'" + binding.name + "' is a node: give a value in its place with --overrides"
              : suggestion(binding.name, input_names(),
                           graph_.inputs.empty() ? "this cell has no inputs"
                                                 : "the inputs are " + join(input_names(), ", "));
      problem({}, "there is no input '" + binding.name + "'", next);
    }
  }

  void take_input(GraphInput& input, const NamedBinding& binding, bool from_config) {
    if (std::optional<GivenValue> value = given(input.type, binding, input.is_secret)) {
      value->from_config = from_config;
      input.is_config = from_config;
      input.value = std::move(value);
    }
  }

  void mark_targets() {
    std::vector<std::uint32_t> open;
    for (const std::string& name : request_.targets) {
      const auto found = node_by_name_.find(name);
      if (found == node_by_name_.end()) {
        report_unknown_target(name);
      } else {
        graph_.nodes[found->second].is_target = true;
        graph_.nodes[found->second].is_asked_for = true;
        open.push_back(found->second);
      }
    }
    if (request_.targets.empty()) {
      for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i) {
        graph_.nodes[i].is_target = true;
        graph_.nodes[i].is_asked_for = graph_.nodes[i].users.empty();
        open.push_back(i);
      }
    }
    while (!open.empty()) {
      GraphNode& node = graph_.nodes[open.back()];
      open.pop_back();
      if (node.needed) continue;
      node.needed = true;
      if (node.override_value) continue;
      for (const Argument& argument : node.arguments) {
        if (argument.source == Argument::Source::node)
          open.push_back(argument.index);
        else
          graph_.inputs[argument.input].needed = true;
      }
    }
    // With all nodes as targets, what only an overridden node needs does not run either.
    if (request_.targets.empty()) drop_what_only_overrides_need();
  }

  void drop_what_only_overrides_need() {
    for (std::uint32_t i = static_cast<std::uint32_t>(graph_.nodes.size()); i-- > 0;) {
      GraphNode& node = graph_.nodes[i];
      if (node.users.empty()) continue;
      const bool wanted = std::ranges::any_of(node.users, [&](std::uint32_t user) {
        return graph_.nodes[user].needed && !graph_.nodes[user].override_value;
      });
      if (wanted) continue;
      node.needed = false;
      node.is_target = false;
    }
    for (GraphInput& input : graph_.inputs)
      input.needed = std::ranges::any_of(input.users, [&](std::uint32_t user) {
        return graph_.nodes[user].needed && !graph_.nodes[user].override_value;
      });
  }

  void report_unknown_target(const std::string& name) {
    for (const HelperFunction& helper : model_.helpers) {
      if (helper.name != name) continue;
      problem(helper.place, "'" + name + "' is a helper and no node: " + helper.reason,
              "make it a node, or choose another target");
      return;
    }
    if (const auto variants = unpicked_.find(name); variants != unpicked_.end()) {
      problem(model_.functions[variants->second[0]].place,
              "the config picks no variant of node '" + name + "'",
              "for example: " + condition_text(model_.functions[variants->second[0]]));
      return;
    }
    if (input_by_name_.contains(name)) {
      problem({}, "'" + name + "' is an input and no node, so it cannot be a target",
              "choose a node that needs it");
      return;
    }
    problem({}, "there is no node '" + name + "'", suggested_nodes(graph_, name));
  }

  /// Settles every argument that no node provides: the given value, the default, or nothing.
  void resolve_defaults() {
    const std::size_t count = graph_.nodes.size();
    std::vector<GraphNode> defaults;
    for (std::uint32_t i = 0; i < count; ++i) {
      const NodeFunction& function = function_of(graph_.nodes[i]);
      for (std::uint32_t k = 0; k < function.parameters.size(); ++k) {
        Argument& argument = graph_.nodes[i].arguments[k];
        if (argument.source == Argument::Source::node) continue;
        const Parameter& parameter = function.parameters[k];
        if (graph_.inputs[argument.input].value) {
          argument.source = Argument::Source::input;
          argument.index = argument.input;
        } else if (parameter.default_argument && parameter.default_argument->value) {
          argument.source = Argument::Source::literal;
          argument.cbor = *parameter.default_argument->value;
        } else if (parameter.default_argument) {
          // The new node gets its index when all of them stand in front, below.
          argument.source = Argument::Source::node;
          argument.is_default = true;
          argument.type = kept_type(parameter.type);
          argument.index = static_cast<std::uint32_t>(defaults.size());
          GraphNode node;
          node.name = function.name + "(" + parameter.name + ")";
          node.function = graph_.nodes[i].function;
          node.default_of = k;
          node.type = argument.type;
          node.needed = graph_.nodes[i].needed && !graph_.nodes[i].override_value;
          node.users = {i};
          defaults.push_back(std::move(node));
        }
      }
    }
    put_in_front(std::move(defaults));
  }

  /// Defaults need nothing, so in front of all nodes they keep the order topological.
  void put_in_front(std::vector<GraphNode> defaults) {
    const auto shift = static_cast<std::uint32_t>(defaults.size());
    if (shift == 0) return;
    for (GraphNode& node : graph_.nodes) {
      for (Argument& argument : node.arguments)
        if (argument.source == Argument::Source::node && !argument.is_default) argument.index += shift;
      for (std::uint32_t& user : node.users) user += shift;
    }
    for (GraphNode& node : defaults)
      for (std::uint32_t& user : node.users) user += shift;
    for (GraphInput& input : graph_.inputs)
      for (std::uint32_t& user : input.users) user += shift;
    for (auto& [name, index] : node_by_name_) index += shift;
    graph_.nodes.insert(graph_.nodes.begin(), std::make_move_iterator(defaults.begin()),
                        std::make_move_iterator(defaults.end()));
  }

  void apply_behaviors() {
    for (GraphNode& node : graph_.nodes) {
      if (node.is_default_value()) continue;
      const NodeFunction& function = function_of(node);
      node.behavior_is_marked = function.marked_cache;
      if (function.behavior)
        node.behavior = *function.behavior;
      else if (!function.marked_cache && request_.default_behavior)
        set_behavior(node, *request_.default_behavior);
    }
    std::set<std::string> named;
    for (const BehaviorRequest& choice : request_.behaviors) {
      for (const std::string& name : choice.nodes) {
        const auto found = node_by_name_.find(name);
        if (found == node_by_name_.end()) {
          problem({}, "there is no node '" + name + "' to " + behavior_name(choice.behavior),
                  suggested_nodes(graph_, name));
          continue;
        }
        set_behavior(graph_.nodes[found->second], choice.behavior);
        named.insert(name);
      }
    }
    for (const BehaviorRequest& choice : request_.behaviors) {
      if (!choice.all) continue;
      for (GraphNode& node : graph_.nodes)
        if (!node.is_default_value() && !named.contains(node.name)) set_behavior(node, choice.behavior);
    }
  }

  static void set_behavior(GraphNode& node, Behavior behavior) {
    node.behavior = behavior;
    node.behavior_is_marked = true;
  }

  void report_missing_inputs() {
    if (!request_.will_run) return;
    for (std::uint32_t k = 0; k < graph_.inputs.size(); ++k) {
      const GraphInput& input = graph_.inputs[k];
      if (input.value) continue;
      std::vector<const Parameter*> uses;
      std::vector<Note> notes;
      std::vector<std::uint32_t> users;
      for (const GraphNode& node : graph_.nodes) {
        if (!node.needed || node.override_value || node.is_default_value()) continue;
        for (std::size_t i = 0; i < node.arguments.size(); ++i) {
          if (node.arguments[i].source != Argument::Source::missing || node.arguments[i].input != k) continue;
          uses.push_back(&function_of(node).parameters[i]);
          users.push_back(node.function);
          notes.push_back({uses.back()->place, "node '" + node.name + "' needs it"});
        }
      }
      if (uses.empty()) continue;
      problem(uses[0]->place, "input '" + input.name + "' (" + uses[0]->spelled + ") is missing",
              missing_hint(input, users), std::move(notes));
    }
  }

  std::string missing_hint(const GraphInput& input, const std::vector<std::uint32_t>& users) const {
    for (const HelperFunction& helper : model_.helpers)
      if (helper.name == input.name)
        return "the function '" + helper.name + "' at " + helper.place.text() + " is a helper, because " +
               helper.reason + "; make it a node, or give the input with -i " + input.name + "=VALUE";
    const std::string near = closest_word(input.name, node_names(graph_));
    if (!near.empty())
      return "did you mean node '" + near + "'? Otherwise give it with -i " + input.name + "=VALUE";
    for (const std::uint32_t user : users) {
      const bool is_called = std::ranges::any_of(model_.functions, [&](const NodeFunction& function) {
        return std::ranges::find(function.calls, user) != function.calls.end() &&
               &function != &model_.functions[user];
      });
      if (is_called)
        return "node '" + model_.functions[user].name +
               "' is called by other functions; if it is a helper, make it 'static'; otherwise give the "
               "input with -i " +
               input.name + "=VALUE";
    }
    const std::string& user = model_.functions[users[0]].name;
    const bool looks_like_helper = graph_.nodes[node_by_name_.at(user)].users.empty();
    return "give it with -i " + input.name + "=VALUE" +
           (looks_like_helper ? "; if '" + user + "' is a helper, make it 'static'" : "");
  }

  const CellModel& model_;
  const GraphRequest& request_;
  Graph graph_;
  std::vector<Problem> problems_;
  std::vector<NamedBinding> config_, input_bindings_, override_bindings_;
  std::unordered_map<std::string, std::uint32_t> picked_;  ///< node name → function
  std::map<std::string, std::vector<std::uint32_t>>
      unpicked_;  ///< node name → variants that the config excludes
  std::map<std::string, std::optional<std::string>> config_texts_;  ///< by key
  std::set<std::string> used_config_;                               ///< keys that some [[ham::when]] asks for
  std::unordered_map<std::string, std::uint32_t> node_by_name_;
  std::unordered_map<std::string, std::uint32_t> input_by_name_;
  std::vector<const Parameter*> first_use_;  ///< of each input
};

}  // namespace

std::vector<const GraphNode*> nodes_by_function(const CellModel& model, const Graph& graph) {
  std::vector<const GraphNode*> nodes(model.functions.size());
  for (const GraphNode& node : graph.nodes)
    if (!node.is_default_value()) nodes[node.function] = &node;
  return nodes;
}

std::optional<std::uint32_t> find_node(const Graph& graph, const std::string& name) {
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i)
    if (graph.nodes[i].name == name && !graph.nodes[i].is_default_value()) return i;
  return std::nullopt;
}

std::string suggested_nodes(const Graph& graph, const std::string& name) {
  const std::vector<std::string> names = node_names(graph);
  return suggestion(name, names, "the nodes are " + join(names, ", "));
}

Graph build_graph(const Cell& cell, const GraphRequest& request) { return Builder(cell, request).build(); }

}  // namespace hamcell
