// Parses a cell with libclang.
#include "scan/parse.h"

#include <algorithm>

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

unsigned parse_options(ParseDepth depth) {
  if (depth == ParseDepth::full)
    return CXTranslationUnit_DetailedPreprocessingRecord | CXTranslationUnit_KeepGoing;
  return CXTranslationUnit_SkipFunctionBodies | CXTranslationUnit_KeepGoing;
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

}  // namespace

ParsedCell::~ParsedCell() {
  if (unit_ != nullptr) clang_disposeTranslationUnit(unit_);
  if (index_ != nullptr) clang_disposeIndex(index_);
}

ParsedCell parse_cell(const ScanRequest& request, ParseDepth depth, const std::string& appended) {
  const std::string content = request.content + appended;
  // A name that starts with a dash would be taken for a flag.
  const std::string path = request.path.starts_with('-') ? "./" + request.path : request.path;
  CXUnsavedFile snapshot{path.c_str(), content.data(), content.size()};
  std::vector<std::string> arguments = parser_arguments(request);
  std::vector<std::string> dropped;
  for (;;) {
    std::vector<const char*> pointers;
    for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
    CXIndex index = clang_createIndex(0, 0);
    CXTranslationUnit unit = nullptr;
    const CXErrorCode error =
        clang_parseTranslationUnit2(index, path.c_str(), pointers.data(), static_cast<int>(pointers.size()),
                                    &snapshot, 1, parse_options(depth), &unit);
    ParsedCell result(index, unit, path, dropped);
    if (error == CXError_Crashed)
      throw Failure(ExitStatus::cell, problem_at({request.path, 0, 0}, "the C++ parser crashed on this cell",
                                                 "compile the file by hand to see whether it is valid C++"));
    if (unit == nullptr) throw UnfitArguments();
    if (drop(arguments, unknown_flags(unit), dropped) > 0) continue;
    return result;
  }
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
