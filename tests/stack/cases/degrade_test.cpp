#include "tests/stack/cases/running_stack.h"
#include "tests/stack/containers.h"
#include "tests/stack/site.h"

namespace understudy::stack {
namespace {

// Writes may wait for ack_stall_timeout (500 ms), for noticing and for being told to go on.
constexpr auto kLongestStall = 2s;

class Degrade : public RunningStack {
  protected:
    // What was done to the replica was noticed, writes went on, and it came back by itself.
    void expect_degrade_and_recovery(core::WallTime since) {
        const auto former = primary();
        const auto epoch = status_.epoch;
        ASSERT_TRUE(good(writer_->await_acknowledged_after(since, 10s)));
        ASSERT_TRUE(good(await_event("degraded", since, 10s)));
        await_protected_again();
        ASSERT_TRUE(good(await_event("recovered", since, 10s)));
        EXPECT_EQ(primary(), former);
        EXPECT_EQ(status_.epoch, epoch);
        ASSERT_TRUE(good(writer_->await_acknowledged(50, 20s)));
        expect_every_acknowledged_row();
        expect_same_rows_on_both();
        const auto pause = ledger_.longest_pause(since, since + 20s);
        ASSERT_TRUE(pause);
        EXPECT_LT(pause->length(), kLongestStall);
        print_write_gap(since, since + 20s);
    }
};

TEST_F(Degrade, WritesGoOnWhenTheReplicaDiesAndAreProtectedAgainWhenItIsBack) {
    ASSERT_NO_FATAL_FAILURE(start_writing());
    const auto mysqld = main_process(replica() + "-mysql", "mysqld");
    ASSERT_TRUE(good(mysqld));
    const auto killed = mysqld->kill();
    ASSERT_TRUE(good(killed));
    expect_degrade_and_recovery(*killed);
}

TEST_F(Degrade, WritesGoOnWhenReplicationIsStoppedByHand) {
    ASSERT_NO_FATAL_FAILURE(start_writing());
    const auto root = root_login(replica());
    ASSERT_TRUE(good(root));
    adapters::Connection connection(*root);
    const auto since = wall_now();
    ASSERT_TRUE(good(connection.query("STOP REPLICA IO_THREAD", adapters::deadline_in(10s))));
    expect_degrade_and_recovery(since);
}

}  // namespace
}  // namespace understudy::stack
