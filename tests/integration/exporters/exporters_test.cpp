#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iterator>
#include <sstream>

#include "exporters/agent/metrics.h"
#include "exporters/haproxy/metrics.h"
#include "exporters/host/collect.h"
#include "exporters/mysql/metrics.h"
#include "exporters/mysql/replication.h"
#include "exporters/php_fpm/memory_growth.h"
#include "exporters/scrape.h"
#include "tests/integration/exporters/web_server.h"
#include "tests/integration/haproxy/haproxy_process.h"

namespace understudy::integration {
namespace {

using core::ErrorCode;
using core::Millis;
using testing::HasSubstr;
using testing::Not;

constexpr Millis kDeadline{5000};
constexpr Millis kShort{200};

TEST(NginxExporter, ReadsARunningNginxAndNoticesItsEnd) {
    Nginx nginx;
    const auto collector = exporters::nginx_collector(nginx.status_url(), kDeadline);
    const auto page = collector.collect();
    ASSERT_TRUE(page) << describe(page.error());
    EXPECT_THAT(page->text(), HasSubstr("nginx_up 1\n"));
    EXPECT_THAT(page->text(), HasSubstr("nginx_connections_active 1\n"));
    nginx.daemon().end();
    EXPECT_FALSE(collector.collect());
}

TEST(NginxExporter, SaysWhichPageIsNotThere) {
    Nginx nginx;
    auto url = nginx.status_url();
    url.target = "/nothing";
    const auto page = exporters::nginx_collector(url, kDeadline).collect();
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().code, ErrorCode::kRefused);
    EXPECT_THAT(describe(page.error()), HasSubstr("404"));
}

TEST(PhpFpmExporter, ReadsARunningPool) {
    PhpFpm php;
    const auto status = exporters::ask_pool_status(php.pool(), kDeadline);
    ASSERT_TRUE(status) << describe(status.error());
    EXPECT_EQ(status->pool, "www");
    EXPECT_EQ(status->process_manager, "static");
    EXPECT_EQ(status->total_processes, 1U);
    EXPECT_GE(status->accepted_connections, 2U);
}

TEST(PhpFpmExporter, TellsASaturatedPoolFromADeadOne) {
    PhpFpm php;
    {
        const SilentClient client(php.pool());
        const auto ping = exporters::check_ping(php.pool(), kShort);
        ASSERT_FALSE(ping);
        EXPECT_EQ(ping.error().code, ErrorCode::kTimeout);
    }
    EXPECT_TRUE(
        eventually([&] { return exporters::check_ping(php.pool(), kDeadline).has_value(); }));
    php.daemon().end();
    const auto ping = exporters::check_ping(php.pool(), kShort);
    ASSERT_FALSE(ping);
    EXPECT_EQ(ping.error().code, ErrorCode::kUnreachable);
}

TEST(PhpFpmExporter, SaysThatAPathIsNotConfigured) {
    PhpFpm php;
    auto pool = php.pool();
    pool.ping_path = "/nothing";
    const auto ping = exporters::check_ping(pool, kDeadline);
    ASSERT_FALSE(ping);
    EXPECT_EQ(ping.error().code, ErrorCode::kRefused);
}

// Everything that an agent may export, from the real daemons.
class WholePage : public testing::Test {
  protected:
    WholePage() {
        add_daemons_and_host(scrape_, kDeadline);
        scrape_.add(exporters::mysql_collector(
            [] { return core::Result<exporters::MysqlAnswers>(exporters::MysqlAnswers{}); },
            kDeadline));
        core::DatabaseFacts facts;
        facts.answering = true;
        facts.canary = core::CanaryFacts{};
        exporters::AgentState state;
        state.services = {{"nginx", core::ProcessState::kRunning}};
        state.applied = core::AppliedAssignment{};
        state.load_balancer = core::LoadBalancerFacts{};
        state.vip = core::VipFacts{true, core::ProcessState::kRunning, 1, 1, core::WallTime{}, ""};
        state.backend = core::BackendFacts{};
        scrape_.add_instant("replication",
                            [facts] { return exporters::replication_metrics(facts); });
        scrape_.add_instant("agent", [state] { return exporters::agent_metrics(state); });
    }

    void add_daemons_and_host(exporters::Scrape& scrape, core::Millis of_daemons) {
        scrape.add(exporters::nginx_collector(nginx_.status_url(), of_daemons));
        scrape.add(exporters::php_fpm_collector(php_.pool(), of_daemons));
        scrape.add(exporters::php_fpm_memory_collector(php_.pool(), Millis(0), of_daemons));
        scrape.add(exporters::haproxy_collector(haproxy_.options().socket, of_daemons));
        for (auto& collector : exporters::host_collectors({}, kDeadline)) {
            scrape.add(std::move(collector));
        }
    }

    // What promtool's exit code says: 0 clean, 3 only matters of style, else not readable.
    int promtool(const std::string& page) {
        if (::access("/usr/bin/promtool", X_OK) != 0) {
            throw std::runtime_error(
                "this test needs promtool: install the Debian package prometheus");
        }
        directory_.write("page", page);
        const auto command = "/usr/bin/promtool check metrics < " + directory_.path("page") +
                             " > " + directory_.path("verdict") + " 2>&1";
        const int status = std::system(command.c_str());
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    static std::string own_families(const std::string& page) {
        std::istringstream lines(page);
        std::string own;
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with("understudy_") || line.find(" understudy_") == 6) {
                own += line + "\n";
            }
        }
        return own;
    }

    ScratchDirectory directory_;
    Nginx nginx_;
    PhpFpm php_;
    FakeHost web1_{"web1"};
    FakeHost web2_{"web2"};
    HaproxyProcess haproxy_{web1_, web2_};
    exporters::Scrape scrape_;
};

TEST_F(WholePage, HasEveryCollectorAndIsReadableByPrometheus) {
    const auto page = scrape_.text({kDeadline});
    for (const auto* line : {"nginx_up 1\n", "haproxy_up 1\n", "mysql_up 1\n", "node_load1 ",
                             "node_filesystem_", "phpfpm_up{"}) {
        EXPECT_THAT(page, HasSubstr(line));
    }
    for (const auto& state : scrape_.states()) {
        EXPECT_FALSE(state.error) << describe(*state.error);
    }
    constexpr int kOnlyStyle = 3;
    const int verdict = promtool(page);
    EXPECT_TRUE(verdict == 0 || verdict == kOnlyStyle) << verdict;
}

TEST_F(WholePage, HasNothingToComplainOfInOurOwnNames) {
    const auto own = own_families(scrape_.text({kDeadline}));
    EXPECT_THAT(own, HasSubstr("# HELP understudy_collector_success "));
    EXPECT_EQ(promtool(own), 0);
}

// What a scrape says while each daemon is stopped in turn, and all at once.
class StoppedDaemons : public WholePage {
  protected:
    struct Stoppable {
        std::string down;  // what the page says of it
        std::string up;
        std::function<void()> stop;
        std::function<void()> go_on;
    };

    StoppedDaemons() { add_daemons_and_host(brief_, kShort); }

    // The page, which came in time and has the host's part whole.
    std::string scrape() {
        const auto start = std::chrono::steady_clock::now();
        auto page = brief_.text({kDeadline});
        EXPECT_LT(std::chrono::steady_clock::now() - start, kDeadline / 2);
        EXPECT_THAT(page, HasSubstr("node_scrape_collector_success{collector=\"cpu\"} 1\n"));
        EXPECT_THAT(page, Not(HasSubstr("node_scrape_collector_success{collector=\"cpu\"} 0")));
        return page;
    }

    bool says(const std::string& line) {
        return eventually([&] { return scrape().find(line) != std::string::npos; });
    }

    std::vector<Stoppable> daemons_{
        {"nginx_up 0\n", "nginx_up 1\n", [this] { nginx_.daemon().stop_running(); },
         [this] { nginx_.daemon().go_on(); }},
        {"fpm-status\"} 0\n", "fpm-status\"} 1\n", [this] { php_.daemon().stop_running(); },
         [this] { php_.daemon().go_on(); }},
        {"haproxy_up 0\n", "haproxy_up 1\n", [this] { haproxy_.stop_running(); },
         [this] { haproxy_.go_on(); }}};
    exporters::Scrape brief_;
};

TEST_F(StoppedDaemons, CostOnlyTheirOwnPartEach) {
    for (const auto& daemon : daemons_) {
        daemon.stop();
        const auto page = scrape();
        EXPECT_THAT(page, HasSubstr(daemon.down));
        EXPECT_THAT(page, HasSubstr("class=\"timeout\"} 1\n"));
        for (const auto& other : daemons_) {
            if (other.up == daemon.up) continue;
            EXPECT_THAT(page, HasSubstr(other.up));
        }
        daemon.go_on();
        EXPECT_TRUE(says(daemon.up));
    }
}

TEST_F(StoppedDaemons, CostNoMoreWhenAllAreStoppedAndPileNothingUp) {
    (void)scrape();
    for (const auto& daemon : daemons_) daemon.stop();
    const auto files_open = [] {
        const std::filesystem::directory_iterator all("/proc/self/fd");
        return std::distance(begin(all), end(all));
    };
    (void)scrape();
    const auto before = files_open();
    for (int i = 0; i < 5; ++i) {
        const auto page = scrape();
        for (const auto& daemon : daemons_) EXPECT_THAT(page, HasSubstr(daemon.down));
    }
    EXPECT_LE(files_open(), before + 3) << "at most a question in flight to each";
    for (const auto& daemon : daemons_) daemon.go_on();
    for (const auto& daemon : daemons_) EXPECT_TRUE(says(daemon.up));
}

}  // namespace
}  // namespace understudy::integration
