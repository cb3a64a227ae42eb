// Finds and reads hamcell.toml with toml++ (TOML 1.0): each key becomes a use of the option of that name.
#include "cli/project_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "base/file.h"
#include "base/text.h"
#include "cli/option_table.h"
#include "cli/usage.h"

// toml++ 3.3 asserts that some malformed files, such as `a = [1,}`, cannot be: without this they would abort
// a debug build and be undefined behaviour in a release. NDEBUG would turn the assertions into assumptions.
namespace hamcell {
struct NotToml {};
[[noreturn]] inline void fail_not_toml() { throw NotToml(); }
}  // namespace hamcell
#undef NDEBUG
#define TOML_ASSERT(condition) ((condition) ? static_cast<void>(0) : hamcell::fail_not_toml())
#include <toml++/toml.h>

namespace hamcell {
namespace {

namespace fs = std::filesystem;

constexpr const char* project_file_name = "hamcell.toml";

/// Without links, "." and "..", so that a path's parent is its folder. What does not exist stays as it is.
fs::path canonical_folder(const std::string& folder) {
  std::error_code error;
  fs::path absolute = absolute_path(folder);
  fs::path canonical = fs::weakly_canonical(absolute, error);
  if (error) return absolute;
  // weakly_canonical keeps the slash behind a folder's name.
  return canonical.has_filename() ? canonical : canonical.parent_path();
}

fs::path home_folder() {
  const char* home = std::getenv("HOME");
  return home == nullptr || *home == 0 ? fs::path() : canonical_folder(home);
}

/// Why others may have written what `path` leads to; empty: they cannot have.
std::string why_untrusted(const fs::path& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return "it cannot be looked at";
  if (info.st_uid != ::geteuid() && info.st_uid != 0) return "it belongs to another user";
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) return "others can write it";
  return {};
}

/// As messages show it: relative where it is in the current folder or below.
std::string shown_path(const fs::path& path) {
  const fs::path relative = path.lexically_relative(canonical_folder("."));
  return relative.empty() || *relative.begin() == ".." ? path.string() : relative.string();
}

/// A warning if the file or its folder is not to be trusted.
std::optional<Problem> distrust(const fs::path& file) {
  for (const fs::path& path : {file, file.parent_path()}) {
    const std::string why = why_untrusted(path);
    if (why.empty()) continue;
    Problem warning;
    warning.place.file = shown_path(file);
    warning.what = "this file is passed over, because of '" + shown_path(path) + "': " + why;
    warning.next = "make it your own and take write permission from others (chmod go-w), or remove it";
    return warning;
  }
  return std::nullopt;
}

/// The file that counts, or an empty path.
fs::path find_file(const std::string& start, std::vector<Problem>& warnings) {
  const fs::path home = home_folder();
  std::error_code ignored;
  for (fs::path folder = canonical_folder(start);; folder = folder.parent_path()) {
    fs::path file = folder / project_file_name;
    if (fs::is_regular_file(file, ignored)) {
      std::optional<Problem> warning = distrust(file);
      if (!warning) return file;
      warnings.push_back(*std::move(warning));
    }
    if (fs::exists(folder / ".git", ignored) || folder == home || folder == folder.parent_path()) return {};
  }
}

/// JSON text of a value, as a parameter that is not string-like takes it. NaN and infinities, dates and times
/// have no JSON and become strings.
nlohmann::ordered_json to_json(const toml::node& node) {
  using nlohmann::ordered_json;
  if (const auto* table = node.as_table()) {
    ordered_json object = ordered_json::object();
    for (const auto& [key, value] : *table) object[std::string(key.str())] = to_json(value);
    return object;
  }
  if (const auto* array = node.as_array()) {
    ordered_json list = ordered_json::array();
    for (const toml::node& element : *array) list.push_back(to_json(element));
    return list;
  }
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* truth = node.as_boolean()) return truth->get();
  if (const auto* integer = node.as_integer()) return integer->get();
  if (const auto* floating = node.as_floating_point()) {
    const double number = floating->get();
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
    return number;
  }
  std::ostringstream text;
  if (const auto* date = node.as_date()) text << date->get();
  if (const auto* time = node.as_time()) text << time->get();
  if (const auto* date_time = node.as_date_time()) text << date_time->get();
  return text.str();
}

const char* kind_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a floating-point number";
    case toml::node_type::boolean:
      return "true or false";
    default:
      return "a date or time";
  }
}

/// Reads one file's keys into Settings.
class Reader {
 public:
  explicit Reader(const fs::path& file) : folder_(file.parent_path()), shown_(shown_path(file)) {
    settings.place = {shown_, 0, 0};
  }

  void read(const std::string& content) {
    try {
      const toml::table table = toml::parse(content, shown_);
      for (const auto& [key, value] : table) read_key(key, value);
    } catch (const toml::parse_error& error) {
      fail_usage(std::string(error.description()), "this file is TOML 1.0", place_of(error.source()));
    } catch (const NotToml&) {
      fail_usage("this file is not TOML", "look for brackets and quotes that are not closed", settings.place);
    }
  }

  Settings settings;

 private:
  Place place_of(const toml::source_region& region) const {
    return {shown_, static_cast<unsigned>(region.begin.line), static_cast<unsigned>(region.begin.column)};
  }

  void read_key(const toml::key& key, const toml::node& value) {
    std::string name(key.str());
    std::ranges::replace(name, '_', '-');
    const OptionRow* row = find_option(name, commands::run);
    if (row == nullptr || row->in_file == FileForm::absent) fail_key(key, name, row);
    if (!seen_.insert(row->name).second)
      fail(key.source(), "'" + name + "' is given twice", "keep one of the spellings with '-' and '_'");
    read_value(*row, value);
  }

  [[noreturn]] void fail_key(const toml::key& key, const std::string& name, const OptionRow* row) const {
    const std::string shown = "'" + std::string(key.str()) + "'";
    if (row != nullptr)
      fail(key.source(), shown + " can only be given on the command line", "remove it from this file");
    std::vector<std::string> names;
    for (const OptionRow& other : option_table())
      if (other.in_file != FileForm::absent) names.emplace_back(other.name);
    const std::string near = closest_word(name, names);
    fail(key.source(), "unknown key " + shown + (near.empty() ? "" : "; did you mean '" + near + "'?"),
         "keys are the long names of options, as in 'hamcell --help'");
  }

  void read_value(const OptionRow& row, const toml::node& value) {
    switch (row.in_file) {
      case FileForm::flag:
        return read_flag(row, value);
      case FileForm::number:
        return read_number(row, value);
      case FileForm::text:
        return use(row, value, text_of(row, value, "a string"));
      case FileForm::path:
        return use(row, value, path_of(row, value, "a path"));
      case FileForm::words:
        return read_words(row, value);
      case FileForm::texts:
        return read_list(row, value, &Reader::text_of);
      case FileForm::paths:
        return read_list(row, value, &Reader::path_of);
      case FileForm::picture:
        return read_picture(row, value);
      case FileForm::nodes:
        return read_nodes(row, value);
      case FileForm::bindings:
        return read_bindings(row, value);
      case FileForm::absent:
        return;
    }
  }

  /// Sets the option as a use of it on the command line would.
  void use(const OptionRow& row, const toml::node& at, std::optional<std::string> value,
           bool is_word = false) {
    row.set(settings, {std::string(row.name), std::move(value), place_of(at.source()), is_word});
  }

  [[noreturn]] void fail(const toml::source_region& at, const std::string& what,
                         const std::string& next) const {
    fail_usage(what, next, place_of(at));
  }

  [[noreturn]] void fail_kind(const OptionRow& row, const toml::node& value,
                              const std::string& wanted) const {
    fail(value.source(), "'" + std::string(row.name) + "' must be " + wanted + ", not " + kind_name(value),
         "");
  }

  std::string text_of(const OptionRow& row, const toml::node& value, const char* wanted) const {
    const auto* text = value.as_string();
    if (text == nullptr) fail_kind(row, value, wanted);
    return text->get();
  }

  /// Paths are relative to the file's folder: they must not depend on where hamcell is started.
  std::string path_of(const OptionRow& row, const toml::node& value, const char* wanted) const {
    const std::string path = text_of(row, value, wanted);
    return path.empty() ? path : (folder_ / path).lexically_normal().string();
  }

  void read_flag(const OptionRow& row, const toml::node& value) {
    const auto* truth = value.as_boolean();
    if (truth == nullptr) fail_kind(row, value, "true or false");
    if (truth->get()) use(row, value, std::nullopt);
  }

  void read_number(const OptionRow& row, const toml::node& value) {
    const auto* number = value.as_integer();
    if (number == nullptr) fail_kind(row, value, "an integer");
    use(row, value, std::to_string(number->get()));
  }

  void read_words(const OptionRow& row, const toml::node& value) {
    if (const auto* array = value.as_array()) {
      for (const toml::node& element : *array)
        use(row, element, text_of(row, element, "an array of strings"), true);
      return;
    }
    use(row, value, text_of(row, value, "a string or an array of strings"));
  }

  void read_list(const OptionRow& row, const toml::node& value,
                 std::string (Reader::*element_of)(const OptionRow&, const toml::node&, const char*) const) {
    if (const auto* array = value.as_array()) {
      for (const toml::node& element : *array)
        use(row, element, (this->*element_of)(row, element, "an array of strings"));
      return;
    }
    use(row, value, (this->*element_of)(row, value, "a string or an array of strings"));
  }

  void read_picture(const OptionRow& row, const toml::node& value) {
    if (value.is_boolean()) return read_flag(row, value);
    const std::string path = text_of(row, value, "true, false or a file's name");
    if (path.empty() || path == "-")
      fail(value.source(), "'" + std::string(row.name) + "' cannot be '" + path + "' in this file",
           "name a file; standard output is chosen on the command line");
    use(row, value, path_of(row, value, ""));
  }

  void read_nodes(const OptionRow& row, const toml::node& value) {
    if (value.is_boolean()) return read_flag(row, value);
    if (const auto* array = value.as_array()) {
      for (const toml::node& element : *array)
        use(row, element, text_of(row, element, "an array of nodes' names"));
      return;
    }
    use(row, value, text_of(row, value, "true, false, a node's name or an array of them"));
  }

  void read_bindings(const OptionRow& row, const toml::node& value) {
    const auto* table = value.as_table();
    if (table == nullptr) fail_kind(row, value, "a table of names and values");
    for (const auto& [key, bound] : *table) {
      const std::string name(key.str());
      if (name.empty() || name.find_first_of("=@") != std::string::npos)
        fail(key.source(), "'" + name + "' cannot be a name in '" + std::string(row.name) + "'",
             "names are those of parameters and nodes");
      use(row, bound, name + "=" + bound_text(bound));
    }
  }

  /// A string stands as it is, but the file of "@FILE" is relative to this file's folder.
  std::string bound_text(const toml::node& bound) const {
    const auto* text = bound.as_string();
    if (text == nullptr) return to_json(bound).dump();
    const std::string& value = text->get();
    const bool is_file = value.starts_with('@') && !value.starts_with("@@");
    return is_file ? "@" + (folder_ / value.substr(1)).lexically_normal().string() : value;
  }

  fs::path folder_;
  std::string shown_;  ///< the file's path in messages
  std::set<std::string_view> seen_;
};

}  // namespace

ProjectFile read_project_file(const std::string& folder) {
  ProjectFile project;
  const fs::path file = find_file(folder, project.warnings);
  if (file.empty()) return project;
  const std::optional<std::string> content = read_file(file.string());
  if (!content)
    fail_usage(std::string("this file cannot be read: ") + std::strerror(errno),
               "make it readable, or remove it", {shown_path(file), 0, 0});
  Reader reader(file);
  reader.read(*content);
  project.folder = file.parent_path().string();
  project.file = file.string();
  project.settings = std::move(reader.settings);
  return project;
}

std::optional<std::string> find_project_file(const std::string& folder) {
  std::vector<Problem> warnings;
  std::string file = find_file(folder, warnings).string();
  if (!warnings.empty()) return std::nullopt;
  return file;
}

}  // namespace hamcell
