// Writes, while hamcell is built, the page's rules for the colours of pictures: palette_css FILE. By then the
// style sheet is whole, and its digest is that of the policy in every page.
#include <cstdio>
#include <fstream>

#include "draw/palette.h"

int main(int count, char** words) {
  if (count != 2) {
    std::fputs("usage: palette_css FILE\n", stderr);
    return 2;
  }
  std::ofstream out(words[1]);
  out << "/* ---- The colours of pictures, light and dark, from draw/palette.h. A rule wins over the "
         "attribute. */\n"
         ":root {\n";
  for (const auto& [name, light, dark] : hamcell::palette::all)
    out << "  --palette-" << name << ": light-dark(" << light << ", " << dark << ");\n";
  out << "}\n";
  for (const auto& [name, light, dark] : hamcell::palette::all)
    for (const char* property : {"fill", "stroke"})
      out << "#page-canvas [" << property << "=\"" << light << "\"] {\n  " << property << ": var(--palette-"
          << name << ");\n}\n";
  out.close();
  return out ? 0 : 1;
}
