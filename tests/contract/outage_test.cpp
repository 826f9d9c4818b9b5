// A replica whose source is gone in one way or the other must still do at once what it is told.
#include <chrono>
#include <iostream>
#include <thread>

#include "tests/contract/mysql_servers.h"

namespace understudy::contract {
namespace {

using core::StepKind;
using std::chrono::steady_clock;

// A receiver that is connecting ends with its attempt: after replica_net_timeout, 2 s here.
constexpr Millis kConnectTimeout{2500};

class OutageContract : public MySqlContract {
  protected:
    void receiver_stops_within(Millis limit, const char* when) {
        const auto before = steady_clock::now();
        const auto stopped = b_->perform(step(StepKind::kStopReceiver), Millis{5000});
        const auto took = steady_clock::now() - before;
        std::cout << when << ": stopped after "
                  << std::chrono::duration<double, std::milli>(took).count() << " ms\n";
        ASSERT_TRUE(stopped) << describe(stopped.error());
        EXPECT_LT(took, limit);
        EXPECT_EQ(observed(*b_).replication.receiver, core::ReceiverState::kStopped);
    }
};

TEST_F(OutageContract, TheReceiverOfAKilledSourceStopsPromptly) {
    protect_a_by_b();
    a_server_.kill_hard();
    receiver_stops_within(Millis{500}, "source killed");
}

TEST_F(OutageContract, TheReceiverOfAStoppedSourceStopsInTime) {
    protect_a_by_b();
    const Suspended suspended(a_server_);
    receiver_stops_within(Millis{500}, "source stopped, still connected");
    must(*b_, StepKind::kStartReceiver);  // connects to a socket that nobody serves
    await(*b_, "b connects", [](const core::DatabaseFacts& facts) {
        return facts.replication.receiver == core::ReceiverState::kConnecting;
    });
    receiver_stops_within(kConnectTimeout, "source stopped, connecting");
}

TEST_F(OutageContract, TheReceiverOfASourceThatIsNotThereStopsInTime) {
    auto follow = step(StepKind::kFollow);
    follow.source = core::Address{"198.18.79.99", 3306};  // nobody's
    must(*b_, follow);
    must(*b_, StepKind::kStartReceiver);
    await(*b_, "b connects", [](const core::DatabaseFacts& facts) {
        return facts.replication.receiver == core::ReceiverState::kConnecting;
    });
    receiver_stops_within(kConnectTimeout, "source not there");
}

TEST_F(OutageContract, WritesGoOnAsSoonAsTheyNeedNoLongerWaitForAReplicaThatIsGone) {
    protect_a_by_b();
    b_server_.kill_hard();
    Client client(a_server_);
    client.insert(1);
    await(*a_, "a commit waits",
          [](const core::DatabaseFacts& facts) { return facts.semi_sync.waiting_sessions == 1; });
    const auto before = steady_clock::now();
    std::jthread degrade([this] { must(*a_, StepKind::kWaitForAcksOff); });
    const auto outcome = client.outcome(kSoon);
    const auto took = steady_clock::now() - before;
    ASSERT_TRUE(outcome && *outcome);
    EXPECT_LT(took, Millis{500});
    degrade.join();
    std::cout << "the commit returned after "
              << std::chrono::duration<double, std::milli>(took).count() << " ms, the step after "
              << std::chrono::duration<double, std::milli>(steady_clock::now() - before).count()
              << " ms\n";
}

}  // namespace
}  // namespace understudy::contract
