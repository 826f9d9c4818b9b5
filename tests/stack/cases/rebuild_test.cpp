#include "tests/bench/rejoin/same_data.h"
#include "tests/stack/cases/running_stack.h"
#include "tests/stack/site.h"
#include "tests/stack/wait.h"

namespace understudy::stack {
namespace {

class Rebuild : public RunningStack {
  protected:
    // Somebody with every right writes to the replica. Its agent may close it at any moment, so the
    // write is one transaction: it is there as a whole or is tried again.
    core::Result<void> write_to_the_replica() {
        const auto root = root_login(replica());
        if (!root) return tl::unexpected(root.error());
        adapters::Connection connection(*root);
        return wait_until("a write on the replica", 20s, [&]() -> std::string {
            const auto done = connection.query(
                "SET GLOBAL super_read_only = OFF; "
                "CREATE TABLE IF NOT EXISTS guestbook.astray AS SELECT 'erratum' AS word",
                adapters::deadline_in(10s));
            return done ? "" : describe(done.error());
        });
    }

    // The orphans' readable SQL, when a rebuild has kept it.
    core::Result<void> await_kept(const std::string& host, const std::string& what) {
        return wait_until("the replica's own write among the orphans", 30s, [&]() -> std::string {
            const auto list = understudy({"orphans", host, "--json"}, 20s);
            if (!list) return describe(list.error());
            constexpr std::string_view kId = "\"id\":";
            for (auto at = list->find(kId); at != std::string::npos; at = list->find(kId, at + 1)) {
                const auto begin = list->find('"', at + kId.size()) + 1;
                const auto id = list->substr(begin, list->find('"', begin) - begin);
                const auto sql = understudy({"orphans", "show", host, id}, 20s);
                if (sql && sql->find(what) != std::string::npos) return "";
            }
            return *list;
        });
    }
};

// The stack's policy is to rebuild by itself.
TEST_F(Rebuild, AReplicaThatSomebodyWroteToGetsItsDataAnewAndItsOwnWriteIsKept) {
    ASSERT_NO_FATAL_FAILURE(start_writing());
    const auto since = wall_now();
    const auto former_primary = primary();
    const auto rebuilt = replica();
    ASSERT_TRUE(good(write_to_the_replica()));
    ASSERT_TRUE(good(await_event("rebuild_started", since, 60s)));
    ASSERT_TRUE(good(await_event("rebuilt", since, 120s)));
    await_protected_again(180s);
    EXPECT_EQ(primary(), former_primary);
    EXPECT_TRUE(good(await_kept(rebuilt, "erratum")));
    expect_every_acknowledged_row();
    const auto differ = bench::differences(former_primary, rebuilt);
    ASSERT_TRUE(good(differ));
    EXPECT_TRUE(differ->empty()) << differ->front();
}

TEST_F(Rebuild, OfThePrimaryOrOfAHostInSyncIsRefused) {
    EXPECT_FALSE(understudy({"rebuild", primary(), "--yes"}, 20s));
    EXPECT_FALSE(understudy({"rebuild", replica(), "--yes"}, 20s));
}

}  // namespace
}  // namespace understudy::stack
