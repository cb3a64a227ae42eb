// Features that only mention names: locals, members and texts that have the name of an unrelated function.
#include "feature.h"

namespace hamcell::proof {

std::vector<FeatureSpec> name_features() {
  return {{.name = "innocent names",
           .uses = {{.text = "{ const unsigned @? = $u; x ^= @?; }"},
                    {.text = "x += [](unsigned @?) { return @? * 3u + $u; }(x);"},
                    {.text = "{ struct { unsigned @? = $u; } s; x += s.@?; }"},
                    {.text = "{ struct Local { unsigned @?(unsigned v) const { return v + $u; } }; x ^= "
                             "Local().@?(x); }"},
                    {.text = "for (unsigned @? = 0u; @? < 3u; @?++) x = x * 3u + @? + $u;"},
                    {.text = "x += static_cast<unsigned>(sizeof(\"@?\")) + $u; // @?(x)\n"},
                    {.text = "{ enum class Mode { @? = $, last }; x += static_cast<unsigned>(Mode::@?); }"}},
           .is_decoy = true}};
}

}  // namespace hamcell::proof
