// The rule table: the controller's whole behaviour, a row at a time. The first row whose phase
// matches and whose condition holds fires. Ids rise; a new row gets a number between its
// neighbours.
#pragma once

#include <span>
#include <string_view>

#include "core/decide.h"
#include "core/situation.h"

namespace understudy::core {

using PhaseMask = unsigned;

constexpr PhaseMask mask_of(Phase phase) { return 1U << static_cast<unsigned>(phase); }

struct Rule {
    int number;
    std::string_view name;  // "110 fail-over-gone"
    PhaseMask phases;
    bool (*holds)(const Situation&);
    Decision (*then)(const Situation&);
    std::string_view when_text;
    std::string_view then_text;
};

std::span<const Rule> rules();

}  // namespace understudy::core
