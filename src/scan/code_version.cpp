// Code versions: a digest of all source that can change what a node computes.
#include "scan/code_version.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "base/file.h"
#include "cell/model_record.h"
#include "scan/reach/purity.h"
#include "scan/reach/reach.h"
#include "scan/removable_bodies.h"

namespace hamcell {
namespace {

/// Counts this program's idea of what a code version covers; raise it when that changes.
constexpr std::string_view version_of_versions = "hamcell code version 4";

class VersionFiller {
 public:
  VersionFiller(CellSource& source, const IncludedFiles& files, FoundFunctions& found, CellModel& model)
      : source_(source),
        files_(files),
        found_(found),
        model_(model),
        reach_(read_units(source, files, found.is_attribute)) {}

  void run() {
    find_roots();
    build_reach(source_, files_, reach_);
    add_conversions();
    for_all_ = reach_.closure(reach_.for_all);
    find_order();
    digest_shared();
    std::vector<std::uint32_t> roots;
    for (const auto& [root, code] : codes_) roots.push_back(root);
    const ChangingVariables changing(reach_, roots);
    for (const auto& [root, code] : codes_) fill(root, *code, changing);
    fill_calls();
    find_removable_bodies(source_, node_units_, reach_, found_);
    model_.is_divisible = !has_effects_uncalled(source_, files_, reach_);
    model_.runs_at_load = runs_at_load();
    write_table();
  }

 private:
  /// The units that run by themselves: nodes, and defaults that are evaluated.
  void find_roots() {
    for (std::size_t i = 0; i < found_.nodes.size(); i++) {
      const FoundNode& node = found_.nodes[i];
      const std::vector<std::uint32_t> units = reach_.units.at(node.body.file, node.body.begin);
      const std::uint32_t unit = units.empty() ? add_whole(node.body) : units.front();
      node_units_.push_back(unit);
      is_node_.insert(unit);
      for (std::size_t k = 0; k < node.defaults.size(); k++) {
        std::optional<DefaultArgument>& argument = found_.functions[i].parameters[k].default_argument;
        if (argument && !argument->value)
          codes_.emplace_back(add_default(*node.defaults[k], i, k), &argument->code);
      }
      codes_.emplace_back(unit, &found_.functions[i].code);
    }
  }

  /// A definition that is in no unit: the walk did not understand what is around it.
  std::uint32_t add_whole(const Span& span) {
    Unit unit;
    unit.kind = UnitKind::text;
    unit.name = "definition";
    take_text(span, unit);
    return add(std::move(unit));
  }

  std::uint32_t add_default(const FoundDefault& found, std::size_t function, std::size_t parameter) {
    Unit unit;
    unit.kind = UnitKind::expression;
    unit.cursors = {found.parameter};
    unit.name = found_.functions[function].parameters[parameter].name;
    unit.place = position_of(found.parameter);
    // Where a macro made the function, its use is all the text that there is.
    take_text(found.text.begin == found.text.end ? found_.nodes[function].body : found.text, unit);
    return add(std::move(unit));
  }

  void take_text(const Span& span, Unit& unit) {
    unit.text = &source_.texts.of(span.file);
    unit.file = span.file;
    unit.begin = span.begin;
    unit.end = span.end;
    unit.key = {span.begin + 1};
    for (std::size_t i = unit.text->index_at(span.begin);
         i < unit.text->tokens.size() && unit.text->tokens[i].begin < span.end; i++)
      unit.tokens.push_back(i);
  }

  std::uint32_t add(Unit unit) {
    reach_.units.list.push_back(std::move(unit));
    return static_cast<std::uint32_t>(reach_.units.list.size() - 1);
  }

  // ---- Conversions of arguments

  /// Where a node gives another type than a parameter takes, the conversion belongs to who takes it, though
  /// its text names nothing of it: what the classes of both types declare, and how they define it.
  void add_conversions() {
    std::map<std::string_view, std::vector<std::size_t>> providers;
    for (std::size_t i = 0; i < found_.functions.size(); i++)
      providers[found_.functions[i].name].push_back(i);
    for (std::size_t i = 0; i < found_.functions.size(); i++) {
      std::set<std::uint32_t> units;
      bool converts = false;
      for (const Parameter& parameter : found_.functions[i].parameters) {
        const auto named = providers.find(parameter.name);
        if (named == providers.end()) continue;
        for (const std::size_t provider : named->second) {
          if (found_.functions[provider].result == parameter.type) continue;
          converts = true;
          add_classes(result_of(provider), units);
        }
      }
      if (!converts) continue;
      add_parameter_classes(i, units);
      std::vector<std::uint32_t>& uses = reach_.parts[node_units_[i]].uses;
      for (const std::uint32_t unit : units)
        if (std::find(uses.begin(), uses.end(), unit) == uses.end()) uses.push_back(unit);
    }
  }

  CXType result_of(std::size_t function) const { return clang_getCursorResultType(definition_of(function)); }

  CXCursor definition_of(std::size_t function) const {
    return source_.declarations.functions[found_.nodes[function].entity].definition;
  }

  void add_parameter_classes(std::size_t function, std::set<std::uint32_t>& units) {
    const CXCursor definition = definition_of(function);
    for (int k = 0; k < clang_Cursor_getNumArguments(definition); k++)
      add_classes(clang_getCursorType(clang_Cursor_getArgument(definition, static_cast<unsigned>(k))), units);
  }

  /// The user's classes that a type is made of, with their bases and members, wherever these are defined.
  void add_classes(CXType type, std::set<std::uint32_t>& units) {
    type = clang_getCanonicalType(clang_getNonReferenceType(clang_getCanonicalType(type)));
    for (int k = 0; k < clang_Type_getNumTemplateArguments(type); k++)
      if (const CXType argument = clang_Type_getTemplateArgumentAsType(type, static_cast<unsigned>(k));
          is_valid(argument))
        add_classes(argument, units);
    const CXCursor declaration = clang_getTypeDeclaration(type);
    const CXCursor source_template = clang_getSpecializedCursorTemplate(declaration);
    const CXCursor definition =
        clang_getCursorDefinition(is_null(source_template) ? declaration : source_template);
    if (is_null(definition) || clang_Location_isInSystemHeader(clang_getCursorLocation(definition)) != 0)
      return;
    if (!add_units_of(definition, units)) return;
    for_each_child(definition, [&](CXCursor member) {
      if (clang_getCursorKind(member) == CXCursor_CXXBaseSpecifier)
        add_classes(clang_getCursorType(member), units);
      else if (const CXCursor defined = clang_getCursorDefinition(member); !is_null(defined))
        add_units_of(defined, units);
    });
  }

  /// False where all of them are there already.
  bool add_units_of(CXCursor cursor, std::set<std::uint32_t>& units) const {
    const Position position = position_of(cursor);
    const std::vector<std::uint32_t> found = reach_.units.at(position.file, position.offset);
    const std::size_t before = units.size();
    units.insert(found.begin(), found.end());
    return units.size() != before;
  }

  // ---- Digests

  void digest_shared() {
    Digester shared;
    shared.add(version_of_versions);
    for (const IncludedFile& file : files_.files)
      if (counts_as_whole(file)) shared.add(file.source.path).add(file.source.content);
    for (const std::uint32_t unit : for_all_) shared_effects_.add(effects_of(unit));
    shared.add(digest_units(for_all_, shared_effects_.caller));
    shared_ = shared.finish();
  }

  SourceEffects effects_of(std::uint32_t unit) const {
    if (reach_.units.list[unit].kind == UnitKind::macro) return {};
    SourceEffects effects = reach_.parts[unit].text.effects;
    effects.caller = effects.caller || reach_.parts[unit].tree.tells_callers_place;
    return effects;
  }

  /// Of units in no order; `with_places`: something among them tells where it is called from.
  Digest digest_units(const std::vector<std::uint32_t>& units, bool with_places) const {
    std::vector<Digest> digests;
    for (const std::uint32_t unit : units) {
      Digester digester;
      digester.add(reach_.parts[unit].version);
      if (with_places) digester.add(reach_.parts[unit].text.positions);
      digests.push_back(digester.finish());
    }
    std::sort(digests.begin(), digests.end());
    Digester all;
    for (const Digest& digest : digests) all.add(digest);
    return all.finish();
  }

  /// Initialisers that reach other variables: their order among each other counts.
  ///     static int first = next();
  ///     static int second = next();
  void find_order() {
    std::vector<bool> has_variable(reach_.parts.size());
    for (const Variable& variable : reach_.targets.variables)
      has_variable[variable.unit] = has_variable[variable.unit] || !variable.is_const;
    const auto runs = [&](std::uint32_t unit) { return reach_.parts[unit].tree.runs_at_load; };
    is_ordered_.assign(reach_.parts.size(), false);
    for (std::uint32_t unit = 0; unit < reach_.parts.size(); unit++) {
      if (!runs(unit)) continue;
      for (const std::uint32_t other : reach_.closure_of_uses(unit)) {
        // What is done outside of the cell, another one may see.
        if (reach_.parts[other].tree.has_outside_effects) is_ordered_[unit] = true;
        if (other != unit && (runs(other) || has_variable[other])) {
          is_ordered_[unit] = true;
          is_ordered_[other] = is_ordered_[other] || runs(other);
        }
      }
    }
  }

  Digest digest_order(const std::vector<std::uint32_t>& reached) const {
    std::vector<std::uint32_t> all;
    std::set_union(reached.begin(), reached.end(), for_all_.begin(), for_all_.end(), std::back_inserter(all));
    std::vector<std::uint32_t> ordered;
    for (const std::uint32_t unit : all)
      if (is_ordered_[unit]) ordered.push_back(unit);
    Digester digester;
    for (const std::uint32_t unit : ordered) digester.add(reach_.parts[unit].own);
    return digester.finish();
  }

  bool runs_at_load() const {
    return std::any_of(reach_.parts.begin(), reach_.parts.end(),
                       [](const ReachedUnit& part) { return part.tree.runs_at_load; });
  }

  void fill(std::uint32_t root, Code& code, const ChangingVariables& changing) {
    const std::vector<std::uint32_t> reached = reach_.closure({root});
    std::vector<std::uint32_t> own;
    std::set_difference(reached.begin(), reached.end(), for_all_.begin(), for_all_.end(),
                        std::back_inserter(own));
    SourceEffects effects = shared_effects_;
    for (const std::uint32_t unit : own) effects.add(effects_of(unit));
    code.version = Digester()
                       .add(shared_)
                       .add(reach_.parts[root].version)
                       .add(digest_units(own, effects.caller))
                       .add(digest_order(reached))
                       .finish();
    code.always_run = effects.always_run;
    if (const std::optional<std::uint32_t> variable = changing.used_by(reached)) {
      const Variable& found = reach_.targets.variables[*variable];
      code.impure = Impurity{found.name, source_.place(found.place), found.is_const};
    }
    code.part = part_of(root);
    for (const std::uint32_t unit : own) part_of(unit);
  }

  // ---- What the driver is told

  void fill_calls() {
    std::map<std::uint32_t, std::vector<std::uint32_t>> functions;
    for (std::uint32_t i = 0; i < node_units_.size(); i++) functions[node_units_[i]].push_back(i);
    for (std::uint32_t i = 0; i < node_units_.size(); i++)
      for (const std::uint32_t unit : reach_.closure({node_units_[i]})) {
        const auto called = functions.find(unit);
        if (called == functions.end()) continue;
        for (const std::uint32_t function : called->second)
          if (function != i) found_.functions[i].calls.push_back(function);
      }
  }

  std::uint32_t part_of(std::uint32_t unit) {
    const auto [found, is_new] =
        part_numbers_.try_emplace(unit, static_cast<std::uint32_t>(part_units_.size()));
    if (is_new) part_units_.push_back(unit);
    return found->second;
  }

  void write_table() {
    for (const std::uint32_t unit : for_all_) part_of(unit);
    CodeTable table;
    for (const std::uint32_t unit : part_units_) {
      const ReachedUnit& part = reach_.parts[unit];
      CodePart& out = table.parts.emplace_back();
      out.name = part_name(unit);
      out.place = source_.place(reach_.units.list[unit].place);
      const Unit& found = reach_.units.list[unit];
      if (found.file == source_.main_file) out.text = {found.begin, found.end};
      out.digest = part.own;
      for (const auto* uses : {&part.uses, &part.initialisers})
        for (const std::uint32_t other : *uses)
          if (const auto known = part_numbers_.find(other); known != part_numbers_.end())
            out.uses.push_back(known->second);
    }
    for (const std::uint32_t unit : for_all_) table.for_all.push_back(part_numbers_.at(unit));
    add_headers(table);
    model_.code_table = to_bytes(table);
  }

  std::string part_name(std::uint32_t unit) const {
    const Unit& found = reach_.units.list[unit];
    if (found.kind == UnitKind::text) return "text of " + found.name;
    if (found.kind == UnitKind::expression) return "default of " + found.name;
    return (is_node_.contains(unit) ? "node " : "helper ") + found.name;
  }

  /// Headers of the system count for every node, each as a whole, and so does data that is embedded.
  static bool counts_as_whole(const IncludedFile& file) { return file.source.is_system || file.is_embedded; }

  static bool is_shorter(std::string_view a, std::string_view b) {
    return std::pair(a.size(), a) < std::pair(b.size(), b);
  }

  void add_headers(CodeTable& table) const {
    // The shortest way to write it, however often and in whatever order it is included.
    std::map<CXFile, std::string_view> spelled;
    for (const Inclusion& inclusion : source_.declarations.inclusions) {
      const auto [found, is_new] = spelled.try_emplace(inclusion.included, inclusion.spelled);
      if (!is_new) found->second = std::min(found->second, std::string_view(inclusion.spelled), is_shorter);
    }
    for (const IncludedFile& file : files_.files) {
      if (!counts_as_whole(file)) continue;
      const auto name = spelled.find(file.file);
      table.for_all.push_back(static_cast<std::uint32_t>(table.parts.size()));
      const std::string part_name =
          file.is_embedded
              ? "file " + file_name(file.source.path)
              : "header <" + (name == spelled.end() ? file.source.path : std::string(name->second)) + ">";
      table.parts.push_back({part_name, {file.source.path, 0, 0}, file.source.content, {}, {}});
    }
  }

  CellSource& source_;
  const IncludedFiles& files_;
  FoundFunctions& found_;
  CellModel& model_;
  Reach reach_;
  std::vector<std::pair<std::uint32_t, Code*>> codes_;  ///< units that run by themselves, and what to fill
  std::vector<std::uint32_t> node_units_;               ///< by function
  std::set<std::uint32_t> is_node_;
  std::vector<std::uint32_t> for_all_;  ///< all units that count for every node
  Digest shared_;
  SourceEffects shared_effects_;
  std::vector<bool> is_ordered_;  ///< by unit: its place among other initialisers counts
  std::map<std::uint32_t, std::uint32_t> part_numbers_;
  std::vector<std::uint32_t> part_units_;
};

}  // namespace

void fill_code_versions(CellSource& source, const IncludedFiles& files, FoundFunctions& found,
                        CellModel& model) {
  VersionFiller(source, files, found, model).run();
}

}  // namespace hamcell
