// Features: macros, conditional text, included text, and what sees its own line.
#include "links.h"

namespace hamcell::proof {
namespace {

FeatureSpec plain_macro() {
  return {.name = "macro",
          .pieces = {{.group = Group::macro, .text = "#define @MAX $u"}},
          .uses = {{.text = "x += @MAX;", .links = {runs(0)}},
                   {.text = "if (x > @MAX) x ^= $u;", .links = {runs(0)}}}};
}

FeatureSpec nested_macro() {
  return {
      .name = "macro inside a macro",
      .pieces = {{.group = Group::macro, .text = "#define @INNER $u"},
                 {.group = Group::macro,
                  .text = "#define @OUTER(v) ((v) * @INNER ${+|^} $u)",
                  .links = {runs(0)}},
                 {.group = Group::macro, .text = "#define @TWICE(v) @OUTER(@OUTER(v))", .links = {runs(1)}}},
      .uses = {{.text = "x += @OUTER(x);", .links = {runs(1)}},
               {.text = "x ^= @TWICE(x + $u);", .links = {runs(2)}},
               {.text = "x += @INNER;", .links = {runs(0)}}}};
}

FeatureSpec calling_macro() {
  return {
      .name = "macro that calls a function",
      .pieces = {{.text = "static unsigned @h(unsigned x) { {{calls}} return x + $u; }"},
                 {.group = Group::macro, .text = "#define @CALL(v) @h((v) ${+|^} 1u)", .links = {runs(0)}},
                 {.text = "static unsigned @g(unsigned v) { return @CALL(v) * 3u; }", .links = {runs(1)}}},
      .uses = {{.text = "x += @CALL(x);", .links = {runs(1)}}, {.text = "x += %g(x);", .links = {runs(2)}}}};
}

FeatureSpec list_macro() {
  return {.name = "macro that lists",
          .pieces = {{.group = Group::macro, .text = "#define @ENTRIES(V) V($u) V($u)"},
                     {.group = Group::macro, .text = "#define @ADD(v) s = s * 3u + v;"},
                     {.text = "static unsigned @total(unsigned s) { @ENTRIES(@ADD) return s; }",
                      .links = {runs(0), runs(1)}}},
          .uses = {{.text = "x += %total(x);", .links = {runs(2)}},
                   {.text = "x += 0u @ENTRIES(+ static_cast<unsigned>);", .links = {runs(0)}}}};
}

FeatureSpec redefined_macro() {
  return {.name = "macro defined anew",
          .pieces = {{.group = Group::macro, .text = "#define @STEP $u"},
                     {.text = "static unsigned @f(unsigned v) { return v + @STEP; }",
                      .links = {runs(0), brings(2)}},
                     {.group = Group::macro, .text = "#undef @STEP\n#define @STEP $u"},
                     {.text = "static unsigned @g(unsigned v) { return v ^ @STEP; }",
                      .links = {runs(2), brings(0)}}},
          .uses = {{.text = "x += %f(x);", .links = {runs(1)}}, {.text = "x += %g(x);", .links = {runs(3)}}}};
}

/// The branch that the compiler takes, of a text with two; a change in the other does not run.
std::string branch(bool first, const Sight& at, std::size_t piece) {
  return (first ? "first " : "second ") + std::to_string(at.knob(piece, first ? 0 : 1));
}

FeatureSpec conditional_text() {
  return {
      .name = "text between #if and #endif",
      .pieces = {{.group = Group::macro, .text = "#define @LEVEL ${1|4|6}"},
                 {.group = Group::macro,
                  .text = "#if @LEVEL > 3\nstatic unsigned @f(unsigned x) { return x + $u; }\n#else\nstatic "
                          "unsigned @f(unsigned x) { return x ^ $u; }\n#endif",
                  .links = {brings(0)},
                  .meaning = [](const Sight& at) { return branch(at.knob(0, 0) > 0, at, 1); }}},
      .uses = {{.text = "x += %f(x);", .links = {runs(1)}}}};
}

FeatureSpec optional_macro() {
  return {
      .name = "text that depends on whether a macro is defined",
      .pieces =
          {{.group = Group::macro, .text = "#define @FAST", .optional = true},
           {.group = Group::macro,
            .text = "#ifdef @FAST\nstatic unsigned @f(unsigned x) { return x * $u; }\n#else\nstatic unsigned "
                    "@f(unsigned x) { return x - $u; }\n#endif",
            .links = {brings(0)},
            .meaning = [](const Sight& at) { return branch(at.present(0), at, 1); }}},
      .uses = {{.text = "x += %f(x);", .links = {runs(1)}}}};
}

FeatureSpec optional_header() {
  return {
      .name = "text that depends on whether a header exists",
      .pieces =
          {{.group = Group::macro,
            .text = "// $\n",
            .optional = true,
            .target = Target::file,
            .file_name = "@tuning.hpp"},
           {.group = Group::macro,
            .text = "#if __has_include(\"@tuning.hpp\")\nstatic unsigned @f(unsigned x) { return x + $u; }\n"
                    "#else\nstatic unsigned @f(unsigned x) { return x - $u; }\n#endif",
            .meaning = [](const Sight& at) { return branch(at.present(0), at, 1); }}},
      .uses = {{.text = "x += %f(x);", .links = {runs(1)}}}};
}

FeatureSpec included_numbers() {
  return {.name = "numbers included inside an initialiser",
          .pieces = {{.group = Group::macro,
                      .text = "$u, $u,\n$u\n",
                      .target = Target::file,
                      .file_name = "@numbers.inc"},
                     {.group = Group::macro,
                      .text = "static const unsigned @tab[] = {\n#include \"@numbers.inc\"\n};",
                      .links = {runs(0)}}},
          .uses = {{.text = "x += %tab[x % 3u];", .links = {runs(1)}}}};
}

FeatureSpec included_body() {
  return {.name = "statements included inside a function",
          .pieces = {{.group = Group::macro,
                      .text = "x = x * 3u + $u;\n",
                      .target = Target::file,
                      .file_name = "@steps.inc"},
                     {.group = Group::macro,
                      .text = "static unsigned @f(unsigned x) {\n#include \"@steps.inc\"\nreturn x + $u; }",
                      .links = {runs(0)}}},
          .uses = {{.text = "x += %f(x);", .links = {runs(1)}}}};
}

FeatureSpec own_line() {
  return {.name = "__LINE__",
          .pieces = {{.text = "static unsigned @f(unsigned x) { return x + `__LINE__ + $u; }",
                      .sees_layout = true},
                     {.group = Group::macro, .text = "#define @WHERE (__LINE__ * ${1|2}u)"}},
          .uses = {{.text = "x += `__LINE__;", .sees_layout = true},
                   {.text = "x += %f(x);", .links = {runs(0)}},
                   {.text = "x ^= `@WHERE;", .links = {runs(1)}, .sees_layout = true}}};
}

FeatureSpec assertion() {
  return {
      .name = "assert",
      .headers = {"cassert"},
      .pieces = {{.text = "static unsigned @f(unsigned x) { assert(x != 4000000000u + $u); return x + $u; }",
                  .sees_layout = true}},
      .uses = {{.text = "assert(x != 4100000000u);", .sees_layout = true},
               {.text = "x += %f(x % 1000u);", .links = {runs(0)}}}};
}

FeatureSpec caller_line() {
  return {.name = "source_location of the caller",
          .headers = {"source_location"},
          .pieces = {{.text = "static unsigned @f(unsigned x, std::source_location at = "
                              "std::source_location::current()) { return x * $u + at.line(); }",
                      .sees_layout = true}},
          .uses = {{.text = "x += `%f(x);", .links = {runs(0)}, .sees_layout = true}}};
}

FeatureSpec stringified() {
  return {.name = "text made of an argument",
          .pieces = {{.group = Group::macro, .text = "#define @STR(a) #a", .sees_layout = true}},
          .uses = {{.text = "x += static_cast<unsigned>(sizeof(@STR(${a+b|abc|ab*cd})));",
                    .links = {runs(0)},
                    .sees_layout = true}}};
}

}  // namespace

std::vector<FeatureSpec> macro_features() {
  return {plain_macro(),      nested_macro(),   calling_macro(),   list_macro(),       redefined_macro(),
          conditional_text(), optional_macro(), optional_header(), included_numbers(), included_body(),
          own_line(),         assertion(),      caller_line(),     stringified()};
}

}  // namespace hamcell::proof
