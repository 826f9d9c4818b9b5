// How tests bring a database, real or simulated, where they want it. What cannot be done throws.
#pragma once

#include <functional>
#include <string>

#include "core/facts.h"
#include "core/reconcile.h"
#include "ports/database.h"

namespace understudy::contract {

using core::Millis;

inline constexpr Millis kSoon{2000};  // for what is expected to succeed

using Holds = std::function<bool(const core::DatabaseFacts&)>;
using Pass = std::function<void(Millis)>;  // lets time pass, real or virtual

core::Step step(core::StepKind kind);
core::Step step_to_follow(const core::Address& source);
core::Step drain_of(const core::GtidSet& gtids);

core::DatabaseFacts observed(ports::Database& database);
void must(ports::Database& database, core::StepKind kind);
void must(ports::Database& database, const core::Step& step);

// Observes until it holds.
core::DatabaseFacts await(ports::Database& database, const std::string& what, const Holds& holds,
                          const Pass& pass, Millis patience = Millis{10000});

// The primary open and not waiting, the replica following it, nobody acknowledging.
void open_followed(ports::Database& primary, const core::Address& address, ports::Database& replica,
                   const Pass& pass);
// The same, with the replica acknowledging and the primary waiting for it.
void protect(ports::Database& primary, const core::Address& address, ports::Database& replica,
             const Pass& pass);

}  // namespace understudy::contract
