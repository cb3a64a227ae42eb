// Features: operators, specialisations and functions that only a library's template calls.
#include "links.h"

namespace hamcell::proof {
namespace {

FeatureSpec less_than() {
  return {
      .name = "operator< called by the library",
      .headers = {"vector", "algorithm"},
      .pieces = {{.group = Group::type, .text = "struct @S { unsigned v; };", .links = {brings(1)}},
                 {.group = Group::type,
                  .text =
                      "static bool operator<(const @S& a, const @S& b) { return (a.v ^ $u) < (b.v ^ $u); }",
                  .links = {runs(0)},
                  .declares = {"operator<"}}},
      .uses = {
          {.text = "{ std::vector<@S> s = {{x % 97u}, {$u}, {3u}}; std::sort(s.begin(), s.end()); x = x * "
                   "3u + s[0].v; }",
           .links = {runs(0), runs(1)}},
          {.text = "{ const std::vector<@S> s = {{x % 53u}, {$u}}; x += std::max_element(s.begin(), "
                   "s.end())->v; }",
           .links = {runs(0), runs(1)}},
          {.text = "{ std::set<@S> s; s.insert({x % 7u}); s.insert({$u}); x += s.begin()->v; }",
           .links = {runs(0), runs(1)},
           .headers = {"set"}},
          {.text = "{ std::map<@S, unsigned> m; m[{x % 5u}] = 3u; m[{$u}] = 4u; x += m.begin()->second; }",
           .links = {runs(0), runs(1)},
           .headers = {"map"}},
          {.text = "{ const @S s{x}; x += s.v; }", .links = {runs(0)}}}};
}

FeatureSpec hashing() {
  return {
      .name = "std::hash specialisation",
      .headers = {"unordered_set", "functional"},
      .pieces = {{.group = Group::type,
                  .text =
                      "struct @K { unsigned v; bool operator==(const @K& o) const { return v / ${1|2|4}u == "
                      "o.v / ${1|2|4}u; } };",
                  .links = {brings(1)}},
                 {.group = Group::type,
                  .text =
                      "template <> struct std::hash<@K> { std::size_t operator()(const @K& k) const noexcept "
                      "{ return (k.v / 4u) * $u + ${1|2}u; } };",
                  .links = {runs(0)}}},
      .uses = {
          {.text = "{ std::unordered_set<@K> s; for (unsigned i = 0u; i < 5u; i++) s.insert(@K{x + i}); x += "
                   "static_cast<unsigned>(s.bucket(@K{x})) + static_cast<unsigned>(s.size()); }",
           .links = {runs(0), runs(1)}},
          {.text = "x += @K{x} == @K{x + 1u} ? 3u : 7u;", .links = {runs(0)}}}};
}

FeatureSpec swapping() {
  return {
      .name = "swap found by argument",
      .headers = {"utility", "vector", "algorithm"},
      .pieces = {{.group = Group::type,
                  .text = "namespace @n { struct @S { unsigned v; }; }",
                  .links = {brings(1)}},
                 {.group = Group::type,
                  .text =
                      "namespace @n { static void swap(@S& a, @S& b) { const unsigned v = a.v; a.v = b.v + "
                      "$u; b.v = v; } }",
                  .links = {runs(0)},
                  .optional = true,
                  .declares = {"swap"}}},
      .uses = {{.text = "{ @n::@S a{x}; @n::@S b{$u}; using std::swap; swap(a, b); x += a.v * 3u + b.v; }",
                .links = {runs(0), runs(1, there(1))}},
               {.text = "{ std::vector<@n::@S> a = {{x}}; std::vector<@n::@S> b = {{$u}}; "
                        "std::swap_ranges(a.begin(), a.end(), b.begin()); x += a[0].v; }",
                .links = {runs(0), runs(1, there(1))}}},
      .is_plain = false};
}

FeatureSpec ranges_by_argument() {
  return {
      .name = "begin and end found by argument",
      .pieces =
          {{.text = "static const unsigned @data[6] = {$u, $u, $u, $u, $u, $u};"},
           {.group = Group::type,
            .text = "namespace @n { struct @R { unsigned first; }; }",
            .links = {brings(2), brings(3)}},
           {.group = Group::type,
            .text = "namespace @n { static const unsigned* begin(const @R& r) { return @data + (r.first + "
                    "$u) % 3u; } }",
            .links = {runs(0), runs(1)},
            .declares = {"begin"}},
           {.group = Group::type,
            .text = "namespace @n { static const unsigned* end(const @R&) { return @data + 3u + $u % 4u; } }",
            .links = {runs(0), runs(1)},
            .declares = {"end"}}},
      .uses = {{.text = "for (const unsigned v : @n::@R{x % 3u}) x = x * 3u + v;",
                .links = {runs(1), runs(2), runs(3)}},
               {.text = "x += @n::@R{x}.first;", .links = {runs(1)}}},
      .is_plain = false};
}

FeatureSpec spaceship() {
  return {
      .name = "comparison rewritten from operator<=>",
      .headers = {"compare"},
      .pieces =
          {{.group = Group::type,
            .text = "struct @S { unsigned v; std::strong_ordering operator<=>(const @S& o) const { return (v "
                    "^ $u) <=> (o.v ^ $u); } bool operator==(const @S& o) const { return v == o.v; } };"}},
      .uses = {
          {.text = "x += @S{x % 100u} < @S{$u} ? 5u : 8u;", .links = {runs(0)}},
          {.text = "x += std::max(@S{x % 100u}, @S{$u}).v;", .links = {runs(0)}, .headers = {"algorithm"}}}};
}

FeatureSpec streaming() {
  return {
      .name = "operator<< into a stream",
      .headers = {"sstream"},
      .pieces =
          {{.group = Group::type, .text = "struct @S { unsigned v; };", .links = {brings(1)}},
           {.group = Group::type,
            .text = "static std::ostream& operator<<(std::ostream& o, const @S& s) { return o << s.v * $u << "
                    "'${a|bb}'; }",
            .links = {runs(0)},
            .declares = {"operator<<"}}},
      .uses = {{.text = "{ std::ostringstream o; o << @S{x}; for (const char c : o.str()) x = x * 31u + "
                        "static_cast<unsigned>(c); }",
                .links = {runs(0), runs(1)}}}};
}

FeatureSpec comparator() {
  return {
      .name = "comparator of a container",
      .headers = {"set"},
      .pieces =
          {{.group = Group::type,
            .text =
                "struct @Cmp { bool operator()(unsigned a, unsigned b) const { return (a ^ $u) < (b ^ $u); "
                "} };"},
           {.group = Group::type, .text = "struct @Q { unsigned v; };", .links = {brings(2)}},
           {.group = Group::type,
            .text = "template <> struct std::less<@Q> { bool operator()(const @Q& a, const @Q& b) const { "
                    "return (b.v ^ $u) < (a.v ^ $u); } };",
            .links = {runs(1)},
            .optional = true},
           {.group = Group::type,
            .text = "static bool operator<(const @Q& a, const @Q& b) { return (a.v ^ $u) < (b.v ^ $u); }",
            .links = {runs(1)},
            .declares = {"operator<"}}},
      .uses = {
          {.text = "{ std::set<unsigned, @Cmp> s = {x % 90u, $u, 4u}; x = x * 3u + *s.begin(); }",
           .links = {runs(0)}},
          {.text =
               "{ std::set<@Q> s; s.insert({5u}); s.insert({x % 9u}); x += static_cast<unsigned>(s.size()) "
               "+ s.begin()->v; }",
           .links = {runs(1), runs(2, there(2)), runs(3, gone(2)), brings(3)}}}};
}

FeatureSpec bindings() {
  return {
      .name = "structured bindings by get",
      .headers = {"utility"},
      .pieces =
          {{.group = Group::type,
            .text = "namespace @n { struct @S { unsigned a; }; }",
            .links = {brings(1), brings(2), brings(3)}},
           {.group = Group::type,
            .text = "template <> struct std::tuple_size<@n::@S> : std::integral_constant<std::size_t, 2> {};",
            .links = {runs(0)}},
           {.group = Group::type,
            .text =
                "template <std::size_t I> struct std::tuple_element<I, @n::@S> { using type = unsigned; };",
            .links = {runs(0)}},
           {.group = Group::type,
            .text =
                "namespace @n { template <std::size_t I> unsigned get(const @S& s) { return s.a + I * $u + "
                "$u; } }",
            .links = {runs(0)},
            .declares = {"get"}}},
      .uses = {{.text = "{ const auto [p, q] = @n::@S{x}; x += p * 3u + q; }",
                .links = {runs(0), runs(1), runs(2), runs(3)}}},
      .is_plain = false};
}

FeatureSpec member_operators() {
  return {
      .name = "arithmetic operators",
      .headers = {"numeric", "vector"},
      .pieces = {{.group = Group::type, .text = "struct @S { unsigned v = $u; };", .links = {brings(1)}},
                 {.group = Group::type,
                  .text = "inline @S operator+(const @S& a, const @S& b) { return {a.v + b.v ${+|^} $u}; }",
                  .links = {runs(0)},
                  .declares = {"operator+"}}},
      .uses = {
          {.text = "{ const std::vector<@S> s = {{x}, {$u}, {}}; x += std::accumulate(s.begin(), s.end(), "
                   "@S()).v; }",
           .links = {runs(0), runs(1)}},
          {.text = "x += (@S{x} + @S()).v;", .links = {runs(0), runs(1)}},
          {.text = "x += @S().v;", .links = {runs(0)}}}};
}

}  // namespace

std::vector<FeatureSpec> operator_features() {
  return {less_than(), hashing(),    swapping(), ranges_by_argument(), spaceship(),
          streaming(), comparator(), bindings(), member_operators()};
}

}  // namespace hamcell::proof
