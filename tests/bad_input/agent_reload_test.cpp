#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

#include "tests/bad_input/agent_program.h"
#include "tests/stack/wait.h"

namespace understudy::bad_input {
namespace {

// A UDP socket on loopback.
class Datagrams {
  public:
    Datagrams() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        const auto any = loopback(0);
        EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
    }
    ~Datagrams() { ::close(socket_); }
    Datagrams(const Datagrams&) = delete;
    Datagrams& operator=(const Datagrams&) = delete;

    [[nodiscard]] std::uint16_t port() const {
        sockaddr_in own{};
        socklen_t size = sizeof own;
        EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&own), &size), 0);
        return ntohs(own.sin_port);
    }
    void send(std::uint16_t port) const {
        const auto to = loopback(port);
        EXPECT_EQ(::sendto(socket_, "x", 1, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to),
                  1);
    }

  private:
    static sockaddr_in loopback(std::uint16_t port) {
        return {AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}, {}};
    }
    int socket_;
};

class AgentToldToReload : public AgentWithBadInput {
  protected:
    void run_with(const std::string& configuration, const std::vector<std::string>& flags = {}) {
        auto arguments = command(configuration);
        arguments.insert(arguments.end(), flags.begin(), flags.end());
        start(arguments);
        ASSERT_TRUE(await_answer(web_port_, "/-/healthy", {200, ""}));
        ASSERT_EQ(metric(web_port_, kSuccessful), "1");
        ASSERT_EQ(metric(web_port_, kRestart), "0");
    }
    void reload(const std::string& configuration) {
        write("agent.yaml", configuration);
        signal(SIGHUP);
    }
    core::Result<void> await_metric(const std::string& series, const std::string& value) {
        return await_answer(web_port_, "/metrics", {200, "\n" + series + " " + value + "\n"});
    }
    bool has(const std::string& text) {
        return get(web_port_, "/metrics").body.find(text) != std::string::npos;
    }
    [[nodiscard]] std::string certificates(const std::string& file) const {
        return "certificates: {files: [" + file + "]}\n";
    }

    static constexpr auto kSuccessful = "understudy_config_last_reload_successful";
    static constexpr auto kSince = "understudy_config_last_reload_success_timestamp_seconds";
    static constexpr auto kRestart = "understudy_config_restart_needed";
    static constexpr auto kLoad = "\nnode_load1 ";
    static constexpr auto kEntropy = "\nnode_entropy_available_bits ";
    const std::string haproxy_failed_ =
        "understudy_collector_failures_total{collector=\"haproxy\"}";
};

TEST_F(AgentToldToReload, TakesCollectorsAndTheLogsLevelAtOnceAndKeepsTheCountsOfTheRest) {
    const auto rest = common() + haproxy("/nowhere/admin.sock");
    run_with("log: {level: info}\ncollectors: {disabled: [entropy]}\n" + rest);
    ASSERT_TRUE(has(kLoad));
    ASSERT_FALSE(has(kEntropy));
    const auto since = metric(web_port_, kSince);
    const auto failed = std::stoi(metric(web_port_, haproxy_failed_));

    reload("log: {level: warn}\ncollectors: {disabled: [loadavg]}\n" + rest +
           certificates(path("no-such.crt")));
    EXPECT_TRUE(
        await_metric("understudy_certificate_readable{path=\"" + path("no-such.crt") + "\"}", "0"));
    EXPECT_TRUE(has(kEntropy));
    EXPECT_FALSE(has(kLoad));
    EXPECT_GT(std::stoi(metric(web_port_, haproxy_failed_)), failed);
    EXPECT_EQ(metric(web_port_, kSuccessful), "1");
    EXPECT_TRUE(stack::wait_until("the time of the reload", 5s, [&]() -> std::string {
        return metric(web_port_, kSince) != since ? "" : since;
    }));
    EXPECT_EQ(metric(web_port_, kRestart), "0");
    EXPECT_TRUE(program().wait_for_text(
        "changed=\"log.level, collectors.disabled, certificates.files\"", 5s));

    reload("log: {level: warn}\n" + rest);
    EXPECT_TRUE(await_answer(web_port_, "/metrics", {200, kLoad}));
    reload("colour: red\n");
    EXPECT_TRUE(program().wait_for_text("the former one goes on to count", 5s));
    EXPECT_EQ(program().errors().find("changed=\"collectors"), std::string::npos)
        << "that is no warning: " << program().errors();
}

TEST_F(AgentToldToReload, KeepsWhatItsFlagsSay) {
    run_with(common(), {"--no-collector.loadavg", "--collector.entropy"});
    ASSERT_FALSE(has(kLoad));
    reload("collectors: {disabled: [entropy, stat]}\n" + common());
    EXPECT_TRUE(program().wait_for_text("changed=collectors.disabled", 5s));
    EXPECT_TRUE(has(kEntropy));
    EXPECT_FALSE(has(kLoad));
    EXPECT_FALSE(has("\nnode_boot_time_seconds "));
}

TEST_F(AgentToldToReload, KeepsEverythingWhenTheFileIsBrokenMeanwhile) {
    run_with(common());
    reload("collectors: {disabled: [loadavg]}\n" + common() + "colour: red\n");
    EXPECT_TRUE(program().wait_for_text("the former one goes on to count", 5s));
    for (const auto* said : {"agent.yaml:9: ", "colour", "send SIGHUP again"}) {
        EXPECT_NE(program().errors().find(said), std::string::npos) << program().errors();
    }
    EXPECT_TRUE(await_metric(kSuccessful, "0"));
    EXPECT_TRUE(has(kLoad));
    reload("collectors: {disabled: [loadavg]}\n" + common());
    EXPECT_TRUE(await_metric(kSuccessful, "1"));
    EXPECT_FALSE(has(kLoad));
}

TEST_F(AgentToldToReload, KeepsEverythingWhenACollectorCannotBe) {
    run_with(common());
    reload("collectors: {disabled: [loadavg, cpus]}\n" + common());
    EXPECT_TRUE(await_metric(kSuccessful, "0"));
    EXPECT_TRUE(program().wait_for_text("no collector \"cpus\" here", 5s));
    EXPECT_TRUE(has(kLoad));
}

TEST_F(AgentToldToReload, NamesWhatNeedsARestartUntilItNoLongerDoes) {
    const auto with = [this](const std::string& socket) { return common() + haproxy(socket); };
    run_with(with("/nowhere/admin.sock"));
    reload("collectors: {disabled: [loadavg]}\n" + with("/elsewhere.sock") +
           mysql("/nowhere/mysqld.sock"));
    EXPECT_TRUE(await_metric(kRestart, "1"));
    EXPECT_EQ(metric(web_port_, kSuccessful), "1");
    EXPECT_FALSE(has(kLoad)) << "what can count counts";
    EXPECT_FALSE(has("\nmysql_up ")) << "its section came";
    EXPECT_TRUE(program().wait_for_text("keys=\"haproxy.socket, mysql\"", 5s));
    reload(with("/nowhere/admin.sock"));
    EXPECT_TRUE(await_metric(kRestart, "0"));
}

// Of an access log only the socket that is new can fail; the former one is there until then.
TEST_F(AgentToldToReload, TakesTheAccessLogElsewhereOrLeavesItWhereItIs) {
    const auto with = [this](std::uint16_t port) {
        return common() +
               "nginx:\n  status_url: http://127.0.0.1:9/\n  access_log: {listen: \"127.0.0.1:" +
               std::to_string(port) + "\"}\n";
    };
    const auto log = "understudy_nginx_access_log_lines_total{result=\"malformed\"}";
    const Datagrams taken;
    const auto port = Datagrams().port();
    run_with(with(port));
    taken.send(port);
    EXPECT_TRUE(await_metric(log, "1"));
    reload(with(taken.port()));
    EXPECT_TRUE(await_metric(kSuccessful, "0"));
    EXPECT_TRUE(
        program().wait_for_text("datagrams on 127.0.0.1:" + std::to_string(taken.port()), 5s));
    taken.send(port);
    EXPECT_TRUE(await_metric(log, "2"));
    const auto other = Datagrams().port();
    reload(with(other));
    EXPECT_TRUE(await_metric(kSuccessful, "1"));
    taken.send(other);
    EXPECT_TRUE(await_metric(log, "1"));
}

}  // namespace
}  // namespace understudy::bad_input
