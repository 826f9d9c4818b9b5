// A controller that stood still, or beside another one: what it hears and is asked is old.
#include <gtest/gtest.h>

#include "tests/unit/controller/simulated_site.h"

namespace understudy::controller::test {
namespace {

class StoppedLoop : public testing::Test {
  protected:
    void SetUp() override { site_.settle(); }
    SimulatedSite site_;
};

// Found by the simulator: an answer that lay there while this process was stopped.
TEST_F(StoppedLoop, TakesAnAnswerThatWasLongOnItsWayForAsOldAsTheQuestion) {
    const auto report = std::make_shared<core::HostReport>(site_.report(kWeb1));
    const auto asked = site_.clock.now().monotonic;
    site_.clock.pass(core::Millis{900});
    site_.loop->step({});
    site_.clock.pass(core::Millis{900});
    site_.loop->step({Heard{report, asked, site_.clock.now().monotonic}});
    EXPECT_FALSE(site_.loop->snapshot().reachable.at(kWeb1));
    site_.loop->step({Heard{report, site_.clock.now().monotonic, site_.clock.now().monotonic}});
    EXPECT_TRUE(site_.loop->snapshot().reachable.at(kWeb1));
}

TEST_F(StoppedLoop, ReadsTheRecordAgainWhenAHostHoldsSomethingNewer) {
    core::Record newer = site_.record();
    newer.revision.value += 1;
    newer.pause = {true, "by another controller"};
    ASSERT_TRUE(site_.store.compare_and_swap(site_.record().revision, newer, {}));
    site_.loop->step({});
    EXPECT_FALSE(site_.loop->snapshot().record.pause.paused);
    site_.loop->step({Refused{kWeb1}});
    EXPECT_TRUE(site_.loop->snapshot().record.pause.paused);
}

// Found by the simulator: what was asked for long ago is no longer what is wanted.
TEST_F(StoppedLoop, RefusesWhatWasAskedWhileItStoodStill) {
    site_.clock.pass(core::Policy{}.host_timeout * 3);
    const auto out = site_.loop->step(
        {OperationAsked{7, {core::OperationKind::kSwitchover, {}, "tester", false}}});
    ASSERT_EQ(out.answers.size(), 1U);
    EXPECT_FALSE(out.answers.front().done);
    EXPECT_NE(out.answers.front().reason.find("ask again"), std::string::npos);
}

// What it hears first, after it was stopped itself, was said before that.
TEST_F(StoppedLoop, ListensAnewBeforeItJudgesSilence) {
    site_.clock.pass(core::Millis{60'000});
    site_.silent.insert(kWeb1);
    auto& replication = site_.report(kWeb2).database->replication;
    replication.receiver = core::ReceiverState::kConnecting;
    replication.source_silent = core::Millis{60'000};
    for (const auto& name : {kLb1, kLb2}) {
        site_.report(name).load_balancer->writers[kWeb1].check_passes = false;
    }
    site_.rounds();
    EXPECT_EQ(site_.record().primary, kWeb1);
    const auto listen = [this] {
        for (int look = 0; look < 3; ++look) {
            site_.clock.pass(core::Millis{200});
            site_.rounds();
        }
    };
    listen();
    site_.clock.pass(core::Millis{600});  // less than host_timeout, but longer than it looks apart
    site_.rounds();
    listen();
    EXPECT_EQ(site_.record().primary, kWeb1);
    listen();
    EXPECT_EQ(site_.record().primary, kWeb2);
}

}  // namespace
}  // namespace understudy::controller::test
