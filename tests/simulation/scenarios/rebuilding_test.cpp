// A host whose data cannot follow is cloned: what it alone has is kept first, and whatever breaks
// meanwhile, it ends with the same data as the others.
#include "tests/simulation/scenarios/scenario.h"

namespace understudy::simulation {
namespace {

class Rebuilding : public Scenario {
  protected:
    explicit Rebuilding(SiteOptions options = {}) : Scenario(std::move(options)) {}
    // The replica commits a write of its own.
    void make_errant() {
        site.judge().may_have_erred(replica);
        site.server(replica).open_writes();
        site.server(replica).wait_for_no_acks();
        site.server(replica).write(nullptr, false, {});
        site.server(replica).begin_closing();
    }
    [[nodiscard]] core::Role role() const {
        return site.record().roles.at(core::HostName("db" + std::to_string(replica))).role;
    }
    bool clone_begins(Micros within = 30s) {
        return reaches([this] { return site.server(replica).hollow(); }, within);
    }
    bool is_rebuilt() { return count("rebuilt") > 0 && role() == core::Role::kReplicaInSync; }
};

TEST_F(Rebuilding, AnErrantReplicaIsRebuiltByAnOperatorsWord) {
    make_errant();
    ASSERT_TRUE(clone_begins()) << last_lines();
    EXPECT_TRUE(reaches([this] { return is_rebuilt(); }, 60s)) << last_lines();
    expect_whole();
    EXPECT_EQ(site.primary(), primary);
}

TEST_F(Rebuilding, WritesGoOnMeanwhile) {
    site.server(replica).durations.clone = 30s;
    make_errant();
    ASSERT_TRUE(clone_begins());
    const auto before = site.clients().acknowledged();
    site.run_for(10s);
    EXPECT_GT(site.clients().acknowledged(), before + 10);
    expect_whole();
}

TEST_F(Rebuilding, BeginsAgainWhenTheHostIsKilledInTheMiddle) {
    make_errant();
    ASSERT_TRUE(clone_begins());
    site.run_for(1s);
    site.database(replica).kill_mysqld();
    EXPECT_TRUE(reaches([this] { return is_rebuilt(); }, 60s)) << last_lines();
    expect_whole();
}

TEST_F(Rebuilding, BeginsAgainWhenTheDonorIsKilledInTheMiddle) {
    make_errant();
    ASSERT_TRUE(clone_begins());
    site.run_for(1s);
    site.database(primary).kill_mysqld();
    EXPECT_TRUE(reaches([this] { return is_rebuilt(); }, 60s)) << last_lines();
    expect_whole();
}

// MySQL would wait for it for five and a half minutes.
TEST_F(Rebuilding, ADonorThatStaysAwayIsGivenUp) {
    make_errant();
    ASSERT_TRUE(clone_begins());
    const auto run = site.server(replica).incarnation();
    site.database(primary).lose_power();
    EXPECT_TRUE(reaches([&] { return site.server(replica).incarnation() != run; }, 60s));
    site.database(primary).power_on();
    EXPECT_TRUE(reaches([this] { return is_rebuilt(); }, 60s)) << last_lines();
    expect_whole();
}

TEST_F(Rebuilding, GoesOnWhenTheAgentAndTheControllerAreStartedAgain) {
    make_errant();
    ASSERT_TRUE(clone_begins());
    site.database(replica).kill_agent();
    site.kill_controller();
    site.run_for(500ms);
    site.database(replica).start_agent();
    site.start_controller();
    EXPECT_TRUE(reaches([this] { return is_rebuilt(); }, 60s)) << last_lines();
    expect_whole();
}

// With the primary gone while its only other host has no data, nobody is promoted.
TEST_F(Rebuilding, AHostWithoutItsDataIsNotPromoted) {
    make_errant();
    ASSERT_TRUE(clone_begins());
    site.database(primary).restart_delay = 30s;
    site.database(primary).kill_mysqld();
    site.run_for(20s);
    EXPECT_FALSE(site.server(replica).writable());
    expect_whole();
}

// It is never sent back what it wrote itself, so it would be in sync for ever without it.
TEST_F(Rebuilding, AFormerPrimaryWhoseLogWasCutShortIsRebuilt) {
    site.database(primary).restart_delay = 5s;
    site.database(primary).kill_mysqld();
    ASSERT_TRUE(fails_over(2s)) << last_lines();
    site.judge().may_have_erred(primary);
    site.server(primary).lose_last_transaction();
    std::swap(primary, replica);
    ASSERT_TRUE(clone_begins()) << last_lines();
    EXPECT_TRUE(reaches([this] { return is_rebuilt(); }, 60s)) << last_lines();
    expect_whole();
}

// Where commits do not wait its GTIDs, which it still has, would make it the best candidate.
TEST_F(Rebuilding, AHostThatWasDetachedWhileItWasClonedIsNotPromotedWithoutItsData) {
    site.change_durability(core::AsyncDurability{});
    const auto leased = [this] { return site.record().lease > core::Millis{0} && site.settled(); };
    ASSERT_TRUE(reaches(leased, 30s)) << last_lines();
    make_errant();
    ASSERT_TRUE(clone_begins());
    site.change(replica, core::HostChange::kDetach);
    site.run_for(500ms);
    site.database(replica).kill_mysqld();
    site.run_for(3s);
    site.change(replica, core::HostChange::kAttach);
    site.run_for(1s);
    ASSERT_TRUE(site.server(replica).hollow());
    site.database(primary).restart_delay = 8s;
    site.database(primary).kill_mysqld();
    site.run_for(5s);
    EXPECT_EQ(site.primary(), primary) << last_lines();
    EXPECT_TRUE(reaches([this] { return !site.server(replica).hollow(); }, 60s)) << last_lines();
    expect_whole();
}

TEST_F(Rebuilding, AReplicaThatWasAwayWhileItsSourcePurgedItsLogsIsRebuilt) {
    site.database(replica).keep_mysqld_down(true);
    site.database(replica).kill_mysqld();
    site.run_for(5s);
    site.server(primary).rotate_log();
    site.server(primary).purge_logs();
    site.database(replica).keep_mysqld_down(false);
    ASSERT_TRUE(clone_begins()) << last_lines();
    EXPECT_TRUE(reaches([this] { return is_rebuilt(); }, 60s)) << last_lines();
    expect_whole();
    EXPECT_EQ(site.primary(), primary);
}

// It hears neither that its rebuild was taken back nor that another is asked for, and begins by
// what it was told; each of the two requests is followed.
TEST_F(Rebuilding, AskedForAgainWhileTheHostIsNotHeardIsDoneAgain) {
    site.database(replica).keep_nothing(true);
    make_errant();
    ASSERT_TRUE(reaches([this] { return role() == core::Role::kRebuilding; }, 30s)) << last_lines();
    site.run_for(1s);
    cut(replica, site.controller_node());
    site.change(replica, core::HostChange::kDetach);
    site.run_for(1s);
    site.change(replica, core::HostChange::kAttach);
    site.run_for(1s);
    make_errant();
    site.rebuild(replica);
    site.database(replica).keep_nothing(false);
    ASSERT_TRUE(clone_begins(60s)) << last_lines();
    site.network().mend_all();
    site.review();
    EXPECT_TRUE(reaches([this] { return is_rebuilt(); }, 90s)) << last_lines();
    EXPECT_EQ(count("cloned"), 2) << last_lines();
    expect_whole();
}

class RebuildingOneOfThree : public Rebuilding {
  protected:
    RebuildingOneOfThree() : Rebuilding(of_hosts(3)) {}
};

// A clone's binary logs begin anew: from there on nobody gets what came before.
TEST_F(RebuildingOneOfThree, AHostThatWasAwayCannotFollowASuccessorThatWasClonedMeanwhile) {
    constexpr int kAway = 2;
    site.database(kAway).keep_mysqld_down(true);
    site.database(kAway).kill_mysqld();
    site.run_for(5s);
    site.rebuild(replica, Judge::kNoReason);
    ASSERT_TRUE(reaches([this] { return is_rebuilt() && site.settled(); }, 60s)) << last_lines();
    site.database(primary).restart_delay = 20s;
    site.database(primary).kill_mysqld();
    ASSERT_TRUE(fails_over(2s)) << last_lines();
    site.database(kAway).keep_mysqld_down(false);
    EXPECT_TRUE(reaches([this] { return site.server(kAway).hollow(); }, 60s)) << last_lines();
    expect_whole();
}

class AutomaticRebuilding : public Rebuilding {
  protected:
    AutomaticRebuilding() : Rebuilding(automatic()) {}
    static SiteOptions automatic() {
        SiteOptions options;
        options.policy.automatic_rebuild = true;
        return options;
    }
};

// What it reports while it is cloned is what it had before: it was cloned a second time for that.
TEST_F(AutomaticRebuilding, AHostThatWasDetachedAndAttachedWhileItWasClonedIsClonedOnce) {
    make_errant();
    ASSERT_TRUE(clone_begins());
    site.change(replica, core::HostChange::kDetach);
    site.run_for(500ms);
    site.change(replica, core::HostChange::kAttach);
    EXPECT_TRUE(settles()) << last_lines();
    EXPECT_EQ(count("cloned"), 1) << last_lines();
    expect_whole();
}

}  // namespace
}  // namespace understudy::simulation
