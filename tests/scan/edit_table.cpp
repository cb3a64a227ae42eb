// Scans the rows of a table of edits and compares the nodes' code versions.
#include "edit_table.h"

#include <stdlib.h>

#include <filesystem>
#include <map>
#include <string_view>

#include "scanned.h"

namespace hamcell {
namespace {

/// A folder that is gone after the test.
class EditedFolder {
 public:
  EditedFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "hamcell-edit-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~EditedFolder() { std::filesystem::remove_all(path_); }
  EditedFolder(const EditedFolder&) = delete;
  EditedFolder& operator=(const EditedFolder&) = delete;

  /// Writes the files of one side of a row, and scans its cell.
  CellModel scan(const std::string& text, Compiler compiler) const {
    for (const auto& entry : std::filesystem::directory_iterator(path_))
      std::filesystem::remove_all(entry.path());
    const std::map<std::string, std::string> files = split_files(text);
    std::vector<std::string> linked;
    for (const auto& [name, content] : files) {
      if (name.starts_with("linked/")) linked.push_back(path_ + "/" + name);
      std::filesystem::create_directories(parent_folder(path_ + "/" + name));
      write_file(path_ + "/" + name, content);
    }
    return scan_cell({path_ + "/cell.cpp",
                      path_,
                      files.at("cell.cpp"),
                      {"-I", path_ + "/first", "-I", path_ + "/second", "-isystem", path_ + "/system"},
                      compiler == Compiler::other,
                      linked});
  }

 private:
  static std::map<std::string, std::string> split_files(std::string_view text) {
    std::map<std::string, std::string> out;
    std::string* current = &out["cell.cpp"];
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
      const std::string_view line = text.substr(0, end);
      if (line.starts_with("=== "))
        current = &out[std::string(line.substr(4, line.size() - 5))];
      else
        *current += line;
      text.remove_prefix(end);
    }
    return out;
  }

  std::string path_;
};

enum class Side { before, after };

/// The text with every «before⇒after» replaced by one of its sides.
std::string side_of(std::string_view text, Side side) {
  constexpr std::string_view open = "«";
  constexpr std::string_view arrow = "⇒";
  constexpr std::string_view close = "»";
  std::string out;
  for (;;) {
    const std::size_t begin = text.find(open);
    out += text.substr(0, begin);
    if (begin == std::string_view::npos) return out;
    const std::size_t middle = text.find(arrow, begin);
    const std::size_t end = text.find(close, begin);
    REQUIRE_MESSAGE(middle < end, "an edit has no middle: " << text.substr(begin));
    out += side == Side::before ? text.substr(begin + open.size(), middle - begin - open.size())
                                : text.substr(middle + arrow.size(), end - middle - arrow.size());
    text.remove_prefix(end + close.size());
  }
}

/// A row that is broken C++ would be right by chance.
void check_is_valid(const CellModel& model) {
  CHECK(told(model.problems) == Words{});
  CHECK(told(model.body_problems) == Words{});
  CHECK_FALSE(model.functions.empty());
}

const NodeFunction* find(const CellModel& model, std::string_view name) {
  for (const NodeFunction& function : model.functions)
    if (function.function == name) return &function;
  return nullptr;
}

/// The code of a node ("f") or of a default ("f.n"); null where there is none.
const Code* code_of(const CellModel& model, const std::string& name) {
  const std::size_t dot = name.find('.');
  const NodeFunction* function = find(model, name.substr(0, dot));
  if (function == nullptr || dot == std::string::npos) return function == nullptr ? nullptr : &function->code;
  for (const Parameter& parameter : function->parameters)
    if (parameter.name == name.substr(dot + 1) && parameter.default_argument)
      return &parameter.default_argument->code;
  return nullptr;
}

bool contains(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// Compares the nodes in `list`, and says so of each that is not as the row has it.
void compare(const std::vector<std::string>& list, bool should_change, const CellModel& before,
             const CellModel& after) {
  for (const std::string& name : list) {
    const Code* old_code = code_of(before, name);
    const Code* new_code = code_of(after, name);
    if (old_code == nullptr || new_code == nullptr) {
      FAIL_CHECK("no node '" << name << "' on both sides");
      continue;
    }
    const bool changed = old_code->version != new_code->version;
    CHECK_MESSAGE(changed == should_change,
                  name << std::string(should_change ? " must change" : " must not change"));
  }
}

void check_edit(const EditedFolder& folder, const Edit& row) {
  INFO(std::string(row.sentence));
  const std::string old_text = side_of(row.text, Side::before);
  const std::string new_text = side_of(row.text, Side::after);
  CHECK(old_text != new_text);
  const CellModel before = folder.scan(old_text, row.compiler);
  const CellModel after = folder.scan(new_text, row.compiler);
  check_is_valid(before);
  check_is_valid(after);
  compare(row.changes, true, before, after);
  compare(row.leaves, false, before, after);
  for (const NodeFunction& node : before.functions) {
    const bool is_on_both_sides = find(after, node.function) != nullptr;
    const bool is_listed = contains(row.changes, node.function) || contains(row.leaves, node.function) ||
                           contains(row.open, node.function);
    CHECK_MESSAGE(is_listed == is_on_both_sides,
                  "the row must have " << node.function << " if it is on both sides");
  }
}

/// Scans the cell of each row, and gives it to `told_of`, which says what the scan found about a node.
template <class Told>
void check_standing(const std::vector<Standing>& rows, Told&& told_of) {
  const EditedFolder folder;
  for (const Standing& row : rows) {
    INFO(std::string(row.sentence));
    const CellModel model = folder.scan(row.text, Compiler::clang);
    check_is_valid(model);
    for (const NodeFunction& node : model.functions) {
      INFO(node.function);
      const bool always = contains(row.always, node.function);
      CHECK(always != contains(row.cacheable, node.function));
      const std::string told = told_of(node.code);
      CHECK(told.empty() != always);
      if (always && row.because != nullptr) CHECK(told == std::string(row.because));
    }
  }
}

}  // namespace

void check_edits(const std::vector<Edit>& rows) {
  const EditedFolder folder;
  for (const Edit& row : rows) check_edit(folder, row);
}

void check_purity(const std::vector<Standing>& rows) {
  check_standing(rows, [](const Code& code) { return code.impure ? code.impure->variable : ""; });
}

void check_always_run(const std::vector<Standing>& rows) {
  check_standing(rows, [](const Code& code) { return code.always_run; });
}

}  // namespace hamcell
