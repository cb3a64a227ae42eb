// What an edit of a cell can have changed, guessed from its texts before and after.
#include "cell/edit.h"

#include <algorithm>

namespace hamcell {
namespace {

std::uint64_t moved(std::uint64_t offset, const TextEdit& edit) {
  return offset < edit.before.end ? offset : offset - edit.before.end + edit.after.end;
}

/// Also where they only touch: a word can have become longer.
bool touches(const TextRange& range, const TextRange& edit) {
  return !range.empty() && range.begin <= edit.end && edit.begin <= range.end;
}

/// By part: the parts that bring it along.
std::vector<std::vector<std::uint32_t>> users_of(const CodeTable& table) {
  std::vector<std::vector<std::uint32_t>> users(table.parts.size());
  for (std::uint32_t i = 0; i < table.parts.size(); ++i)
    for (const std::uint32_t used : table.parts[i].uses)
      if (used < users.size()) users[used].push_back(i);
  return users;
}

}  // namespace

TextEdit edit_between(std::string_view before, std::string_view after) {
  const std::size_t most = std::min(before.size(), after.size());
  const auto first =
      std::mismatch(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(most), after.begin());
  const auto begin = static_cast<std::size_t>(first.first - before.begin());
  std::size_t same_end = 0;
  while (same_end < most - begin &&
         before[before.size() - 1 - same_end] == after[after.size() - 1 - same_end])
    ++same_end;
  return {{begin, before.size() - same_end}, {begin, after.size() - same_end}};
}

void follow_edit(CellModel& model, const TextEdit& edit) {
  for (NodeFunction& function : model.functions) {
    TextRange& body = function.body;
    const bool is_outside = body.end <= edit.before.begin || body.begin >= edit.before.end;
    const bool is_around = body.begin < edit.before.begin && body.end > edit.before.end;
    body = is_outside || is_around ? TextRange{moved(body.begin, edit), moved(body.end, edit)} : TextRange{};
    for (Parameter& parameter : function.parameters)
      if (parameter.default_argument)
        parameter.default_argument->insertion_offset =
            moved(parameter.default_argument->insertion_offset, edit);
  }
}

std::vector<bool> changed_functions(const CellModel& model, const TextEdit& edit) {
  const CodeTable table = read_code_table(model);
  const std::vector<std::vector<std::uint32_t>> users = users_of(table);
  std::vector<bool> is_changed(table.parts.size());
  std::vector<std::uint32_t> open;
  const auto add = [&](std::uint32_t part) {
    if (!is_changed[part]) open.push_back(part);
    is_changed[part] = true;
  };
  for (std::uint32_t i = 0; i < table.parts.size(); ++i)
    if (touches(table.parts[i].text, edit.before)) add(i);
  while (!open.empty()) {
    const std::uint32_t part = open.back();
    open.pop_back();
    for (const std::uint32_t user : users[part]) add(user);
  }
  const bool are_all =
      std::ranges::any_of(table.for_all, [&](std::uint32_t part) { return bool{is_changed[part]}; });
  std::vector<bool> changed;
  for (const NodeFunction& function : model.functions)
    changed.push_back(are_all || (function.code.part < is_changed.size() && is_changed[function.code.part]));
  return changed;
}

}  // namespace hamcell
