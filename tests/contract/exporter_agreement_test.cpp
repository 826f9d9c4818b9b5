// What the agent says of a primary and of a replica, beside mysqld_exporter.
#include <gmock/gmock.h>

#include <algorithm>

#include "adapters/clock/system_clock.h"
#include "adapters/http/http.h"
#include "adapters/mysql/mysql_heartbeat.h"
#include "agent/metrics.h"
#include "exporters/mysql/metrics.h"
#include "tests/contract/mysql_servers.h"
#include "tests/integration/exporters/agreement.h"
#include "tests/integration/exporters/daemon.h"
#include "tests/integration/exporters/peers.h"
#include "tests/integration/haproxy/loopback_server.h"

namespace understudy::contract {
namespace {

using testing::IsEmpty;

constexpr Millis kPatience{10000};
constexpr std::string_view kVariables = "mysql_global_variables_";

bool begins_with_any(const std::string& series, std::initializer_list<const char*> beginnings) {
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](const char* beginning) { return series.starts_with(beginning); });
}

// What it says of itself, commands that never ran, variables that no dashboard plots; and what
// differs by the connection on which it asks.
bool leaves_out(const std::string& series, double value) {
    if (series.starts_with(kVariables)) {
        return !exporters::is_exported_variable(series.substr(kVariables.size()));
    }
    return (series.starts_with("mysql_global_status_commands_total") && value == 0) ||
           begins_with_any(series, {"go_", "process_", "promhttp_", "mysqld_exporter_",
                                    "mysql_exporter_", "mysql_global_status_threads_"});
}

core::Result<adapters::HttpResponse> ask(std::uint16_t port) {
    adapters::HttpClientOptions to;
    to.server = {"127.0.0.1", port};
    return adapters::HttpClient(to).get("/metrics", kPatience);
}

class ExporterAgreement : public MySqlContract {
  protected:
    integration::Agreement with_mysqld_exporter(const Server& server) {
        const auto login = server.login("understudy_agent");
        directory_.write("my.cnf", "[client]\nuser=" + login.user + "\npassword=" + login.password +
                                       "\nsocket=" + login.socket + "\n");
        const auto port = integration::free_port();
        const integration::Daemon peer(
            integration::mysqld_exporter_command(port, directory_.path("my.cnf")),
            integration::kMysqldExporterPackage, directory_.path("log"),
            [port] { return ask(port).has_value(); });
        agent::AgentConfig config;
        config.mysql = agent::MysqlConfig{};
        config.mysql->socket = login.socket;
        config.mysql->user = login.user;
        config.mysql->password = login.password;
        const adapters::SystemClock clock;
        const auto collectors = agent::chosen_collectors(config, clock);
        const auto mysql = std::find_if(collectors->begin(), collectors->end(),
                                        [](const auto& one) { return one.name == "mysql"; });
        return integration::compare({[&] { return mysql->collect()->text(); },
                                     [port] { return ask(port)->body; }, leaves_out});
    }

    integration::ScratchDirectory directory_;
};

TEST_F(ExporterAgreement, OfAPrimaryAndItsReplica) {
    protect_a_by_b();
    adapters::MySqlHeartbeat heartbeat(a_server_.login("understudy_agent"));
    ASSERT_TRUE(heartbeat.beat(
        std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()), kSoon));
    for (const auto* server : {&a_server_, &b_server_}) {
        const auto agreement = with_mysqld_exporter(*server);
        EXPECT_GT(agreement.compared, 300U);
        EXPECT_THAT(agreement.faults, IsEmpty());
    }
}

}  // namespace
}  // namespace understudy::contract
