#include "exporters/scrape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>
#include <memory>
#include <semaphore>
#include <stdexcept>
#include <thread>

namespace understudy::exporters {
namespace {

using core::Millis;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using Clock = std::chrono::steady_clock;

constexpr Millis kAmple{20000};

MetricPage page_with(const std::string& name, double value) {
    MetricPage page;
    page.gauge(name, "It.", value);
    return page;
}

Collector healthy(const std::string& name) {
    return {name, kAmple, [name] { return page_with(name + "_up", 1); },
            [=] { return page_with(name + "_up", 0); }};
}

// A collector that blocks until it is let go; what it shares outlives the test's body.
struct Stuck {
    std::counting_semaphore<> go{0};
    std::counting_semaphore<> entered{0};
    std::atomic<int> calls{0};

    static Collector collector(const std::shared_ptr<Stuck>& stuck, Millis deadline) {
        return {"stuck", deadline,
                [stuck]() -> core::Result<MetricPage> {
                    ++stuck->calls;
                    stuck->entered.release();
                    stuck->go.acquire();
                    return page_with("stuck_up", 1);
                },
                [=] { return page_with("stuck_up", 0); }};
    }
};

TEST(ScrapeTest, GivesEachCollectorsPartAndHowItFared) {
    Scrape scrape;
    scrape.add(healthy("one"));
    scrape.add_instant("two", [] { return page_with("two", 2); });
    const auto text = scrape.text({kAmple});
    EXPECT_THAT(text, HasSubstr("one_up 1\n"));
    EXPECT_THAT(text, HasSubstr("two 2\n"));
    EXPECT_THAT(text, HasSubstr("understudy_collector_success{collector=\"one\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("understudy_collector_duration_seconds{collector=\"one\"} "));
}

TEST(ScrapeTest, AnswersInTimeWithTheHealthyOnesWhenOneIsStuck) {
    auto stuck = std::make_shared<Stuck>();
    Scrape scrape;
    scrape.add(Stuck::collector(stuck, Millis(50)));
    scrape.add(healthy("one"));
    const auto text = scrape.text({kAmple});
    EXPECT_THAT(text, HasSubstr("stuck_up 0\n"));
    EXPECT_THAT(text, HasSubstr("one_up 1\n"));
    EXPECT_THAT(text, HasSubstr("understudy_collector_success{collector=\"stuck\"} 0\n"));
    ASSERT_EQ(scrape.states().size(), 2U);
    EXPECT_EQ(scrape.states()[0].error->code, core::ErrorCode::kTimeout);
    stuck->go.release();
}

TEST(ScrapeTest, DoesNotPileUpOnAStuckCollectorNorWaitForItAgain) {
    auto stuck = std::make_shared<Stuck>();
    Scrape scrape;
    scrape.add(Stuck::collector(stuck, Millis(50)));
    (void)scrape.text({kAmple});
    const auto start = Clock::now();
    for (int i = 0; i < 1000; ++i) (void)scrape.text({kAmple});
    EXPECT_LT(Clock::now() - start, Millis(50) * 100) << "each scrape waited again";
    EXPECT_EQ(stuck->calls, 1);
    stuck->go.release();
}

TEST(ScrapeTest, RecoversOnceTheStuckCollectorReturns) {
    auto stuck = std::make_shared<Stuck>();
    Scrape scrape;
    scrape.add(Stuck::collector(stuck, Millis(1)));
    EXPECT_THAT(scrape.text({kAmple}), HasSubstr("stuck_up 0\n"));
    stuck->go.release(1 << 20);
    std::string text;
    const auto until = Clock::now() + kAmple;
    while (text.find("stuck_up 1\n") == std::string::npos && Clock::now() < until) {
        text = scrape.text({kAmple});
    }
    EXPECT_THAT(text, HasSubstr("stuck_up 1\n"));
    EXPECT_THAT(text, HasSubstr("understudy_collector_success{collector=\"stuck\"} 1\n"));
}

TEST(ScrapeTest, KeepsTheScrapersBudgetWhereItIsShorterThanTheDeadline) {
    auto stuck = std::make_shared<Stuck>();
    Scrape scrape;
    scrape.add(Stuck::collector(stuck, kAmple));
    const auto start = Clock::now();
    EXPECT_THAT(scrape.text({Millis(20)}), HasSubstr("stuck_up 0\n"));
    EXPECT_LT(Clock::now() - start, kAmple / 2);
    stuck->go.release();
}

TEST(ScrapeTest, SharesOneCollectionBetweenScrapesInFlight) {
    auto stuck = std::make_shared<Stuck>();
    Scrape scrape;
    scrape.add(Stuck::collector(stuck, kAmple));
    auto first = std::async(std::launch::async, [&] { return scrape.text({kAmple}); });
    stuck->entered.acquire();
    auto second = std::async(std::launch::async, [&] { return scrape.text({Millis(50)}); });
    EXPECT_THAT(second.get(), HasSubstr("stuck_up 0\n"));
    stuck->go.release();
    EXPECT_THAT(first.get(), HasSubstr("stuck_up 1\n"));
    EXPECT_EQ(stuck->calls, 1);
}

TEST(ScrapeTest, ReportsACollectorThatFailsAndOneThatThrows) {
    Scrape scrape;
    scrape.add({"refused", kAmple,
                []() -> core::Result<MetricPage> {
                    return core::failure(core::ErrorCode::kRefused, "ask it", "no");
                },
                [=] { return page_with("refused_up", 0); }});
    scrape.add({"thrown", kAmple,
                []() -> core::Result<MetricPage> { throw std::runtime_error("out of luck"); },
                [=] { return page_with("thrown_up", 0); }});
    const auto text = scrape.text({kAmple});
    EXPECT_THAT(text, HasSubstr("refused_up 0\n"));
    EXPECT_THAT(text, HasSubstr("thrown_up 0\n"));
    EXPECT_EQ(scrape.states()[0].error->detail, "no");
    EXPECT_EQ(scrape.states()[1].error->detail, "out of luck");
}

// Collectors of one thread, which count what they are asked.
struct Counted {
    std::map<std::string, int> calls;

    Collector collector(const std::string& name, core::Result<MetricPage> answer) {
        Collector counted{name, kAmple, [this, name, answer] {
                              ++calls[name];
                              return answer;
                          }};
        counted.thread = "files";
        counted.health = HealthNames::kNodeExporter;
        counted.may_be_absent = true;
        return counted;
    }
};

TEST(ScrapeTest, RunsThoseThatShareAThreadEachOnItsOwnAccount) {
    Counted counted;
    Scrape scrape;
    scrape.add(counted.collector("cpu", page_with("cpu_seconds", 5)));
    scrape.add(counted.collector("broken",
                                 core::failure(core::ErrorCode::kInvalid, "read it", "malformed")));
    scrape.add(counted.collector("nothing_here",
                                 core::failure(core::ErrorCode::kNotFound, "read it", "none")));
    const auto text = scrape.text({kAmple});
    EXPECT_THAT(text, HasSubstr("cpu_seconds 5\n"));
    EXPECT_THAT(text, HasSubstr("node_scrape_collector_success{collector=\"cpu\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("node_scrape_collector_success{collector=\"broken\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("node_scrape_collector_duration_seconds{collector=\"broken\"} "));
    EXPECT_THAT(text,
                HasSubstr("understudy_collector_error{collector=\"broken\",class=\"invalid\"} 1"));
    EXPECT_THAT(text, Not(HasSubstr("nothing_here"))) << "this machine has no such thing";
}

TEST(ScrapeTest, RunsOnlyWhatIsChosen) {
    Counted counted;
    Scrape scrape;
    for (const auto* name : {"cpu", "memory", "disk"}) {
        scrape.add(counted.collector(name, page_with(std::string(name) + "_value", 1)));
    }
    scrape.add_instant("agent", [] { return page_with("agent_value", 1); });
    const auto only = scrape.text({kAmple, MetricFormat::kText, {{"cpu", "agent"}, {}}});
    EXPECT_THAT(only, HasSubstr("cpu_value"));
    EXPECT_THAT(only, HasSubstr("agent_value"));
    EXPECT_THAT(only, Not(HasSubstr("memory")));
    const auto without = scrape.text({kAmple, MetricFormat::kText, {{}, {"cpu", "agent"}}});
    EXPECT_THAT(without, Not(HasSubstr("cpu")));
    EXPECT_THAT(without, Not(HasSubstr("agent")));
    EXPECT_THAT(without, HasSubstr("disk_value"));
    EXPECT_THAT(counted.calls, ElementsAre(Pair("cpu", 1), Pair("disk", 1), Pair("memory", 1)));
}

TEST(ScrapeTest, RefusesAChoiceThatMakesNoSense) {
    Scrape scrape;
    scrape.add(healthy("one"));
    EXPECT_TRUE(scrape.check({{"one"}, {}}));
    const auto unknown = scrape.check({{"two"}, {}});
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().detail, "no collector \"two\" runs here; there are: one");
    EXPECT_FALSE(scrape.check({{}, {"two"}}));
    EXPECT_FALSE(scrape.check({{"one"}, {"one"}}));
}

TEST(ScrapeTest, CountsFailuresOncePerCollection) {
    auto stuck = std::make_shared<Stuck>();
    Scrape scrape;
    scrape.add(Stuck::collector(stuck, Millis(10)));
    scrape.add(healthy("one"));
    std::string text;
    for (int i = 0; i < 3; ++i) text = scrape.text({kAmple});
    EXPECT_THAT(text, HasSubstr("understudy_collector_failures_total{collector=\"stuck\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("understudy_collector_failures_total{collector=\"one\"} 0\n"));
    EXPECT_THAT(text,
                HasSubstr("understudy_collector_error{collector=\"stuck\",class=\"timeout\"} 1\n"));
    EXPECT_THAT(text, Not(HasSubstr("understudy_collector_error{collector=\"one\"")));
    stuck->go.release();
}

Collector failing(const std::string& name, const std::string& settings) {
    Collector failing{name, kAmple, []() -> core::Result<MetricPage> {
                          return core::failure(core::ErrorCode::kRefused, "ask it", "no");
                      }};
    failing.settings = settings;
    return failing;
}

TEST(ScrapeTest, ReplacesWhatDiffersAndKeepsTheCountsOfTheRest) {
    Scrape scrape;
    scrape.add(failing("stays", "a"));
    scrape.add(failing("changes", "a"));
    scrape.add(healthy("goes"));
    for (int i = 0; i < 2; ++i) (void)scrape.text({kAmple});
    scrape.replace({failing("changes", "b"), healthy("comes"), failing("stays", "a")});
    const auto text = scrape.text({kAmple});
    EXPECT_THAT(text, HasSubstr("understudy_collector_failures_total{collector=\"stays\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("understudy_collector_failures_total{collector=\"changes\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("comes_up 1\n"));
    EXPECT_THAT(text, Not(HasSubstr("goes")));
    EXPECT_FALSE(scrape.check({{"goes"}, {}}));
    EXPECT_TRUE(scrape.check({{"comes"}, {}}));
}

TEST(ScrapeTest, TakesOneOffASharedThreadAndGivesItAnother) {
    Counted counted;
    const auto one = [&](const std::string& name) {
        return counted.collector(name, page_with(name + "_value", 1));
    };
    Scrape scrape;
    scrape.add(one("cpu"));
    scrape.add(one("memory"));
    (void)scrape.text({kAmple});
    scrape.replace({one("cpu"), one("disk")});
    const auto text = scrape.text({kAmple});
    EXPECT_THAT(text, Not(HasSubstr("memory")));
    EXPECT_THAT(counted.calls, ElementsAre(Pair("cpu", 2), Pair("disk", 1), Pair("memory", 1)));
}

TEST(ScrapeTest, GivesAScrapeThatHasBegunWhatItAskedFor) {
    auto stuck = std::make_shared<Stuck>();
    Scrape scrape;
    scrape.add(Stuck::collector(stuck, kAmple));
    scrape.add_instant("agent", [] { return page_with("agent_value", 1); });
    auto begun = std::async(std::launch::async, [&] { return scrape.text({kAmple}); });
    stuck->entered.acquire();
    scrape.replace({healthy("one")});
    scrape.remove_instant("agent");
    EXPECT_THAT(scrape.text({kAmple}), Not(HasSubstr("stuck")));
    stuck->go.release();
    const auto text = begun.get();
    EXPECT_THAT(text, HasSubstr("stuck_up 1\n"));
    EXPECT_THAT(text, HasSubstr("agent_value 1\n"));
}

// What the collector owns tells when its thread has ended.
TEST(ScrapeTest, IsNotHeldUpByAStuckOneThatGoesAndLeavesNothingBehindOnceItReturns) {
    const auto first = std::make_shared<Stuck>();
    const auto second = std::make_shared<Stuck>();
    const auto freed = std::make_shared<std::promise<void>>();
    auto ended = freed->get_future();
    Scrape scrape;
    scrape.add(
        Stuck::collector({first.get(), [first, freed](Stuck*) { freed->set_value(); }}, kAmple));
    EXPECT_THAT(scrape.text({Millis(1)}), HasSubstr("stuck_up 0\n"));
    const auto start = Clock::now();
    scrape.replace({Stuck::collector(second, Millis(1))});
    EXPECT_THAT(scrape.text({kAmple}), HasSubstr("stuck_up 0\n"));
    EXPECT_LT(Clock::now() - start, kAmple / 2);
    EXPECT_EQ(ended.wait_for(Millis(0)), std::future_status::timeout) << "it has not returned";
    first->go.release();
    EXPECT_EQ(ended.wait_for(kAmple), std::future_status::ready);
    second->go.release();
}

TEST(ScrapeTest, EndsThoughACollectorIsStuck) {
    auto stuck = std::make_shared<Stuck>();
    {
        Scrape scrape;
        scrape.add(Stuck::collector(stuck, Millis(10)));
        (void)scrape.text({kAmple});
    }
    EXPECT_EQ(stuck->calls, 1);
    stuck->go.release();
}

}  // namespace
}  // namespace understudy::exporters
