// What the code version of a node is made of, kept and compared.
#include "run/code_parts.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/positional.h"
#include "base/record.h"

namespace hamcell {

/// What the cache keeps under a code version, or under the digest of a list that many versions share.
struct PartList {
  std::vector<PartStamp> parts;
  std::vector<Digest> lists;  ///< of a code version: the parts that every node reaches, and the build
};

}  // namespace hamcell

template <>
struct ham::members<hamcell::PartStamp> {
  template <class F>
  static constexpr void each(F&& f) {
    f("name", &hamcell::PartStamp::name);
    f("place", &hamcell::PartStamp::place);
    f("digest", &hamcell::PartStamp::digest);
  }
};
template <>
struct ham::members<hamcell::PartList> {
  template <class F>
  static constexpr void each(F&& f) {
    f("parts", &hamcell::PartList::parts);
    f("lists", &hamcell::PartList::lists);
  }
};
template <>
struct ham::codec<hamcell::PartList> : hamcell::positional::Codec<hamcell::PartList> {};

namespace hamcell {
namespace {

/// The key is part of the checksum, so that a record under a wrong one is seen as damaged.
std::string parts_kind(const Digest& key) { return "hamcell code parts 3 " + key.hex(); }

std::optional<PartList> read_parts(const Digest& key, std::string_view record) {
  return from_record<PartList>(record, parts_kind(key));
}

std::string line_text(const Place& place) {
  return place.line == 0 ? place.file : place.file + ':' + std::to_string(place.line);
}

PartStamp stamp_of_part(const CodePart& part) { return {part.name, line_text(part.place), part.digest}; }

/// The parts of `now` that `past` has not, and the other way round, both in their own order. Parts are told
/// apart by name and digest alone: where a part stands says nothing about what it is.
struct Comparison {
  std::vector<PartStamp> changed;  ///< in `now` only
  std::vector<PartStamp> missing;  ///< in `past` only
};

Comparison compare(const std::vector<PartStamp>& past, const std::vector<PartStamp>& now) {
  std::map<std::pair<std::string, Digest>, int> counts;
  for (const PartStamp& part : past) ++counts[{part.name, part.digest}];
  Comparison out;
  for (const PartStamp& part : now)
    if (--counts[{part.name, part.digest}] < 0) out.changed.push_back(part);
  for (const PartStamp& part : past)
    if (counts[{part.name, part.digest}]-- > 0) out.missing.push_back(part);
  return out;
}

bool has_name(const std::vector<PartStamp>& parts, const std::string& name) {
  return std::ranges::any_of(parts, [&](const PartStamp& part) { return part.name == name; });
}

void add_build_differences(const Comparison& build, const std::vector<PartStamp>& past,
                           std::vector<std::string>& out) {
  for (const PartStamp& part : build.changed)
    out.push_back(part.name + (has_name(past, part.name) || part.name.starts_with("environment ")
                                   ? " changed"
                                   : " is new"));
  for (const PartStamp& part : build.missing)
    if (!has_name(build.changed, part.name))
      out.push_back(part.name + (part.name.starts_with("environment ") ? " changed" : " is gone"));
}

/// What changed in the source. A part that was there before but out of reach is named only where no other is:
/// whatever brought it into reach has changed itself.
void add_source_differences(const Comparison& source, const std::vector<PartStamp>& past,
                            const CodeTable& table, std::vector<std::string>& out) {
  const auto text = [](const PartStamp& part) {
    return "code changed: " + part.name + (part.place.empty() ? "" : " (" + part.place + ")");
  };
  std::vector<std::string> entered;
  const std::size_t before = out.size();
  for (const PartStamp& part : source.changed)
    (has_name(past, part.name) ? out : entered).push_back(text(part));
  for (const PartStamp& part : source.missing) {
    const bool is_left =
        std::ranges::any_of(table.parts, [&](const CodePart& known) { return known.name == part.name; });
    if (!is_left) out.push_back("code changed: " + part.name + " is gone");
  }
  if (out.size() == before) out.insert(out.end(), entered.begin(), entered.end());
}

}  // namespace

const std::shared_ptr<const CodeParts::Shared>& CodeParts::shared() {
  if (shared_ != nullptr) return shared_;
  Shared known;
  known.cell = cell_.path;
  if (!cell_.model.code_table.empty()) known.table = read_code_table(cell_.model);
  // No part has this number, so that what counts for all is all that is reached.
  known.common = known.table.reach(UINT32_MAX);
  for (const std::uint32_t i : known.common)
    known.common_parts.push_back(stamp_of_part(known.table.parts[i]));
  for (const BuildPart& part : cell_.toolchain.parts)
    known.build_parts.push_back({part.name, {}, part.digest});
  shared_ = std::make_shared<const Shared>(std::move(known));
  return shared_;
}

CodeParts::Roots CodeParts::roots_of(const GraphNode& node) const {
  const NodeFunction& function = cell_.model.functions[node.function];
  if (!node.default_of) return {function.code.part, {}};
  return {function.code.part, function.parameters[*node.default_of].default_argument->code.part};
}

/// What the node reaches beyond what all nodes do, in source order.
std::vector<PartStamp> CodeParts::own_parts(const Shared& known, const Roots& roots) {
  if (known.table.parts.empty()) return {};
  std::vector<std::uint32_t> reached = known.table.reach(roots.function);
  if (roots.default_argument) {
    const std::vector<std::uint32_t> more = known.table.reach(*roots.default_argument);
    std::vector<std::uint32_t> both;
    std::ranges::set_union(reached, more, std::back_inserter(both));
    reached = std::move(both);
  }
  std::vector<const CodePart*> own;
  std::size_t next_common = 0;
  for (const std::uint32_t i : reached) {
    while (next_common < known.common.size() && known.common[next_common] < i) ++next_common;
    if (next_common < known.common.size() && known.common[next_common] == i) continue;
    own.push_back(&known.table.parts[i]);
  }
  // The cell itself comes first, since that is where a reader looks.
  std::ranges::sort(own, [&](const CodePart* a, const CodePart* b) {
    const auto order = [&](const CodePart& part) {
      return std::tuple(part.place.file != known.cell, std::string_view(part.place.file), part.place.line,
                        part.place.column, std::string_view(part.name), part.digest);
    };
    return order(*a) < order(*b);
  });
  std::vector<PartStamp> stamps;
  for (const CodePart* part : own) stamps.push_back(stamp_of_part(*part));
  return stamps;
}

/// Keeps a list under the digest of its content, and gives that.
Digest CodeParts::keep_list(const std::vector<PartStamp>& parts) {
  Digester digester;
  digester.add("parts 1");
  for (const PartStamp& part : parts) digester.add(part.name).add(part.digest);
  const Digest key = digester.finish();
  cache_->store_code(key, to_record(PartList{parts, {}}, parts_kind(key)));
  return key;
}

void CodeParts::keep(const GraphNode& node, const Digest& version) {
  if (cache_ == nullptr || !kept_.insert(version).second) return;
  const std::shared_ptr<const Shared>& known = shared();
  if (lists_ == nullptr)
    lists_ = std::make_shared<const std::vector<Digest>>(
        std::vector<Digest>{keep_list(known->common_parts), keep_list(known->build_parts)});
  cache_->store_code(version, [known, roots = roots_of(node), lists = lists_, version] {
    return to_record(PartList{own_parts(*known, roots), *lists}, parts_kind(version));
  });
}

std::vector<std::string> CodeParts::differences(const GraphNode& node, const Digest& past_version) {
  const auto recall = [&](const Digest& version) {
    const std::optional<std::string> bytes = cache_->find_code(version);
    return bytes ? read_parts(version, *bytes) : std::nullopt;
  };
  std::vector<std::string> out;
  const std::optional<PartList> past = cache_ == nullptr ? std::nullopt : recall(past_version);
  const std::optional<PartList> past_common =
      past && past->lists.size() == 2 ? recall(past->lists[0]) : std::nullopt;
  const std::optional<PartList> past_build =
      past && past->lists.size() == 2 ? recall(past->lists[1]) : std::nullopt;
  if (past_common && past_build) {
    const Shared& known = *shared();
    add_build_differences(compare(past_build->parts, known.build_parts), past_build->parts, out);
    // A part may come to count for all nodes, or no longer: both lists together are what was reached.
    std::vector<PartStamp> source = own_parts(known, roots_of(node));
    source.insert(source.end(), known.common_parts.begin(), known.common_parts.end());
    std::vector<PartStamp> past_source = past->parts;
    past_source.insert(past_source.end(), past_common->parts.begin(), past_common->parts.end());
    add_source_differences(compare(past_source, source), past_source, known.table, out);
  }
  if (out.empty()) out.emplace_back("code changed");
  return out;
}

std::set<Digest> lists_of_code(const Digest& version, std::string_view record) {
  const std::optional<PartList> list = read_parts(version, record);
  return list ? std::set<Digest>(list->lists.begin(), list->lists.end()) : std::set<Digest>();
}

bool is_code_record(const Digest& version, std::string_view record) {
  return read_parts(version, record).has_value();
}

std::string in_short(const std::vector<std::string>& differences) {
  if (differences.empty()) return {};
  const std::size_t more = differences.size() - 1;
  return differences[0] + (more == 0 ? "" : " and " + std::to_string(more) + " more");
}

}  // namespace hamcell
