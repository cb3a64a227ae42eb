// Tells options, their values and the other words of a command line apart, in two passes.
//
// CLI11 looks options up and keeps their order, but read alone it would get these wrong: an optional value
// swallows the cell behind it, `--name=` takes the next word, `[a,b]` is split and quotes are taken off (in
// ways that differ between its versions), and a cell that is called like a command is one. So a first pass
// settles what is an option, what is its value, and what is neither, and hands CLI11 just `--name` or
// `--name==VALUE`. The second "=" makes it a value that CLI11 has no rule for, and is taken off again.
#include "cli/words.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "cli/setting_value.h"
#include "cli/usage.h"

namespace hamcell {
namespace {

std::string long_form(const OptionRow& row) { return "--" + std::string(row.name); }

/// How the option is written with a value: "--display=FILE".
std::string example(const OptionRow& row) {
  return long_form(row) + (row.rule == ValueRule::optional ? "=" : " ") + std::string(row.value_name);
}

/// The first pass.
class Arranger {
 public:
  Arranger(std::span<const std::string> arguments, Commands used_by) : rest_(arguments), used_by_(used_by) {}

  void run() {
    while (!rest_.empty()) {
      const std::string& word = take();
      if (word == "--") {
        operands.insert(operands.end(), rest_.begin(), rest_.end());
        return;
      }
      const OptionRow* const bare = std::exchange(bare_, nullptr);
      if (word.starts_with("--")) {
        take_long(word);
      } else if (word.size() > 1 && word[0] == '-') {
        take_letters(word);
      } else {
        if (bare != nullptr) check_is_not_its_file(*bare, word);
        operands.push_back(word);
      }
    }
  }

  std::vector<std::string> options;  ///< what CLI11 is to read
  std::vector<std::string> operands;

 private:
  const std::string& take() {
    const std::string& word = rest_.front();
    rest_ = rest_.subspan(1);
    return word;
  }

  void add(const OptionRow& row) {
    options.push_back(long_form(row));
    if (row.rule == ValueRule::optional) bare_ = &row;
  }
  void add(const OptionRow& row, std::string_view value) {
    options.push_back(long_form(row) + "==" + std::string(value));
  }

  /// The value is the next word, whatever it looks like: `--cxxflags -O3`, `-i -x=1`.
  void add_with_next_word(const OptionRow& row) {
    if (rest_.empty()) fail_usage("option '" + long_form(row) + "' needs a value", "write " + example(row));
    add(row, take());
  }

  /// `--name`, `--name=VALUE`, `--name VALUE`; `_` in a name is `-`, as in the words of the original magic.
  void take_long(const std::string& word) {
    const std::size_t equals = word.find('=');
    std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    std::ranges::replace(name, '_', '-');
    const OptionRow* row = find_option(name, used_by_);
    if (row == nullptr) {
      options.push_back(word);
      return;
    }
    if (equals == std::string::npos) {
      row->rule == ValueRule::required ? add_with_next_word(*row) : add(*row);
      return;
    }
    if (row->rule == ValueRule::none)
      fail_usage("option '" + long_form(*row) + "' takes no value, but got '" + word.substr(equals + 1) + "'",
                 "write " + long_form(*row));
    if (row->rule == ValueRule::optional && equals + 1 == word.size())
      fail_usage("the value is missing behind '" + word + "'",
                 "write " + example(*row) + ", or " + long_form(*row) + " alone");
    add(*row, std::string_view(word).substr(equals + 1));
  }

  /// `-dxj4`: letters of flags, then at most one that takes the rest or the next word as its value.
  void take_letters(const std::string& word) {
    // `-display` would be read as -d, then -i with the value "splay".
    std::string name = word.substr(1, word.find('=') - 1);
    std::ranges::replace(name, '_', '-');
    if (name.size() > 1 && find_option(name, used_by_) != nullptr) {
      options.push_back(word);
      return;
    }
    for (std::size_t i = 1; i < word.size(); ++i) {
      const OptionRow* row = find_option(word[i], used_by_);
      if (row == nullptr) {
        options.push_back(i == 1 ? word : std::string("-") + word.substr(i));
        return;
      }
      if (row->rule == ValueRule::required) {
        i + 1 == word.size() ? add_with_next_word(*row) : add(*row, std::string_view(word).substr(i + 1));
        return;
      }
      if (i + 1 < word.size() && word[i + 1] == '=') fail_attached(*row, word, i);
      add(*row);
    }
  }

  [[noreturn]] static void fail_attached(const OptionRow& row, const std::string& word, std::size_t at) {
    const std::string letter = std::string("'-") + word[at] + "'";
    if (row.rule == ValueRule::optional)
      fail_usage(letter + " takes no value, but got '" + word.substr(at + 2) + "'",
                 "a value goes behind the long form: " + long_form(row) + "=" + word.substr(at + 2));
    fail_usage(letter + " takes no value, but got '" + word.substr(at + 2) + "'",
               "write " + letter.substr(1, 2));
  }

  /// `--display d.svg` would have the file be a cell, a node or a run.
  void check_is_not_its_file(const OptionRow& row, const std::string& word) const {
    if (row.value_name != "FILE") return;
    const bool may_mean_it = row.in_file == FileForm::picture
                                 ? format_of_ending(word).has_value()
                                 : !operands.empty() && word.find('.') != std::string::npos;
    if (!may_mean_it) return;
    fail_usage(
        "'" + word + "' is not read as the file of " + long_form(row) + ": a blank stands between them",
        "write " + long_form(row) + "=" + word);
  }

  std::span<const std::string> rest_;
  Commands used_by_;
  const OptionRow* bare_ = nullptr;  ///< the word before this one, if it could have had a value and had none
};

/// The second pass: CLI11 looks up the options of `used_by` in words that the first pass has arranged.
void look_up(std::vector<std::string> words, Commands used_by, CommandWords& found) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::map<const CLI::Option*, const OptionRow*> rows;
  for (const OptionRow& row : option_table()) {
    if ((row.used_by & used_by) == 0) continue;
    CLI::Option* option =
        row.rule == ValueRule::required ? app.add_option(long_form(row)) : app.add_flag(long_form(row));
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->allow_extra_args(false);
    rows.emplace(option, &row);
  }
  std::ranges::reverse(words);  // CLI11 reads from the back
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    // Nothing is known that gets here; if something does, its exit code of 100 or more must not be ours.
    fail_usage(error.what(), "see 'hamcell --help'");
  }
  std::map<const CLI::Option*, std::size_t> used;
  for (const CLI::Option* option : app.parse_order()) {
    const std::string& result = option->results().at(used[option]++);
    Setting setting{long_form(*rows.at(option)), std::nullopt, {}, false};
    if (result.starts_with('=')) setting.value = result.substr(1);
    found.options.push_back({rows.at(option), std::move(setting)});
  }
  found.unknown = app.remaining();
}

}  // namespace

CommandWords read_words(std::span<const std::string> arguments, Commands used_by) {
  Arranger arranger(arguments, used_by);
  arranger.run();
  CommandWords found;
  found.operands = std::move(arranger.operands);
  look_up(std::move(arranger.options), used_by, found);
  return found;
}

void fail_unknown_option(const std::string& word, Commands used_by) {
  const std::string shown = word.substr(0, word.find('='));
  std::string name = shown.substr(std::min(shown.find_first_not_of('-'), shown.size()));
  std::ranges::replace(name, '_', '-');
  std::vector<std::string> names;
  bool is_name = false;
  for (const OptionRow& row : option_table()) {
    if ((row.used_by & used_by) == 0) continue;
    names.emplace_back(row.name);
    is_name = is_name || row.name == name;
  }
  const std::string near = is_name ? name : name.size() > 1 ? closest_word(name, names) : "";
  const char* const help = used_by == commands::run      ? "hamcell --help"
                           : used_by == commands::report ? "hamcell report --help"
                                                         : "hamcell cache --help";
  fail_usage("unknown option '" + shown + "'" + (near.empty() ? "" : "; did you mean '--" + near + "'?"),
             "see '" + std::string(help) + "'; what begins with '-' and is no option goes behind '--'");
}

}  // namespace hamcell
