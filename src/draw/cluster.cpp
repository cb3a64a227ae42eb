// Which nodes belong together by their tags, and the words for it.
#include "draw/cluster.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "draw/box_face.h"

namespace hamcell {
namespace {

constexpr std::size_t label_columns = 40;

/// Every value of every tag, in the order of the boxes.
std::vector<TagValue> all_values(const Diagram& diagram) {
  std::vector<TagValue> values;
  for (const Box& box : diagram.boxes)
    for (const auto& [tag, value] : box.tags)
      if (const TagValue one{tag, value}; std::ranges::find(values, one) == values.end())
        values.push_back(one);
  return values;
}

/// The words that messages suggest and list.
struct Known {
  explicit Known(const Diagram& diagram) : values(all_values(diagram)) {
    for (const TagValue& one : values)
      if (std::ranges::find(tags, one.tag) == tags.end()) tags.push_back(one.tag);
  }

  std::vector<TagValue> of_tag(const std::string& tag) const {
    std::vector<TagValue> found;
    std::ranges::copy_if(values, std::back_inserter(found),
                         [&](const TagValue& one) { return one.tag == tag; });
    return found;
  }
  std::vector<TagValue> of_value(const std::string& value) const {
    std::vector<TagValue> found;
    std::ranges::copy_if(values, std::back_inserter(found),
                         [&](const TagValue& one) { return one.value == value; });
    return found;
  }
  bool has_tag(const std::string& tag) const { return std::ranges::find(tags, tag) != tags.end(); }

  std::vector<TagValue> values;
  std::vector<std::string> tags;
};

[[noreturn]] void fail_unknown_tag(const std::string& tag, const std::string& option, const Known& known) {
  std::string next = known.tags.empty()
                         ? "give nodes tags: [[ham::tag(" + tag + " = \"…\")]] before the function"
                         : suggestion(tag, known.tags, "their tags are: " + join(known.tags, ", "));
  throw Failure(ExitStatus::cell, "no node has the tag '" + visible(tag) + "' of " + option, std::move(next));
}

[[noreturn]] void fail_unknown_value(const std::string& word, const std::vector<TagValue>& values) {
  std::vector<std::string> words;
  for (const TagValue& one : values)
    if (const std::string value = visible(one.value); std::ranges::find(words, value) == words.end())
      words.push_back(value);
  throw Failure(ExitStatus::cell, "no node has a tag with the value '" + visible(word) + "' of --fold",
                suggestion(word, words,
                           words.empty() ? "give nodes tags: [[ham::tag(owner = \"…\")]] before the function"
                                         : "the values are: " + join(words, ", ")));
}

[[noreturn]] void fail_ambiguous(const std::string& word, const std::vector<TagValue>& found) {
  std::vector<std::string> words;
  for (const TagValue& one : found) words.push_back("--fold " + one.tag + '=' + visible(one.value));
  throw Failure(ExitStatus::cell, "several tags have the value '" + visible(word) + "' of --fold",
                "say which one: " + join(words, " or "));
}

/// TAG=VALUE; nothing where the word has no `=`.
std::vector<TagValue> with_tag(const std::string& word, const Known& known) {
  const std::size_t sign = word.find('=');
  if (sign == std::string::npos) return {};
  const TagValue wanted{word.substr(0, sign), word.substr(sign + 1)};
  if (!known.has_tag(wanted.tag)) fail_unknown_tag(wanted.tag, "--fold " + word, known);
  if (std::ranges::find(known.values, wanted) == known.values.end())
    fail_unknown_value(wanted.value, known.of_tag(wanted.tag));
  return {wanted};
}

std::vector<TagValue> meant_by(const std::string& word, const Clusters& clusters, const Known& known) {
  if (clusters.group_by) {
    if (const TagValue own{*clusters.group_by, word};
        std::ranges::find(known.values, own) != known.values.end())
      return {own};
    if (word == "all") return known.of_tag(*clusters.group_by);
  }
  if (std::vector<TagValue> found = with_tag(word, known); !found.empty()) return found;
  if (known.has_tag(word)) return known.of_tag(word);
  std::vector<TagValue> found = known.of_value(word);
  if (found.size() > 1) fail_ambiguous(word, found);
  if (found.empty())
    fail_unknown_value(word, clusters.group_by ? known.of_tag(*clusters.group_by) : known.values);
  return found;
}

}  // namespace

std::vector<TagValue> resolved_folds(const Diagram& diagram, const Clusters& clusters) {
  const Known known(diagram);
  if (clusters.group_by && !known.has_tag(*clusters.group_by) && !clusters.is_optional)
    fail_unknown_tag(*clusters.group_by, "--group-by", known);
  std::vector<TagValue> folds;
  for (const std::string& word : clusters.folds) {
    try {
      for (TagValue& one : meant_by(word, clusters, known))
        if (std::ranges::find(folds, one) == folds.end()) folds.push_back(std::move(one));
    } catch (const Failure&) {
      if (!clusters.is_optional) throw;
    }
  }
  return folds;
}

Diagram grouped(Diagram diagram, const std::string& tag) {
  for (Box& box : diagram.boxes) {
    const auto found = std::ranges::find(box.tags, tag, &std::pair<std::string, std::string>::first);
    if (found == box.tags.end() || box.cluster != no_cluster) continue;
    const std::string id = tag + '=' + found->second;
    // A folded box of the same tag is its cluster already.
    if (box.id == id) continue;
    auto cluster = std::ranges::find(diagram.clusters, id, &Cluster::id);
    if (cluster == diagram.clusters.end())
      cluster = diagram.clusters.insert(cluster, Cluster{id, tag, found->second, std::nullopt});
    box.cluster = static_cast<std::uint32_t>(cluster - diagram.clusters.begin());
  }
  return diagram;
}

ClusterLabel cluster_label(const Cluster& cluster) {
  return {shortened(visible(cluster.tag), label_columns) + ':',
          cluster.value.empty() ? "(empty)" : shortened(visible(cluster.value), label_columns)};
}

std::string cluster_tooltip(const Diagram& diagram, std::uint32_t cluster) {
  std::vector<const Box*> boxes;
  std::size_t nodes = 0;
  for (const Box& box : diagram.boxes) {
    if (box.cluster != cluster) continue;
    boxes.push_back(&box);
    nodes += box.kind == BoxKind::folded ? box.holds.size() : 1;
  }
  const Cluster& shown = diagram.clusters[cluster];
  std::string text = visible(shown.tag) + ": " + visible(shown.value) + '\n' + plural(nodes, "node");
  std::vector<std::string> parts;
  for (const StatusCount& part : counts_of(boxes)) parts.push_back(count_text(part));
  return parts.empty() ? text : text + '\n' + join(parts, ", ");
}

}  // namespace hamcell
