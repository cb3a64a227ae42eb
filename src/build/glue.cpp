// Generates what is compiled together with a cell's text: a table of its functions and types for the runner.
//
// The glue stands behind the cell in the same translation unit, so that it can name everything that the cell
// declares, internal types included, and so that there is one copy of every variable. The cell's text is
// pasted, not included: then the compiler's messages name the user's file without an "In file included from",
// and what is compiled is exactly what was scanned, even if the file has changed since.
#include "build/glue.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/text.h"
#include "value/type_table.h"

namespace hamcell {
namespace {

/// By function: whether its body has to stay, because one of those that are called may reach it.
std::vector<bool> kept_bodies(const CellModel& model, const std::vector<bool>& called) {
  std::vector<bool> kept(model.functions.size());
  for (std::uint32_t i = 0; i < kept.size(); ++i) {
    if (!called[i] && !model.functions[i].body.empty()) continue;
    kept[i] = true;
    for (const std::uint32_t other : model.functions[i].calls) kept[other] = true;
  }
  return kept;
}

class Generator {
 public:
  Generator(const Cell& cell, const Graph& graph, const std::vector<bool>& called, const LibraryTypes& apart)
      : cell_(cell),
        model_(cell.model),
        called_(called),
        apart_(apart),
        node_of_(nodes_by_function(model_, graph)),
        is_used_(model_.types.types.size()) {}

  TranslationUnit generate() {
    unit_.table = callables(model_, called_);
    find_types();
    unit_.text = "# 1 \"" + escaped(cell_.path) + "\"\n" + cell_text();
    if (!unit_.text.ends_with('\n')) unit_.text += '\n';
    unit_.text += std::string("# 1 \"") + glue_file_name + "\"\n";
    // A macro of the cell must not change what the generated code says.
    for (const std::string& macro : macros_of(cell_.content)) line("#undef " + macro);
    line("#include <hamcell/glue.h>");
    std::set<std::string> adapters;
    for (std::uint32_t i = 0; i < model_.types.types.size(); ++i) {
      const Type& type = model_.types[i];
      if (is_used_[i] && !type.adapter.empty() && type.storable() && adapters.insert(type.adapter).second)
        line("#include <" + type.adapter + ">");
    }
    types();
    functions();
    table();
    return std::move(unit_);
  }

 private:
  void line(const std::string& text) {
    unit_.text.append(text) += '\n';
    ++line_number_;
  }

  void blame_on(Place place, std::string what, std::string next) {
    unit_.blame[line_number_ + 1] = {std::move(place), std::move(what), std::move(next), {}, {}};
  }

  /// As a line marker holds it. A line feed would end the marker, and what follows would be source; the
  /// compiler writes the name into its messages, where it must not drive a terminal.
  static std::string escaped(const std::string& path) {
    std::string out;
    for (const char c : visible(path)) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    return out;
  }

  /// The names behind every `#define` at the start of a line; one in a comment too many does no harm.
  static std::vector<std::string> macros_of(std::string_view content) {
    std::vector<std::string> names;
    for (std::size_t at = content.find("define"); at != std::string_view::npos;
         at = content.find("define", at + 6)) {
      const std::size_t line_start = content.find_last_of('\n', at) + 1;
      if (trimmed(content.substr(line_start, at - line_start)) != "#") continue;
      const std::size_t first = content.find_first_not_of(" \t", at + 6);
      if (first == std::string_view::npos || first == at + 6) continue;
      const std::size_t end =
          content.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_", first);
      if (end != first) names.emplace_back(content.substr(first, end - first));
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }

  /// Of a default.
  const Parameter& parameter(const Callable& call) const {
    return model_.functions[call.function].parameters[*call.parameter];
  }

  static std::string default_name(std::size_t index) { return "ham_default_" + std::to_string(index); }

  /// `index`: in the table.
  std::string default_function(std::size_t index) const {
    const Parameter& owner = parameter(unit_.table[index]);
    const Type& type = model_.types[owner.type];
    std::string result = type.cpp_name.empty() ? "auto" : type.cpp_name;
    std::string body = owner.default_argument->text;
    if (type.kind == TypeKind::view) {
      // What a view shows may go with the expression, so it is copied while that is still being evaluated.
      result = model_.types[type.arguments[0]].cpp_name;
      body = "[](" + type.cpp_name + " ham_view) { return " + result +
             "(ham_view.begin(), ham_view.end()); }(" + body + ")";
    }
    return " [[maybe_unused]] static " + result + " " + default_name(index) + "() { return " + body + "; }";
  }

  /// The cell's text without the bodies that are left out, and with a function behind each declaration that
  /// has a default which must be evaluated: there every name in it means what it means in the default.
  /// Everything keeps its line and column.
  std::string cell_text() {
    std::string content = cell_.content;
    if (!called_.empty()) leave_out_bodies(content);
    std::multimap<std::uint64_t, std::string> insertions;  // by offset, those of one place in order
    for (std::size_t i = 0; i < unit_.table.size(); ++i)
      if (unit_.table[i].parameter)
        insertions.emplace(parameter(unit_.table[i]).default_argument->insertion_offset, default_function(i));
    std::string text;
    // A byte order mark may stand only at the very start of a file, and this text stands behind a line
    // marker.
    std::uint64_t done = content.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    for (const auto& [offset, function] : insertions) {
      const std::uint64_t at = std::clamp<std::uint64_t>(offset, done, content.size());
      text.append(content, done, at - done);
      // A place at the start of a line, behind an include, may be followed by a directive: that needs its own
      // line.
      const bool is_at_line_start = at == 0 || content[at - 1] == '\n';
      text += is_at_line_start ? function + '\n' + line_marker(at) : function;
      done = at;
    }
    return text.append(content, done);
  }

  void leave_out_bodies(std::string& content) const {
    const std::vector<bool> kept = kept_bodies(model_, called_);
    for (std::size_t i = 0; i < kept.size(); ++i) {
      const TextRange& body = model_.functions[i].body;
      // A guess can have places of another text.
      if (kept[i] || body.end > content.size() || body.begin >= body.end) continue;
      const auto begin = content.begin() + static_cast<std::ptrdiff_t>(body.begin);
      const auto end = content.begin() + static_cast<std::ptrdiff_t>(body.end);
      std::replace_if(begin, end, [](char c) { return c != '\n'; }, ' ');
      *begin = ';';
    }
  }

  /// Says that the line after it is the one that has `offset` in the cell.
  std::string line_marker(std::uint64_t offset) const {
    const auto number =
        std::count(cell_.content.begin(), cell_.content.begin() + static_cast<std::ptrdiff_t>(offset), '\n') +
        1;
    return "# " + std::to_string(number) + " \"" + escaped(cell_.path) + "\"\n";
  }

  static std::string type_name(std::uint32_t type) { return "ham_t" + std::to_string(type); }

  bool is_stored(std::uint32_t type) const { return model_.types[type].storable(); }

  std::vector<std::uint32_t> structures() const {
    std::vector<std::uint32_t> all;
    for (std::uint32_t i = 0; i < model_.types.types.size(); ++i)
      if (is_used_[i] && model_.types[i].kind == TypeKind::structure && is_stored(i)) all.push_back(i);
    return all;
  }

  /// A name for every type, and the members of every structure.
  void types() {
    for (std::uint32_t i = 0; i < model_.types.types.size(); ++i) {
      const Type& type = model_.types[i];
      if (is_used_[i] && !type.cpp_name.empty()) line("using " + type_name(i) + " = " + type.cpp_name + ";");
    }
    for (std::uint32_t i = 0; i < model_.types.types.size(); ++i)
      if (is_used_[i] && apart_.contains(i)) line(apart_.declaration(i, type_name(i)));
    // All are declared before anything looks at one of them.
    for (const std::uint32_t i : structures())
      line("template <> struct ham::members<" + type_name(i) + "> { static const member_layout list[]; " +
           "static constexpr std::size_t count = " + std::to_string(model_.types[i].members.size()) + "; };");
    // What has bases or private members is no standard layout, and its members have offsets all the same.
    line("#pragma GCC diagnostic ignored \"-Winvalid-offsetof\"");
    for (const std::uint32_t i : structures()) members(i);
  }

  void members(std::uint32_t index) {
    const Type& type = model_.types[index];
    const std::string owner = type_name(index);
    std::string list;
    for (const Member& member : type.members) {
      const std::string& name = member.name;
      if (member.bit_width == 0 && apart_.contains(member.type)) {
        list += "{\"" + name + "\", &" + apart_.layout(member.type) + ", __builtin_offsetof(" + owner + ", " +
                name + "), nullptr}, ";
      } else if (member.bit_width == 0) {
        list += "ham::detail::member<decltype(" + owner + "::" + name + ")>(\"" + name +
                "\", __builtin_offsetof(" + owner + ", " + name + ")), ";
      } else {
        list += "ham::detail::bit_field_member<" + owner + ">(\"" + name + "\", [](const " + owner +
                "& s) { return s." + name + "; }, [](" + owner + "& s, auto v) { s." + name + " = v; }), ";
      }
    }
    blame_on({cell_.path, 0, 0},
             "values of type '" + type.name + "' cannot be stored as hamcell reads its members",
             "give it a ham::codec of its own, or make all of its members public and copyable");
    line("constinit const ham::member_layout ham::members<" + owner + ">::list[] = {" + list +
         "ham::member_layout{}};");
  }

  /// The type as which the value of a default is kept: of a view, its owner.
  std::uint32_t kept_type(const Callable& call) const { return kept_type(parameter(call)); }
  std::uint32_t kept_type(const Parameter& owner) const {
    const Type& type = model_.types[owner.type];
    return type.kind == TypeKind::view ? type.arguments[0] : owner.type;
  }

  /// The type in which each argument of a function arrives: what its provider gives, else what an input is
  /// kept as.
  std::vector<std::uint32_t> argument_types(std::uint32_t function) const {
    std::vector<std::uint32_t> types;
    for (const Parameter& owner : model_.functions[function].parameters) types.push_back(kept_type(owner));
    if (const GraphNode* node = node_of_[function])
      for (std::size_t k = 0; k < types.size(); ++k) types[k] = node->arguments[k].type;
    return types;
  }

  /// A type by its alias, or through the node that returns it where it has no name.
  std::string held_type(std::uint32_t type) const {
    if (!model_.types[type].cpp_name.empty()) return type_name(type);
    for (const NodeFunction& function : model_.functions)
      if (function.result == type)
        return "ham::glue::bare<decltype(ham::glue::result_of(" + address(function) + "))>";
    return type_name(type);
  }

  static std::string address(const NodeFunction& function) {
    if (!function.is_overloaded) return "&::" + function.function;
    return "static_cast<ham::glue::pointer_to<" + function.cpp_type + ">>(&::" + function.function + ")";
  }

  std::string type_entry(std::uint32_t type) const {
    if (apart_.contains(type)) return "&" + apart_.entry(type);
    const char* how = !is_stored(type) ? "held<" : read_.contains(type) ? "stored<" : "written<";
    return std::string("&ham::glue::") + how + held_type(type) + ">";
  }

  /// Values are read where a function takes them, and as soon as they are written where their order could
  /// differ from what comes out of the encoding.
  void find_types() {
    for (const Callable& call : unit_.table) {
      if (call.parameter) {
        use(kept_type(call));
        continue;
      }
      use(model_.functions[call.function].result);
      for (const std::uint32_t type : argument_types(call.function)) {
        use(type);
        read_.insert(type);
      }
    }
    for (std::uint32_t i = 0; i < model_.types.types.size(); ++i)
      if (model_.types[i].holds_unordered) read_.insert(i);
  }

  /// A type, and what it is made of.
  void use(std::uint32_t index) {
    if (is_used_[index]) return;
    is_used_[index] = true;
    for (const std::uint32_t part : parts_of(model_.types[index])) use(part);
  }

  void functions() {
    for (std::size_t i = 0; i < unit_.table.size(); ++i) {
      const Callable& call = unit_.table[i];
      if (call.parameter)
        evaluate_default(i, call);
      else
        call_function(i, call.function);
    }
  }

  static std::string head_of_call(std::size_t index) {
    return "[[gnu::cold]] static void ham_call_" + std::to_string(index) +
           "(void* r, [[maybe_unused]] const void* const* a) { ::new (r) ";
  }

  void call_function(std::size_t index, std::uint32_t number) {
    const NodeFunction& function = model_.functions[number];
    const std::vector<std::uint32_t> types = argument_types(number);
    std::string call =
        function.is_overloaded ? "(" + address(function) + ")(" : "::" + function.function + "(";
    std::string entries;
    for (std::size_t k = 0; k < types.size(); ++k) {
      call += (k == 0 ? "" : ", ");
      call += "*static_cast<const " + held_type(types[k]) + "*>(a[" + std::to_string(k) + "])";
      entries += (k == 0 ? "" : ", ") + type_entry(types[k]);
    }
    blame_on(function.place,
             "node '" + function.name + "' cannot be called with the values that it needs, or its result '" +
                 function.spelled_result + "' cannot be kept",
             "take parameters by value or as const T&, and return a value that can be copied or moved");
    line(head_of_call(index) + held_type(function.result) + "(" + call + ")); }");
    if (!types.empty())
      line("static const ham::type_entry* const ham_parameters_" + std::to_string(index) + "[] = {" +
           entries + "};");
  }

  void evaluate_default(std::size_t index, const Callable& call) {
    blame_on(parameter(call).place,
             "the default of parameter '" + parameter(call).name + "' cannot be evaluated on its own",
             "make it an expression that is valid behind the function");
    line(head_of_call(index) + held_type(kept_type(call)) + "(" + default_name(index) + "()); }");
  }

  void table() {
    line("static const ham::function_entry ham_functions[] = {");
    for (std::size_t i = 0; i < unit_.table.size(); ++i) {
      const Callable& call = unit_.table[i];
      const NodeFunction& function = model_.functions[call.function];
      const std::string number = std::to_string(i);
      if (call.parameter) {
        blame_on(parameter(call).place,
                 "the default of parameter '" + parameter(call).name + "' has a type that cannot be stored",
                 "give its type a ham::codec");
        line("{\"" + function.name + "(" + parameter(call).name + ")\", &ham_call_" + number + ", " +
             type_entry(kept_type(call)) + ", nullptr, 0},");
        continue;
      }
      const std::size_t count = function.parameters.size();
      blame_on(function.place,
               "the result '" + function.spelled_result + "' of node '" + function.name +
                   "' or one of its inputs cannot be stored",
               "give its type a ham::codec, or return another type");
      line("{\"" + function.name + "\", &ham_call_" + number + ", " + type_entry(function.result) + ", " +
           (count == 0 ? "nullptr" : "ham_parameters_" + number) + ", " + std::to_string(count) + "},");
    }
    if (unit_.table.empty()) line("{nullptr, nullptr, nullptr, nullptr, 0}");
    line("};");
    line("static const ham::cell_entry ham_cell{ham::abi_version, " + std::to_string(unit_.table.size()) +
         ", ham_functions, &ham::engine_in_use, &ham::glue::invoke};");
    line(
        "extern \"C\" __attribute__((visibility(\"default\"))) const ham::cell_entry* hamcell_cell_entry() { "
        "return &ham_cell; }");
  }

  const Cell& cell_;
  const CellModel& model_;
  const std::vector<bool>& called_;        ///< by function; empty: all are
  const LibraryTypes& apart_;              ///< types that are compiled in an object of their own
  std::vector<const GraphNode*> node_of_;  ///< each function's node; null for a variant that was not picked
  std::vector<bool> is_used_;              ///< by type: something that is called gives or takes it
  std::set<std::uint32_t> read_;           ///< types whose values are read
  TranslationUnit unit_;
  unsigned line_number_ = 0;  ///< lines of the glue written so far
};

}  // namespace

std::vector<Callable> callables(const CellModel& model, const std::vector<bool>& called) {
  std::vector<Callable> table;
  const auto is_called = [&](std::uint32_t function) { return called.empty() || called[function]; };
  for (std::uint32_t i = 0; i < model.functions.size(); ++i)
    if (is_called(i)) table.push_back({i, std::nullopt});
  for (std::uint32_t i = 0; i < model.functions.size(); ++i)
    for (std::uint32_t k = 0; is_called(i) && k < model.functions[i].parameters.size(); ++k) {
      const auto& argument = model.functions[i].parameters[k].default_argument;
      if (argument && !argument->value) table.push_back({i, k});
    }
  return table;
}

TranslationUnit generate_glue(const Cell& cell, const Graph& graph, const std::vector<bool>& called,
                              const LibraryTypes& apart) {
  return Generator(cell, graph, called, apart).generate();
}

LeftOut left_out(const CellModel& model, const std::vector<bool>& called) {
  LeftOut left_out;
  const std::vector<bool> kept = kept_bodies(model, called);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    left_out.all += model.functions[i].body.size();
    if (!kept[i]) left_out.bytes += model.functions[i].body.size();
  }
  return left_out;
}

}  // namespace hamcell
