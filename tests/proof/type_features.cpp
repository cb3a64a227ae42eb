// Features: types, and what of them runs without being named.
#include "links.h"

namespace hamcell::proof {
namespace {

FeatureSpec destructor() {
  return {
      .name = "destructor",
      .pieces = {{.group = Group::type, .text = "struct @D { unsigned* out; ~@D() { *out ${+=|^=} $u; } };"}},
      .uses = {{.text = "{ const @D d{&x}; x += 1u; }", .links = {runs(0)}},
               {.text = "{ std::vector<@D> v; v.reserve(2); v.push_back(@D{&x}); }",
                .links = {runs(0)},
                .headers = {"vector"}},
               {.text = "{ const auto p = std::make_unique<@D>(); p->out = &x; }",
                .links = {runs(0)},
                .headers = {"memory"}}}};
}

FeatureSpec destructor_elsewhere() {
  return {.name = "destructor defined outside its class",
          .pieces = {{.group = Group::type,
                      .text = "struct @D { unsigned* out; explicit @D(unsigned* o) : out(o) {} ~@D(); };",
                      .links = {runs(1)}},
                     {.group = Group::type, .text = "inline @D::~@D() { *out += $u; }", .floating = true}},
          .uses = {{.text = "{ const @D d(&x); x *= 3u; }", .links = {runs(0)}}}};
}

FeatureSpec conversion_operator() {
  return {
      .name = "conversion operator",
      .pieces = {{.group = Group::type,
                  .text = "struct @C { unsigned v; operator unsigned() const { return v * $u + 1u; } };"}},
      .uses = {{.text = "x += @C{x};", .links = {runs(0)}},
               {.text = "{ const @C c{x}; const unsigned y = c; x ^= y; }", .links = {runs(0)}},
               {.text = "{ const std::vector<@C> c = {{x}, {$u}}; const std::vector<unsigned> v(c.begin(), "
                        "c.end()); x += v[1]; }",
                .links = {runs(0)},
                .headers = {"vector"}}}};
}

FeatureSpec converting_constructor() {
  return {
      .name = "converting constructor",
      .pieces = {{.group = Group::type, .text = "struct @W { unsigned v; @W(unsigned a) : v(a ^ $u) {} };"},
                 {.text = "static unsigned @h(@W w) { return w.v + $u; }", .links = {runs(0)}}},
      .uses = {{.text = "x += %h(x);", .links = {runs(1)}}}};
}

FeatureSpec member_initialisers() {
  return {.name = "default member initialisers",
          .pieces = {{.text = "static constexpr unsigned @c = $u;"},
                     {.group = Group::type,
                      .text = "struct @M { unsigned a = $u; unsigned b = @c + 1u; };",
                      .links = {runs(0)}}},
          .uses = {{.text = "{ const @M m; x += m.a ^ m.b; }", .links = {runs(1)}},
                   {.text = "{ const std::vector<@M> v(3); for (const @M& m : v) x = x * 3u + m.b; }",
                    .links = {runs(1)},
                    .headers = {"vector"}},
                   {.text = "x += @M{.a = $u}.b;", .links = {runs(1)}}}};
}

FeatureSpec overriders() {
  return {
      .name = "virtual functions behind a factory",
      .headers = {"memory"},
      .pieces = {{.group = Group::type,
                  .text = "struct @B { virtual ~@B() = default; virtual unsigned @go(unsigned x) const { "
                          "return x + $u; } };",
                  .links = {brings(1), brings(2), brings(4)},
                  .declares = {"go"}},
                 {.group = Group::type,
                  .text = "struct @X : @B { ${unsigned @go(unsigned x) const override { return x ^ 77u; }|} "
                          "unsigned more = $u; };",
                  .links = {runs(0)},
                  .declares = {"go"}},
                 {.group = Group::type,
                  .text =
                      "struct @Y final : @B { unsigned @go(unsigned x) const override { return x * $u; } };",
                  .links = {runs(0)},
                  .declares = {"go"}},
                 {.text = "static std::unique_ptr<@B> @mk(unsigned k) { if (k % 2u == $u % 2u) return "
                          "std::make_unique<@X>(); return std::make_unique<@Y>(); }",
                  .links = {runs(1), runs(2)}},
                 {.group = Group::type,
                  .text =
                      "struct @Z final : @B { unsigned @go(unsigned x) const override { return x - $u; } };",
                  .links = {runs(0)},
                  .optional = true,
                  .floating = true,
                  .declares = {"go"}}},
      .uses = {{.text = "x += %mk(x)->@go(x);", .links = {runs(3)}}}};
}

FeatureSpec virtual_by_reference() {
  return {
      .name = "virtual call by reference",
      .pieces = {{.group = Group::type,
                  .text = "struct @B { virtual ~@B() = default; virtual unsigned @go(unsigned x) const = 0; "
                          "unsigned twice(unsigned x) const { return @go(x) * ${2|3}u; } };",
                  .links = {brings(1), brings(2)},
                  .declares = {"go"}},
                 {.group = Group::type,
                  .text =
                      "struct @X final : @B { unsigned @go(unsigned x) const override { return x + $u; } };",
                  .links = {runs(0)},
                  .declares = {"go"}},
                 {.group = Group::type,
                  .text =
                      "struct @Y final : @B { unsigned @go(unsigned x) const override { return x ^ $u; } };",
                  .links = {runs(0)},
                  .declares = {"go"}},
                 {.text = "static unsigned @call(const @B& b, unsigned x) { return b.@go(x) + b.twice(x); }",
                  .links = {runs(0)}}},
      .uses = {
          {.text = "x += %call(@X(), x);", .links = {runs(3), runs(1)}},
          {.text = "x += %call(@Y(), x);", .links = {runs(3), runs(2)}},
          {.text = "{ struct Local final : @B { unsigned @go(unsigned v) const override { return v + $u; "
                   "} }; x += %call(Local(), x); }",
           .links = {runs(3), runs(0)}}}};
}

FeatureSpec static_member() {
  return {
      .name = "static member defined outside its class",
      .pieces = {{.text = "static unsigned @g(unsigned x) { return x * 7u + $u; }"},
                 {.group = Group::type,
                  .text =
                      "struct @S { static const unsigned sm; static unsigned get(unsigned x) { return x + "
                      "sm; } };",
                  .links = {runs(2)}},
                 {.group = Group::type,
                  .text = "const unsigned @S::sm = @g($u);",
                  .links = {runs(0)},
                  .floating = true}},
      .uses = {{.text = "x += @S::get(x);", .links = {runs(1)}},
               {.text = "x ^= @S::sm;", .links = {runs(1)}}}};
}

FeatureSpec hidden_friend() {
  return {
      .name = "friend function found by its argument only",
      .pieces = {{.group = Group::type,
                  .text = "struct @S { unsigned v; friend unsigned @fr(const @S& s) { return s.v + $u; } };",
                  .declares = {"fr"}}},
      .uses = {{.text = "x += @fr(@S{x});", .links = {runs(0)}},
               {.text = "{ const auto l = [](const auto& s) { return @fr(s); }; x ^= l(@S{x}); }",
                .links = {runs(0)},
                .late = {"fr"}}}};
}

FeatureSpec nested_types() {
  return {
      .name = "nested type",
      .pieces = {{.group = Group::type,
                  .text =
                      "struct @O { struct @I { unsigned v = $u; unsigned @also(unsigned x) const { return v "
                      "+ x; } }; @I i; unsigned extra = $u; };"}},
      .uses = {{.text = "{ const @O o; x += o.i.@also(x); }", .links = {runs(0)}},
               {.text = "x ^= @O::@I().@also(x);", .links = {runs(0)}},
               {.text = "x += static_cast<unsigned>(sizeof(@O)) + @O().extra;", .links = {runs(0)}}},
      .is_plain = false};
}

FeatureSpec base_class() {
  return {
      .name = "base class with inherited constructors",
      .pieces = {{.group = Group::type,
                  .text =
                      "struct @B { unsigned v; explicit @B(unsigned a) : v(a + $u) {} unsigned get() const "
                      "{ return v ${^|+} 5u; } };"},
                 {.group = Group::type,
                  .text = "struct @D : @B { using @B::@B; unsigned w = $u; };",
                  .links = {runs(0)}}},
      .uses = {{.text = "x += @D(x).get();", .links = {runs(1)}},
               {.text = "{ const @B b(x); x ^= b.get(); }", .links = {runs(0)}}}};
}

FeatureSpec curiously_recurring() {
  return {.name = "base that calls its derived class",
          .pieces = {{.group = Group::type,
                      .text = "template <class T> struct @B { unsigned go(unsigned x) const { return "
                              "static_cast<const T*>(this)->@im(x) + $u; } };",
                      .late = {"im"}},
                     {.group = Group::type,
                      .text = "struct @D : @B<@D> { unsigned @im(unsigned x) const { return x * $u; } };",
                      .links = {runs(0)},
                      .declares = {"im"}},
                     {.group = Group::type,
                      .text = "struct @E : @B<@E> { unsigned @im(unsigned x) const { return x ^ $u; } };",
                      .links = {runs(0)},
                      .declares = {"im"}}},
          .uses = {{.text = "x += @D().go(x);", .links = {runs(1)}},
                   {.text = "x += @E().go(x);", .links = {runs(2)}}}};
}

FeatureSpec copy_and_move() {
  return {
      .name = "copy and move constructors in a growing vector",
      .headers = {"vector"},
      .pieces = {{.group = Group::type,
                  .text =
                      "struct @S { unsigned v; explicit @S(unsigned a) : v(a) {} @S(const @S& o) : v(o.v + "
                      "$u) {} @S(@S&& o) ${noexcept|} : v(o.v ^ $u) {} };"}},
      .uses = {{.text = "{ std::vector<@S> s; for (unsigned i = 0u; i < 3u; i++) s.emplace_back(x + i); x += "
                        "s[0].v + s[1].v; }",
                .links = {runs(0)}}}};
}

FeatureSpec member_elsewhere() {
  return {.name = "member function defined outside its class",
          .pieces = {{.group = Group::type,
                      .text = "struct @S { unsigned v = $u; unsigned @also(unsigned x) const; };",
                      .links = {runs(1)}},
                     {.group = Group::type,
                      .text = "inline unsigned @S::@also(unsigned x) const { return x * v + $u; }",
                      .floating = true}},
          .uses = {{.text = "x += @S().@also(x);", .links = {runs(0)}},
                   {.text = "{ unsigned (@S::*m)(unsigned) const = &@S::@also; const @S s; x += (s.*m)(x); }",
                    .links = {runs(0)}}},
          .is_plain = false};
}

FeatureSpec enumeration() {
  return {.name = "enum",
          .pieces = {{.group = Group::type, .text = "enum class @E : unsigned { low = $u, high };"},
                     {.group = Group::type, .text = "enum @F { @lo = $, @hi = @lo + 3 };"}},
          .uses = {
              {.text = "x += static_cast<unsigned>(@E::high);", .links = {runs(0)}},
              {.text = "x ^= static_cast<unsigned>(%hi);", .links = {runs(1)}},
              {.text = "switch (x % 8u) { case static_cast<unsigned>(@E::low) % 8u: x += 9u; break; default: "
                       "x ^= 5u; }",
               .links = {runs(0)}}}};
}

FeatureSpec alias() {
  return {.name = "type alias",
          .pieces = {{.group = Group::type, .text = "using @A = unsigned ${char|short|int};"},
                     {.group = Group::type, .text = "typedef @A @T[${2|3|5}];", .links = {runs(0)}}},
          .uses = {{.text = "x += static_cast<@A>(x * 7u);", .links = {runs(0)}},
                   {.text = "x += static_cast<unsigned>(sizeof(@T));", .links = {runs(1)}}}};
}

FeatureSpec bit_fields() {
  return {
      .name = "layout of a type",
      .pieces =
          {{.group = Group::type,
            .text =
                "struct ${alignas(8)|alignas(16)|} @P { unsigned a : ${3|5|7}; unsigned char b[${2|9|17}]; "
                "};"}},
      .uses = {{.text = "x += static_cast<unsigned>(sizeof(@P));", .links = {runs(0)}},
               {.text = "{ @P p = {}; p.a = x & 7u; p.a = p.a + 6u; x += p.a; }", .links = {runs(0)}}}};
}

FeatureSpec function_object() {
  return {
      .name = "function objects",
      .headers = {"functional"},
      .pieces = {{.group = Group::type,
                  .text =
                      "struct @F { unsigned k = $u; unsigned operator()(unsigned x) const { return x ^ k; } "
                      "};"},
                 {.group = Group::type,
                  .text = "struct @G { explicit operator bool() const { return $u % 2u == 0u; } unsigned "
                          "operator[](unsigned i) const { return i + $u; } };"}},
      .uses = {
          {.text = "{ const std::function<unsigned(unsigned)> fn = @F(); x += fn(x); }", .links = {runs(0)}},
          {.text = "x += std::invoke(@F(), x);", .links = {runs(0)}},
          {.text = "x += @G() ? 3u : 11u;", .links = {runs(1)}},
          {.text = "x += @G()[x];", .links = {runs(1)}}}};
}

FeatureSpec visitor() {
  return {.name = "visitor of a variant",
          .headers = {"variant"},
          .pieces = {{.group = Group::type,
                      .text = "struct @V { unsigned operator()(unsigned v) const { return v + $u; } unsigned "
                              "operator()(double v) const { return static_cast<unsigned>(v) ^ $u; } };"}},
          .uses = {{.text = "{ std::variant<unsigned, double> v = x; if (x % 2u == 0u) v = 2.5; x += "
                            "std::visit(@V(), v); }",
                    .links = {runs(0)}}}};
}

}  // namespace

std::vector<FeatureSpec> type_features() {
  return {destructor(),
          destructor_elsewhere(),
          conversion_operator(),
          converting_constructor(),
          member_initialisers(),
          overriders(),
          virtual_by_reference(),
          static_member(),
          hidden_friend(),
          nested_types(),
          base_class(),
          curiously_recurring(),
          copy_and_move(),
          member_elsewhere(),
          enumeration(),
          alias(),
          bit_fields(),
          function_object(),
          visitor()};
}

}  // namespace hamcell::proof
