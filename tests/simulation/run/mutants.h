// Deliberate mistakes in rules, in the order of things, and in what surrounds the core: each has
// to be caught, or the net has a hole.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "tests/simulation/run/run.h"

namespace understudy::simulation {

struct Mutant {
    std::string_view name;
    std::string_view what;
    std::function<void(Seams&)> apply;
    Profile profile = Profile::kMixed;  // of the sites where it can do harm
    std::string_view often{};           // the fault in which it does
};

const std::vector<Mutant>& mutants();

Mutant among_several(Mutant mutant);
Mutant under_lease(Mutant mutant);
Mutant in_the_fault(std::string_view name, Mutant mutant);

// Of the controller's rules, of those that say who is in sync; of the agent's; of their
// surroundings.
std::vector<Mutant> decision_mutants();
std::vector<Mutant> membership_mutants();
std::vector<Mutant> reconcile_mutants();
std::vector<Mutant> surrounding_mutants();

}  // namespace understudy::simulation
