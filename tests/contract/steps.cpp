#include "tests/contract/steps.h"

#include <stdexcept>
#include <utility>

namespace understudy::contract {

namespace {

constexpr Millis kBetweenLooks{5};

}  // namespace

core::Step step(core::StepKind kind) {
    core::Step made;
    made.kind = kind;
    return made;
}

core::Step step_to_follow(const core::Address& source) {
    auto follow = step(core::StepKind::kFollow);
    follow.source = source;
    return follow;
}

core::Step drain_of(const core::GtidSet& gtids) {
    auto drain = step(core::StepKind::kDrain);
    drain.gtids = gtids;
    return drain;
}

core::DatabaseFacts observed(ports::Database& database) {
    auto facts = database.observe(kSoon);
    if (!facts) throw std::runtime_error(describe(facts.error()));
    return std::move(*facts);
}

void must(ports::Database& database, core::StepKind kind) { must(database, step(kind)); }

void must(ports::Database& database, const core::Step& step) {
    const auto done = database.perform(step, kSoon);
    if (!done) throw std::runtime_error(describe(done.error()));
}

core::DatabaseFacts await(ports::Database& database, const std::string& what, const Holds& holds,
                          const Pass& pass, Millis patience) {
    for (Millis passed{0}; passed < patience; passed += kBetweenLooks) {
        auto facts = observed(database);
        if (holds(facts)) return facts;
        pass(kBetweenLooks);
    }
    throw std::runtime_error("never: " + what);
}

void open_followed(ports::Database& primary, const core::Address& address, ports::Database& replica,
                   const Pass& pass) {
    using core::StepKind;
    must(primary, StepKind::kWaitForAcksOff);
    must(primary, StepKind::kOpenWrites);
    must(replica, StepKind::kWaitForAcksOff);  // its applier would wait as well
    must(replica, step_to_follow(address));
    must(replica, StepKind::kStartApplier);
    must(replica, StepKind::kStartReceiver);
    const auto receives = [](const core::DatabaseFacts& facts) {
        return facts.replication.receiver == core::ReceiverState::kRunning;
    };
    await(replica, "the replica receives", receives, pass);
}

void protect(ports::Database& primary, const core::Address& address, ports::Database& replica,
             const Pass& pass) {
    open_followed(primary, address, replica, pass);
    must(replica, core::StepKind::kAcknowledgeOn);
    must(primary, core::StepKind::kWaitForAcksOn);
    const auto attached = [](const core::DatabaseFacts& facts) {
        return facts.semi_sync.source_clients == 1;
    };
    await(primary, "the replica acknowledges", attached, pass);
}

}  // namespace understudy::contract
