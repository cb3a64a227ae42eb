// Questions to the compiler that the tree of the cell does not answer: does a result fit a parameter of
// another type, and can a type be copied?
//
// The questions are static_asserts behind the text of the cell, one on each line; the lines on which clang
// reports an error are the ones whose answer is no.
#include "scan/conversions.h"

#include <algorithm>
#include <map>
#include <set>

#include "scan/parse.h"

namespace hamcell {
namespace {

/// `converts`: `const From&` initialises a parameter of type To implicitly. `keeps`: without narrowing
/// ([dcl.init.list]), asked as in P0870, by list-initialising an array of unknown bound; only arithmetic
/// types and enums can narrow. Builtins stand in for <type_traits>, which a cell need not include.
constexpr std::string_view prelude = R"(
namespace hamcell_probe {
template <class T> struct bare { using type = T; };
template <class T> struct bare<const T> { using type = T; };
template <class T> struct bare<T&> { using type = typename bare<T>::type; };
template <class T> struct list_of { using type = T[]; };
template <class From, class To> concept converts =
    requires(const From& (*make)(), void (*take)(To)) { take(make()); };
template <class From, class To> concept keeps =
    requires(const From& (*make)()) { typename list_of<typename bare<To>::type>::type{make()}; };
template <class To> concept can_narrow =
    __is_arithmetic(typename bare<To>::type) || __is_enum(typename bare<To>::type);
template <class From, class To> concept fits = converts<From, To> && (!can_narrow<To> || keeps<From, To>);
template <class T> concept copies = requires(const T& (*make)(), void (*take)(T)) { take(make()); };
}
)";

struct Question {
  std::string assertion;
  bool holds = true;
};

/// What the kinds alone say: a string fits its view, and a vector a span of what it holds, if that is const
/// and of no fixed size. So the usual views need no second parse.
bool surely_fits(const TypeTable& types, std::uint32_t from, std::uint32_t to) {
  const Type& view = types[to];
  if (view.kind != TypeKind::view || view.arguments.front() != from) return false;
  if (types[from].kind == TypeKind::text) return true;
  return view.cpp_name == "std::span<const " + types[types[from].arguments.front()].cpp_name + ">";
}

/// Parses the cell with the questions behind it.
void ask(const ScanRequest& request, const KnownPreamble* known, std::vector<Question>& questions) {
  std::string appended = "\n\n";
  appended += prelude;
  const std::string before = request.content + appended;
  const auto first_line = static_cast<unsigned>(std::count(before.begin(), before.end(), '\n')) + 1;
  for (const Question& question : questions) appended += "static_assert(" + question.assertion + ");\n";
  const ParsedCell parsed = parse_cell(request, ParseDepth::declarations, known, appended);
  for (unsigned i = 0; i < clang_getNumDiagnostics(parsed.unit()); i++) {
    CXDiagnostic diagnostic = clang_getDiagnostic(parsed.unit(), i);
    const bool is_error = clang_getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error;
    const Position at = position_of(clang_getDiagnosticLocation(diagnostic));
    clang_disposeDiagnostic(diagnostic);
    const bool is_answer = is_error && at.file == parsed.main_file() && at.line >= first_line;
    if (is_answer && at.line - first_line < questions.size()) questions[at.line - first_line].holds = false;
  }
}

/// The pairs to ask about, with the questions; a pair stays once.
class ConversionFinder {
 public:
  ConversionFinder(const FoundFunctions& found, const TypeTable& types) : found_(found), types_(types) {}

  void collect() {
    std::map<std::string, std::set<std::uint32_t>> results;
    for (const NodeFunction& function : found_.functions) results[function.name].insert(function.result);
    for (std::size_t i = 0; i < found_.functions.size(); i++)
      for (std::size_t k = 0; k < found_.functions[i].parameters.size(); k++) {
        const Parameter& parameter = found_.functions[i].parameters[k];
        const auto node = results.find(parameter.name);
        if (node == results.end()) continue;
        for (const std::uint32_t result : node->second)
          add(result, parameter.type, found_.nodes[i].parameter_types[k]);
      }
  }

  std::vector<Question> questions;
  std::vector<Conversion> conversions;
  std::vector<std::size_t> asked;  ///< of each question: the index into `conversions`

 private:
  void add(std::uint32_t from, std::uint32_t to, const std::string& parameter_type) {
    if (from == to || !seen_.insert({from, to}).second) return;
    conversions.push_back({from, to, surely_fits(types_, from, to)});
    const std::string& result_type = types_[from].cpp_name;
    if (conversions.back().fits || result_type.empty() || parameter_type.empty()) return;
    asked.push_back(conversions.size() - 1);
    questions.push_back({"::hamcell_probe::fits<" + result_type + ", " + parameter_type + ">"});
  }

  const FoundFunctions& found_;
  const TypeTable& types_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen_;
};

}  // namespace

std::vector<Conversion> find_conversions(const CellSource& source, const FoundFunctions& found,
                                         const TypeTable& types, std::vector<Problem>& problems) {
  ConversionFinder finder(found, types);
  finder.collect();
  std::vector<Question>& questions = finder.questions;
  const std::size_t conversions_asked = questions.size();
  std::vector<const CopyQuestion*> copies_asked;
  for (const CopyQuestion& copy : found.copy_questions) {
    if (types[copy.type].cpp_name.empty()) continue;
    copies_asked.push_back(&copy);
    questions.push_back({"::hamcell_probe::copies<" + types[copy.type].cpp_name + ">"});
  }
  if (questions.empty()) return finder.conversions;
  ask(source.request, source.known, questions);
  for (std::size_t i = 0; i < conversions_asked; i++)
    finder.conversions[finder.asked[i]].fits = questions[i].holds;
  for (std::size_t i = 0; i < copies_asked.size(); i++)
    if (!questions[conversions_asked + i].holds) problems.push_back(copies_asked[i]->problem);
  return finder.conversions;
}

}  // namespace hamcell
