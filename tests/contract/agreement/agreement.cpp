#include "tests/contract/agreement/agreement.h"

#include <array>
#include <stdexcept>

namespace understudy::contract {

using core::StepKind;

std::ostream& operator<<(std::ostream& stream, Ending ending) {
    constexpr std::array<const char*, 4> kNames{"waits", "acknowledged", "refused", "unknown"};
    return stream << kNames.at(static_cast<std::size_t>(ending));
}

Agreement::Agreement()
    : lab_(GetParam()()), a_(lab_->database(Side::kA)), b_(lab_->database(Side::kB)) {
    a_uuid_ = observed(a_).server_uuid;
    observed(b_);  // the agents' connections are there from the beginning
}

core::DatabaseFacts Agreement::await(ports::Database& database, const std::string& what,
                                     const Holds& holds) {
    return contract::await(database, what, holds, [this](Millis time) { lab_->pass(time); });
}

core::DatabaseFacts Agreement::await_executed(ports::Database& database, std::uint64_t count) {
    return await(database, std::to_string(count) + " executed",
                 [=](const auto& facts) { return facts.executed.count() == count; });
}

core::DatabaseFacts Agreement::await_received(ports::Database& database, std::uint64_t count) {
    return await(database, std::to_string(count) + " received",
                 [=](const auto& facts) { return facts.replication.retrieved.count() == count; });
}

core::DatabaseFacts Agreement::await_waiting() {
    return await(a_, "a commit waits",
                 [](const auto& facts) { return facts.semi_sync.waiting_sessions == 1; });
}

core::DatabaseFacts Agreement::await_clients(int count) {
    return await(a_, std::to_string(count) + " acknowledging replicas",
                 [=](const auto& facts) { return facts.semi_sync.source_clients == count; });
}

core::DatabaseFacts Agreement::await_receiver(ports::Database& database,
                                              core::ReceiverState state) {
    return await(database, "receiver " + std::to_string(static_cast<int>(state)),
                 [=](const auto& facts) { return facts.replication.receiver == state; });
}

void Agreement::shut_down(Side side) {
    lab_->ask_to_end(side);
    lab_->await_end(side);
}

void Agreement::open_a_waiting() {
    must(a_, StepKind::kWaitForAcksOn);
    must(a_, StepKind::kOpenWrites);
}

void Agreement::open_a_followed_by_b() {
    open_followed(a_, lab_->address(Side::kA), b_, [this](Millis time) { lab_->pass(time); });
}

void Agreement::protect_a_by_b() {
    protect(a_, lab_->address(Side::kA), b_, [this](Millis time) { lab_->pass(time); });
}

void Agreement::attach_b() {
    must(b_, StepKind::kWaitForAcksOff);
    must(b_, StepKind::kAcknowledgeOn);
    must(b_, step_to_follow(lab_->address(Side::kA)));
    must(b_, StepKind::kStartApplier);
    must(b_, StepKind::kStartReceiver);
}

core::GtidSet Agreement::hand_over_to_b() {
    must(a_, StepKind::kCloseWrites);
    must(a_, StepKind::kKillSessions);
    auto written = observed(a_).executed;
    must(b_, drain_of(written));
    must(b_, StepKind::kStopReceiver);
    must(b_, StepKind::kForgetSource);
    must(b_, StepKind::kOpenWrites);
    must(a_, StepKind::kWaitForAcksOff);
    return written;
}

void Agreement::let_b_stop_behind_its_applier() {
    open_a_followed_by_b();
    must(b_, StepKind::kWaitForAcksOn);
    write_to_a();
    await(b_, "b's applier waits",
          [](const auto& seen) { return seen.semi_sync.waiting_sessions == 1; });
    const auto stopped = b_.perform(step(StepKind::kForgetSource), Millis{1000});
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, core::ErrorCode::kTimeout);
}

void Agreement::write_to_a(int times) {
    const auto client = session(Side::kA);
    for (int i = 0; i < times; ++i) {
        client->begin_write();
        const auto ending = client->ending(kSoon);
        if (ending != Ending::kAcknowledged) throw std::runtime_error("a write did not succeed");
    }
}

std::unique_ptr<LabSession> Agreement::waiting_write() {
    auto client = session(Side::kA);
    client->begin_write();
    await_waiting();
    return client;
}

std::unique_ptr<LabSession> Agreement::leave_an_orphan() {
    protect_a_by_b();
    write_to_a(2);
    await_executed(b_, 2);
    must(b_, StepKind::kStopReceiver);
    auto client = waiting_write();
    lab_->kill_hard(Side::kA);
    return client;
}

std::unique_ptr<LabSession> Agreement::waiting_write_that_was_received() {
    protect_a_by_b();
    must(b_, StepKind::kAcknowledgeOff);
    await_clients(0);
    auto client = waiting_write();
    await_received(b_, 1);
    must(b_, StepKind::kAcknowledgeOn);
    await_clients(1);
    return client;
}

void Agreement::receive_without_applying() {
    open_a_followed_by_b();
    write_to_a();
    await_executed(b_, 1);
    lab_->stop_applier(Side::kB);
    write_to_a(2);
    await_received(b_, 3);
}

std::unique_ptr<LabSession> Agreement::session(Side side) {
    auto session = lab_->log_in(side, kSoon);
    if (!session) throw std::runtime_error("no login");
    return session;
}

}  // namespace understudy::contract
