#include "tests/stack/cases/running_stack.h"
#include "tests/stack/network_cut.h"
#include "tests/stack/site.h"

namespace understudy::stack {
namespace {

class SilentHost : public RunningStack {};

TEST_F(SilentHost, ThatWasThePrimaryIsReplacedAndComesBackAsAReplica) {
    ASSERT_NO_FATAL_FAILURE(start_writing());
    const auto former = primary();
    const auto epoch = status_.epoch;
    const auto since = wall_now();
    auto cut = NetworkCut::of(former);
    ASSERT_TRUE(good(cut));

    ASSERT_TRUE(good(writer_->await_acknowledged_after(wall_now() + 1s, 30s)));
    ASSERT_TRUE(good(balancers_.await_writer(peer_of(former), 10s)));
    ASSERT_TRUE(good(cut->mend()));
    await_protected_again(180s);
    EXPECT_EQ(primary(), peer_of(former));
    EXPECT_GT(status_.epoch, epoch);
    EXPECT_EQ(status_.in_sync, std::set<std::string>{former});
    expect_every_acknowledged_row();
    expect_same_rows_on_both();
    print_write_gap(since, since + 30s);
}

TEST_F(SilentHost, ThatWasTheReplicaIsDoneWithoutAndComesBack) {
    ASSERT_NO_FATAL_FAILURE(start_writing());
    const auto former = primary();
    const auto epoch = status_.epoch;
    const auto since = wall_now();
    auto cut = NetworkCut::of(replica());
    ASSERT_TRUE(good(cut));
    ASSERT_TRUE(good(await_event("degraded", since, 20s)));
    ASSERT_TRUE(good(writer_->await_acknowledged(50, 20s)));
    ASSERT_TRUE(good(cut->mend()));
    await_protected_again(180s);
    EXPECT_EQ(primary(), former);
    EXPECT_EQ(status_.epoch, epoch);
    expect_every_acknowledged_row();
    expect_same_rows_on_both();
    print_write_gap(since, since + 20s);
}

}  // namespace
}  // namespace understudy::stack
