// Parses a cell with libclang.
#include "scan/parse.h"

#include <algorithm>

#include "scan/preamble.h"
#include "scan/problem.h"

namespace hamcell {
namespace {

constexpr std::string_view unknown_argument = "unknown argument";

/// Warnings never reach the user from here, and libclang would print on standard error that it does not know
/// a warning's name.
bool is_warning_flag(const std::string& flag) {
  return flag.starts_with("-W") && !flag.starts_with("-Wp,") && !flag.starts_with("-Wl,") &&
         !flag.starts_with("-Wa,");
}

std::vector<std::string> parser_arguments(const ScanRequest& request) {
  std::vector<std::string> out = {"-x", "c++"};
  if (std::none_of(request.arguments.begin(), request.arguments.end(),
                   [](const std::string& flag) { return flag.starts_with("-std="); }))
    out.push_back("-std=c++20");
  for (const std::string& flag : request.arguments)
    if (!is_warning_flag(flag)) out.push_back(flag);
  // Without a limit the chain of instantiations always leads back to the line of the cell that began it.
  out.insert(out.end(), {"-w", "-ferror-limit=100", "-ftemplate-backtrace-limit=0"});
  return out;
}

/// What is precompiled has the preprocessor's record, and then all that uses it must have one.
unsigned parse_options(ParseDepth depth, bool has_record) {
  unsigned options = CXTranslationUnit_KeepGoing;
  if (depth == ParseDepth::full || has_record) options |= CXTranslationUnit_DetailedPreprocessingRecord;
  if (depth == ParseDepth::declarations) options |= CXTranslationUnit_SkipFunctionBodies;
  return options;
}

/// The flags that the diagnostics of the command line name as unknown.
std::vector<std::string> unknown_flags(CXTranslationUnit unit) {
  std::vector<std::string> out;
  for (unsigned i = 0; i < clang_getNumDiagnostics(unit); i++) {
    CXDiagnostic diagnostic = clang_getDiagnostic(unit, i);
    const std::string text = text_of(clang_getDiagnosticSpelling(diagnostic));
    clang_disposeDiagnostic(diagnostic);
    const std::size_t open = text.find('\'');
    const std::size_t close = text.find('\'', open + 1);
    const bool about_flag = text.starts_with(unknown_argument) || text.starts_with("unsupported ") ||
                            text.starts_with("invalid value") || text.starts_with("unknown target CPU");
    if (about_flag && close != std::string::npos) out.push_back(text.substr(open + 1, close - open - 1));
  }
  return out;
}

/// Takes out the flags that a diagnostic named, in whole or by their value. Says how many.
std::size_t drop(std::vector<std::string>& arguments, const std::vector<std::string>& unknown,
                 std::vector<std::string>& dropped) {
  const auto is_named = [&](const std::string& flag) {
    if (!flag.starts_with("-f") && !flag.starts_with("-m") && !flag.starts_with("--")) return false;
    return std::any_of(unknown.begin(), unknown.end(), [&](const std::string& name) {
      return flag == name || (!name.empty() && flag.ends_with("=" + name));
    });
  };
  const std::size_t before = arguments.size();
  for (const std::string& flag : arguments)
    if (is_named(flag)) dropped.push_back(flag);
  arguments.erase(std::remove_if(arguments.begin(), arguments.end(), is_named), arguments.end());
  return before - arguments.size();
}

/// One call of the parser.
struct Parse {
  std::string path;
  std::string content;
  std::vector<std::string> more_arguments;
  unsigned options = 0;
};

/// "AST Deserialization Issue"
bool is_about_precompiled(CXDiagnostic diagnostic) {
  return text_of(clang_getDiagnosticCategoryText(diagnostic)).starts_with("AST ") &&
         clang_getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error;
}

template <class Holds>
bool any_diagnostic(CXTranslationUnit unit, Holds&& holds) {
  bool found = false;
  for (unsigned i = 0; i < clang_getNumDiagnostics(unit) && !found; i++) {
    CXDiagnostic diagnostic = clang_getDiagnostic(unit, i);
    found = holds(diagnostic);
    clang_disposeDiagnostic(diagnostic);
  }
  return found;
}

ParsedCell run_parser(const ScanRequest& request, const Parse& parse) {
  CXUnsavedFile snapshot{parse.path.c_str(), parse.content.data(), parse.content.size()};
  std::vector<std::string> arguments = parser_arguments(request);
  arguments.insert(arguments.end(), parse.more_arguments.begin(), parse.more_arguments.end());
  std::vector<std::string> dropped;
  for (;;) {
    std::vector<const char*> pointers;
    for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
    CXIndex index = clang_createIndex(0, 0);
    CXTranslationUnit unit = nullptr;
    const CXErrorCode error =
        clang_parseTranslationUnit2(index, parse.path.c_str(), pointers.data(),
                                    static_cast<int>(pointers.size()), &snapshot, 1, parse.options, &unit);
    ParsedCell result(index, unit, parse.path, dropped);
    if (error == CXError_Crashed)
      throw Failure(ExitStatus::cell, problem_at({request.path, 0, 0}, "the C++ parser crashed on this cell",
                                                 "compile the file by hand to see whether it is valid C++"));
    if (unit == nullptr) throw UnfitArguments();
    if (drop(arguments, unknown_flags(unit), dropped) > 0) continue;
    return result;
  }
}

}  // namespace

ParsedCell::~ParsedCell() {
  if (unit_ != nullptr) clang_disposeTranslationUnit(unit_);
  if (index_ != nullptr) clang_disposeIndex(index_);
}

ParsedCell parse_cell(const ScanRequest& request, ParseDepth depth, const KnownPreamble* known,
                      const std::string& appended) {
  Parse parse;
  // A name that starts with a dash would be taken for a flag.
  parse.path = request.path.starts_with('-') ? "./" + request.path : request.path;
  parse.options = parse_options(depth, known != nullptr);
  if (known == nullptr) {
    parse.content = request.content + appended;
    return run_parser(request, parse);
  }
  parse.content = known->removed_from(request.content) + appended;
  parse.more_arguments = {"-include-pch", known->precompiled};
  try {
    ParsedCell parsed = run_parser(request, parse);
    if (any_diagnostic(parsed.unit(), is_about_precompiled)) throw UnfitPreamble();
    return parsed;
  } catch (const UnfitArguments&) {
    throw UnfitPreamble();
  } catch (const Failure&) {
    // Whose fault the crash is shows without it.
    throw UnfitPreamble();
  }
}

std::optional<ParsedCell> parse_preamble(const ScanRequest& request, const KnownPreamble* base) {
  Parse parse;
  parse.path = request.path;
  parse.content = base != nullptr ? base->removed_from(request.content) : request.content;
  // What the stamps of its files say is known better than by whole seconds.
  parse.more_arguments = {"-Xclang", "-fno-pch-timestamp", "-Xclang", "-fpch-instantiate-templates"};
  if (base != nullptr)
    parse.more_arguments.insert(parse.more_arguments.end(), {"-include-pch", base->precompiled});
  parse.options = parse_options(ParseDepth::full, true) | CXTranslationUnit_Incomplete |
                  CXTranslationUnit_ForSerialization;
  ParsedCell parsed = run_parser(request, parse);
  const bool has_error = any_diagnostic(parsed.unit(), [](CXDiagnostic diagnostic) {
    return clang_getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error;
  });
  if (has_error) return std::nullopt;
  return parsed;
}

bool precompile(const ParsedCell& parsed, const std::string& file) {
  return clang_saveTranslationUnit(parsed.unit(), file.c_str(), clang_defaultSaveOptions(parsed.unit())) ==
         CXSaveError_None;
}

std::string parser_version() {
  const std::string full = text_of(clang_getClangVersion());
  const std::string word = "version ";
  const std::size_t at = full.find(word);
  if (at == std::string::npos) return "libclang";
  const std::size_t begin = at + word.size();
  const std::size_t end = full.find_first_not_of("0123456789.", begin);
  return "libclang " + full.substr(begin, end == std::string::npos ? end : end - begin);
}

}  // namespace hamcell
