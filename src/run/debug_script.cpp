// What a runner under a debugger is to do.
#include "run/debug_script.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "build/build.h"
#include "cache/store.h"
#include "run/protocol.h"

namespace hamcell {
namespace {

/// Bytes of a value that stands in the script itself: a process has not many descriptors for files.
constexpr std::size_t most_in_script = 65'536;

class Writer {
 public:
  Writer(const Graph& graph, const BuiltCell& built, const std::map<std::string, ValueBytes>& values,
         MemoryFiles& files)
      : graph_(graph), built_(built), values_(values), files_(files) {}

  void load(const Cell& cell) {
    Command command;
    command.kind = Command::Kind::load;
    command.library = built_.libraries.front();
    command.keeps_reads = std::ranges::count(cell.toolchain.compile_flags, "-fno-threadsafe-statics") != 0;
    add(command);
  }

  /// Calls a node, after what it needs; gives the number of its value.
  std::uint64_t call(std::uint32_t i) {
    const GraphNode& node = graph_.nodes[i];
    Command command;
    command.kind = Command::Kind::call;
    command.function = built_.entry_of(node);
    for (const Argument& argument : node.arguments) command.arguments.push_back(source_of(argument));
    command.value = next_value_++;
    add(command);
    return command.value;
  }

  DebugScript script;

 private:
  void add(const Command& command) { script.commands.push_back(to_bytes(command)); }

  ValueSource source_of(const Argument& argument) {
    switch (argument.source) {
      case Argument::Source::input:
        return written(graph_.inputs[argument.index].value->cbor);
      case Argument::Source::literal:
        return written(argument.cbor);
      case Argument::Source::node:
        return source_of_node(argument.index);
      case Argument::Source::missing:
        break;
    }
    return {};
  }

  ValueSource source_of_node(std::uint32_t i) {
    const GraphNode& node = graph_.nodes[i];
    if (node.override_value) return written(node.override_value->cbor);
    const auto made = values_.find(node.name);
    if (made != values_.end()) return written(made->second.view());
    const auto [known, is_new] = called_.emplace(i, 0);
    if (is_new) known->second = call(i);
    ValueSource source;
    source.value = known->second;
    source.is_held = true;
    return source;
  }

  ValueSource written(std::string_view bytes) {
    ValueSource source;
    source.value = next_value_++;
    source.content = digest_of(bytes);
    if (bytes.size() <= most_in_script)
      source.bytes = bytes;
    else
      source.file = files_.add(bytes);
    return source;
  }

  const Graph& graph_;
  const BuiltCell& built_;
  const std::map<std::string, ValueBytes>& values_;
  MemoryFiles& files_;
  std::map<std::uint32_t, std::uint64_t> called_;  ///< node → the number of its value
  std::uint64_t next_value_ = 1;
};

}  // namespace

std::string MemoryFiles::add(std::string_view bytes) {
  OwnedFd file(::memfd_create("hamcell-debug", MFD_CLOEXEC));
  if (!file || !write_fully(file.get(), bytes))
    throw Failure(ExitStatus::storage,
                  std::string("cannot keep the node's arguments in memory: ") + std::strerror(errno));
  const std::string path = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(file.get());
  files_.push_back(std::move(file));
  return path;
}

DebugScript debug_script(const Cell& cell, const Graph& graph, const BuiltCell& built, std::uint32_t node,
                         const std::map<std::string, ValueBytes>& values, MemoryFiles& files) {
  Writer writer(graph, built, values, files);
  writer.load(cell);
  writer.call(node);
  return std::move(writer.script);
}

}  // namespace hamcell
