#include "core/fitness.h"

#include <gtest/gtest.h>

#include "core/situation.h"
#include "tests/unit/core/site.h"

namespace understudy::core::test {
namespace {

TEST(Version, IsComparedByItsFirstTwoNumbers) {
    EXPECT_TRUE(older_version("8.4.9", "9.7.0-3"));
    EXPECT_TRUE(older_version("9.2.0", "9.10.0"));
    EXPECT_FALSE(older_version("9.7.0", "9.7.4"));
    EXPECT_FALSE(older_version("9.7.0", "8.4.9"));
}

TEST(Version, ThatIsNotKnownIsNeverOlder) {
    EXPECT_FALSE(older_version("", "9.7.0"));
    EXPECT_FALSE(older_version("9.7.0", "next"));
}

TEST(Candidates, AnOlderMySqlIsPromotedOnlyWhenNothingElseIsEqual) {
    Site site = Site::protected_site();
    site.add_web3();
    site.record.in_sync.insert(kWeb3);
    site.record.admitted_incarnation[kWeb3] = 1;
    site.record.tell(kWeb3, Role::kReplicaInSync, kWeb1);
    for (const auto& host : {kWeb1, kWeb3}) site.database(host).version = "9.7.0";
    site.database(kWeb2).version = "8.4.3";
    site.obey();
    const Inputs inputs{site.record, site.view, site.topology, site.policy, site.now};
    EXPECT_EQ(Situation(inputs).candidates().front().name, kWeb3);
}

// A replica of somebody outside is neither made the primary nor taken in: either would cut it off.
TEST(ChainedSource, IsRefusedWithItsNameAndTheRemedy) {
    Site site;
    auto& replication = site.database(kWeb1).replication;
    replication.configured = true;
    replication.source_host = "upstream.example";
    replication.source_port = 3306;
    const auto decision = site.ask();
    EXPECT_FALSE(decision.next);
    EXPECT_NE(decision.reason.find("web1 replicates from upstream.example:3306"),
              std::string::npos);
    EXPECT_NE(decision.reason.find("RESET REPLICA ALL on web1"), std::string::npos);
}

TEST(ChainedSource, IsNoneWhenTheClustersOwnHostsFollowEachOther) {
    Site site;
    auto& replication = site.database(kWeb2).replication;
    replication.configured = true;
    replication.source_host = "198.18.0.21";
    replication.source_port = 3306;
    EXPECT_EQ(site.step(), "100 bootstrap");
}

TEST(ChainedSource, KeepsANewHostOutUntilItIsMended) {
    Site site = Site::protected_site();
    site.add_web3();
    auto& replication = site.database(kWeb3).replication;
    replication.configured = true;
    replication.source_host = "upstream.example";
    replication.source_port = 3306;
    while (site.ask().next) ASSERT_NE(site.step(), "400 enrol");
    replication = {};
    EXPECT_EQ(site.step(), "400 enrol");
}

}  // namespace
}  // namespace understudy::core::test
