// `hamcell cache show NODE`: a stored value, its type or its trace, from the store alone.
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cache/store.h"
#include "command/command.h"
#include "command/terminal.h"
#include "report/document.h"
#include "report/trace_text.h"
#include "report/type_text.h"
#include "value/csv.h"
#include "value/json.h"

namespace hamcell {
namespace {

using nlohmann::ordered_json;

/// The newest entry of the node that was asked for; with `stored` only of those with a stored value.
Entry asked_entry(const CacheOptions& options, Cache& cache, bool stored) {
  std::optional<Entry> entry = stored ? cache.newest_of(options.node) : cache.last_entry_of(options.node);
  if (entry) return *std::move(entry);
  std::vector<std::string> names;
  for (const EntrySummary& known : cache.list()) names.push_back(known.node);
  throw Failure(ExitStatus::usage,
                std::string("the cache has no ") + (stored ? "stored value" : "entry") + " of a node '" +
                    options.node + "'",
                suggestion(options.node, names, "'hamcell cache ls' lists what it has"));
}

void show_trace(const CacheOptions& options, Cache& cache) {
  const Entry entry = asked_entry(options, cache, false);
  if (!options.json) return print(trace_text(entry.trace));
  print(document_text({{"node", entry.node},
                       {"created", format_time(entry.created_ns)},
                       {"trace", trace_json(entry.trace)}}));
}

/// A stored value with all that it takes to look at it.
class StoredValue {
 public:
  StoredValue(const CacheOptions& options, Cache& cache)
      : options_(options),
        entry_(asked_entry(options, cache, true)),
        type_(cache.find_type(entry_.type)),
        bytes_(entry_.inlined ? std::optional(ValueBytes(*entry_.inlined))
                              : read_result(options.cache_dir, entry_.content, entry_.bytes)) {
    if (!type_ || (!bytes_ && options.show_as != ShowAs::type))
      throw Failure(ExitStatus::storage,
                    "the stored value of node '" + options.node + "' is missing or damaged",
                    "run its cell again: the node is then made anew");
  }

  void show() const {
    switch (options_.show_as) {
      case ShowAs::value:
        return options_.json ? show_document() : print(value_text(2) + '\n');
      case ShowAs::csv:
        return show_csv();
      case ShowAs::cbor:
        return show_bytes();
      case ShowAs::type:
        return print(type_text(type_->table, type_->type));
    }
  }

 private:
  std::string value_text(unsigned indent) const {
    return json_from_cbor(type_->table, type_->type, bytes_->view(), {indent, options_.head});
  }

  void show_document() const {
    ordered_json out = {{"node", entry_.node},
                        {"type", type_->table[type_->type].name},
                        {"data_version", entry_.data_version.hex()},
                        {"created", format_time(entry_.created_ns)},
                        {"bytes", entry_.bytes}};
    out["value"] = json_as_written(value_text(2));
    print(document_text(out));
  }

  void show_csv() const {
    const std::string why = why_no_rows(type_->table, type_->type);
    if (!why.empty())
      throw Failure(ExitStatus::usage, "node '" + options_.node + "' cannot be shown as CSV: " + why,
                    "leave out --csv");
    std::string text = csv_from_cbor(type_->table, type_->type, bytes_->view(), options_.head);
    // CSV has no escapes: a file gets the text as it is, a terminal none that could drive it.
    if (::isatty(STDOUT_FILENO) == 1) text = visible(text, {.keep_layout = true});
    print(text);
  }

  void show_bytes() const {
    if (::isatty(STDOUT_FILENO) == 1)
      throw Failure(ExitStatus::usage, "--cbor gives bytes, and standard output is a terminal",
                    "send them to a file: hamcell cache show " + options_.node + " --cbor > " +
                        options_.node + ".cbor");
    print(bytes_->view());
  }

  const CacheOptions& options_;
  const Entry entry_;
  const std::optional<StoredType> type_;
  const std::optional<ValueBytes> bytes_;
};

}  // namespace

void show_command(const CacheOptions& options, Cache& cache) {
  if (options.trace) return show_trace(options, cache);
  const StoredValue value(options, cache);
  try {
    value.show();
  } catch (const ValueError& error) {
    throw Failure(ExitStatus::storage,
                  "the stored value of node '" + options.node + "' is damaged: " + error.text(),
                  "run its cell again with --recompute=" + options.node);
  }
}

}  // namespace hamcell
