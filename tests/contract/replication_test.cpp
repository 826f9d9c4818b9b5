// Following, acknowledging, draining.
#include <chrono>

#include "tests/contract/mysql_servers.h"

namespace understudy::contract {
namespace {

using core::ErrorCode;
using core::StepKind;
using std::chrono::steady_clock;

TEST_F(MySqlContract, AReplicaFollowsOverVerifiedTls) {
    open_a_followed_by_b();
    Client client(a_server_);
    client.insert(1);
    ASSERT_TRUE(client.outcome(kSoon).value());
    const auto source = observed(*a_);
    const auto facts = await(*b_, "b has applied it", [&](const core::DatabaseFacts& seen) {
        return seen.executed == source.executed;
    });
    EXPECT_TRUE(facts.super_read_only);
    EXPECT_TRUE(facts.replication.configured);
    EXPECT_EQ(facts.replication.source_host, a_server_.address().host);
    EXPECT_EQ(facts.replication.source_port, 3306);
    EXPECT_TRUE(facts.replication.applier_running);
    EXPECT_EQ(facts.replication.receiver_error, 0);
    EXPECT_EQ(facts.replication.retrieved, source.executed);
    EXPECT_EQ(rows(b_server_), std::vector<int>{1});
    const auto status = b_server_.root("SHOW REPLICA STATUS").front();
    EXPECT_EQ(status.text(0, "Source_SSL_Allowed"), "Yes");
    EXPECT_EQ(status.text(0, "Source_SSL_Verify_Server_Cert"), "Yes");
    EXPECT_EQ(status.text(0, "Auto_Position"), "1");
}

TEST_F(MySqlContract, TaggedTransactionsAreReportedReceivedAndApplied) {
    open_a_followed_by_b();
    a_server_.root(
        "SET gtid_next = 'AUTOMATIC:nightly'; INSERT INTO guestbook.contract VALUES (1), (2);"
        " SET gtid_next = 'AUTOMATIC'");
    const auto source = observed(*a_);
    EXPECT_TRUE(source.executed.contains(source.server_uuid + ":nightly", 1))
        << source.executed.to_string();
    const auto facts = await(*b_, "b has applied it", [&](const core::DatabaseFacts& seen) {
        return seen.executed == source.executed;
    });
    EXPECT_TRUE(facts.replication.retrieved.contains(source.server_uuid + ":nightly", 1));
    EXPECT_EQ(rows(b_server_), (std::vector<int>{1, 2}));
}

TEST_F(MySqlContract, TheReceiverHearsOfItsSourceSeveralTimesASecond) {
    open_a_followed_by_b();
    await(*b_, "b hears of a", [](const core::DatabaseFacts& facts) {
        return facts.replication.source_silent && *facts.replication.source_silent < Millis{300};
    });
    const Suspended suspended(a_server_);
    const auto facts = await(*b_, "b hears nothing of a", [](const core::DatabaseFacts& seen) {
        return seen.replication.source_silent && *seen.replication.source_silent > Millis{800};
    });
    EXPECT_EQ(facts.replication.receiver, core::ReceiverState::kRunning);
}

TEST_F(MySqlContract, AReplicaIsAdmittedAndItsAcknowledgementsCount) {
    protect_a_by_b();
    const auto replica = observed(*b_);
    EXPECT_TRUE(replica.semi_sync.replica_enabled);
    EXPECT_TRUE(replica.semi_sync.replica_active);
    Client client(a_server_);
    client.insert(1);
    EXPECT_TRUE(client.outcome(kSoon).value());
    must(*b_, StepKind::kAcknowledgeOff);
    await(*a_, "b no longer acknowledges",
          [](const core::DatabaseFacts& facts) { return facts.semi_sync.source_clients == 0; });
    client.insert(2);
    EXPECT_FALSE(client.outcome(Millis{200}));
    must(*b_, StepKind::kAcknowledgeOn);
    Client next(a_server_);
    await(*a_, "b acknowledges again",
          [](const core::DatabaseFacts& facts) { return facts.semi_sync.source_clients == 1; });
    next.insert(3);
    for (auto* waiting : {&next, &client}) {
        const auto outcome = waiting->outcome(kSoon);
        ASSERT_TRUE(outcome);
        EXPECT_TRUE(*outcome);
    }
}

TEST_F(MySqlContract, AStoppedReceiverAcknowledgesNothing) {
    protect_a_by_b();
    must(*b_, StepKind::kStopReceiver);
    Client client(a_server_);
    client.insert(1);
    EXPECT_FALSE(client.outcome(Millis{300}));
}

TEST_F(MySqlContract, AnApplierWaitsForAcknowledgementsTooWhereWaitingIsOn) {
    open_a_followed_by_b();
    must(*b_, StepKind::kWaitForAcksOn);
    Client client(a_server_);
    client.insert(1);
    ASSERT_TRUE(client.outcome(kSoon).value());
    const auto facts = await(*b_, "b's applier waits", [](const core::DatabaseFacts& seen) {
        return seen.semi_sync.waiting_sessions == 1;
    });
    EXPECT_TRUE(facts.executed.empty());
    must(*b_, StepKind::kWaitForAcksOff);
    await(*b_, "b has applied it",
          [](const core::DatabaseFacts& seen) { return !seen.executed.empty(); });
}

TEST_F(MySqlContract, ADrainEndsWhenAllIsAppliedAndNotBefore) {
    open_a_followed_by_b();
    b_server_.root("STOP REPLICA SQL_THREAD");
    Client client(a_server_);
    client.insert(1);
    ASSERT_TRUE(client.outcome(kSoon).value());
    auto drain = step(StepKind::kDrain);
    drain.gtids = await(*b_, "b has received it", [](const core::DatabaseFacts& facts) {
                      return !facts.replication.retrieved.empty();
                  }).replication.retrieved;
    const auto before = steady_clock::now();
    const auto vain = b_->perform(drain, Millis{200});
    ASSERT_FALSE(vain);
    EXPECT_EQ(vain.error().code, ErrorCode::kTimeout);
    EXPECT_LT(steady_clock::now() - before, Millis{250});
    must(*b_, StepKind::kStartApplier);
    must(*b_, drain);
    EXPECT_EQ(rows(b_server_), std::vector<int>{1});
}

// hazards: re-pointing a replica purged relay logs that held the only copy.
TEST_F(MySqlContract, NothingReceivedIsPurgedBeforeItIsApplied) {
    open_a_followed_by_b();
    b_server_.root("STOP REPLICA SQL_THREAD");
    Client client(a_server_);
    client.insert(1);
    ASSERT_TRUE(client.outcome(kSoon).value());
    await(*b_, "b has received it",
          [](const core::DatabaseFacts& facts) { return !facts.replication.retrieved.empty(); });
    auto follow = step(StepKind::kFollow);
    follow.source = b_server_.address();
    for (const auto& destructive : {follow, step(StepKind::kForgetSource)}) {
        const auto done = b_->perform(destructive, kSoon);
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code, ErrorCode::kConflict);
    }
    must(*b_, StepKind::kStartApplier);
    await(*b_, "b has applied it",
          [](const core::DatabaseFacts& facts) { return !facts.executed.empty(); });
    must(*b_, StepKind::kForgetSource);
    EXPECT_FALSE(observed(*b_).replication.configured);
}

TEST_F(MySqlContract, AWrongReplicationPasswordIsTheReceiversErrorAndIsNotShown) {
    auto login = b_server_.replication_login();
    login.password = "mistaken";
    adapters::MySqlDatabase mistaken(b_server_.login("understudy_agent"), login);
    auto follow = step(StepKind::kFollow);
    follow.source = a_server_.address();
    must(mistaken, follow);
    must(mistaken, StepKind::kStartReceiver);
    const auto facts = await(mistaken, "the receiver fails", [](const core::DatabaseFacts& seen) {
        return seen.replication.receiver_error != 0;
    });
    EXPECT_EQ(facts.replication.receiver_error, 1045);
    EXPECT_EQ(facts.replication.error_text.find("mistaken"), std::string::npos);
}

}  // namespace
}  // namespace understudy::contract
