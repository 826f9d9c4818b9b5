// Where requests wait: what `understudy status` says, and what Prometheus records of the same.
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <csignal>
#include <deque>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "adapters/stream/descriptor.h"
#include "tests/stack/cases/running_stack.h"
#include "tests/stack/child.h"
#include "tests/stack/containers.h"
#include "tests/stack/prometheus.h"
#include "tests/stack/site.h"
#include "tests/stack/wait.h"

namespace understudy::stack {
namespace {

using Json = nlohmann::json;

class Waiting : public RunningStack {
  protected:
    static core::Result<Json> waiting() {
        const auto text = understudy({"status", "--json"}, 20s);
        if (!text) return tl::unexpected<core::Error>(text.error());
        return Json::parse(*text).at("clusters").at(0).at("waiting");
    }

    // Until `understudy status` blames that tier on that host, and nobody where it is empty.
    static core::Result<void> await_blamed(const std::string& tier, const std::string& host) {
        return wait_until("the status blaming " + tier, 20s, [&]() -> std::string {
            const auto now = waiting();
            if (!now) return describe(now.error());
            const auto& blamed = now->at("blamed");
            const bool is_it = tier.empty() ? blamed.is_null()
                                            : !blamed.is_null() && blamed.at("tier") == tier &&
                                                  blamed.at("host") == host;
            return is_it ? "" : "it says: " + now->at("text").get<std::string>();
        });
    }
    // Until that query yields a sample of the tier.
    static core::Result<void> await_recorded(const std::string& query, const std::string& tier) {
        return wait_until(query + " of " + tier, 60s, [&]() -> std::string {
            const auto samples = prometheus_samples(query);
            if (!samples) return describe(samples.error());
            std::string others;
            for (const auto& sample : *samples) {
                const auto& found = sample.labels.at("tier");
                if (found == tier) return "";
                others += " " + found;
            }
            return others.empty() ? "there is none" : "there is only that of" + others;
        });
    }
    static void expect_blamed(const std::string& tier, const std::string& host,
                              const std::string& in_words) {
        EXPECT_TRUE(good(await_blamed(tier, host)));
        const auto status = understudy({"status"}, 20s);
        ASSERT_TRUE(good(status));
        EXPECT_NE(status->find(" -> " + in_words + " on " + host), std::string::npos) << *status;
    }
};

// Connections to that server's pool on which no request ever comes: each keeps a process.
class SilentVisitors {
  public:
    static core::Result<SilentVisitors> come(const std::string& server, std::size_t many) {
        const auto php = main_process(server + "-php", "php-fpm8.4");
        if (!php) return tl::unexpected<core::Error>(php.error());
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const auto path = "/proc/" + std::to_string(php->pid()) + "/root/run/php/php-fpm.sock";
        path.copy(address.sun_path, sizeof(address.sun_path) - 1);
        SilentVisitors all;
        while (all.sockets_.size() < many) {
            auto& socket = all.sockets_.emplace_back(
                ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
            if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address),
                          sizeof(address)) != 0) {
                return core::failure(core::ErrorCode::kUnreachable, "connect to " + path,
                                     "nobody listens, or too many wait", errno);
            }
        }
        return all;
    }

  private:
    std::deque<adapters::Descriptor> sockets_;
};

TEST_F(Waiting, IsAtPhpFpmWhereEveryProcessIsTaken) {
    EXPECT_TRUE(good(await_blamed("", "")));
    {
        // Sixteen are taken by a process; PHP-FPM ends those after half a minute.
        const auto visitors = SilentVisitors::come("web1", 200);
        ASSERT_TRUE(good(visitors));
        expect_blamed("php_fpm", "web1", "PHP-FPM");
        EXPECT_TRUE(good(await_recorded("site:blamed_tier", "php_fpm")));
    }
    EXPECT_TRUE(good(await_blamed("", "")));
    EXPECT_TRUE(good(balancers_.await_in_rotation("web1", 60s)));
}

TEST_F(Waiting, IsAtTheDatabaseWhereARowIsHeld) {
    table_ = "stack_test_held";
    const auto migrate = login("guestbook_migrate", {kVip, kWriterPort});
    const auto writer = login("guestbook_rw", {kVip, kWriterPort});
    ASSERT_TRUE(good(migrate));
    ASSERT_TRUE(good(writer));
    ASSERT_TRUE(good(make_table(*migrate, table_)));
    adapters::Connection holder(*writer);
    ASSERT_TRUE(
        good(holder.query("INSERT INTO " + table_ + " VALUES (1, 0)", adapters::deadline_in(10s))));
    const auto update = "UPDATE " + table_ + " SET sent_us = sent_us + 1 WHERE n = 1";
    ASSERT_TRUE(good(holder.query("BEGIN; " + update, adapters::deadline_in(10s))));
    core::Result<std::vector<adapters::Table>> answered;
    std::jthread other([&] {
        adapters::Connection connection(*writer);
        answered = connection.query("SET innodb_lock_wait_timeout = 120; " + update,
                                    adapters::deadline_in(120s));
    });

    expect_blamed("database", primary(), "database");
    EXPECT_TRUE(good(await_recorded("site:blamed_tier", "database")));

    ASSERT_TRUE(good(holder.query("COMMIT", adapters::deadline_in(10s))));
    other.join();
    EXPECT_TRUE(good(answered)) << "it has the row now";
    EXPECT_TRUE(good(await_blamed("", "")));
}

class WaitingAtTheLoadBalancer : public Waiting {
  protected:
    void TearDown() override {
        if (!limited_.empty()) {
            EXPECT_TRUE(good(LoadBalancers::limit_web_servers(limited_, kUsualLimit)));
        }
        Waiting::TearDown();
    }
    void limit(const std::string& balancer) {
        limited_ = balancer;
        ASSERT_TRUE(good(LoadBalancers::limit_web_servers(balancer, 1)));
    }
    // A visitor who sends so slowly that a web server has nobody else for the whole case.
    core::Result<std::unique_ptr<Child>> slow_visitor() {
        const auto file = testing::TempDir() + "long-message";
        std::ofstream(file) << "message=" << std::string(800'000, 'x');
        return Child::start({"curl", "--silent", "--http1.1", "--cacert", authority(),
                             "--limit-rate", "2k", "--max-time", "120", "--data-binary", "@" + file,
                             "https://" + std::string(kVip) + "/"});
    }

  private:
    static constexpr int kUsualLimit = 400;  // compose/images/lb/haproxy.cfg
    std::string limited_;
};

TEST_F(WaitingAtTheLoadBalancer, IsSeenWhereNoWebServerMayTakeMore) {
    const auto balancer = holder_of_vip();
    ASSERT_TRUE(good(balancer));
    ASSERT_NO_FATAL_FAILURE(limit(*balancer));
    const auto first = slow_visitor();
    const auto second = slow_visitor();
    ASSERT_TRUE(good(first));
    ASSERT_TRUE(good(second));
    GettingOptions options;
    options.server = {kVip, 443};
    options.authority = authority();
    options.deadline = 10s;
    GettingClient one(options);
    GettingClient another(options);

    expect_blamed("load_balancer", *balancer, "load balancer");
    EXPECT_TRUE(good(await_recorded("site:blamed_tier", "load_balancer")));

    (*first)->signal(SIGKILL);
    (*second)->signal(SIGKILL);
    EXPECT_TRUE(good(one.await_good(5, 30s)));
    one.stop();
    another.stop();
    EXPECT_TRUE(good(await_blamed("", "")));
}

}  // namespace
}  // namespace understudy::stack
