// Turns the text of one setting into what it means, or says what would have been right.
#include "cli/setting_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "cli/usage.h"

namespace hamcell {
namespace {

constexpr unsigned most_jobs = 1024;
constexpr unsigned most_depth = 1'000'000;
constexpr double most_seconds = 1e9;

constexpr std::array formats = {PictureFormat::png, PictureFormat::svg,     PictureFormat::pdf,
                                PictureFormat::dot, PictureFormat::mermaid, PictureFormat::html};

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

const std::string& value_of(const Setting& setting) {
  static const std::string nothing;
  return setting.value ? *setting.value : nothing;
}

/// The value as one of a few words.
template <typename Value, std::size_t size>
Value word_value(const Setting& setting, const std::array<std::pair<const char*, Value>, size>& words) {
  std::vector<std::string> names;
  for (const auto& [name, value] : words) {
    if (value_of(setting) == name) return value;
    names.emplace_back(name);
  }
  const std::string near = closest_word(value_of(setting), names);
  fail_setting(setting,
               setting.option + " cannot be " + quoted(value_of(setting)) +
                   (near.empty() ? "" : "; did you mean " + quoted(near) + "?"),
               "use one of: " + join(names, ", "));
}

/// What stands behind the last dot, in lower case; empty without a dot.
std::string ending_of(std::string_view file) {
  const std::size_t dot = file.rfind('.');
  if (dot == std::string_view::npos) return {};
  std::string ending(file.substr(dot + 1));
  std::ranges::transform(ending, ending.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return ending;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

void fail_setting(const Setting& setting, const std::string& what, const std::string& next) {
  fail_usage(what, next, setting.place);
}

const char* format_name(PictureFormat format) {
  switch (format) {
    case PictureFormat::png:
      return "png";
    case PictureFormat::svg:
      return "svg";
    case PictureFormat::pdf:
      return "pdf";
    case PictureFormat::dot:
      return "dot";
    case PictureFormat::mermaid:
      return "mermaid";
    case PictureFormat::html:
      return "html";
  }
  return "";
}

PictureFormat format_value(const Setting& setting) {
  std::array<std::pair<const char*, PictureFormat>, formats.size()> words;
  for (std::size_t i = 0; i < formats.size(); ++i) words[i] = {format_name(formats[i]), formats[i]};
  return word_value(setting, words);
}

Behavior behavior_value(const Setting& setting) {
  std::array<std::pair<const char*, Behavior>, 4> words;
  std::size_t next = 0;
  for (const Behavior behavior :
       {Behavior::standard, Behavior::recompute, Behavior::disable, Behavior::ignore})
    words[next++] = {behavior_name(behavior), behavior};
  return word_value(setting, words);
}

ColorWhen color_value(const Setting& setting) {
  static constexpr std::array<std::pair<const char*, ColorWhen>, 3> words = {
      {{"auto", ColorWhen::automatic}, {"always", ColorWhen::always}, {"never", ColorWhen::never}}};
  return word_value(setting, words);
}

LogLevel log_level_value(const Setting& setting) {
  static constexpr std::array<std::pair<const char*, LogLevel>, 4> words = {{{"error", LogLevel::error},
                                                                             {"warn", LogLevel::warn},
                                                                             {"info", LogLevel::info},
                                                                             {"debug", LogLevel::debug}}};
  return word_value(setting, words);
}

namespace {

unsigned number_value(const Setting& setting, unsigned least, unsigned most) {
  const std::string& text = value_of(setting);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  if (!is_number || number < least || number > most)
    fail_setting(setting, setting.option + " cannot be " + quoted(text),
                 "use a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return number;
}

}  // namespace

unsigned depth_value(const Setting& setting) { return number_value(setting, 0, most_depth); }

unsigned jobs_value(const Setting& setting) { return number_value(setting, 1, most_jobs); }

std::uint64_t count_value(const Setting& setting) {
  const std::string& text = value_of(setting);
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size())
    fail_setting(setting, setting.option + " cannot be " + quoted(text), "use a whole number");
  return count;
}

namespace {

/// A number and the unit behind it, of those given with what they stand for; nothing for any other text.
std::optional<double> with_unit(std::string_view text,
                                std::span<const std::pair<std::string_view, double>> units) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || !(number >= 0)) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const auto& [name, factor] : units)
    if (unit == name && number * factor < 9e18) return number * factor;
  return std::nullopt;
}

}  // namespace

std::uint64_t size_value(const Setting& setting) {
  static constexpr std::array<std::pair<std::string_view, double>, 10> units = {{{"", 1},
                                                                                 {"B", 1},
                                                                                 {"k", 1e3},
                                                                                 {"K", 1e3},
                                                                                 {"M", 1e6},
                                                                                 {"G", 1e9},
                                                                                 {"T", 1e12},
                                                                                 {"MB", 1e6},
                                                                                 {"GB", 1e9},
                                                                                 {"TB", 1e12}}};
  const std::optional<double> bytes = with_unit(value_of(setting), units);
  if (!bytes)
    fail_setting(setting, setting.option + " cannot be " + quoted(value_of(setting)),
                 "write a size as 500M or 5G: a number and k, M, G or T");
  return static_cast<std::uint64_t>(*bytes);
}

double seconds_value(const Setting& setting) {
  const std::string& text = value_of(setting);
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  if (!is_number || !(seconds > 0) || seconds > most_seconds)
    fail_setting(setting, setting.option + " cannot be " + quoted(text), "write seconds, as in 60 or 0.5");
  return seconds;
}

std::chrono::seconds age_value(const Setting& setting) {
  static constexpr std::array<std::pair<std::string_view, double>, 5> units = {
      {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}, {"w", 604800}}};
  const std::optional<double> seconds = with_unit(value_of(setting), units);
  // In nanoseconds it must fit into the clock's numbers.
  if (!seconds || *seconds > 9e9)
    fail_setting(setting, setting.option + " cannot be " + quoted(value_of(setting)),
                 "write an age as 12h or 30d: a number and s, m, h, d or w");
  return std::chrono::seconds(static_cast<std::int64_t>(*seconds));
}

std::string text_value(const Setting& setting) {
  if (value_of(setting).empty())
    fail_setting(setting, setting.option + " is empty", "give it a value, or leave it out");
  return value_of(setting);
}

std::string standard_value(const Setting& setting) {
  const std::string& text = value_of(setting);
  const std::string_view year = text.starts_with("c++")     ? std::string_view(text).substr(3)
                                : text.starts_with("gnu++") ? std::string_view(text).substr(5)
                                                            : std::string_view();
  if (year.empty() || !std::ranges::all_of(year, is_name_character))
    fail_setting(setting, setting.option + " cannot be " + quoted(text),
                 "name a C++ standard as compilers do: c++20, c++23 or gnu++20");
  return text;
}

std::string module_name_value(const Setting& setting) {
  const std::string& text = value_of(setting);
  // It becomes the stem of default file names, which must stay in the current folder.
  if (text.empty() || text == "." || text == ".." || text.find('/') != std::string::npos)
    fail_setting(setting, setting.option + " cannot be " + quoted(text),
                 "use a name without '/': it is the stem of the pictures' file names");
  return text;
}

std::string define_value(const Setting& setting) {
  const std::string& text = value_of(setting);
  const std::string_view name = std::string_view(text).substr(0, text.find_first_of("=("));
  if (name.empty() || !std::ranges::all_of(name, is_name_character) || (name[0] >= '0' && name[0] <= '9'))
    fail_setting(setting, setting.option + " cannot be " + quoted(text),
                 "write a macro as NAME or NAME=TEXT");
  return text;
}

std::vector<std::string> words_value(const Setting& setting) {
  if (setting.is_word) return {value_of(setting)};
  std::optional<std::vector<std::string>> words = shell_words(value_of(setting));
  if (!words)
    fail_setting(setting, "a quote in " + setting.option + " has no end: " + value_of(setting),
                 "close the quote");
  return *std::move(words);
}

std::vector<std::string> nodes_value(const Setting& setting) {
  if (!setting.value) return {};
  std::vector<std::string> nodes = split(*setting.value, ',');
  for (std::string& node : nodes) {
    node = std::string(trimmed(node));
    if (node.empty())
      fail_setting(setting, "a node's name is missing in " + setting.option + "=" + *setting.value,
                   "write " + setting.option + "=NODE,NODE");
  }
  return nodes;
}

Binding binding_value(const Setting& setting) {
  const std::string& text = value_of(setting);
  const std::string origin = setting.place.file.empty()
                                 ? setting.option + " " + text
                                 : setting.place.file + ":" + std::to_string(setting.place.line);
  if (text.starts_with('@')) {
    // A device or pipe, as the shell's <(...) gives one, has no ending.
    const bool is_json = text.ends_with(".json") || stamp_of(text.substr(1)).kind == Stamp::Kind::other;
    if (!is_json)
      fail_setting(setting, setting.option + " cannot take all its names from " + quoted(text.substr(1)),
                   "only a .json file holds names and values; a file for one name is given as NAME=" + text);
    return {"", text, origin};
  }
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos)
    fail_setting(setting, setting.option + " needs NAME=VALUE, not " + quoted(text),
                 "write NAME=VALUE, NAME=@FILE or @FILE.json");
  if (equals == 0)
    fail_setting(setting, "the name is missing in " + setting.option + " " + quoted(text),
                 "write NAME=VALUE, NAME=@FILE or @FILE.json");
  return {text.substr(0, equals), text.substr(equals + 1), origin};
}

SaveRequest save_value(const Setting& setting) {
  static constexpr std::array<std::pair<std::string_view, ValueFormat>, 3> endings = {
      {{"json", ValueFormat::json}, {"csv", ValueFormat::csv}, {"cbor", ValueFormat::cbor}}};
  const std::string& text = value_of(setting);
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
    fail_setting(setting, setting.option + " needs NODE=FILE, not " + quoted(text),
                 "write a node's name, '=' and a file");
  SaveRequest request{text.substr(0, equals), text.substr(equals + 1)};
  const std::string ending = ending_of(request.file);
  const auto* const found =
      std::ranges::find(endings, ending, &std::pair<std::string_view, ValueFormat>::first);
  if (found == endings.end())
    fail_setting(setting, setting.option + " " + text + ": the file's ending says no format",
                 "end it in .json, .csv or .cbor");
  request.format = found->second;
  return request;
}

OptionalFile file_value(const Setting& setting) { return {true, setting.value, PictureFormat::png}; }

std::optional<PictureFormat> format_of_ending(std::string_view file) {
  const std::string ending = ending_of(file);
  if (ending == "mmd") return PictureFormat::mermaid;
  if (ending == "htm") return PictureFormat::html;
  for (const PictureFormat format : formats)
    if (ending == format_name(format)) return format;
  return std::nullopt;
}

}  // namespace hamcell
