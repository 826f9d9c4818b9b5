#include "exporters/php_fpm/memory_growth.h"

#include <gtest/gtest.h>

#include <optional>

#include "tests/integration/exporters/web_server.h"
#include "tests/unit/exporters/exposition.h"

namespace understudy::integration {
namespace {

using core::Millis;

constexpr Millis kMemoryWithin{5000};
constexpr auto kGrowth = "understudy_phpfpm_child_growth_bytes_per_request";
constexpr int kLeakedBytes = 16384;
constexpr int kToWarm = 60;
constexpr int kThenCounted = 200;

// What an extension that forgets 16 KiB leaves behind: no request's end gives it back.
constexpr auto kLeaks =
    "<?php $c = FFI::cdef('void *malloc(size_t); void *memset(void *, int, size_t);');"
    "$c->memset($c->malloc(16384), 1, 16384);";
// PHP gives this back by itself.
constexpr auto kIsLarge = "<?php $all = []; for ($i = 0; $i < 20000; ++$i) $all[] = \"text $i\";";

class PoolMemoryTest : public testing::Test {
  protected:
    void run(const char* program, int times) {
        for (int i = 0; i < times; ++i) {
            const auto done = php_.run(program);
            ASSERT_TRUE(done) << describe(done.error());
        }
    }

    // By how much the child is said to have grown with each request; nothing: not yet known.
    std::optional<double> growth() const {
        const auto page = collector_.collect();
        EXPECT_TRUE(page) << describe(page.error());
        if (!page) return std::nullopt;
        for (const auto& [series, value] : exporters::read_exposition(page->text()).samples) {
            if (series.starts_with(kGrowth)) return value;
        }
        return std::nullopt;
    }

    PhpFpm php_{{"-d", "extension=ffi", "-d", "ffi.enable=1"}};
    exporters::Collector collector_ =
        exporters::php_fpm_memory_collector(php_.pool(), Millis(0), kMemoryWithin);
};

TEST_F(PoolMemoryTest, FindsWhatEachRequestLeavesBehind) {
    run(kLeaks, kToWarm);
    EXPECT_EQ(growth(), std::nullopt) << "not known from one look";
    run(kLeaks, kThenCounted);
    const auto found = growth();
    ASSERT_TRUE(found);
    EXPECT_GT(*found, 0.9 * kLeakedBytes);
    EXPECT_LT(*found, 1.2 * kLeakedBytes);
}

TEST_F(PoolMemoryTest, FindsNothingWhereMemoryIsGivenBack) {
    run(kIsLarge, kToWarm);
    (void)growth();
    run(kIsLarge, kThenCounted);
    const auto found = growth();
    ASSERT_TRUE(found);
    EXPECT_LT(*found, 0.05 * kLeakedBytes);
}

TEST_F(PoolMemoryTest, SaysHowMuchTheProcessesHold) {
    const auto page = collector_.collect();
    ASSERT_TRUE(page) << describe(page.error());
    const auto samples = exporters::read_exposition(page->text()).samples;
    ASSERT_EQ(samples.size(), 2U) << page->text();
    constexpr double kMebibyte = 1024.0 * 1024.0;
    for (const auto& [series, bytes] : samples) {
        EXPECT_GT(bytes, kMebibyte / 2) << series;
        EXPECT_LT(bytes, 100 * kMebibyte) << series;
    }
}

TEST_F(PoolMemoryTest, AsksForTheWholeStatusNoMoreOftenThanItIsTold) {
    const auto seldom =
        exporters::php_fpm_memory_collector(php_.pool(), std::chrono::hours(1), kMemoryWithin);
    ASSERT_TRUE(seldom.collect());
    const auto before = exporters::ask_pool_status(php_.pool(), kMemoryWithin);
    ASSERT_TRUE(seldom.collect());
    const auto after = exporters::ask_pool_status(php_.pool(), kMemoryWithin);
    ASSERT_TRUE(before && after);
    EXPECT_EQ(after->accepted_connections, before->accepted_connections + 1);
}

}  // namespace
}  // namespace understudy::integration
