#include "exporters/php_fpm/memory_growth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/unit/exporters/golden.h"

namespace understudy::exporters {
namespace {

using core::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20U;
const PoolIdentity kWww{"www", "unix:///run/php/www.sock;/fpm-status"};

TEST(PoolChildrenTest, AreReadFromTheFullStatusOfPhpFpm) {
    EXPECT_THAT(parse_pool_children(golden("php-fpm-8.2-full.txt")).value(),
                ElementsAre(PoolChild{28012, 609}, PoolChild{28013, 607}));
    EXPECT_THAT(parse_pool_children(golden("php-fpm-8.4-full.txt")).value(),
                ElementsAre(PoolChild{6501, 31}, PoolChild{6502, 30}));
}

TEST(PoolChildrenTest, AreMissedInAStatusThatIsNotFull) {
    const auto none = parse_pool_children("pool:                 www\naccepted conn:        2\n");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ErrorCode::kInvalid);
}

TEST(PoolChildrenTest, AreNamedWhereTheirRequestsAreMissing) {
    for (const auto* text :
         {"pid: 7\nstate: Idle\n", "pid: 7\npid: 8\nrequests: 1\n", "pid: 7\nrequests: many\n"}) {
        const auto broken = parse_pool_children(text);
        ASSERT_FALSE(broken) << text;
        EXPECT_THAT(describe(broken.error()), HasSubstr("process 7")) << text;
    }
}

TEST(PoolChildrenTest, AreNotMistakenWhateverVisitorsSent) {
    const auto children = parse_pool_children(
        "pid:                  7\n"
        "requests:             12\n"
        "request URI:          /pid:?requests: 4\n"
        "user:                 \"pid: 8\xFF\n"
        "script:               /srv/requests: 9\n");
    EXPECT_THAT(children.value(), ElementsAre(PoolChild{7, 12}));
}

TEST(PoolChildrenTest, AreBounded) {
    std::string text;
    for (int pid = 1; pid <= 3000; ++pid) {
        text += "pid: " + std::to_string(pid) + "\nrequests: 1\n";
    }
    EXPECT_EQ(parse_pool_children(text)->size(), 1024U);
}

TEST(PoolChildrenTest, BearDamage) {
    bears_damage(golden("php-fpm-8.2-full.txt"), parse_pool_children);
}

TEST(AnonymousPagesTest, AreWhatIsResidentAndOfNoFile) {
    EXPECT_EQ(parse_anonymous_pages("51935 5123 4254 711 0 1310 0\n"), 869U);
    for (const auto* text :
         {"", "\n", "1 2", "1 2 3", "1 -2 0", "x y z", "1 99999999999999999 0"}) {
        EXPECT_EQ(parse_anonymous_pages(text), std::nullopt) << text;
    }
    bears_damage("51935 5123 4254 711 0 1310 0\n", parse_anonymous_pages);
}

TEST(MemoryOfTest, IsThatOfNoOtherProgram) {
    EXPECT_FALSE(memory_of({static_cast<std::uint32_t>(::getpid()), 1}));
    EXPECT_FALSE(memory_of({0xFFFFFFFF, 1}));
}

TEST(MemoryGrowthTest, AddsUpAndKnowsTheLargest) {
    MemoryGrowth growth;
    growth.look({{1, 0, 3 * kMebibyte}, {2, 70, 5 * kMebibyte}});
    EXPECT_EQ(growth.all_bytes(), 8 * kMebibyte);
    EXPECT_EQ(growth.largest_bytes(), 5 * kMebibyte);
    growth.look({{1, 0, 3 * kMebibyte}});
    EXPECT_EQ(growth.all_bytes(), 3 * kMebibyte);
    EXPECT_EQ(growth.largest_bytes(), 3 * kMebibyte);
}

TEST(MemoryGrowthTest, IsNotKnownBeforeAChildTookRequestsEnough) {
    MemoryGrowth growth;
    EXPECT_EQ(growth.bytes_per_request(), std::nullopt);
    growth.look({{1, 49, kMebibyte}});
    growth.look({{1, 149, 2 * kMebibyte}});  // from here on
    growth.look({{1, 248, 3 * kMebibyte}});
    EXPECT_EQ(growth.bytes_per_request(), std::nullopt);
    growth.look({{1, 249, 3 * kMebibyte}});
    EXPECT_EQ(growth.bytes_per_request(), kMebibyte / 100.0);
}

TEST(MemoryGrowthTest, DoesNotTakeTheFillingOfCachesForALeak) {
    MemoryGrowth growth;
    growth.look({{1, 1, kMebibyte}});
    growth.look({{1, 50, 20 * kMebibyte}});
    growth.look({{1, 250, 20 * kMebibyte}});
    EXPECT_EQ(growth.bytes_per_request(), 0.0);
}

TEST(MemoryGrowthTest, IsThatOfMostChildren) {
    MemoryGrowth growth;
    growth.look({{1, 100, 0}, {2, 100, 0}, {3, 100, 0}, {4, 100, 0}});
    growth.look({{1, 200, 100}, {2, 200, 64 * kMebibyte}, {3, 200, 300}, {4, 200, 200}});
    EXPECT_EQ(growth.bytes_per_request(), 2.0);
    growth.look({{1, 200, 100}, {2, 200, 64 * kMebibyte}, {3, 200, 300}});
    EXPECT_EQ(growth.bytes_per_request(), 3.0) << "the fourth is gone";
}

TEST(MemoryGrowthTest, IsBelowZeroWhereMemoryWasGivenBack) {
    MemoryGrowth growth;
    growth.look({{1, 100, kMebibyte}});
    growth.look({{1, 228, 0}});
    EXPECT_EQ(growth.bytes_per_request(), -8192.0);
}

TEST(MemoryGrowthTest, ComparesNoChildWithItsPredecessor) {
    MemoryGrowth growth;
    growth.look({{1, 9000, 50 * kMebibyte}});
    growth.look({{2, 60, kMebibyte}});
    EXPECT_EQ(growth.bytes_per_request(), std::nullopt);
    growth.look({{2, 50, kMebibyte}});  // fewer than before: not the same one
    growth.look({{2, 149, 2 * kMebibyte}});
    EXPECT_EQ(growth.bytes_per_request(), std::nullopt);
}

// A child as it is after so many requests of which each left so many bytes.
class OldChild {
  public:
    void serve(int looks, std::uint64_t left_by_each) {
        constexpr std::uint64_t kBetweenLooks = 100;
        for (int i = 0; i < looks; ++i) {
            child_.requests += kBetweenLooks;
            child_.bytes += kBetweenLooks * left_by_each;
            growth_.look({child_});
        }
    }
    [[nodiscard]] double growth() const { return growth_.bytes_per_request().value_or(-1); }

  private:
    ChildMemory child_{1, 0, 20 * kMebibyte};
    MemoryGrowth growth_;
};

TEST(MemoryGrowthTest, IsThatOfTheLastRequestsHoweverOldAChildIs) {
    OldChild child;
    child.serve(5000, 0);
    EXPECT_EQ(child.growth(), 0.0);
    child.serve(20, 4096);
    EXPECT_EQ(child.growth(), 4096.0) << "a leak that came with the last release";
    child.serve(20, 0);
    EXPECT_EQ(child.growth(), 0.0) << "and was mended";
}

TEST(PoolMemoryMetrics, SayNothingOfAGrowthThatIsNotKnown) {
    MemoryGrowth growth;
    growth.look({{1, 100, 1024}});
    const std::string labels = R"({pool="www",scrape_uri="unix:///run/php/www.sock;/fpm-status"})";
    const auto text = pool_memory_metrics(growth, kWww).text();
    EXPECT_THAT(text, HasSubstr("understudy_phpfpm_children_memory_bytes" + labels + " 1024\n"));
    EXPECT_THAT(text, HasSubstr("understudy_phpfpm_child_memory_max_bytes" + labels + " 1024\n"));
    EXPECT_THAT(text, Not(HasSubstr("per_request")));
    growth.look({{1, 200, 2048}});
    EXPECT_THAT(
        pool_memory_metrics(growth, kWww).text(),
        HasSubstr("understudy_phpfpm_child_growth_bytes_per_request" + labels + " 10.24\n"));
}

TEST(PoolMemoryCollector, FailsWhereNobodyListens) {
    const auto collector =
        php_fpm_memory_collector({"www", {"/nonexistent/fpm.sock", {}}, "/fpm-status", "/fpm-ping"},
                                 core::Millis(0), core::Millis(1000));
    EXPECT_EQ(collector.name, "php_fpm_memory/www");
    const auto page = collector.collect();
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().code, ErrorCode::kUnreachable);
}

}  // namespace
}  // namespace understudy::exporters
