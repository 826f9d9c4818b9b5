#include "tests/simulation/run/mutants.h"

#include <iterator>
#include <utility>

namespace understudy::simulation {

namespace {

Mutant flawed(std::string_view name, std::string_view what, bool Flaws::*flaw) {
    return {name, what, [flaw](Seams& seams) { seams.flaws.*flaw = true; }};
}

}  // namespace

Mutant among_several(Mutant mutant) {
    mutant.profile = Profile::kSeveral;
    return mutant;
}

Mutant under_lease(Mutant mutant) {
    mutant.profile = Profile::kLeased;
    return mutant;
}

Mutant in_the_fault(std::string_view name, Mutant mutant) {
    mutant.often = name;
    return mutant;
}

std::vector<Mutant> surrounding_mutants() {
    return {
        flawed("tells-before-writing", "agents are told before the record is written",
               &Flaws::tells_before_writing),
        flawed("timeout-is-failure", "a write whose outcome is unknown counts as not done",
               &Flaws::timeout_is_failure),
        flawed("tells-once", "no assignment is told again", &Flaws::tells_once),
        flawed("accepts-older-assignment", "an agent accepts a lower epoch",
               &Flaws::accepts_older_assignment),
        flawed("accepts-older-route", "a load balancer's agent accepts a lower revision",
               &Flaws::accepts_older_route),
        in_the_fault("lose power",
                     flawed("forgets-assignment", "an agent keeps nothing across its restarts",
                            &Flaws::forgets_assignment)),
        flawed("keeps-rejoin-order", "the rejoin order outlives the start it was for",
               &Flaws::keeps_rejoin_order),
        flawed("rewinds-released", "a host is rewound although its waiting commits were let go",
               &Flaws::rewinds_released),
        in_the_fault(
            "orphan on a third host",
            among_several(flawed("keeps-uuid", "a rewound host gives the same numbers again",
                                 &Flaws::keeps_uuid))),
        under_lease(flawed("grants-anything", "a witness grants a lease whatever it was told",
                           &Flaws::grants_anything)),
        flawed("boots-open", "mysqld starts writable and not waiting", &Flaws::boots_open),
        flawed("keeps-sessions", "sessions to a former writer stay open", &Flaws::keeps_sessions),
    };
}

const std::vector<Mutant>& mutants() {
    static const std::vector<Mutant> kAll = [] {
        auto all = decision_mutants();
        for (auto* make : {&membership_mutants, &reconcile_mutants, &surrounding_mutants}) {
            auto more = make();
            all.insert(all.end(), std::make_move_iterator(more.begin()),
                       std::make_move_iterator(more.end()));
        }
        return all;
    }();
    return kAll;
}

}  // namespace understudy::simulation
