// The whole controller over real sockets, TLS and SQLite, with agents that obey.
#include "controller/controller.h"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "adapters/http/http.h"
#include "adapters/log/log.h"
#include "controller/config.h"
#include "tests/unit/controller/fake_agent.h"
#include "tests/unit/controller/simulated_site.h"
#include "tests/unit/http/test_certificates.h"

namespace understudy::controller::test {
namespace {

using core::HostName;
using nlohmann::json;
using namespace std::chrono_literals;

// A webhook's other end.
class HookServer {
  public:
    HookServer() : server_({{"127.0.0.1", 0}, {}, {}, 4}) {
        server_.handle("POST", "/hook/*", [this](const adapters::HttpRequest& request) {
            const std::lock_guard lock(mutex_);
            kinds_.push_back(json::parse(request.body).at("kind"));
            changed_.notify_all();
            return adapters::HttpResponse{};
        });
        if (!server_.start()) throw std::runtime_error("no hook server");
    }
    WebhookConfig config() const {
        return {"ops", {"127.0.0.1", server_.port()}, "/hook/c", false};
    }
    bool await(const std::string& kind) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, 5s, [&] {
            return std::find(kinds_.begin(), kinds_.end(), kind) != kinds_.end();
        });
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> kinds_;
    adapters::HttpServer server_;
};

class WholeController : public testing::Test {
  protected:
    // What the log's and the HTTP library make once is made before there are threads: the thread
    // sanitizer does not see how these libraries guard it.
    static void SetUpTestSuite() {
        adapters::start_log("controller", "info", "text");
        adapters::HttpServer server({{"127.0.0.1", 0}, {}, {}, 1});
        ASSERT_TRUE(server.start());
        adapters::HttpClientOptions options;
        options.server = {"127.0.0.1", server.port()};
        ASSERT_TRUE(adapters::HttpClient(options).get("/", 2s));
    }
    void SetUp() override {
        std::string pattern = testing::TempDir() + "controller-XXXXXX";
        directory_ = ::mkdtemp(pattern.data());
        for (const auto& [host, report] : first_reports()) {
            agents_[host] =
                std::make_unique<FakeAgent>(report, authority_.issue(host.value), "ctl1");
            config_.agents[host] = agents_[host]->address();
        }
        config_.state_dir = directory_;
        config_.sqlite_file = directory_ + "/controller.db";
        config_.web_listen = config_.api_listen = {"127.0.0.1", 0};
        config_.tls = authority_.issue("ctl1");
        config_.allowed_names = {"operator"};
        config_.topology = two_hosts();
        config_.webhooks = {hook_.config()};
    }
    void TearDown() override {
        controller_.reset();
        std::filesystem::remove_all(directory_);
    }

    void start() {
        controller_ = std::make_unique<Controller>(config_, "test");
        const auto started = controller_->start();
        ASSERT_TRUE(started) << describe(started.error());
    }
    void start_protected() {
        start();
        ASSERT_TRUE(agents_.at(kWeb2)->await([](const core::HostReport& report) {
            return report.applied && report.applied->role == core::Role::kReplicaInSync;
        }));
        ASSERT_TRUE(hook_.await("recovered"));
    }
    adapters::HttpClient client(const std::string& name = "operator") {
        adapters::HttpClientOptions options;
        options.server = {"127.0.0.1", controller_->api_port()};
        options.tls = authority_.issue(name);
        return adapters::HttpClient(options);
    }
    json status() {
        const auto response = client().get("/v1/status", 2s);
        return json::parse(response.value().body).at("clusters").at(0);
    }
    std::string web(const std::string& path, int expected = 200) {
        adapters::HttpClientOptions options;
        options.server = {"127.0.0.1", controller_->web_port()};
        const auto response = adapters::HttpClient(options).get(path, 2s);
        EXPECT_EQ(response->status, expected);
        return response->body;
    }
    // Whether the page comes to hold the text.
    bool awaits(const std::string& path, const std::string& text) {
        const auto until = std::chrono::steady_clock::now() + 5s;
        while (std::chrono::steady_clock::now() < until) {
            if (web(path).find(text) != std::string::npos) return true;
        }
        return false;
    }
    // The mark's time in the newest history entry of that kind, in microseconds.
    std::map<std::string, std::int64_t> marks_of(const std::string& kind) {
        const auto response = client().get("/v1/history?limit=100", 2s);
        const json history = json::parse(response.value().body);
        std::map<std::string, std::int64_t> marks;
        for (const auto& entry : history.at("entries")) {
            if (entry.at("kind") != kind) continue;
            for (const auto& mark : entry.at("detail").at("marks")) {
                marks[mark.at("name")] = mark.at("at_us");
            }
            break;
        }
        return marks;
    }
    void kill_mysqld(const HostName& host) {
        agents_.at(host)->publish([](core::HostReport& report) {
            report.database->process = core::ProcessState::kGone;
            report.database->answering = false;
            report.database_gone_at = std::chrono::time_point_cast<std::chrono::microseconds>(
                std::chrono::system_clock::now());
        });
    }

    adapters::TestAuthority authority_;
    HookServer hook_;
    std::string directory_;
    std::map<HostName, std::unique_ptr<FakeAgent>> agents_;
    ControllerConfig config_;
    std::unique_ptr<Controller> controller_;
};

TEST_F(WholeController, BringsTheSiteToProtectionAndShowsIt) {
    start_protected();
    const json cluster = status();
    EXPECT_EQ(cluster["phase"], "protected");
    EXPECT_EQ(cluster["primary"], "web1");
    EXPECT_EQ(cluster["in_sync"], json::array({"web2"}));
    EXPECT_EQ(cluster["if_primary_died_now"]["candidate"], "web2");
    EXPECT_TRUE(cluster["if_primary_died_now"]["blockers"].empty());
    EXPECT_EQ(cluster["hosts"][0]["name"], "web1");
    EXPECT_EQ(cluster["hosts"][0]["role"], "primary_lossless");
    EXPECT_EQ(cluster["hosts"][0]["reachable"], true);
    EXPECT_EQ(cluster["load_balancers"][0]["writer"], "web1");
    EXPECT_EQ(cluster["web"][1]["in_rotation"], true);
    EXPECT_EQ(web("/-/ready"), "ok\n");
    EXPECT_EQ(web("/-/healthy"), "ok\n");
    EXPECT_NE(web("/metrics").find("understudy_cluster_protected{cluster=\"main\"} 1"),
              std::string::npos);
}

TEST_F(WholeController, ShowsWhereRequestsWait) {
    for (const char* name : {"lb1", "lb2"}) {
        agents_.at(HostName(name))->let_wait({wire::TierWaiting{4}, {}, {}});
    }
    agents_.at(kWeb1)->let_wait({{}, wire::TierWaiting{12}, wire::TierWaiting{0}});
    start();
    const auto until = std::chrono::steady_clock::now() + 10s;
    json waiting = status()["waiting"];
    while (waiting["not_known_of"] != json{"web2"} && std::chrono::steady_clock::now() < until) {
        waiting = status()["waiting"];
    }
    EXPECT_EQ(waiting["text"],
              "Waiting: load balancer 8, PHP-FPM 12, database 0 -> PHP-FPM on web1 (not known of "
              "web2)");
    EXPECT_EQ(waiting["blamed"], json({{"tier", "php_fpm"}, {"host", "web1"}, {"requests", 12}}));
}

TEST_F(WholeController, DrainsAWebServerOnceAndSaysSo) {
    start_protected();
    const auto post = [this](const char* path, const char* body) {
        return client().post(path, body, 5s).value();
    };
    EXPECT_EQ(post("/v1/drain", "{}").status, 400);
    EXPECT_EQ(post("/v1/drain", R"({"host":"web1","by":"anna"})").status, 200);
    const auto again = post("/v1/drain", R"({"host":"web1","by":"bert"})");
    EXPECT_EQ(again.status, 409);
    EXPECT_NE(again.body.find("drained already, by anna"), std::string::npos) << again.body;
    ASSERT_TRUE(hook_.await("web_rotation"));
    const json cluster = status();
    EXPECT_EQ(cluster["web"][0]["drained_by"], "anna");
    EXPECT_EQ(cluster["web"][0]["in_rotation"], false);
    EXPECT_EQ(cluster["route"]["drained"], json::array({"web1"}));
    EXPECT_TRUE(awaits("/metrics", "understudy_web_drained{host=\"web1\"} 1"));
    EXPECT_EQ(post("/v1/undrain", R"({"host":"web1"})").status, 200);
    EXPECT_TRUE(awaits("/metrics", "understudy_web_drained{host=\"web1\"} 0"));
}

TEST_F(WholeController, FailsOverAndTellsTheWebhook) {
    start_protected();
    kill_mysqld(kWeb1);
    ASSERT_TRUE(hook_.await("failover"));
    EXPECT_EQ(status()["primary"], "web2");
    const auto marks = marks_of("failover");
    const auto part = [&](const char* from, const char* to) {
        return std::to_string(marks.at(to) - marks.at(from)) + " us";
    };
    std::cout << "noticed to decided " << part("noticed", "decided") << ", decided to recorded "
              << part("decided", "recorded") << ", recorded to received "
              << part("recorded", "received") << ", opened to route recorded "
              << part("opened", "route_recorded") << ", route recorded to routed "
              << part("route_recorded", "routed") << ", in all " << part("noticed", "routed")
              << "\n";
    EXPECT_LT(marks.at("routed") - marks.at("noticed"), 2'000'000);
    EXPECT_NE(
        web("/metrics").find("understudy_failovers_total{kind=\"failover\",outcome=\"done\"} 1"),
        std::string::npos);
}

TEST_F(WholeController, SwitchesOverWhenAskedAndBack) {
    start_protected();
    auto operator_client = client();
    const auto there = operator_client.post("/v1/switchover", R"({"by":"tester"})", 10s);
    ASSERT_EQ(there->status, 200) << there->body;
    EXPECT_TRUE(json::parse(there->body)["done"]);
    EXPECT_EQ(json::parse(there->body)["operation"]["to"], "web2");
    EXPECT_EQ(status()["primary"], "web2");
}

TEST_F(WholeController, RefusesWhatCannotBeDoneAndSaysWhy) {
    start_protected();
    auto operator_client = client();
    const auto to_nobody = operator_client.post("/v1/switchover", R"({"to":"web9"})", 5s);
    EXPECT_EQ(to_nobody->status, 409);
    EXPECT_NE(json::parse(to_nobody->body)["reason"].get<std::string>().find("web9"),
              std::string::npos);
    EXPECT_EQ(operator_client.post("/v1/failover", "{}", 5s)->status, 409) << "it answers";
    EXPECT_EQ(operator_client.post("/v1/switchover", "nonsense", 5s)->status, 400);
    EXPECT_EQ(operator_client.post("/v1/switchover", R"({"to":7})", 5s)->status, 400);
    EXPECT_EQ(operator_client.post("/v1/switchover", R"({"cluster":"x"})", 5s)->status, 404);
    EXPECT_EQ(operator_client.post("/v1/pause", "{}", 5s)->status, 400) << "without a reason";
    EXPECT_EQ(operator_client.get("/v1/history?limit=many", 5s)->status, 400);
}

TEST_F(WholeController, PausesAndResumes) {
    start_protected();
    auto operator_client = client();
    EXPECT_EQ(operator_client.post("/v1/pause", R"({"reason":"work"})", 5s)->status, 200);
    EXPECT_EQ(status()["paused"], true);
    EXPECT_EQ(status()["pause_reason"], "work");
    EXPECT_EQ(operator_client.post("/v1/resume", "", 5s)->status, 200);
    EXPECT_EQ(status()["paused"], false);
}

TEST_F(WholeController, LetsOnlyAllowedNamesUseTheApi) {
    start();
    EXPECT_FALSE(client("web1").get("/v1/status", 2s));
}

TEST_F(WholeController, GoesOnFromItsRecordAfterARestart) {
    start_protected();
    const json before = status();
    controller_.reset();
    start();
    const json after = status();
    EXPECT_EQ(after["epoch"], before["epoch"]);
    EXPECT_EQ(after["primary"], "web1");
    kill_mysqld(kWeb1);
    EXPECT_TRUE(hook_.await("failover"));
}

TEST_F(WholeController, RunsOnWithoutAnAgentAndSaysSo) {
    agents_.erase(kLb2);
    start_protected();
    EXPECT_NE(web("/-/ready").find("lb2: its agent is not heard"), std::string::npos);
    EXPECT_NE(web("/metrics").find("understudy_host_reachable{host=\"lb2\"} 0"), std::string::npos);
}

TEST_F(WholeController, CountsAnAgentThatWasToldSomethingNewer) {
    agents_.at(kWeb2)->refuse_all();
    start();
    ASSERT_TRUE(agents_.at(kWeb1)->await(
        [](const core::HostReport& report) { return report.applied.has_value(); }));
    ASSERT_TRUE(hook_.await("bootstrap"));
    EXPECT_TRUE(awaits("/metrics", "understudy_assignments_refused_total{host=\"web2\"}"));
}

TEST_F(WholeController, TellsPrometheusWhatToScrapeAsSoonAsItCan) {
    const auto folder = directory_ + "/targets";
    config_.topology.agents = {config_.agents.begin(), config_.agents.end()};
    config_.prometheus = {folder + "/agents.json", 9700};
    start();
    EXPECT_NE(web("/metrics").find("understudy_scrape_targets_written 0"), std::string::npos);
    std::filesystem::create_directory(folder);
    controller_->reload(config_);
    EXPECT_NE(web("/metrics").find("understudy_scrape_targets_written 1"), std::string::npos);
    std::ifstream file(folder + "/agents.json");
    EXPECT_EQ(json::parse(file).size(), config_.agents.size());
}

TEST_F(WholeController, APortInUseIsAnErrorOfStarting) {
    start();
    ControllerConfig second = config_;
    second.sqlite_file = directory_ + "/second.db";
    second.api_listen.port = controller_->api_port();
    Controller other(second, "test");
    const auto started = other.start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().number, EADDRINUSE);
}

}  // namespace
}  // namespace understudy::controller::test
