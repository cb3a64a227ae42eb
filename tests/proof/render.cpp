// A cell's model as text.
#include "render.h"

#include <algorithm>

#include "template_text.h"

namespace hamcell::proof {
namespace {

/// Puts names, values and calls into the texts of one entity.
class Speller {
 public:
  Speller(const Cell& cell, Naming naming) : cell_(cell), naming_(naming) {}

  std::string entity(const Entity& entity) const {
    if (entity.node) return node(entity);
    return filled(cell_.spec(entity).text, entity.feature, entity.knobs, nullptr, &entity.calls);
  }

  std::string file_name(const Entity& entity) const {
    return filled(cell_.spec(entity).file_name, entity.feature, {}, nullptr, nullptr);
  }

 private:
  std::string name(std::uint32_t feature, const std::string& slot) const {
    if (naming_ == Naming::keys) return "#" + std::to_string(feature) + "." + slot;
    return cell_.features.at(feature).names.at(slot);
  }

  std::string node_name(std::uint32_t id) const {
    if (naming_ == Naming::keys) return "#" + std::to_string(id);
    return cell_.find(id)->node->name;
  }

  std::string call(const Call& call) const {
    return filled(use_of(call).text, call.feature, call.knobs, &call, nullptr);
  }

  std::string all(const std::vector<Call>& calls) const {
    std::string out;
    for (const Call& each : calls) out += call(each) + " ";
    if (!out.empty()) out.pop_back();
    return out;
  }

  std::string filled(const std::string& text, std::uint32_t feature, const std::vector<Knob>& knobs,
                     const Call* from, const std::vector<Call>* calls) const {
    std::string out;
    std::size_t knob = 0;
    for (const Part& part : parse_text(text)) switch (part.kind) {
        case Part::Kind::text:
          out += part.text;
          break;
        case Part::Kind::slot:
          out += name(feature, part.text);
          break;
        case Part::Kind::call_slot:
          out += (from != nullptr && from->is_qualified ? "::" : "") + name(feature, part.text);
          break;
        case Part::Kind::mentioned:
          out += from->mentioned;
          break;
        case Part::Kind::number:
          out += std::to_string(knobs.at(knob++).value);
          break;
        case Part::Kind::choice:
          out += filled(part.choices.at(knobs.at(knob++).value), feature, {}, from, nullptr);
          break;
        case Part::Kind::calls:
          if (calls != nullptr) out += all(*calls);
          break;
        case Part::Kind::mark:
          out += '`';
          break;
      }
    return out;
  }

  static const char* result_type(ResultKind kind) {
    switch (kind) {
      case ResultKind::number:
        return "unsigned";
      case ResultKind::real:
        return "double";
      case ResultKind::text:
        return "std::string";
      case ResultKind::numbers:
        return "std::vector<unsigned>";
    }
    return "";
  }

  static bool is_small(ResultKind kind) { return kind == ResultKind::number || kind == ResultKind::real; }

  std::string parameter(const NodeParameter& parameter) const {
    if (parameter.node == 0) {
      const std::string value =
          parameter.expression ? call(*parameter.expression) : std::to_string(parameter.literal.value) + "u";
      return "unsigned " + parameter.input + " = " + value;
    }
    const ResultKind kind = cell_.find(parameter.node)->node->result;
    const std::string type = result_type(kind);
    return (is_small(kind) ? type + " " : "const " + type + "& ") + node_name(parameter.node);
  }

  /// The statement by which a parameter takes part in the node's value.
  std::string folded(const NodeParameter& parameter) const {
    if (parameter.node == 0) return "x = x * 5u + " + parameter.input + "; ";
    const std::string p = node_name(parameter.node);
    switch (cell_.find(parameter.node)->node->result) {
      case ResultKind::number:
        return "x = x * 3u + " + p + "; ";
      case ResultKind::real:
        return "x ^= static_cast<unsigned>(" + p + "); ";
      case ResultKind::text:
        return "for (const char c : " + p + ") x = x * 31u + static_cast<unsigned char>(c); ";
      case ResultKind::numbers:
        return "for (const unsigned v : " + p + ") x = x * 7u + v; ";
    }
    return "";
  }

  static std::string returned(ResultKind kind, const std::string& value) {
    switch (kind) {
      case ResultKind::number:
        return "return " + value + ";";
      case ResultKind::real:
        return "return static_cast<double>(" + value + ");";
      case ResultKind::text:
        return "return std::to_string(" + value + ");";
      case ResultKind::numbers:
        return "return {" + value + ", x / 3u};";
    }
    return "";
  }

  /// Called with as many numbers as the node has parameters.
  std::string node_call(const NodeCall& call) const {
    std::string out = "x ^= ::" + node_name(call.node) + "(";
    const auto& parameters = cell_.find(call.node)->node->parameters;
    for (std::size_t i = 0; i < parameters.size(); i++)
      out += i == 0 ? "x" : ", x + " + std::to_string(i) + "u";
    return out + "); ";
  }

  std::string node(const Entity& entity) const {
    const NodePart& part = *entity.node;
    std::string out = result_type(part.result);
    out += " " + (naming_ == Naming::keys ? std::string("#self") : part.name) + "(";
    for (std::size_t i = 0; i < part.parameters.size(); i++)
      out += (i == 0 ? "" : ", ") + parameter(part.parameters[i]);
    out += ") { unsigned x = " + std::to_string(entity.knobs.at(0).value) + "u; ";
    for (const NodeParameter& each : part.parameters) out += folded(each);
    for (const NodeCall& each : part.node_calls) out += node_call(each);
    if (!entity.calls.empty()) out += all(entity.calls) + " ";
    return out + returned(part.result, node_result(entity.knobs.at(1))) + " }";
  }

  /// Some nodes give few values, so that a change in them often ends there.
  static std::string node_result(const Knob& knob) {
    static const std::vector<std::string> results = {"x", "x % 1000u", "x % 2u", "(x > 9u ? 1u : 0u)"};
    return results.at(knob.value);
  }

  const Cell& cell_;
  Naming naming_;
};

/// Texts whose white space means something.
bool is_rigid(const std::string& text) {
  return text.starts_with('#') || text.find("\n#") != std::string::npos ||
         text.find("//") != std::string::npos;
}

std::string random_gap(Random& random) {
  switch (random.below(8)) {
    case 0:
      return "\n";
    case 1:
      return "\n    ";
    case 2:
      return " /* " + std::to_string(random.below(100)) + " */ ";
    case 3:
      return "  ";
    case 4:
      return " // x += 1u;\n";
    case 5:
      return " \\\n";
    default:
      return " ";
  }
}

/// Replaces spaces between tokens by other white space and comments.
std::string respaced(const std::string& text, std::uint64_t seed) {
  Random random(seed);
  std::string out;
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); i++) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == '\\') out += text[i++];
      if (text[i] == quote && c != '\\') quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == ' ') {
      out += random_gap(random);
      continue;
    }
    out += text[i];
  }
  return out;
}

std::string laid_out(const std::string& spelled, const Layout& layout) {
  if (layout.spacing == 0 || is_rigid(spelled)) return spelled;
  return respaced(spelled, layout.spacing);
}

/// Builds one file line by line, and notes where entities stand.
class FileWriter {
 public:
  explicit FileWriter(Rendered& out) : out_(out) {}

  void add(const std::string& text) {
    text_ += text;
    line_ += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }

  void add(const Cell& cell, const Entity& entity) {
    add(std::string(entity.layout.blank_lines, '\n') + entity.layout.comment);
    Written written;
    written.line = line_;
    for (const char c : laid_out(spell(cell, entity, Naming::names), entity.layout)) {
      if (c == '`') {
        written.marks.push_back(line_);
        continue;
      }
      written.text += c;
      if (c == '\n') line_++;
    }
    text_ += written.text;
    add("\n");
    out_.written[entity.id] = std::move(written);
  }

  std::string take() { return std::move(text_); }

 private:
  Rendered& out_;
  std::string text_;
  std::size_t line_ = 1;
};

std::string header_name(unsigned header) { return "part" + std::to_string(header) + ".hpp"; }

std::string system_includes(const Cell& cell) {
  std::string out;
  for (const std::string& header : cell.system_headers) out += "#include <" + header + ">\n";
  return out;
}

std::string header_text(const Cell& cell, unsigned header, Rendered& out) {
  FileWriter writer(out);
  const std::string guard = "PART" + std::to_string(header) + "_HPP";
  const bool once = cell.pragma_once[header - 1];
  writer.add(once ? "#pragma once\n" : "#ifndef " + guard + "\n#define " + guard + "\n");
  if (cell.headers_include_system) writer.add(system_includes(cell));
  if (header > 1 && cell.includes_previous[header - 1])
    writer.add("#include \"" + header_name(header - 1) + "\"\n");
  for (const Entity& entity : cell.order)
    if (!entity.node && entity.file == header && !is_apart(cell.spec(entity))) writer.add(cell, entity);
  if (!once) writer.add("#endif\n");
  return writer.take();
}

std::string cell_text(const Cell& cell, Rendered& out) {
  FileWriter writer(out);
  writer.add(cell.banner);
  writer.add(system_includes(cell));
  for (unsigned header = 1; header <= cell.headers; header++)
    writer.add("#include \"" + header_name(header) + "\"\n");
  writer.add("\n");
  for (const Entity& entity : cell.order)
    if (entity.file == 0 && (entity.node || !is_apart(cell.spec(entity)))) writer.add(cell, entity);
  return writer.take();
}

}  // namespace

std::string spell(const Cell& cell, const Entity& entity, Naming naming) {
  return Speller(cell, naming).entity(entity);
}

Rendered render(const Cell& cell) {
  Rendered out;
  for (const Entity& entity : cell.order) {
    if (entity.node || !is_apart(cell.spec(entity))) continue;
    const std::string name = Speller(cell, Naming::names).file_name(entity);
    auto& into = cell.spec(entity).target == Target::file ? out.files : out.environment;
    into[name] = spell(cell, entity, Naming::names);
    if (entity.rewrites > 0) out.rewrites[name] = entity.rewrites;
  }
  for (unsigned header = 1; header <= cell.headers; header++)
    out.files[header_name(header)] = header_text(cell, header, out);
  out.files[cell_file] = cell_text(cell, out);
  return out;
}

}  // namespace hamcell::proof
