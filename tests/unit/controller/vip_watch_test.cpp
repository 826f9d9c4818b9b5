#include "controller/vip_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/controller/simulated_site.h"

namespace understudy::controller::test {
namespace {

using core::Millis;
using testing::Contains;
using testing::Not;

class VipWatchTest : public testing::Test {
  protected:
    // Both are heard, unless one is silent, after the time has passed.
    std::string told_after(Millis time, bool lb1, bool lb2) {
        for (Millis step{0}; step <= time; step += Millis{100}) {
            now_ += Millis{100};
            hear(kLb1, lb1);
            hear(kLb2, lb2);
            if (const auto notice = watch_.next(view_, now_)) {
                watch_.told(*notice);
                reason_ = notice->reason;
                return notice->kind;
            }
        }
        return "";
    }
    void hear(const core::HostName& host, bool holds) {
        if (silent_.count(host) > 0) return;
        view_[host].heard = now_;
        view_[host].report.vip.emplace().held = holds;
    }

    core::MonotonicTime now_{std::chrono::hours(1)};
    core::ClusterView view_;
    std::set<core::HostName> silent_;
    std::string reason_;
    VipWatch watch_{{kLb1, kLb2}, Millis{1000}};
};

TEST_F(VipWatchTest, DoesNotTellWhereTheAddressWasAtFirst) {
    EXPECT_EQ(told_after(Millis{5000}, true, false), "");
}

TEST_F(VipWatchTest, TellsAMoveAtOnceFromWhereToWhere) {
    told_after(Millis{100}, true, false);
    EXPECT_EQ(told_after(Millis{300}, false, false), "") << "it is on its way";
    EXPECT_EQ(told_after(Millis{0}, false, true), "vip_moved");
    EXPECT_EQ(reason_, "the virtual address moved from lb1 to lb2");
    EXPECT_EQ(told_after(Millis{5000}, false, true), "") << "once";
}

TEST_F(VipWatchTest, TellsAMoveFromAHostThatWasCutOffOnceThatIsNotHeardAnyMore) {
    told_after(Millis{100}, true, false);
    silent_ = {kLb1};
    EXPECT_EQ(told_after(Millis{800}, true, true), "") << "lb1 may be late";
    EXPECT_EQ(told_after(Millis{500}, true, true), "vip_moved");
}

TEST_F(VipWatchTest, TellsThatNobodyHoldsItWhenThatOutlastsAMove) {
    told_after(Millis{100}, true, false);
    EXPECT_EQ(told_after(Millis{1800}, false, false), "");
    EXPECT_EQ(told_after(Millis{300}, false, false), "vip_lost");
    EXPECT_EQ(reason_, "no load balancer holds the virtual address");
    EXPECT_EQ(told_after(Millis{0}, true, false), "vip_held");
    EXPECT_EQ(reason_, "lb1 alone holds the virtual address");
}

TEST_F(VipWatchTest, SaysWhoCouldNotBeAskedWhenNobodyElseHoldsIt) {
    told_after(Millis{100}, true, false);
    silent_ = {kLb1};
    EXPECT_EQ(told_after(Millis{5000}, true, false), "vip_lost");
    EXPECT_EQ(reason_, "no load balancer holds the virtual address; lb1 cannot be asked");
}

TEST_F(VipWatchTest, TellsThatTwoHoldItAndThatOneAloneDoesAgain) {
    told_after(Millis{100}, true, false);
    EXPECT_EQ(told_after(Millis{1900}, true, true), "");
    EXPECT_EQ(told_after(Millis{300}, true, true), "vip_held_twice");
    EXPECT_EQ(reason_, "lb1 and lb2 hold the virtual address");
    EXPECT_EQ(told_after(Millis{0}, true, false), "vip_held");
    EXPECT_EQ(told_after(Millis{0}, false, true), "vip_moved");
}

TEST_F(VipWatchTest, IsQuietWhereNoAgentWatchesTheAddress) {
    now_ += Millis{100};
    view_[kLb1].heard = now_;
    EXPECT_FALSE(watch_.next(view_, now_ + Millis{100}));
    EXPECT_FALSE(watch_.next(view_, now_ + Millis{5000}));
}

TEST(LoopOfTheAddress, RecordsAMoveOnceAndForTheWebhooks) {
    SimulatedSite site;
    site.settle();
    EXPECT_THAT(site.kinds(), Not(Contains("vip_moved")));
    site.report(kLb1).vip->held = false;
    site.report(kLb2).vip->held = true;
    site.rounds();
    site.rounds();
    int moves = 0;
    for (const auto& entry : site.store.entries) {
        if (entry.kind != "vip_moved") continue;
        ++moves;
        EXPECT_TRUE(entry.event);
        EXPECT_NE(entry.detail_json.find(R"("vip_holders":["lb2"])"), std::string::npos);
    }
    EXPECT_EQ(moves, 1);
}

}  // namespace
}  // namespace understudy::controller::test
