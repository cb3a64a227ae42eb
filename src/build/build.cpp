// Compiles a cell and its glue into shared objects that hamcell-runner loads.
//
// What an edit leaves alone is not compiled again. A function whose code version is the one that it had is
// called where it was compiled for an earlier state of the cell; the others are compiled from the text of
// now, without the bodies of functions that are not to be called. The two libraries are never in one process:
// each of them is the whole cell, with all variables and initialisers, as far as the functions that are
// called in it can see.
#include "build/build.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <functional>
#include <unordered_map>
#include <utility>

#include "base/interrupt.h"
#include "base/process.h"
#include "base/text.h"
#include "build/compile.h"
#include "build/early_build.h"
#include "build/library.h"
#include "build/link.h"
#include "build/sanitizers.h"
#include "build/types_object.h"
#include "build/unused_warnings.h"

namespace hamcell {
namespace {

/// The line of the glue that a compiler's messages are about: of the first error that is in it, or that was
/// instantiated from it. 0: the messages are about the user's code.
unsigned glue_line(const std::string& messages) {
  bool in_error = false;
  for (const std::string& text : split(messages, '\n')) {
    const bool names_glue = text.find(glue_file_name) != std::string::npos;
    const bool is_error = text.find("error:") != std::string::npos;
    const bool in_headers =
        text.find("/hamcell/") != std::string::npos && text.find(".h:") != std::string::npos;
    if (is_error && !names_glue && !in_headers) return 0;  // the user's own error comes first
    in_error = in_error || is_error || in_headers;
    if (!names_glue || !in_error) continue;
    const std::size_t at = text.find(glue_file_name) + std::strlen(glue_file_name);
    if (at < text.size() && text[at] == ':')
      return static_cast<unsigned>(std::strtoul(text.c_str() + at + 1, nullptr, 10));
  }
  return 0;
}

/// By the words of GNU ld, gold, lld and mold, and of the compilers that start them.
bool is_about_linking(const std::string& messages) {
  for (const char* sign :
       {"undefined reference to", "undefined symbol", "linker command failed", "ld returned"})
    if (messages.find(sign) != std::string::npos) return true;
  return false;
}

[[noreturn]] void report_failure(const Cell& cell, const TranslationUnit& unit, const ProcessResult& result) {
  if (const unsigned line = glue_line(result.errors); line != 0) {
    auto blame = unit.blame.upper_bound(line);
    if (blame != unit.blame.begin()) throw Failure(ExitStatus::compile, std::prev(blame)->second);
  }
  Problem problem;
  problem.place = {cell.path, 0, 0};
  problem.verbatim = result.errors;
  if (result.signal != 0) {
    problem.what = "the compiler " + cell.toolchain.compiler + " was ended by " + strsignal(result.signal);
    problem.next = "try again, or choose another compiler with --cxx";
  } else {
    const bool at_link = is_about_linking(result.errors);
    problem.what = at_link ? "the cell does not link" : "the cell does not compile";
    if (at_link)
      problem.next =
          "a function that is declared but defined elsewhere needs //hamcell:source, //hamcell:ldflags or "
          "//hamcell:pkg";
  }
  throw Failure(ExitStatus::compile, std::move(problem));
}

/// What the compiler has read must be what was scanned, or the object would be kept under the wrong name and
/// its results under the wrong code versions. A file that was changed and changed back has a new change time.
/// Gives the path of one that is not; empty: all are.
std::string changed_file(const Cell& cell, std::int64_t began_ns) {
  for (const SourceFile& file : cell.model.files) {
    const bool is_touched = stamp_of(file.path).changed_ns >= began_ns;
    if (is_touched || digest_of(read_file(file.path).value_or("")) != file.content) return file.path;
  }
  for (const Watch& watch : cell.toolchain.watches)
    if (stamp_of(watch.path) != watch.stamp) return watch.path;
  return {};
}

/// How an object was made, or why it was not.
struct Compiled {
  ProcessResult result;
  std::string object;
  std::int64_t began_ns = 0;
};

/// Makes the shared object of a cell in `folder`, in one way after the other until one does: of what was
/// compiled before the scan had ended, with what is precompiled, and without that, so that the messages are
/// those that the user would get himself.
class Compiler {
 public:
  /// `headers`: what is precompiled, if anything. `types`: what is linked with it.
  Compiler(const Cell& cell, const std::string& text, const BuildFolder& folder,
           const BuildSettings& settings, std::optional<PrecompiledHeaders> headers, TypesObject& types)
      : cell_(cell),
        text_(text),
        folder_(folder),
        settings_(settings),
        headers_(std::move(headers)),
        types_(types),
        linking_(cell, folder, settings.color, settings.purpose) {}

  /// Gives the messages of both steps. Where types are apart, there is one way, and more with all in one.
  ProcessResult compile_and_link() {
    bool tries_headers = headers_.has_value();
    if (settings_.early != nullptr) {
      if (auto early = settings_.early->take(cell_, text_, headers_, settings_.tick)) {
        tries_headers = early->result.succeeded();
        if (!tries_headers && types_.is_apart()) return early->result;
        if (tries_headers) {
          ProcessResult result = link({std::move(early->result), early->object, early->began_ns});
          if (is_of_now(early->began_ns)) return result;
        }
      }
    }
    const Compiled compiled = compile(tries_headers);
    ProcessResult result = compiled.result.succeeded() ? link(compiled) : compiled.result;
    if (const std::string changed = changed_file(cell_, compiled.began_ns); !changed.empty())
      throw Failure(
          ExitStatus::compile,
          {{cell_.path, 0, 0}, "'" + changed + "' changed while the cell was being compiled", "run again"});
    return result;
  }

 private:
  /// What was begun before the scan may have read what was there before it.
  bool is_of_now(std::int64_t began_ns) const {
    return changed_file(cell_, began_ns).empty() &&
           std::ranges::none_of(cell_.toolchain.watches,
                                [&](const Watch& watch) { return watch.stamp.changed_ns >= began_ns; });
  }

  Compiled compile(bool tries_headers) const {
    if (tries_headers) {
      Compiled compiled = compile_with(headers_);
      if (compiled.result.succeeded() || types_.is_apart() || is_interrupted()) return compiled;
    }
    return compile_with(std::nullopt);
  }

  Compiled compile_with(const std::optional<PrecompiledHeaders>& headers) const {
    Compiled compiled;
    const std::string source = folder_.write_source(cell_, text_, headers);
    compiled.object = folder_.object(cell_);
    compiled.began_ns = now_ns();
    compiled.result = run_process(
        {compile_command(cell_, source, compiled.object, settings_.color, settings_.purpose, headers), "", "",
         folder_.environment(), settings_.tick});
    return compiled;
  }

  ProcessResult link(const Compiled& compiled) {
    std::vector<std::string> objects = {compiled.object};
    if (types_.is_apart()) {
      const std::optional<std::string> types = types_.finish(settings_.tick);
      if (!types) return {};
      objects.push_back(*types);
    }
    ProcessResult result = linking_.link(objects, settings_.tick);
    result.errors.insert(0, compiled.result.errors);
    return result;
  }

  const Cell& cell_;
  const std::string& text_;
  const BuildFolder& folder_;
  const BuildSettings& settings_;
  std::optional<PrecompiledHeaders> headers_;
  TypesObject& types_;
  Linking linking_;
};

/// Makes libraries of one cell, and finds those that are there.
class Builder {
 public:
  Builder(const Cell& cell, const Graph& graph, const BuildSettings& settings)
      : cell_(cell), graph_(graph), settings_(settings), digests_(cell, graph) {
    built_.functions.resize(cell.model.functions.size());
    built_.preload = sanitizer_runtimes(cell.toolchain);
    built_.reused = true;
  }

  BuiltCell build_whole() {
    if (!use_built({})) compile({});
    return std::move(built_);
  }

  std::optional<std::vector<bool>> to_compile(std::vector<bool> calls, const std::vector<bool>& changed) {
    if (std::ranges::none_of(calls, std::identity())) return std::nullopt;
    if (!can_be_divided()) return std::vector<bool>();
    use_earlier(calls, {functions_with_state(cell_.model)}, changed);
    return is_worth_it(calls) ? calls : std::vector<bool>();
  }

  BuiltCell build(std::vector<bool> calls, const std::vector<std::vector<std::uint32_t>>& groups) {
    if (use_built({})) return std::move(built_);
    if (!can_be_divided()) return build_whole();
    use_earlier(calls, groups, {});
    if (std::ranges::none_of(calls, std::identity())) return std::move(built_);
    if (use_built(calls)) return std::move(built_);
    follow_early_build(calls);
    if (!calls.empty() && is_worth_it(calls) && try_to_compile(calls)) return std::move(built_);
    built_ = fresh();
    return build_whole();
  }

 private:
  BuiltCell fresh() const {
    BuiltCell built;
    built.functions.resize(cell_.model.functions.size());
    built.preload = built_.preload;
    built.reused = built_.reused;
    built.seconds = built_.seconds;
    return built;
  }

  /// Whether functions that are not called can be left out at all. Where a warning is an error, all of them
  /// are to be found.
  bool can_be_divided() const {
    const auto is_in_the_way = [&](const std::string& flag) {
      return flag.starts_with("-Werror") || flag == "-pedantic-errors" || rounds_by_surroundings(flag);
    };
    return cell_.model.is_divisible && cell_.model.body_problems.empty() && cell_.toolchain.sources.empty() &&
           std::ranges::none_of(cell_.toolchain.compile_flags, is_in_the_way);
  }

  /// Flags with which an expression can be rounded otherwise when a function is inlined, and that depends on
  /// who else calls it. GCC contracts products and sums wherever the machine can (-ffp-contract=fast).
  bool rounds_by_surroundings(const std::string& flag) const {
    for (const char* loose : {"-Ofast", "-ffast-math", "-funsafe-math", "-fassociative-math",
                              "-freciprocal-math", "-ffp-contract=fast"})
      if (flag.starts_with(loose)) return true;
#ifdef __x86_64__
    return !cell_.toolchain.is_clang && flag.starts_with("-m") && flag != "-m64" &&
           !flag.starts_with("-mtune");
#else
    return !cell_.toolchain.is_clang;
#endif
  }

  /// Whether enough is left out to go without the rest of the cell, which may be wanted next.
  bool is_worth_it(const std::vector<bool>& calls) const {
    constexpr std::uint64_t least_share = 4;
    const LeftOut left = left_out(cell_.model, calls);
    return left.bytes > 0 && left.bytes >= left.all / least_share;
  }

  // ---- What was compiled of an earlier state

  /// Takes from `calls` what can be called in the earlier library that leaves the least to be compiled.
  /// `changed`: functions that no earlier one has, by index; empty: none is known not to be there.
  void use_earlier(std::vector<bool>& calls, const std::vector<std::vector<std::uint32_t>>& groups,
                   const std::vector<bool>& changed) {
    if (settings_.only_of_now || !digests_.surroundings()) return;
    std::vector<bool> least = calls;
    std::vector<std::pair<Callable, std::uint32_t>> entries;
    std::string path;
    for (const EarlierLibrary& library : earlier_libraries(cell_, *digests_.surroundings())) {
      std::vector<bool> missing = calls;
      std::vector<std::pair<Callable, std::uint32_t>> found = find_calls(library.record, missing);
      for (std::size_t i = 0; i < changed.size(); ++i)
        if (changed[i] && calls[i]) missing[i] = true;
      join_groups(calls, groups, missing);
      if (std::ranges::count(missing, true) >= std::ranges::count(least, true)) continue;
      if (!find_library(library.path)) continue;
      least = std::move(missing);
      entries = std::move(found);
      path = library.path;
    }
    if (path.empty()) return;
    const auto library = static_cast<std::uint32_t>(built_.libraries.size());
    built_.libraries.push_back(path);
    for (const auto& [call, entry] : entries)
      if (!least[call.function]) set_place(call, {library, entry});
    calls = std::move(least);
  }

  /// Leaves in `missing` the functions that the library does not have in the form that they have now, with
  /// all of their defaults.
  std::vector<std::pair<Callable, std::uint32_t>> find_calls(const LibraryRecord& record,
                                                             std::vector<bool>& missing) const {
    std::unordered_map<Digest, std::uint32_t, DigestHash> known;
    for (std::uint32_t entry = 0; entry < record.calls.size(); ++entry)
      known.emplace(record.calls[entry], entry);
    std::vector<std::pair<Callable, std::uint32_t>> found;
    std::vector<bool> lacks(missing.size());
    for (const Callable& call : callables(cell_.model, missing)) {
      const auto entry = known.find(digests_.of(call));
      if (entry == known.end())
        lacks[call.function] = true;
      else
        found.emplace_back(call, entry->second);
    }
    missing = std::move(lacks);
    return found;
  }

  /// Where one of a group is missing, all of them are.
  static void join_groups(const std::vector<bool>& calls,
                          const std::vector<std::vector<std::uint32_t>>& groups, std::vector<bool>& missing) {
    for (bool has_changed = true; std::exchange(has_changed, false);)
      for (const std::vector<std::uint32_t>& group : groups) {
        const auto is_missing = [&](std::uint32_t i) { return calls[i] && missing[i]; };
        if (std::ranges::none_of(group, is_missing)) continue;
        for (const std::uint32_t i : group) {
          has_changed = has_changed || (calls[i] && !missing[i]);
          missing[i] = missing[i] || calls[i];
        }
      }
  }

  /// What is being compiled already is taken where that is enough, and not much too much.
  void follow_early_build(std::vector<bool>& calls) const {
    const std::vector<bool>* early = settings_.early == nullptr ? nullptr : settings_.early->called();
    if (early == nullptr) return;
    if (early->empty()) {
      calls.clear();
      return;
    }
    if (early->size() != calls.size()) return;
    for (std::size_t i = 0; i < calls.size(); ++i)
      if (calls[i] && !(*early)[i]) return;
    constexpr std::ptrdiff_t most_times = 4;
    if (std::ranges::count(*early, true) <= most_times * std::ranges::count(calls, true)) calls = *early;
  }

  // ---- Libraries of now

  std::string path_of(const std::vector<bool>& called) const {
    return library_folder() + '/' + digests_.library_key(called).hex() + ".so";
  }

  bool use_built(const std::vector<bool>& called) {
    const std::string path = path_of(called);
    if (!find_library(path)) return false;
    add_library(path, called);
    return true;
  }

  void add_library(const std::string& path, const std::vector<bool>& called) {
    const auto library = static_cast<std::uint32_t>(built_.libraries.size());
    built_.libraries.push_back(path);
    const std::vector<Callable> table = callables(cell_.model, called);
    for (std::uint32_t entry = 0; entry < table.size(); ++entry) set_place(table[entry], {library, entry});
    if (digests_.surroundings()) remember_library(cell_, path);
  }

  /// Where it has none.
  void set_place(const Callable& call, CallPlace place) {
    if (call.parameter)
      built_.defaults.try_emplace(call, place);
    else if (!built_.functions[call.function])
      built_.functions[call.function] = place;
  }

  /// Throws Failure.
  void compile(const std::vector<bool>& called) {
    TranslationUnit unit;
    const ProcessResult result = compile_unit(called, unit);
    if (!result.succeeded()) report_failure(cell_, unit, result);
  }

  /// False where it does not compile; the whole cell may, or has more to say.
  bool try_to_compile(const std::vector<bool>& called) {
    TranslationUnit unit;
    return compile_unit(called, unit).succeeded();
  }

  std::optional<PrecompiledHeaders> precompiled() const {
    if (settings_.purpose != BuildFor::running) return std::nullopt;
    if (settings_.early != nullptr) settings_.early->finish_headers(cell_, settings_.tick);
    std::optional<PrecompiledHeaders> headers = find_precompiled(cell_);
    if (!headers) forget_precompiled(cell_);
    return headers;
  }

  /// What is compiled already decides, where something is.
  TypesObject types_apart(const std::optional<PrecompiledHeaders>& headers) const {
    const bool is_begun = settings_.early != nullptr && settings_.early->called() != nullptr;
    if (!headers || (is_begun && !settings_.early->has_types_apart())) return {};
    return {cell_, *headers, has_second_core()};
  }

  /// `unit`: what was compiled in the end. What does not link with types apart does not link otherwise
  /// either.
  ProcessResult make_object(const std::vector<bool>& called, const BuildFolder& folder, TypesObject& types,
                            TranslationUnit& unit) {
    const std::optional<PrecompiledHeaders> headers = precompiled();
    types = types_apart(headers);
    if (types.is_apart()) {
      unit = generate_glue(cell_, graph_, called, types.types());
      ProcessResult result = Compiler(cell_, unit.text, folder, settings_, headers, types).compile_and_link();
      if (result.succeeded() || is_interrupted() || is_about_linking(result.errors)) return result;
      types = TypesObject();
    }
    unit = generate_glue(cell_, graph_, called);
    return Compiler(cell_, unit.text, folder, settings_, headers, types).compile_and_link();
  }

  ProcessResult compile_unit(const std::vector<bool>& called, TranslationUnit& unit) {
    const std::string folder = library_folder();
    make_private_folders(folder);
    if (!is_private_to_user(folder))
      throw Failure(
          ExitStatus::storage,
          "others can write to '" + folder + "', so a built cell there could not be trusted",
          "make it and the folders above writable by you alone, or set XDG_CACHE_HOME to another folder");
    const std::string path = path_of(called);
    // Two processes may build the same cell; each has files of its own, and the renames agree.
    const BuildFolder temporary(path.substr(0, path.rfind('.')));
    const auto began = std::chrono::steady_clock::now();
    TypesObject types;
    ProcessResult result = make_object(called, temporary, types, unit);
    if (!called.empty() && result.succeeded()) result.errors = without_unused(result.errors, cell_);
    // They quote the cell, whatever is in it.
    result.errors = visible(result.errors, {.keep_layout = true, .keep_colors = settings_.color});
    built_.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    built_.reused = false;
    if (!result.succeeded()) return result;
    LibraryRecord record;
    record.surroundings = digests_.surroundings().value_or(Digest{});
    for (const Callable& call : unit.table) record.calls.push_back(digests_.of(call));
    keep_library(temporary.output(), path, {unit.text, types.text(), cell_.content}, std::move(record));
    built_.messages += result.errors;
    add_library(path, called);
    return result;
  }

  const Cell& cell_;
  const Graph& graph_;
  const BuildSettings& settings_;
  CallDigests digests_;
  BuiltCell built_;
};

}  // namespace

std::optional<CallPlace> BuiltCell::place_of(const GraphNode& node) const {
  if (!node.default_of) return functions[node.function];
  const auto found = defaults.find({node.function, node.default_of});
  return found == defaults.end() ? std::nullopt : std::optional(found->second);
}

void BuiltCell::add(BuiltCell other) {
  const auto before = static_cast<std::uint32_t>(libraries.size());
  libraries.insert(libraries.end(), other.libraries.begin(), other.libraries.end());
  for (std::size_t i = 0; i < functions.size(); ++i)
    if (!functions[i] && other.functions[i])
      functions[i] = CallPlace{other.functions[i]->library + before, other.functions[i]->entry};
  for (const auto& [call, place] : other.defaults)
    defaults.try_emplace(call, CallPlace{place.library + before, place.entry});
  seconds += other.seconds;
  reused = reused && other.reused;
  messages = std::move(other.messages);
}

void BuiltCell::change_to(BuiltCell other) {
  std::ranges::fill(functions, std::nullopt);
  defaults.clear();
  add(std::move(other));
}

std::vector<std::uint32_t> functions_with_state(const CellModel& model) {
  std::vector<std::uint32_t> functions;
  for (std::uint32_t i = 0; i < model.functions.size(); ++i)
    if (model.functions[i].code.impure) functions.push_back(i);
  return functions;
}

BuiltCell build_cell(const Cell& cell, const Graph& graph, const BuildSettings& settings) {
  return Builder(cell, graph, settings).build_whole();
}

BuiltCell build_functions(const Cell& cell, const Graph& graph, const std::vector<bool>& calls,
                          const std::vector<std::vector<std::uint32_t>>& groups,
                          const BuildSettings& settings) {
  return Builder(cell, graph, settings).build(calls, groups);
}

std::optional<std::vector<bool>> functions_to_compile(const Cell& cell, const Graph& graph,
                                                      std::vector<bool> calls,
                                                      const std::vector<bool>& changed) {
  return Builder(cell, graph, {}).to_compile(std::move(calls), changed);
}

std::optional<std::string> build_for_locating(const Cell& cell, const std::string& library,
                                              const std::function<void()>& tick, std::string& cell_then) {
  const std::optional<LibraryText> text = text_of_library(library);
  if (!text) return std::nullopt;
  cell_then = text->cell;
  const std::string name = library.substr(0, library.rfind('.')) + ".lines";
  std::string path = name + ".so";
  if (find_library(path)) return path;
  const BuildFolder temporary(name);
  const BuildSettings settings{false, tick, BuildFor::locating, nullptr};
  TypesObject types = text->types.empty() ? TypesObject() : TypesObject(cell, text->types);
  if (!Compiler(cell, text->unit, temporary, settings, std::nullopt, types).compile_and_link().succeeded())
    return std::nullopt;
  keep_library(temporary.output(), path, {}, {});
  return path;
}

}  // namespace hamcell
