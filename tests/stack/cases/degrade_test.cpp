#include "tests/stack/cases/running_stack.h"
#include "tests/stack/containers.h"
#include "tests/stack/site.h"
#include "tests/stack/wait.h"

namespace understudy::stack {
namespace {

// Writes may wait for ack_stall_timeout (500 ms), for noticing and for being told to go on.
constexpr auto kLongestStall = 2s;

class Degrade : public RunningStack {
  protected:
    void SetUp() override {
        RunningStack::SetUp();
        if (HasFatalFailure()) return;
        since_ = wall_now();
        epoch_ = status_.epoch;
    }

    // What was done to the replica was noticed, and writes went on.
    void expect_degraded() {
        ASSERT_TRUE(good(writer_->await_acknowledged_after(since_, 10s)));
        ASSERT_TRUE(good(await_event("degraded", since_, 10s)));
        ASSERT_TRUE(good(writer_->await_acknowledged(50, 20s)));
    }

    void expect_recovered() {
        const auto former = primary();
        await_protected_again();
        ASSERT_TRUE(good(await_event("recovered", since_, 10s)));
        EXPECT_EQ(primary(), former);
        EXPECT_EQ(status_.epoch, epoch_) << "the writer changed, though nothing was wrong with it";
        ASSERT_TRUE(good(writer_->await_acknowledged(50, 20s)));
        expect_every_acknowledged_row();
        expect_same_rows_on_both();
        const auto pause = ledger_.longest_pause(since_, since_ + 20s);
        ASSERT_TRUE(pause);
        EXPECT_LT(pause->length(), kLongestStall);
        print_write_gap(since_, since_ + 20s);
    }

    core::WallTime since_;
    std::uint64_t epoch_ = 0;
};

TEST_F(Degrade, WritesGoOnWhenTheReplicaDiesAndAreProtectedAgainWhenItIsBack) {
    ASSERT_NO_FATAL_FAILURE(start_writing());
    const auto mysqld = main_process(replica() + "-mysql", "mysqld");
    ASSERT_TRUE(good(mysqld));
    ASSERT_TRUE(good(mysqld->kill()));
    ASSERT_NO_FATAL_FAILURE(expect_degraded());
    expect_recovered();
}

class ReplicationStoppedByHand : public Degrade {
  protected:
    // Only the hand that stopped it starts it again.
    void TearDown() override {
        EXPECT_TRUE(good(on_replica("START REPLICA")));
        Degrade::TearDown();
    }

    core::Result<void> on_replica(const std::string& sql) {
        const auto root = root_login(replica());
        if (!root) return tl::unexpected(root.error());
        adapters::Connection connection(*root);
        const auto done = connection.query(sql, adapters::deadline_in(10s));
        if (!done) return tl::unexpected(done.error());
        return {};
    }
};

TEST_F(ReplicationStoppedByHand, IsNoLostPrimaryIsNamedAndIsLeftToTheHand) {
    ASSERT_NO_FATAL_FAILURE(start_writing());
    ASSERT_TRUE(good(on_replica("STOP REPLICA IO_THREAD")));
    ASSERT_NO_FATAL_FAILURE(expect_degraded());
    EXPECT_TRUE(good(wait_until("the status naming it", 10s, []() -> std::string {
        const auto text = understudy({"status"}, 20s);
        if (!text) return describe(text.error());
        return text->find("by hand") != std::string::npos ? "" : *text;
    })));
    ASSERT_TRUE(good(on_replica("START REPLICA")));
    expect_recovered();
}

}  // namespace
}  // namespace understudy::stack
