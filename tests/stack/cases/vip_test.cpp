// The virtual address moves whichever way its holder is broken, and stays when that is back.
#include <cstdio>

#include "tests/stack/address_probe.h"
#include "tests/stack/cases/running_stack.h"
#include "tests/stack/command.h"
#include "tests/stack/site.h"
#include "tests/stack/vip_fault.h"
#include "tests/stack/wait.h"

namespace understudy::stack {
namespace {

// Far above what `tests/bench/run vip` promises (500 ms): here it only must not wait for a
// time-out.
constexpr core::Millis kMovedWithin{2000};
constexpr int kClients = 2;

class Vip : public RunningStack {
  protected:
    void SetUp() override {
        RunningStack::SetUp();
        const auto holder = holder_of_vip();
        ASSERT_TRUE(good(holder));
        holder_ = *holder;
        other_ = peer_of(holder_);
        ASSERT_TRUE(good(await_whole_pair(other_, holder_, 60s)));
        ASSERT_TRUE(good(await_whole_pair(holder_, holder_, 60s)));
        const auto by_the_other = login("guestbook_ro", {address_of(other_), kWriterPort});
        ASSERT_TRUE(good(by_the_other));
        session_ = std::make_unique<adapters::Connection>(*by_the_other);
        ASSERT_TRUE(good(session_->open(adapters::deadline_in(5s))));
    }

    // How often the history tells of a move from the one to the other.
    [[nodiscard]] int moves_recorded() const {
        const auto history = understudy({"history", "-n", "200"}, 20s);
        if (!history) return -1;
        const auto move = "the virtual address moved from " + holder_ + " to " + other_;
        int count = 0;
        for (auto at = history->find(move); at != std::string::npos;
             at = history->find(move, at + 1)) {
            ++count;
        }
        return count;
    }

    // Breaks the holder; the other alone has the address in time, and keeps it afterwards.
    void expect_a_move(VipFault fault) {
        const int moves = moves_recorded();
        AddressProbe probe(kClients);
        ASSERT_TRUE(good(probe.await_good(10, 20s)));
        const auto session = session_->server_id();
        auto broken = BrokenHolder::of(holder_, fault);
        ASSERT_TRUE(good(broken));
        ASSERT_TRUE(good(await_holder(other_, 10s)));
        ASSERT_TRUE(good(probe.await_good(10, 20s)));
        const auto silence = probe.longest_silence(broken->since());
        ASSERT_TRUE(good(broken->mend()));
        ASSERT_TRUE(good(await_whole_pair(holder_, other_, 60s)));
        ASSERT_TRUE(good(probe.await_good(30, 30s)));
        EXPECT_TRUE(good(await_holder(other_, 1s))) << "it was taken back";
        probe.stop();
        std::printf("%s: no answer for %lld ms\n", name_of(fault),
                    static_cast<long long>(silence.count()));
        EXPECT_LT(silence, kMovedWithin);
        EXPECT_TRUE(good(session_->query("SELECT 1", adapters::deadline_in(5s))));
        EXPECT_EQ(session_->server_id(), session) << "a session by the other was lost";
        EXPECT_TRUE(good(wait_until("the move in the history", 10s, [&]() -> std::string {
            return moves_recorded() == moves + 1 ? "" : "it is not there once more";
        })));
    }

    std::string holder_;
    std::string other_;
    std::unique_ptr<adapters::Connection> session_;
};

TEST_F(Vip, MovesWhenTheServerIsCutOff) { expect_a_move(VipFault::kServerCutOff); }
TEST_F(Vip, MovesWhenHaproxyIsKilled) { expect_a_move(VipFault::kHaproxyKilled); }
TEST_F(Vip, MovesWhenHaproxyHangs) { expect_a_move(VipFault::kHaproxyHung); }
TEST_F(Vip, MovesWhenKeepalivedIsKilledAndNobodyElseHoldsItStill) {
    expect_a_move(VipFault::kKeepalivedKilled);
}

}  // namespace
}  // namespace understudy::stack
