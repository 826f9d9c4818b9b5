#include "tests/stack/cases/running_stack.h"
#include "tests/stack/containers.h"
#include "tests/stack/site.h"

namespace understudy::stack {
namespace {

class ControllerAbsence : public RunningStack {
  protected:
    void TearDown() override {
        EXPECT_TRUE(good(start_container("ctl1-controller")));
        RunningStack::TearDown();
    }
};

TEST_F(ControllerAbsence, ChangesNothingForTheSite) {
    ASSERT_NO_FATAL_FAILURE(start_writing());
    ASSERT_NO_FATAL_FAILURE(start_getting());
    const auto before = status_;
    ASSERT_TRUE(good(stop_container("ctl1-controller")));

    // Longer than every time-out by which an agent or a load balancer could miss the controller.
    ASSERT_TRUE(good(writer_->await_acknowledged(1000, 60s)));
    ASSERT_TRUE(good(getter_->await_good(100, 30s)));
    EXPECT_TRUE(good(balancers_.await_writer(before.primary, 1s)));

    ASSERT_TRUE(good(start_container("ctl1-controller")));
    await_protected_again();
    EXPECT_EQ(primary(), before.primary);
    EXPECT_EQ(status_.epoch, before.epoch);
    expect_every_acknowledged_row();
    EXPECT_EQ(ledger_.count(Outcome::kUnknown) + ledger_.count(Outcome::kRefused), 0U)
        << "a write failed although only the controller was away";
    getter_->stop();
    EXPECT_TRUE(getter_->failures().empty()) << getter_->failures().front().failure;
}

}  // namespace
}  // namespace understudy::stack
