#include "controller/site_waiting.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace understudy::controller {
namespace {

using core::HostName;
using nlohmann::json;
using wire::HostWaiting;
using wire::TierWaiting;
using namespace std::chrono_literals;

class SiteWaiting : public testing::Test {
  protected:
    void say(const char* host, const HostWaiting& waiting, core::MonotonicTime at = kNow) {
        heard_[HostName(host)] = HeardWaiting{waiting, at};
    }
    [[nodiscard]] json document() const { return waiting_json(heard_, kNow); }
    [[nodiscard]] std::string text() const { return document()["text"]; }

    static constexpr core::MonotonicTime kNow{1h};
    WaitingByHost heard_;
};

HostWaiting at_balancer(std::uint32_t requests) { return {TierWaiting{requests}, {}, {}}; }
HostWaiting behind(std::uint32_t php_fpm, std::uint32_t database) {
    return {{}, TierWaiting{php_fpm}, TierWaiting{database}};
}

TEST_F(SiteWaiting, BlamesNobodyWhileNobodyWaits) {
    say("lb1", at_balancer(0));
    say("web1", behind(0, 0));
    EXPECT_EQ(document(), json::parse(R"({
        "tiers": [{"tier": "load_balancer", "requests": 0}, {"tier": "php_fpm", "requests": 0},
                  {"tier": "database", "requests": 0}],
        "blamed": null, "not_known_of": [],
        "text": "Waiting: load balancer 0, PHP-FPM 0, database 0"})"));
}

TEST_F(SiteWaiting, BlamesTheDeepestTierOnTheHostWhereMostWait) {
    say("lb1", at_balancer(40));
    say("lb2", at_balancer(2));
    EXPECT_EQ(text(), "Waiting: load balancer 42 -> load balancer on lb1");
    say("web1", behind(3, 0));
    say("web2", behind(9, 0));
    EXPECT_EQ(text(), "Waiting: load balancer 42, PHP-FPM 12, database 0 -> PHP-FPM on web2");
    say("web1", behind(3, 1));
    EXPECT_EQ(text(), "Waiting: load balancer 42, PHP-FPM 12, database 1 -> database on web1");
    EXPECT_EQ(document()["blamed"],
              json({{"tier", "database"}, {"host", "web1"}, {"requests", 1}}));
}

TEST_F(SiteWaiting, SaysOfWhomItIsNotKnown) {
    say("web1", behind(2, 0));
    say("web2", {{}, TierWaiting{1}, TierWaiting{}});
    heard_[HostName("db3")] = std::nullopt;
    EXPECT_EQ(text(), "Waiting: PHP-FPM 3, database 0 -> PHP-FPM on web1 (not known of db3, web2)");
    say("web1", {{}, TierWaiting{2}, TierWaiting{}});
    EXPECT_EQ(document()["tiers"][1], json({{"tier", "database"}, {"requests", nullptr}}));
    EXPECT_EQ(text(),
              "Waiting: PHP-FPM 3, database ? -> PHP-FPM on web1 (not known of db3, web1, web2)");
}

TEST_F(SiteWaiting, ForgetsWhatWasSaidLongAgo) {
    say("web1", behind(2, 0), kNow - 10s);
    EXPECT_EQ(text(), "Waiting: not known (not known of web1)");
    EXPECT_TRUE(document()["blamed"].is_null());
    say("web1", behind(2, 0), kNow - 9s);
    EXPECT_EQ(text(), "Waiting: PHP-FPM 2, database 0 -> PHP-FPM on web1");
}

TEST(LastingWaiting, IsThatOfBothLooks) {
    EXPECT_EQ(lasting(behind(3, 0), behind(2, 5)), behind(2, 0));
    const HostWaiting unknown{{}, TierWaiting{}, TierWaiting{}};
    EXPECT_EQ(lasting(unknown, behind(2, 5)), behind(2, 5));
    EXPECT_EQ(lasting(behind(2, 5), unknown), unknown);
    EXPECT_EQ(lasting(at_balancer(2), behind(2, 5)), behind(2, 5)) << "other parts than before";
}

TEST_F(SiteWaiting, AddsUpBeyondWhatOneHostCanSay) {
    constexpr auto kMost = std::numeric_limits<std::uint32_t>::max();
    say("web1", behind(kMost, 0));
    say("web2", behind(kMost, 0));
    EXPECT_EQ(document()["tiers"][0]["requests"], 2 * std::uint64_t{kMost});
}

}  // namespace
}  // namespace understudy::controller
