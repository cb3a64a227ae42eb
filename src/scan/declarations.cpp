// One pass over what the translation unit declares: functions of the user's files, macros, includes.
#include "scan/declarations.h"

#include <map>
#include <span>

#include "scan/preamble.h"

namespace hamcell {
namespace {

bool is_function(CXCursorKind kind) {
  return kind == CXCursor_FunctionDecl || kind == CXCursor_FunctionTemplate;
}

bool is_class(CXCursorKind kind) {
  return kind == CXCursor_StructDecl || kind == CXCursor_ClassDecl ||
         kind == CXCursor_ClassTemplatePartialSpecialization;
}

class DeclarationReader {
 public:
  DeclarationReader(const ParsedCell& parsed, Declarations& out) : main_(parsed.main_file()), out_(out) {}

  void read(CXCursor cursor) {
    switch (const CXCursorKind kind = clang_getCursorKind(cursor)) {
      case CXCursor_MacroDefinition:
        out_.macros.add(cursor);
        return;
      case CXCursor_InclusionDirective:
        read_inclusion(cursor);
        return;
      case CXCursor_MacroExpansion:
        return;
      default: {
        const CXSourceLocation location = clang_getCursorLocation(cursor);
        if (clang_Location_isInSystemHeader(location) != 0) {
          read_system(cursor, kind);
        } else {
          out_.user_cursors.push_back(cursor);
          read_user(cursor, kind);
        }
      }
    }
  }

 private:
  void read_inclusion(CXCursor cursor) {
    const Position at = position_of(cursor);
    out_.inclusions.push_back(
        {at.file, clang_getIncludedFile(cursor), text_of(clang_getCursorSpelling(cursor)), at.offset});
  }

  /// Of system headers only the names at global namespace matter: a node of such a name is overloaded.
  void read_system(CXCursor cursor, CXCursorKind kind) {
    if (is_function(kind) || kind == CXCursor_UsingDeclaration)
      count_global(cursor);
    else if (kind == CXCursor_LinkageSpec)
      for_each_child(cursor, [&](CXCursor child) { read_system(child, clang_getCursorKind(child)); });
  }

  void count_global(CXCursor cursor) {
    if (is_first(cursor)) out_.global_names[text_of(clang_getCursorSpelling(cursor))]++;
  }

  static bool is_first(CXCursor cursor) {
    return clang_equalCursors(cursor, clang_getCanonicalCursor(cursor)) != 0;
  }

  void read_user(CXCursor cursor, CXCursorKind kind) {
    if (kind == CXCursor_Namespace || kind == CXCursor_LinkageSpec) {
      for_each_child(cursor, [&](CXCursor child) { read_user(child, clang_getCursorKind(child)); });
    } else if (is_function(kind)) {
      read_function(cursor, kind);
    } else if (kind == CXCursor_UsingDeclaration) {
      if (enclosing_of(cursor).empty()) count_global(cursor);
    } else if (is_class(kind) && text_of(clang_getCursorSpelling(cursor)) == "codec") {
      read_codec(cursor);
    }
  }

  void read_codec(CXCursor cursor) {
    const CXCursor space = clang_getCursorSemanticParent(cursor);
    const CXCursor general = clang_getSpecializedCursorTemplate(cursor);
    if (!is_null(general) && clang_getCursorKind(space) == CXCursor_Namespace &&
        text_of(clang_getCursorSpelling(space)) == "ham")
      out_.codec_specialisations.push_back(cursor);
  }

  /// "an anonymous namespace", "namespace 'physics'"; empty at global namespace.
  static std::string enclosing_of(CXCursor cursor) {
    for (CXCursor parent = clang_getCursorSemanticParent(cursor);;
         parent = clang_getCursorSemanticParent(parent)) {
      const CXCursorKind kind = clang_getCursorKind(parent);
      if (is_null(parent) || kind == CXCursor_TranslationUnit) return {};
      if (kind == CXCursor_LinkageSpec) continue;
      const std::string name = text_of(clang_getCursorSpelling(parent));
      if (kind != CXCursor_Namespace) return "class '" + name + "'";
      return name.empty() || name.starts_with("(anonymous") ? "an anonymous namespace"
                                                            : "namespace '" + name + "'";
    }
  }

  void read_function(CXCursor cursor, CXCursorKind kind) {
    FunctionEntity& entity = entity_of(cursor);
    if (entity.declarations.empty()) {
      entity.is_template =
          kind == CXCursor_FunctionTemplate || !is_null(clang_getSpecializedCursorTemplate(cursor));
      entity.enclosing = enclosing_of(cursor);
      if (entity.enclosing.empty()) out_.global_names[text_of(clang_getCursorSpelling(cursor))]++;
    }
    entity.declarations.push_back(cursor);
    if (position_of(cursor).file == main_) entity.in_cell = true;
    if (clang_isCursorDefinition(cursor) != 0) entity.definition = cursor;
  }

  /// The entity that `cursor` declares, a new one where it is the first declaration.
  FunctionEntity& entity_of(CXCursor cursor) {
    const CXCursor canonical = clang_getCanonicalCursor(cursor);
    std::vector<std::pair<CXCursor, std::size_t>>& bucket = known_[clang_hashCursor(canonical)];
    for (const auto& [first, index] : bucket)
      if (clang_equalCursors(first, canonical) != 0) return out_.functions[index];
    bucket.emplace_back(canonical, out_.functions.size());
    return out_.functions.emplace_back();
  }

  CXFile main_;
  Declarations& out_;
  std::unordered_map<unsigned, std::vector<std::pair<CXCursor, std::size_t>>> known_;
};

/// The includes of a precompiled preamble stand in headers of their own, each on its line: in the cell they
/// stand where they stand.
void place_preamble(const ParsedCell& parsed, const KnownPreamble& known, Declarations& out) {
  CXFile main = parsed.main_file();
  std::map<CXFile, std::span<const Preamble::Include>> left;
  for (const KnownPreamble::Part& part : known.parts)
    left.emplace(clang_getFile(parsed.unit(), part.header.c_str()), part.includes);
  for (Inclusion& inclusion : out.inclusions) {
    if (inclusion.includer == main) break;
    if (known.origin == KnownPreamble::Origin::kept) out.kept_inclusions++;
    const auto part = left.find(inclusion.includer);
    if (part == left.end() || part->second.empty()) continue;
    inclusion.includer = main;
    inclusion.offset = static_cast<unsigned>(part->second.front().offset);
    inclusion.is_blank = true;
    part->second = part->second.subspan(1);
  }
}

}  // namespace

Declarations read_declarations(const ParsedCell& parsed, const KnownPreamble* known) {
  Declarations out(parsed.unit());
  DeclarationReader reader(parsed, out);
  for_each_child(clang_getTranslationUnitCursor(parsed.unit()),
                 [&](CXCursor cursor) { reader.read(cursor); });
  if (known != nullptr) place_preamble(parsed, *known, out);
  return out;
}

}  // namespace hamcell
