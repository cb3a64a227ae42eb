// Features: templates, their specialisations, and concepts that choose between them.
#include "links.h"

namespace hamcell::proof {
namespace {

FeatureSpec class_template() {
  return {
      .name = "class template and its specialisation",
      .pieces =
          {{.group = Group::overload,
            .text = "template <class T> struct @Tr { static unsigned get(unsigned x) { return x + $u; } };",
            .links = {brings(1)}},
           {.group = Group::overload,
            .text =
                "template <> struct @Tr<unsigned> { static unsigned get(unsigned x) { return x ^ $u; } };",
            .links = {brings(0)},
            .optional = true}},
      .uses = {
          {.text = "x += @Tr<unsigned>::get(x);", .links = {runs(0, gone(1)), runs(1, there(1)), brings(0)}},
          {.text = "x += @Tr<char>::get(x);", .links = {runs(0)}}}};
}

FeatureSpec partial_specialisation() {
  return {
      .name = "partial specialisation",
      .headers = {"vector"},
      .pieces = {{.group = Group::overload,
                  .text = "template <class T> struct @Tr { static constexpr unsigned value = $u; };",
                  .links = {brings(1)}},
                 {.group = Group::overload,
                  .text = "template <class T> struct @Tr<std::vector<T>> { static constexpr unsigned value = "
                          "@Tr<T>::value * 3u + $u; };",
                  .links = {runs(0)},
                  .optional = true},
                 {.group = Group::overload,
                  .text = "template <class T> static unsigned @f(const T&) { return @Tr<T>::value; }",
                  .links = {runs(0)}}},
      .uses = {{.text = "x += %f(std::vector<unsigned>());", .links = {runs(2), runs(1, there(1))}},
               {.text = "x += %f(x);", .links = {runs(2)}}}};
}

FeatureSpec function_template() {
  return {.name = "function template and its specialisation",
          .pieces = {{.group = Group::overload,
                      .text = "template <class T> unsigned @f(T v) { return static_cast<unsigned>(v) + $u; }",
                      .links = {brings(1)},
                      .declares = {"f"}},
                     {.group = Group::overload,
                      .text = "template <> inline unsigned @f<unsigned>(unsigned v) { return v * $u; }",
                      .links = {brings(0)},
                      .optional = true,
                      .declares = {"f"}}},
          .uses = {{.text = "x += %f(x);", .links = {runs(0, gone(1)), runs(1, there(1)), brings(0)}},
                   {.text = "x += %f<char>('a');", .links = {runs(0)}}}};
}

FeatureSpec template_chain() {
  return {
      .name = "template that calls templates",
      .pieces =
          {{.text = "static unsigned @one(unsigned x) { {{calls}} return x * $u; }", .declares = {"one"}},
           {.group = Group::overload,
            .text =
                "template <class... A> static unsigned @sum(A... a) { return (0u + ... + @one(a)) + $u; }",
            .links = {runs(0)},
            .late = {"one"},
            .declares = {"sum"}},
           {.group = Group::overload,
            .text = "template <class T> static unsigned @mid(T v) { return @sum(v, v + 1u) ${^|+} $u; }",
            .links = {runs(1)},
            .late = {"sum"}}},
      .uses = {{.text = "x += %sum(x, $u, 3u);", .links = {runs(1)}},
               {.text = "x += %mid(x);", .links = {runs(2)}}}};
}

FeatureSpec concept_choice() {
  return {
      .name = "concept that chooses an overload",
      .pieces = {{.group = Group::overload, .text = "template <class T> concept @Big = sizeof(T) > ${2|16};"},
                 {.group = Group::overload,
                  .text =
                      "template <class T> static unsigned @f(T v) { return static_cast<unsigned>(v) + $u; }",
                  .declares = {"f"}},
                 {.group = Group::overload,
                  .text =
                      "template <@Big T> static unsigned @f(T v) { return static_cast<unsigned>(v) ^ $u; }",
                  .links = {runs(0)},
                  .declares = {"f"}}},
      .uses = {{.text = "x += %f(x);",
                .links = {runs(0), runs(1, chosen(0, 0, 1)), runs(2, chosen(0, 0, 0)), brings(1), brings(2)}},
               {.text = "x += %f(static_cast<char>(x % 64u));", .links = {runs(1), brings(0), brings(2)}}}};
}

FeatureSpec concept_probe() {
  return {
      .name = "concept that asks whether a function is there",
      .pieces = {{.group = Group::type,
                  .text = "namespace @n { struct @S { unsigned v; }; }",
                  .links = {brings(1)}},
                 {.group = Group::overload,
                  .text = "namespace @n { static unsigned @probe(const @S& s) { return s.v * $u; } }",
                  .links = {runs(0)},
                  .optional = true,
                  .declares = {"probe"}},
                 {.group = Group::overload,
                  .text = "template <class T> concept @Has = requires(const T& t) { @probe(t); };",
                  .late = {"probe"}},
                 {.group = Group::overload,
                  .text =
                      "template <class T> static unsigned @ask(const T& t) { if constexpr (@Has<T>) return "
                      "@probe(t); else return t.v + $u; }",
                  .links = {runs(2)},
                  .late = {"probe"}}},
      .uses = {{.text = "x += %ask(@n::@S{x});", .links = {runs(3), runs(0), runs(1, there(1))}}},
      .is_plain = false};
}

FeatureSpec late_overload() {
  return {
      .name = "overload found by argument when a template is instantiated",
      .pieces =
          {{.group = Group::type,
            .text = "namespace @n { struct @S { unsigned v; }; }",
            .links = {brings(1), brings(3)}},
           {.group = Group::overload,
            .text =
                "namespace @n { template <class T> static unsigned @gen(const T& t) { return t.v + $u; } }",
            .declares = {"gen"}},
           {.group = Group::overload,
            .text = "template <class V> static unsigned @t(const V& v) { return @gen(v) * 3u; }",
            .late = {"gen"}},
           {.group = Group::overload,
            .text = "namespace @n { static unsigned @gen(const @S& s) { return s.v ^ $u; } }",
            .links = {runs(0)},
            .optional = true,
            .floating = true,
            .declares = {"gen"}}},
      .uses = {{.text = "x += %t(@n::@S{x});",
                .links = {runs(0), runs(2), runs(1, gone(3)), runs(3, there(3))}},
               {.text = "x += @n::@gen(@n::@S{x});",
                .links = {runs(0), runs(1, not_above(3)), runs(3, above(3))}}},
      .is_plain = false};
}

FeatureSpec variable_template() {
  return {.name = "variable template and its specialisation",
          .pieces = {{.group = Group::overload,
                      .text = "template <class T> inline constexpr unsigned @vt = sizeof(T) + $u;",
                      .links = {brings(1)}},
                     {.group = Group::overload,
                      .text = "template <> inline constexpr unsigned @vt<unsigned> = $u;",
                      .links = {brings(0)},
                      .optional = true}},
          .uses = {{.text = "x += %vt<unsigned>;", .links = {runs(0, gone(1)), runs(1, there(1)), brings(0)}},
                   {.text = "x += %vt<char>;", .links = {runs(0)}}}};
}

FeatureSpec deduction_guide() {
  return {
      .name = "deduction guide",
      .pieces = {{.group = Group::overload,
                  .text =
                      "template <class T> struct @P { T v; explicit @P(T a) : v(a) {} unsigned k = $u; };",
                  .links = {brings(1)}},
                 {.group = Group::overload,
                  .text = "explicit @P(unsigned) -> @P<double>;",
                  .links = {runs(0)},
                  .optional = true}},
      .uses = {{.text = "{ const @P p(x); x += static_cast<unsigned>(sizeof(p.v)) + p.k; }",
                .links = {runs(0), runs(1, there(1))}}}};
}

FeatureSpec number_argument() {
  return {
      .name = "constant as a template argument",
      .pieces = {{.text = "static constexpr unsigned @c = $u;"},
                 {.group = Group::overload,
                  .text =
                      "template <unsigned N> struct @B { static unsigned get() { return N * 3u + $u; } };"}},
      .uses = {{.text = "x += @B<@c>::get();", .links = {runs(0), runs(1)}},
               {.text = "x += @B<$u>::get();", .links = {runs(1)}},
               {.text = "{ unsigned a[@c + 1u] = {}; x += static_cast<unsigned>(sizeof(a)); }",
                .links = {runs(0)}}}};
}

FeatureSpec compile_time_branch() {
  return {.name = "if constexpr",
          .pieces = {{.text = "static constexpr unsigned @c = ${3|8};"},
                     {.text = "static unsigned @fa(unsigned x) { return x + $u; }"},
                     {.text = "static unsigned @fb(unsigned x) { return x ^ $u; }"}},
          .uses = {{.text = "if constexpr (@c > 5u) x += %fa(x); else x ^= %fb(x);",
                    .links = {runs(0), runs(1, chosen(0, 0, 1)), runs(2, chosen(0, 0, 0)), brings(1),
                              brings(2)}}}};
}

FeatureSpec policies() {
  return {
      .name = "policy as a template argument",
      .pieces = {{.group = Group::type,
                  .text = "struct @A { static unsigned @ap(unsigned x) { return x + $u; } };",
                  .declares = {"ap"}},
                 {.group = Group::type,
                  .text = "struct @B { static unsigned @ap(unsigned x) { return x * $u; } };",
                  .declares = {"ap"}},
                 {.group = Group::overload,
                  .text =
                      "template <class P> static unsigned @run(unsigned x) { return P::@ap(x) ${+|^} $u; }",
                  .late = {"ap"}}},
      .uses = {{.text = "x += %run<@A>(x);", .links = {runs(2), runs(0)}},
               {.text = "x += %run<@B>(x);", .links = {runs(2), runs(1)}}}};
}

FeatureSpec lambda_variable() {
  return {
      .name = "generic lambda in a variable",
      .pieces =
          {{.group = Group::overload,
            .text =
                "static constexpr auto @lam = [](auto v) { return static_cast<unsigned>(v) * 2u + $u; };"}},
      .uses = {{.text = "x += %lam(x);", .links = {runs(0)}}}};
}

FeatureSpec directive_overload() {
  return {.name = "overload behind a using-directive",
          .pieces = {{.group = Group::overload,
                      .text = "static unsigned @f(double v) { return static_cast<unsigned>(v / 8.0) + $u; }",
                      .declares = {"f"}},
                     {.group = Group::overload,
                      .text = "namespace @n { static unsigned @other(unsigned v) { return v + $u; } }"},
                     {.group = Group::overload, .text = "using namespace @n;", .for_all = true},
                     {.group = Group::overload,
                      .text = "namespace @n { static unsigned @f(unsigned v) { return v ^ $u; } }",
                      .optional = true,
                      .floating = true,
                      .declares = {"f"}}},
          .uses = {{.text = "x += @f(x);",
                    .links = {runs(0, not_above(3)), runs(3, above(3)), runs(2, above(3))}},
                   {.text = "x += @other(x);", .links = {runs(1), runs(2)}}},
          .is_plain = false};
}

}  // namespace

std::vector<FeatureSpec> template_features() {
  return {class_template(),  partial_specialisation(), function_template(),   template_chain(),
          concept_choice(),  concept_probe(),          late_overload(),       variable_template(),
          deduction_guide(), number_argument(),        compile_time_branch(), policies(),
          lambda_variable(), directive_overload()};
}

}  // namespace hamcell::proof
