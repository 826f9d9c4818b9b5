#include "core/ack_stalls.h"

#include <gtest/gtest.h>

#include "tests/unit/core/site.h"

namespace understudy::core::test {
namespace {

using std::chrono::seconds;

void stall(Site& site) {
    auto& canary = site.database(kWeb1).canary.emplace();
    canary.waits_for_ack = true;
    canary.age = site.policy.ack_stall_timeout;
    ASSERT_EQ(site.step(), "200 degrade");
    site.database(kWeb1).canary.reset();
    site.obey();
}

// How long it takes until web2 is asked to acknowledge again.
seconds held(Site& site) {
    for (seconds waited{0}; waited < seconds(600); waited += seconds(1)) {
        for (int i = 0; i < 10; ++i) {
            if (site.record.phase == Phase::kProtected) return waited;
            if (site.ask().next) site.step();
            site.obey();
        }
        site.pass(seconds(1));
        site.hear_all();
    }
    return seconds(600);
}

TEST(AckStalls, HoldAReplicaOffForTwiceAsLongEachTime) {
    Site site = Site::protected_site();
    std::vector<int> holds;
    for (int i = 0; i < 8; ++i) {
        stall(site);
        holds.push_back(static_cast<int>(held(site).count()));
    }
    EXPECT_EQ(holds, (std::vector<int>{1, 2, 4, 8, 16, 30, 30, 30}));
}

TEST(AckStalls, AreForgottenInTime) {
    Site site = Site::protected_site();
    for (int i = 0; i < 4; ++i) {
        stall(site);
        held(site);
    }
    site.pass(kStallsRemembered + seconds(1));
    site.hear_all();
    stall(site);
    EXPECT_EQ(held(site), seconds(1));
}

TEST(AckStalls, AreNotCountedWhenTheReplicaDied) {
    Site site = Site::protected_site();
    site.kill_mysqld(kWeb2);
    ASSERT_EQ(site.step(), "200 degrade");
    EXPECT_TRUE(site.record.stalls.empty());
}

TEST(AckStalls, AClockThatWasSetBackHoldsNobodyOff) {
    Site site = Site::protected_site();
    stall(site);
    site.now.wall -= std::chrono::hours(1);
    EXPECT_EQ(held(site), seconds(0));
}

}  // namespace
}  // namespace understudy::core::test
