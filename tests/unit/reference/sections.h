// The pages of both programs with every metric that their code writes: the exporters over outputs
// of the real daemons, and facts in which nothing is missing.
#pragma once

#include <vector>

#include "tests/unit/reference/reference_text.h"

namespace understudy::reference {

std::vector<Section> agent_sections();
Section controller_section();

inline std::vector<Section> all_sections() {
    auto sections = agent_sections();
    sections.push_back(controller_section());
    return sections;
}

}  // namespace understudy::reference
