// What the compiler says about the cell, as problems.
#include "scan/diagnostics.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace hamcell {
namespace {

constexpr std::size_t most_problems = 20;
constexpr std::size_t most_notes = 4;

Position file_position(CXSourceLocation location) {
  Position at;
  clang_getFileLocation(location, &at.file, &at.line, &at.column, &at.offset);
  return at;
}

/// The stretches of all function bodies of the user's files; found only when there is an error to place.
std::vector<Span> find_bodies(const Declarations& declarations) {
  std::vector<Span> out;
  for (const CXCursor cursor : declarations.user_cursors) {
    const auto visit = [&](CXCursor below) {
      if (clang_getCursorKind(below) == CXCursor_CompoundStmt) {
        out.push_back(span_of(below));
        return false;
      }
      return true;
    };
    for_each_descendant(cursor, visit);
  }
  return out;
}

/// The first bracket that is closed by the wrong one, or by none.
std::optional<Token> unbalanced(const TokenText& text) {
  std::vector<Token> open;
  for (const Token& token : text.tokens) {
    if (token.in_directive || token.skipped) continue;
    if (token.text == "{") open.push_back(token);
    if (token.text == "}") {
      if (open.empty()) return token;
      open.pop_back();
    }
  }
  if (open.empty()) return std::nullopt;
  return open.front();
}

class DiagnosticReader {
 public:
  explicit DiagnosticReader(CellSource& source) : source_(source) {}

  CompilerProblems run() {
    for (unsigned i = 0; i < clang_getNumDiagnostics(source_.unit); i++) {
      CXDiagnostic diagnostic = clang_getDiagnostic(source_.unit, i);
      if (clang_getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error) add(diagnostic);
      clang_disposeDiagnostic(diagnostic);
    }
    if (is_brace_missing_) return {{brace_problem()}, {}};
    count_rest(out_.outside, outside_count_);
    count_rest(out_.inside, inside_count_);
    return std::move(out_);
  }

 private:
  void add(CXDiagnostic diagnostic) {
    const Position at = file_position(clang_getDiagnosticLocation(diagnostic));
    if (is_for_compiler_to_judge(diagnostic, at)) return;
    const std::string message = text_of(clang_getDiagnosticSpelling(diagnostic));
    const bool about_braces =
        message.starts_with("expected '}'") || message.starts_with("extraneous closing brace");
    is_brace_missing_ = is_brace_missing_ || (about_braces && unbalanced(source_.main_text()));
    // The limit itself is no news to the user.
    if (message.starts_with("too many errors emitted")) return;
    const bool inside = is_inside(diagnostic, at);
    std::size_t& count = inside ? inside_count_ : outside_count_;
    std::vector<Problem>& problems = inside ? out_.inside : out_.outside;
    if (++count > most_problems) return;
    problems.push_back(problem_at(source_.place(at), message, advice(message), notes_of(diagnostic, at)));
  }

  /// GCC's headers use extensions that clang does not know, which is no mistake of the cell's.
  bool is_for_compiler_to_judge(CXDiagnostic diagnostic, const Position& at) const {
    if (!source_.request.is_for_other_compiler || at.file == nullptr) return false;
    const bool is_fatal = clang_getDiagnosticSeverity(diagnostic) == CXDiagnostic_Fatal;
    return !is_fatal && clang_Location_isInSystemHeader(clang_getDiagnosticLocation(diagnostic)) != 0;
  }

  /// A library's template that fails for what a body asks of it is that body's error. clang leaves out the
  /// chain of instantiations where it is that of the error before.
  bool is_inside(CXDiagnostic diagnostic, const Position& at) {
    if (is_in_body(at)) return last_inside_ = true;
    if (at.file == nullptr || at.file == source_.main_file) return last_inside_ = false;
    bool names_cell = false;
    bool inside = false;
    for_each_note(diagnostic, [&](const Position& note_at, const std::string&) {
      names_cell = names_cell || note_at.file == source_.main_file;
      inside = inside || is_in_body(note_at);
    });
    if (names_cell) last_inside_ = inside;
    return last_inside_;
  }

  /// Calls `visit(position, text)` for the notes of an error, without those about includes.
  template <class Visit>
  static void for_each_note(CXDiagnostic diagnostic, Visit&& visit) {
    CXDiagnosticSet children = clang_getChildDiagnostics(diagnostic);
    const unsigned count = clang_getNumDiagnosticsInSet(children);
    for (unsigned i = 0; i < count; i++) {
      CXDiagnostic note = clang_getDiagnosticInSet(children, i);
      const std::string text = text_of(clang_getDiagnosticSpelling(note));
      if (!text.starts_with("in file included from"))
        visit(file_position(clang_getDiagnosticLocation(note)), text);
    }
  }

  bool is_in_body(const Position& at) {
    if (!bodies_) bodies_ = find_bodies(source_.declarations);
    return std::any_of(bodies_->begin(), bodies_->end(),
                       [&](const Span& body) { return body.contains(at.file, at.offset); });
  }

  static std::string advice(const std::string& message) {
    if (message.ends_with("file not found"))
      return "install the package that has it, add its folder with -I, or name its pkg-config package: "
             "//hamcell:pkg NAME";
    return {};
  }

  /// The first notes, those in the cell itself before all others.
  std::vector<Note> notes_of(CXDiagnostic diagnostic, const Position& at) {
    std::vector<Note> out, elsewhere;
    for_each_note(diagnostic, [&](const Position& note_at, const std::string& text) {
      std::vector<Note>& to = note_at.file == source_.main_file ? out : elsewhere;
      if (to.size() < most_notes) to.push_back({source_.place(note_at), text});
    });
    const bool in_user_header =
        at.file != nullptr && at.file != source_.main_file &&
        clang_Location_isInSystemHeader(clang_getLocationForOffset(source_.unit, at.file, 0)) == 0;
    if (in_user_header)
      if (const std::optional<Place> include = include_of(at.file))
        out.push_back({*include, "included from here"});
    for (const Note& note : elsewhere)
      if (out.size() < most_notes) out.push_back(note);
    return out;
  }

  /// Where the cell includes the file, directly or through others.
  std::optional<Place> include_of(CXFile file) {
    const std::vector<Inclusion>& inclusions = source_.declarations.inclusions;
    for (std::size_t steps = 0; steps <= inclusions.size(); steps++) {
      const auto found = std::find_if(inclusions.begin(), inclusions.end(),
                                      [&](const Inclusion& inclusion) { return inclusion.included == file; });
      if (found == inclusions.end()) return std::nullopt;
      if (found->includer == source_.main_file)
        return source_.place(
            position_of(clang_getLocationForOffset(source_.unit, found->includer, found->offset)));
      file = found->includer;
    }
    return std::nullopt;
  }

  /// After a brace is missing, what the compiler says about the rest is noise.
  Problem brace_problem() {
    const Token token = *unbalanced(source_.main_text());
    const Place place{source_.request.path, token.line, token.column};
    if (token.text == "}")
      return problem_at(place, "this '}' closes nothing", "take it out, or add the '{' that it belongs to");
    return problem_at(place, "this '{' is never closed", "add the '}' that is missing");
  }

  void count_rest(std::vector<Problem>& problems, std::size_t count) const {
    if (count > most_problems)
      problems.push_back(problem_at({source_.request.path, 0, 0},
                                    "and " + std::to_string(count - most_problems) + " more errors",
                                    "correct the first ones: the others may be their consequences"));
  }

  CellSource& source_;
  CompilerProblems out_;
  std::size_t outside_count_ = 0;
  std::size_t inside_count_ = 0;
  bool is_brace_missing_ = false;
  bool last_inside_ = false;
  std::optional<std::vector<Span>> bodies_;
};

}  // namespace

CompilerProblems read_diagnostics(CellSource& source) { return DiagnosticReader(source).run(); }

}  // namespace hamcell
