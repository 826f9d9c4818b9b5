#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporters/firewall/counters.h"
#include "tests/unit/exporters/golden.h"

namespace understudy::exporters {
namespace {

using testing::HasSubstr;

TEST(FirewallTest, ReadsWhatNftLists) {
    const auto counters = parse_firewall_counters(golden("nft-1.0.6-counters.json"));
    ASSERT_TRUE(counters) << describe(counters.error());
    EXPECT_EQ(*counters, (std::vector<FirewallCounter>{{"connection_rate", 2417, 145020},
                                                       {"syn_flood", 0, 0}}));
    EXPECT_THAT(firewall_metrics(*counters).text(),
                HasSubstr("understudy_firewall_packets_total{counter=\"connection_rate\"} 2417"));
}

TEST(FirewallTest, RefusesOtherDocuments) {
    for (const auto* text : {"", "{}", "[]", "null", R"({"nftables": []})", R"({"nftables": 1})",
                             R"({"nftables": [{"counter": {"name": "x"}}]})",
                             R"({"nftables": [{"counter": 7}]})", R"({"nftables": [3]})"}) {
        EXPECT_FALSE(parse_firewall_counters(text)) << text;
    }
}

TEST(FirewallTest, BearsDamage) {
    bears_damage(golden("nft-1.0.6-counters.json"), parse_firewall_counters);
}

TEST(FirewallTest, IsMissingWithoutTheFile) {
    const auto collector = firewall_collector("/absent.json", core::Millis{1000});
    EXPECT_FALSE(collector.collect());
    EXPECT_THAT(collector.when_missing().text(), HasSubstr("understudy_firewall_up 0"));
}

}  // namespace
}  // namespace understudy::exporters
