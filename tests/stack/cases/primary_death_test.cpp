#include "tests/stack/cases/running_stack.h"
#include "tests/stack/containers.h"
#include "tests/stack/site.h"

namespace understudy::stack {
namespace {

class PrimaryDeath : public RunningStack {};

TEST_F(PrimaryDeath, MovesTheWritersToTheReplicaAndLosesNothingThatWasAcknowledged) {
    ASSERT_NO_FATAL_FAILURE(start_writing());
    const auto former = primary();
    const auto epoch = status_.epoch;

    const auto mysqld = main_process(former + "-mysql", "mysqld");
    ASSERT_TRUE(good(mysqld));
    const auto killed = mysqld->kill();
    ASSERT_TRUE(good(killed));

    ASSERT_TRUE(good(writer_->await_acknowledged_after(*killed, 30s)));
    ASSERT_TRUE(good(balancers_.await_writer(peer_of(former), 10s)));
    await_protected_again();
    EXPECT_EQ(primary(), peer_of(former));
    EXPECT_GT(status_.epoch, epoch);
    EXPECT_EQ(status_.in_sync, std::set<std::string>{former});

    ASSERT_TRUE(good(writer_->await_acknowledged(100, 20s)));
    expect_every_acknowledged_row();
    expect_same_rows_on_both();
    print_write_gap(*killed, *killed + 10s);
}

TEST_F(PrimaryDeath, ShowsAReaderOfTheSiteNoError) {
    ASSERT_NO_FATAL_FAILURE(start_getting());
    const auto former = primary();
    const auto mysqld = main_process(former + "-mysql", "mysqld");
    ASSERT_TRUE(good(mysqld));
    ASSERT_TRUE(good(mysqld->kill()));
    ASSERT_TRUE(good(balancers_.await_writer(peer_of(former), 30s)));
    ASSERT_TRUE(good(getter_->await_good(100, 30s)));
    await_protected_again();
    getter_->stop();
    const auto failures = getter_->failures();
    EXPECT_TRUE(failures.empty()) << failures.size()
                                  << " failed, the first: " << failures.front().failure;
}

}  // namespace
}  // namespace understudy::stack
