#include "agent/vip_keeper.h"

#include <gtest/gtest.h>

#include "tests/simulated/clock.h"
#include "tests/simulated/virtual_address.h"

namespace understudy::agent {
namespace {

using core::ProcessState;

class VipKeeperTest : public testing::Test {
  protected:
    core::VipFacts facts() { return board_.current().vip.value(); }
    void move(bool here) {
        address_.here = here;
        clock_.pass(core::Millis{10});
        keeper_.look();
    }

    simulated::Clock clock_;
    simulated::VirtualAddress address_;
    ReportBoard board_{core::HostName("lb1"), 1};
    VipKeeper keeper_{clock_, address_, board_};
};

TEST_F(VipKeeperTest, DoesNotCountWhatWasHereBeforeItLooked) {
    address_.here = true;
    keeper_.look();
    EXPECT_TRUE(facts().held);
    EXPECT_EQ(facts().taken, 0U);
    EXPECT_FALSE(facts().changed);
}

TEST_F(VipKeeperTest, CountsEachTimeTheAddressComesAndSaysWhenItLastMoved) {
    keeper_.look();
    move(true);
    EXPECT_EQ(facts().taken, 1U);
    EXPECT_EQ(facts().changed, clock_.now().wall);
    move(false);
    EXPECT_FALSE(facts().held);
    EXPECT_EQ(facts().changed, clock_.now().wall);
    move(true);
    EXPECT_EQ(facts().taken, 2U);
    EXPECT_EQ(facts().removed, 0U);
}

TEST_F(VipKeeperTest, IsNoNewsWhileTheAddressStays) {
    keeper_.look();
    const auto position = board_.position();
    move(false);
    EXPECT_EQ(board_.position(), position);
}

TEST_F(VipKeeperTest, TakesTheAddressOffWhenKeepalivedIsGone) {
    keeper_.look();
    keeper_.keepalived_started();
    EXPECT_EQ(facts().keepalived, ProcessState::kRunning);
    move(true);
    const auto removed = keeper_.keepalived_gone();
    ASSERT_TRUE(removed);
    EXPECT_TRUE(*removed);
    EXPECT_FALSE(address_.here);
    EXPECT_FALSE(facts().held);
    EXPECT_EQ(facts().removed, 1U);
    EXPECT_EQ(facts().keepalived, ProcessState::kGone);
}

TEST_F(VipKeeperTest, RemovesNothingWhereTheAddressIsNot) {
    keeper_.look();
    const auto removed = keeper_.keepalived_gone();
    ASSERT_TRUE(removed);
    EXPECT_FALSE(*removed);
    EXPECT_EQ(facts().removed, 0U);
}

TEST_F(VipKeeperTest, SaysWhyTheAddressCouldNotBeTakenOffUntilKeepalivedIsBack) {
    address_.here = true;
    address_.fails = core::Error{core::ErrorCode::kRefused, "take it off", "not permitted", 1};
    keeper_.look();
    EXPECT_FALSE(keeper_.keepalived_gone());
    EXPECT_TRUE(facts().held);
    EXPECT_EQ(facts().removed, 0U);
    EXPECT_NE(facts().trouble.find("not permitted"), std::string::npos);
    keeper_.keepalived_started();
    EXPECT_EQ(facts().trouble, "");
}

}  // namespace
}  // namespace understudy::agent
