#include "tests/stack/cases/running_stack.h"
#include "tests/stack/site.h"

namespace understudy::stack {
namespace {

class Switchover : public RunningStack {};

TEST_F(Switchover, ThereAndBackLosesNothing) {
    ASSERT_NO_FATAL_FAILURE(start_writing());
    const auto first = primary();
    for (const auto& target : {peer_of(first), first}) {
        const auto asked = wall_now();
        ASSERT_TRUE(good(understudy({"switchover"}, 60s)));
        ASSERT_TRUE(good(writer_->await_acknowledged_after(wall_now(), 30s)));
        ASSERT_TRUE(good(balancers_.await_writer(target, 10s)));
        await_protected_again();
        EXPECT_EQ(primary(), target);
        ledger_ = writer_->ledger();
        print_write_gap(asked, wall_now());
    }
    expect_every_acknowledged_row();
    expect_same_rows_on_both();
}

TEST_F(Switchover, ToTheHostThatIsPrimaryAlreadyIsRefused) {
    const auto refused = understudy({"switchover", "--to", primary()}, 60s);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().number, 1) << describe(refused.error());
    EXPECT_NE(refused.error().detail.find("already"), std::string::npos)
        << describe(refused.error());
}

}  // namespace
}  // namespace understudy::stack
