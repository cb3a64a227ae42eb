// Features: helper functions in all the places where they can stand, and the ways to call them.
#include "links.h"

namespace hamcell::proof {
namespace {

/// The ways in which a plain function of one number is called.
std::vector<UseSpec> calls_of(std::size_t piece) {
  return {
      {.text = "x += %f(x);", .links = {runs(piece)}},
      {.text = "x ^= %f(x + $u) * 3u;", .links = {runs(piece)}},
      {.text = "{ unsigned (*p)(unsigned) = &%f; x ^= p(x + $u); }", .links = {runs(piece)}},
      {.text = "{ const std::vector<unsigned> v = {x, $u}; std::vector<unsigned> w(2); "
               "std::transform(v.begin(), v.end(), w.begin(), %f); x += w[0] + w[1]; }",
       .links = {runs(piece)},
       .headers = {"vector", "algorithm"}},
      {.text = "{ const std::function<unsigned(unsigned)> g = %f; x += g(x); }",
       .links = {runs(piece)},
       .headers = {"functional"}},
      {.text = "x += [](unsigned v) { return %f(v) + $u; }(x);", .links = {runs(piece)}},
      {.text = "{ const auto l = [](auto v) { return %f(v) ^ $u; }; x += l(x); }",
       .links = {runs(piece)},
       .late = {"f"}},
      {.text =
           "{ const unsigned v[3] = {1u, $u, x}; x = std::accumulate(v, v + 3, x, [](unsigned a, unsigned "
           "b) { return a ^ %f(b); }); }",
       .links = {runs(piece)},
       .headers = {"numeric"}},
      {.text = "%f($u)", .links = {runs(piece)}, .is_expression = true},
  };
}

FeatureSpec static_function() {
  return {.name = "static function",
          .pieces = {{.text = "static unsigned @f(unsigned x) { {{calls}} return x * 3u ${+|^|-} $u; }"}},
          .uses = calls_of(0),
          .shares_names = true};
}

FeatureSpec hidden_function() {
  return {.name = "function in an anonymous namespace",
          .pieces = {{.text = "namespace { unsigned @f(unsigned x) { {{calls}} return x ${+|^} $u; } }"}},
          .uses = calls_of(0),
          .shares_names = true};
}

FeatureSpec inline_function() {
  return {.name = "inline function",
          .pieces = {{.text = "inline unsigned @f(unsigned x) { if (x % 3u == $u % 3u) x += $u; {{calls}} "
                              "return x - $u; }"}},
          .uses = calls_of(0),
          .shares_names = true};
}

FeatureSpec constexpr_function() {
  return {.name = "constexpr function",
          .pieces = {{.text = "constexpr unsigned @f(unsigned x) { return x * $u + ${1|2|5}u; }"}},
          .uses = {{.text = "x += %f(x);", .links = {runs(0)}},
                   {.text = "{ constexpr unsigned k = %f($u) % 16u + 1u; unsigned a[k] = {}; x += "
                            "static_cast<unsigned>(sizeof(a)); }",
                    .links = {runs(0)}},
                   {.text = "x += static_cast<unsigned>(std::array<char, %f(3u) % 16u + 1u>().size());",
                    .links = {runs(0)},
                    .headers = {"array"}},
                   {.text = "%f($u)", .links = {runs(0)}, .is_expression = true}},
          .shares_names = true};
}

FeatureSpec declared_before() {
  return {.name = "function declared first and defined later",
          .pieces = {{.text = "static unsigned @f(unsigned x);", .links = {runs(1)}},
                     {.text = "static unsigned @f(unsigned x) { {{calls}} return x ${^|+} $u; }",
                      .floating = true}},
          .uses = calls_of(0)};
}

FeatureSpec in_namespace() {
  return {
      .name = "function in a namespace",
      .pieces = {{.text = "namespace @n { static unsigned @also(unsigned x) { {{calls}} return x + $u; } }",
                  .declares = {"also"}}},
      .uses = {{.text = "x += @n::@also(x);", .links = {runs(0)}},
               {.text = "{ namespace shorter = @n; x += shorter::@also(x ^ $u); }", .links = {runs(0)}},
               {.text = "{ using @n::@also; x += @also(x); }", .links = {runs(0)}}},
      .is_plain = false};
}

FeatureSpec using_declaration() {
  return {.name = "using-declaration",
          .pieces = {{.text = "namespace @n { static unsigned @also(unsigned x) { return x + $u; } }",
                      .declares = {"also"}},
                     {.text = "namespace @m { static unsigned @also(unsigned x) { return x ^ $u; } }",
                      .declares = {"also"}},
                     {.group = Group::overload,
                      .text = "namespace @k { using ${@n|@m}::@also; }",
                      .links = {runs(0, chosen(2, 0, 0)), runs(1, chosen(2, 0, 1))}}},
          .uses = {{.text = "x += @k::@also(x);", .links = {runs(2)}}},
          .is_plain = false};
}

FeatureSpec default_argument() {
  return {
      .name = "default argument of a helper",
      .pieces = {{.text = "static unsigned @g(unsigned x) { return x + $u; }"},
                 {.text = "static unsigned @f(unsigned x, unsigned y = @g($u)) { {{calls}} return x ^ y; }",
                  .links = {brings(0)}}},
      .uses = {{.text = "x += %f(x);", .links = {runs(1), runs(0)}},
               {.text = "x += %f(x, $u);", .links = {runs(1)}}}};
}

FeatureSpec overload_set() {
  return {.name = "overload set",
          .pieces = {{.group = Group::overload,
                      .text = "static unsigned @f(double v) { return static_cast<unsigned>(v / 4.0) + $u; }",
                      .declares = {"f"}},
                     {.group = Group::overload,
                      .text = "static unsigned @f(unsigned v) { return v ^ $u; }",
                      .optional = true,
                      .floating = true,
                      .declares = {"f"}},
                     {.group = Group::overload,
                      .text = "static unsigned @f(const char* s) { return s != nullptr ? $u : 0u; }",
                      .optional = true,
                      .floating = true,
                      .declares = {"f"}}},
          .uses = {{.text = "x += %f(x);", .links = {runs(0, not_above(1)), runs(1, above(1))}},
                   {.text = "x ^= %f(static_cast<double>(x % 1000u));", .links = {runs(0)}},
                   {.text = "{ const auto l = [](auto v) { return %f(v) ^ $u; }; x += l(x); }",
                    .links = {runs(0, not_above(1)), runs(1, above(1))},
                    .late = {"f"}}}};
}

FeatureSpec overload_in_template() {
  return {.name = "overload set called from a template",
          .pieces = {{.group = Group::overload,
                      .text = "static unsigned @f(double v) { return static_cast<unsigned>(v / 2.0) + $u; }",
                      .declares = {"f"}},
                     {.group = Group::overload,
                      .text = "template <class V> static unsigned @t(V v) { return @f(v) + $u; }",
                      .links = {runs(0, not_above(2)), runs(2, above(2))},
                      .late = {"f"}},
                     {.group = Group::overload,
                      .text = "static unsigned @f(unsigned v) { return v ^ $u; }",
                      .optional = true,
                      .floating = true,
                      .declares = {"f"}}},
          .uses = {{.text = "x += %t(x);", .links = {runs(1)}}}};
}

FeatureSpec static_local() {
  return {.name = "static inside a function",
          .pieces = {{.text = "static unsigned @g(unsigned x) { return x * $u; }"},
                     {.text = "static unsigned @f(unsigned x) { static const unsigned k = @g($u); {{calls}} "
                              "return x + k; }",
                      .links = {runs(0)}}},
          .uses = calls_of(1)};
}

FeatureSpec pointer_table() {
  return {.name = "table of function pointers",
          .pieces = {{.text = "static unsigned @fa(unsigned x) { {{calls}} return x + $u; }"},
                     {.text = "static unsigned @fb(unsigned x) { return x ^ $u; }"},
                     {.text = "static unsigned (*const @table[])(unsigned) = {@fa, ${@fb|@fa}};",
                      .links = {runs(0), runs(1, chosen(2, 0, 0))}}},
          .uses = {{.text = "x += %table[x % 2u](x);", .links = {runs(2)}}}};
}

FeatureSpec callback_table() {
  return {.name = "table of std::function",
          .headers = {"vector", "functional"},
          .pieces = {{.text = "static unsigned @f(unsigned x) { return x + $u; }"},
                     {.text = "static const std::vector<std::function<unsigned(unsigned)>> @table = {@f, "
                              "[](unsigned v) { return v ${+|^} $u; }};",
                      .links = {runs(0)}}},
          .uses = {{.text = "for (const auto& fn : %table) x = fn(x);", .links = {runs(1)}}}};
}

FeatureSpec number_table() {
  return {.name = "table of numbers",
          .pieces = {{.text = "static const unsigned @tab[3] = {$u, $u, $u};"}},
          .uses = {{.text = "x += %tab[x % 3u];", .links = {runs(0)}},
                   {.text = "for (const unsigned v : %tab) x = x * 5u + v;", .links = {runs(0)}}}};
}

FeatureSpec computed_constant() {
  return {.name = "constant computed when the cell is loaded",
          .pieces = {{.text = "static unsigned @g(unsigned x) { return x + $u; }"},
                     {.text = "static const unsigned @v = @g($u);", .links = {runs(0)}}},
          .uses = {{.text = "x += %v;", .links = {runs(1)}},
                   {.text = "{ const unsigned& r = %v; x ^= r; }", .links = {runs(1)}}}};
}

FeatureSpec unit_literal() {
  return {.name = "user-defined literal",
          .pieces = {{.text = "static unsigned operator\"\"_@lit(unsigned long long v) { return "
                              "static_cast<unsigned>(v) * 2u + $u; }"}},
          .uses = {{.text = "x += $_@lit;", .links = {runs(0)}}}};
}

FeatureSpec recursive_function() {
  return {
      .name = "functions that call each other",
      .pieces = {{.text = "static unsigned @g(unsigned x, unsigned depth);", .links = {runs(2)}},
                 {.text = "static unsigned @f(unsigned x, unsigned depth) { return depth == 0u ? x + $u : "
                          "@g(x, depth - 1u); }",
                  .links = {runs(0)}},
                 {.text = "static unsigned @g(unsigned x, unsigned depth) { return depth == 0u ? x ^ $u : "
                          "@f(x * 3u, depth - 1u); }",
                  .links = {runs(1)},
                  .floating = true}},
      .uses = {{.text = "x += %f(x, 3u);", .links = {runs(1)}},
               {.text = "x += %g(x, x % 4u);", .links = {runs(0)}}}};
}

}  // namespace

std::vector<FeatureSpec> function_features() {
  return {static_function(),    static_function(),   hidden_function(),      inline_function(),
          constexpr_function(), declared_before(),   in_namespace(),         using_declaration(),
          default_argument(),   overload_set(),      overload_in_template(), static_local(),
          pointer_table(),      callback_table(),    number_table(),         computed_constant(),
          unit_literal(),       recursive_function()};
}

}  // namespace hamcell::proof
