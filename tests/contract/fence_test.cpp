// Closing a primary: for writes, and to its sessions, also while its commits wait.
#include <chrono>

#include "tests/contract/mysql_servers.h"

namespace understudy::contract {
namespace {

using core::ErrorCode;
using core::StepKind;
using std::chrono::steady_clock;

class FenceContract : public MySqlContract {
  protected:
    // `a` open, its commits wait, and nobody is there to acknowledge.
    void open_a_waiting_for_nobody() {
        must(*a_, StepKind::kWaitForAcksOn);
        must(*a_, StepKind::kOpenWrites);
    }
    void await_waiting_commit() {
        await(*a_, "a commit waits", [](const core::DatabaseFacts& facts) {
            return facts.semi_sync.waiting_sessions > 0;
        });
    }
};

TEST_F(FenceContract, ACommitWaitsAsLongAsNobodyAcknowledges) {
    open_a_waiting_for_nobody();
    Client client(a_server_);
    client.insert(1);
    await_waiting_commit();
    EXPECT_FALSE(client.outcome(Millis{300}));
    EXPECT_EQ(observed(*a_).client_sessions, 1);
}

TEST_F(FenceContract, NoCommitOfAKilledSessionReturnsSuccess) {
    open_a_waiting_for_nobody();
    // The first waits for an acknowledgement; the others wait for the first.
    std::vector<std::unique_ptr<Client>> clients;
    for (int number = 1; number <= 3; ++number) {
        clients.push_back(std::make_unique<Client>(a_server_));
        clients.back()->insert(number);
        await_waiting_commit();
    }
    must(*a_, StepKind::kKillSessions);
    EXPECT_EQ(observed(*a_).client_sessions, 0);
    must(*a_, StepKind::kWaitForAcksOff);  // lets the commits go
    await(*a_, "no commit waits",
          [](const core::DatabaseFacts& facts) { return facts.semi_sync.waiting_sessions == 0; });
    for (const auto& client : clients) {
        const auto outcome = client->outcome(kSoon);
        ASSERT_TRUE(outcome);
        ASSERT_FALSE(*outcome) << "an unacknowledged commit returned success";
        EXPECT_EQ(outcome->error().code, ErrorCode::kUnreachable);
    }
}

TEST_F(FenceContract, AKillDoesNotEndTheWaitOfTheCommitItself) {
    open_a_waiting_for_nobody();
    Client client(a_server_);
    client.insert(1);
    await_waiting_commit();
    must(*a_, StepKind::kKillSessions);
    must(*a_, StepKind::kKillSessions);  // repeatable
    ASSERT_TRUE(client.outcome(kSoon));
    const auto facts = observed(*a_);
    EXPECT_EQ(facts.client_sessions, 0);
    EXPECT_EQ(facts.semi_sync.waiting_sessions, 1) << "see README.md";
    EXPECT_TRUE(facts.executed.empty());
}

TEST_F(FenceContract, ClosingWaitsBehindCommitsWithinItsDeadlineAndHindersNobody) {
    open_a_waiting_for_nobody();
    observed(*a_);
    Client client(a_server_);
    client.insert(1);
    await_waiting_commit();

    const auto before = steady_clock::now();
    const auto closed = a_->perform(step(StepKind::kCloseWrites), Millis{200});
    const auto took = steady_clock::now() - before;
    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error().code, ErrorCode::kTimeout);
    EXPECT_GE(took, Millis{190});
    EXPECT_LT(took, Millis{300});
    EXPECT_FALSE(observed(*a_).super_read_only) << "a commit is still under way";

    // Who comes later finds it closed already, and is not acknowledged either.
    Client later(a_server_);
    later.insert(2);
    EXPECT_FALSE(client.outcome(Millis{50}));
    must(*a_, StepKind::kKillSessions);
    EXPECT_FALSE(client.outcome(kSoon).value());
    const auto refused = later.outcome(kSoon);
    ASSERT_TRUE(refused);
    EXPECT_FALSE(*refused);

    must(*a_, StepKind::kWaitForAcksOff);
    must(*a_, StepKind::kCloseWrites);  // the one begun before comes to its end
    EXPECT_TRUE(observed(*a_).super_read_only);
    must(*a_, StepKind::kCloseWrites);  // repeatable
}

TEST_F(FenceContract, ClosingCompletesOnceTheAcknowledgementArrives) {
    protect_a_by_b();
    must(*b_, StepKind::kStopReceiver);
    Client client(a_server_);
    client.insert(1);
    await_waiting_commit();
    EXPECT_FALSE(a_->perform(step(StepKind::kCloseWrites), Millis{100}));
    must(*b_, StepKind::kStartReceiver);
    must(*a_, StepKind::kCloseWrites);
    const auto facts = observed(*a_);
    EXPECT_TRUE(facts.super_read_only);
    EXPECT_EQ(facts.executed.count(), 1U);
    EXPECT_TRUE(client.outcome(kSoon).value()) << "it was acknowledged";
}

TEST_F(FenceContract, OpeningWithdrawsAClosingThatStillWaits) {
    open_a_waiting_for_nobody();
    observed(*a_);
    Client client(a_server_);
    client.insert(1);
    await_waiting_commit();
    EXPECT_FALSE(a_->perform(step(StepKind::kCloseWrites), Millis{100}));
    must(*a_, StepKind::kOpenWrites);
    must(*a_, StepKind::kWaitForAcksOff);
    EXPECT_TRUE(client.outcome(kSoon).value());
    EXPECT_FALSE(observed(*a_).super_read_only);
    Client next(a_server_);
    next.insert(2);
    EXPECT_TRUE(next.outcome(kSoon).value());
    must(*a_, StepKind::kCloseWrites);
    EXPECT_TRUE(observed(*a_).super_read_only);
}

// What refuses writes then is nobody's any more.
TEST_F(FenceContract, OpeningWithdrawsAClosingOfAnAgentThatIsGone) {
    open_a_waiting_for_nobody();
    Client client(a_server_);
    client.insert(1);
    await_waiting_commit();
    auto former = a_server_.database();
    observed(*former);
    EXPECT_FALSE(former->perform(step(StepKind::kCloseWrites), Millis{100}));
    former.reset();

    const auto facts = observed(*a_);
    EXPECT_TRUE(facts.closing);
    EXPECT_FALSE(facts.super_read_only);
    must(*a_, StepKind::kOpenWrites);
    // KILL does not wait for the statement to notice.
    await(*a_, "nothing closes", [](const core::DatabaseFacts& seen) { return !seen.closing; });
    must(*a_, StepKind::kWaitForAcksOff);
    EXPECT_TRUE(client.outcome(kSoon).value());
    Client next(a_server_);
    next.insert(2);
    EXPECT_TRUE(next.outcome(kSoon).value());
}

// hazards: while a GRANT waits for its acknowledgement, no new login succeeds.
TEST_F(FenceContract, AGrantThatWaitsKeepsTheAgentFromNothing) {
    open_a_waiting_for_nobody();
    observed(*a_);
    adapters::Connection administrator(a_server_.login("root"));
    ASSERT_TRUE(administrator.begin("CREATE USER contract_user", adapters::deadline_in(kSoon)));
    await_waiting_commit();

    adapters::Connection newcomer(a_server_.login("guestbook_rw"));
    const auto login = newcomer.open(adapters::deadline_in(Millis{200}));
    ASSERT_FALSE(login) << "the hazard is gone: this test can go too";
    EXPECT_EQ(login.error().code, ErrorCode::kTimeout);

    EXPECT_EQ(observed(*a_).client_sessions, 1);
    const auto closed = a_->perform(step(StepKind::kCloseWrites), Millis{100});
    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error().code, ErrorCode::kTimeout);
    must(*a_, StepKind::kKillSessions);
    EXPECT_EQ(observed(*a_).client_sessions, 0);
    must(*a_, StepKind::kWaitForAcksOff);
    must(*a_, StepKind::kCloseWrites);
    EXPECT_TRUE(observed(*a_).super_read_only);
}

}  // namespace
}  // namespace understudy::contract
