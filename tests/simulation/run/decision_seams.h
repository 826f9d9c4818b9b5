// How a mistake gets into the controller's rules.
#pragma once

#include <string_view>

#include "tests/simulation/run/mutants.h"

namespace understudy::simulation {

// Facts that the mistaken rule sees; the rest of the record stays as it is.
using Misread = void (*)(core::Record& record, core::ClusterView& view, const core::Inputs& inputs);
Mutant misreading(std::string_view name, std::string_view what, Misread misread);

// A decision that is made otherwise.
using Change = void (*)(core::Decision& decision, const core::Inputs& inputs);
Mutant changing(std::string_view name, std::string_view what, Change change);

// A rule that is not there, by its number.
Mutant without(std::string_view name, std::string_view what, std::string_view rule);

}  // namespace understudy::simulation
