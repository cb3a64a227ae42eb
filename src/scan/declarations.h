// One pass over what the translation unit declares: functions of the user's files, macros, includes.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "scan/clang.h"
#include "scan/macros.h"
#include "scan/parse.h"

namespace hamcell {

/// A function and all its declarations in the user's files.
struct FunctionEntity {
  CXCursor definition = clang_getNullCursor();  ///< null: declared only
  std::vector<CXCursor> declarations;           ///< in source order, the definition among them
  bool is_template = false;
  bool in_cell = false;   ///< declared or defined in the cell's own file
  std::string enclosing;  ///< what it is in, for a reason: "a namespace"; empty: at global namespace

  /// The definition, or the first declaration.
  CXCursor cursor() const { return is_null(definition) ? declarations.front() : definition; }
};

struct Inclusion {
  CXFile includer = nullptr;
  CXFile included = nullptr;  ///< null: not found
  std::string spelled;        ///< "bits/stdc++.h"
  unsigned offset = 0;        ///< of the directive in the includer
  bool is_blank = false;      ///< precompiled: it is not in the text that was parsed
};

struct Declarations {
  explicit Declarations(CXTranslationUnit unit) : macros(unit) {}

  std::vector<FunctionEntity> functions;  ///< of the user's files, in the order of their first declaration
  std::vector<CXCursor> user_cursors;     ///< what the user's files declare at their outermost level
  std::unordered_map<std::string, unsigned>
      global_names;                   ///< functions at global namespace: how many of a name
  std::vector<Inclusion> inclusions;  ///< in the order of the text
  std::size_t kept_inclusions = 0;    ///< of how many of the first ones the preamble's facts tell all
  MacroTable macros;
  std::vector<CXCursor> codec_specialisations;  ///< of ham::codec
};

/// `known`: what is precompiled of the cell; null: nothing.
Declarations read_declarations(const ParsedCell& parsed, const KnownPreamble* known);

}  // namespace hamcell
