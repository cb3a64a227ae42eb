// The colours of pictures, and what stands for each on a dark page.
#pragma once

#include <array>

namespace hamcell {

/// Colours are "#rrggbb". What is light is a ground in every use, and what is dark an ink or a line, so that
/// a dark page needs one other colour for each.
struct PaletteColor {
  const char* name;  ///< for style sheets: "light-blue"
  const char* light;
  const char* dark;
};

namespace palette {
inline constexpr PaletteColor white{"white", "#ffffff", "#12191d"};
inline constexpr PaletteColor light_blue{"light-blue", "#c9e3ee", "#1e4557"};
inline constexpr PaletteColor yellow{"yellow", "#ffc72e", "#5c4600"};
inline constexpr PaletteColor light_red{"light-red", "#fbdcdc", "#5c1c22"};
inline constexpr PaletteColor light_grey{"light-grey", "#f1f3f4", "#2a343a"};
inline constexpr PaletteColor cluster_ground{"cluster-ground", "#f4f7f8", "#1a2328"};
inline constexpr PaletteColor ink{"ink", "#17242b", "#eef4f7"};
inline constexpr PaletteColor muted_ink{"muted-ink", "#5a666e", "#a9b6bd"};
inline constexpr PaletteColor muted_text{"muted-text", "#4a565d", "#b4c1c8"};
inline constexpr PaletteColor slate{"slate", "#35535f", "#9fc0cf"};
inline constexpr PaletteColor orange{"orange", "#d95f00", "#ff9a45"};
inline constexpr PaletteColor red{"red", "#a3001c", "#ffa3a3"};
inline constexpr PaletteColor violet{"violet", "#6b3fa0", "#c7a3f5"};
inline constexpr PaletteColor grey{"grey", "#828e95", "#7f8c94"};
inline constexpr PaletteColor arrow{"arrow", "#4d6572", "#8fa9b6"};
inline constexpr PaletteColor faint_arrow{"faint-arrow", "#9aa7ae", "#5d6b73"};
inline constexpr PaletteColor cluster_outline{"cluster-outline", "#8fa0a9", "#5f717b"};
inline constexpr PaletteColor legend_outline{"legend-outline", "#c3ccd1", "#3f4d55"};

/// All of them: nothing else is painted with.
inline constexpr std::array all = {
    white,  light_blue, yellow,     light_red,   light_grey,      cluster_ground,
    ink,    muted_ink,  muted_text, slate,       orange,          red,
    violet, grey,       arrow,      faint_arrow, cluster_outline, legend_outline};
}  // namespace palette

}  // namespace hamcell
