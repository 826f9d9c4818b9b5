#include "tests/stack/cases/running_stack.h"
#include "tests/stack/command.h"
#include "tests/stack/containers.h"
#include "tests/stack/network_cut.h"
#include "tests/stack/policy_change.h"
#include "tests/stack/site.h"
#include "tests/stack/wait.h"

namespace understudy::stack {
namespace {

// Commits do not wait; the primary writes under a lease.
class AsyncDurability : public RunningStack {
  protected:
    void SetUp() override {
        RunningStack::SetUp();
        auto changed = PolicyChange::of("durability: lossless", "durability: async");
        ASSERT_TRUE(good(changed));
        policy_.emplace(std::move(*changed));
        ASSERT_TRUE(good(wait_until("a lease", 60s, [&] { return why_not_leased(); })));
        ASSERT_NO_FATAL_FAILURE(start_writing());
    }
    void TearDown() override {
        if (policy_) {
            EXPECT_TRUE(good(policy_->take_back()));
            EXPECT_TRUE(good(wait_until("lossless again", 180s, [&]() -> std::string {
                const auto status = cluster_status();
                if (!status) return describe(status.error());
                return status->is_protected() && !status->in_sync.empty() ? "" : describe(*status);
            })));
        }
        RunningStack::TearDown();
    }

    static std::string why_not_leased() {
        const auto status = cluster_status();
        if (!status) return describe(status.error());
        const auto primary = status->hosts.find(status->primary);
        const bool leased =
            primary != status->hosts.end() && primary->second.role == "primary_leased";
        return leased && status->is_protected() ? "" : describe(*status);
    }
    // Asked within its own server, whatever is cut off.
    static core::Result<std::string> super_read_only(const std::string& server) {
        return output_of({"docker", "exec", container_of(server + "-mysql")->id, "sh", "-c",
                          "MYSQL_PWD=$(cat /run/secrets/mysql_root_password) mysql -uroot "
                          "--socket=/run/mysqld/mysqld.sock -NBe 'SELECT @@super_read_only'"},
                         20s);
    }
    // What the policy lets be lost, at most, of what was acknowledged.
    void expect_little_lost(const std::string& on) {
        writer_->stop();
        const auto account = login("guestbook_ro", {address_of(on), kWriterPort});
        ASSERT_TRUE(good(account));
        const auto found = rows_in(*account, table_);
        ASSERT_TRUE(good(found));
        ledger_ = writer_->ledger();
        const auto missing = ledger_.missing(*found).size();
        std::printf("rows: %zu acknowledged, %zu of them lost\n",
                    ledger_.count(Outcome::kAcknowledged), missing);
        EXPECT_LE(missing, 1000U);
    }

    std::optional<PolicyChange> policy_;
};

TEST_F(AsyncDurability, ADeadMysqldIsReplacedWithoutWaitingForItsLeaseToEnd) {
    const auto former = primary();
    const auto mysqld = main_process(former + "-mysql", "mysqld");
    ASSERT_TRUE(good(mysqld));
    const auto killed = mysqld->kill();
    ASSERT_TRUE(good(killed));
    ASSERT_TRUE(good(writer_->await_acknowledged_after(wall_now() + 100ms, 30s)));
    ASSERT_TRUE(good(balancers_.await_writer(peer_of(former), 10s)));
    expect_little_lost(peer_of(former));
    print_write_gap(*killed, *killed + 20s);
    const auto pause = ledger_.longest_pause(*killed, *killed + 20s);
    ASSERT_TRUE(pause);
    EXPECT_LT(pause->length(), 2s) << "a lease is 3 s long";
}

TEST_F(AsyncDurability, APrimaryThatIsCutOffClosesItselfBeforeItsSuccessorOpens) {
    const auto former = primary();
    const auto since = wall_now();
    auto cut = NetworkCut::of(former);
    ASSERT_TRUE(good(cut));
    ASSERT_TRUE(good(await_event("failover", since, 60s)));
    const auto closed = super_read_only(former);
    ASSERT_TRUE(good(closed));
    EXPECT_EQ(*closed, "1");
    ASSERT_TRUE(good(writer_->await_acknowledged_after(wall_now() + 100ms, 30s)));
    ASSERT_TRUE(good(cut->mend()));
    expect_little_lost(peer_of(former));
    print_write_gap(since, since + 60s);
}

TEST_F(AsyncDurability, ASwitchoverLosesNothing) {
    ASSERT_TRUE(good(understudy({"switchover"}, 30s)));
    ASSERT_TRUE(good(writer_->await_acknowledged(100, 30s)));
    expect_every_acknowledged_row();
}

}  // namespace
}  // namespace understudy::stack
