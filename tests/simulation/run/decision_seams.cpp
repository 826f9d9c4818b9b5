#include "tests/simulation/run/decision_seams.h"

namespace understudy::simulation {

using core::ClusterView;
using core::Decision;
using core::Inputs;
using core::Record;

Mutant misreading(std::string_view name, std::string_view what, Misread misread) {
    return {name, what, [misread](Seams& seams) {
                seams.decide = [misread](const Inputs& inputs) {
                    Record record = inputs.record;
                    ClusterView view = inputs.view;
                    misread(record, view, inputs);
                    return core::decide({record, view, inputs.topology, inputs.policy, inputs.now,
                                         inputs.request, inputs.listening_since, inputs.trail});
                };
            }};
}

Mutant changing(std::string_view name, std::string_view what, Change change) {
    return {name, what, [change](Seams& seams) {
                seams.decide = [change](const Inputs& inputs) {
                    Decision decision = core::decide(inputs);
                    change(decision, inputs);
                    return decision;
                };
            }};
}

Mutant without(std::string_view name, std::string_view what, std::string_view rule) {
    return {name, what, [rule](Seams& seams) {
                seams.decide = [rule](const Inputs& inputs) {
                    Decision decision = core::decide(inputs);
                    return decision.rule.starts_with(rule) ? Decision{} : decision;
                };
            }};
}

}  // namespace understudy::simulation
