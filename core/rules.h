// The rule table: the controller's whole behaviour, a row at a time. The first row whose phase
// matches and whose condition holds fires. Ids rise; a new row gets a number between its
// neighbours.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "core/decide.h"
#include "core/situation.h"

namespace understudy::core {

using PhaseMask = unsigned;

constexpr PhaseMask mask_of(Phase phase) { return 1U << static_cast<unsigned>(phase); }

inline constexpr std::array kEveryPhase{Phase::kBootstrap, Phase::kAlone,    Phase::kAdmitting,
                                        Phase::kProtected, Phase::kDraining, Phase::kGathering,
                                        Phase::kPromoting};
inline constexpr PhaseMask kAnyPhase = (1U << kEveryPhase.size()) - 1;

// Of a rule that promotes: why the former primary acknowledges nothing any more.
enum class Fence {
    kNotNeeded,  // it promotes nobody
    kNobodyWrites,
    kReceiversStopped,  // whoever could acknowledge to it receives no more before the new one opens
    kOldPrimaryClosed,  // its own agent says so
    kLeaseRevoked,      // its lease is over before the new one opens
    kOperatorsWord,     // who accepts the loss, and says that it is off
};

struct Rule {
    int number;
    std::string_view name;  // "110 fail-over-gone"
    PhaseMask phases;
    PhaseMask leads_to;  // the phases of the records it writes, where they differ
    Fence fence;
    bool (*holds)(const Situation&);
    Decision (*then)(const Situation&);
    std::string_view when_text;
    std::string_view then_text;
};

std::span<const Rule> rules();

}  // namespace understudy::core
