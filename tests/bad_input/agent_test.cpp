#include <fstream>

#include "tests/bad_input/agent_program.h"

namespace understudy::bad_input {
namespace {

TEST_F(AgentWithBadInput, NamesTheLineOfBrokenYaml) {
    expect_one_line(run(command(common() + "mysql: {socket: [\n")), 3, {"agent.yaml:", ": "});
}

TEST_F(AgentWithBadInput, NamesTheUnknownKeyAndTheOneThatWasProbablyMeant) {
    expect_one_line(run(command("hosst: web1\n" + common())), 3,
                    {"agent.yaml:1: ", "hosst", "host"});
}

TEST_F(AgentWithBadInput, NamesTheMissingKey) {
    expect_one_line(run(command(common() + "haproxy: {socket: /nowhere, reader_backend: r, "
                                           "web_backend: w}\n")),
                    3, {"agent.yaml:8: ", "haproxy.writer_backend"});
}

TEST_F(AgentWithBadInput, NamesWhatIsWrongWithTheNamesOfServers) {
    const auto with = [this](const std::string& names) {
        return run(command(common() + "haproxy: {socket: /nowhere, writer_backend: w, " +
                           "server_names: " + names + "}\n"));
    };
    expect_one_line(with("{r: {web1: a}}"), 3,
                    {"agent.yaml:8: haproxy.server_names.r", "writer_backend"});
    expect_one_line(with("{w: {web1: a, web2: a}}"), 3,
                    {"agent.yaml:8: haproxy.server_names.w.web2", "another host's"});
}

TEST_F(AgentWithBadInput, NamesWhatIsWrongWithTheBackendCheck) {
    const auto with = [this](const std::string& check) {
        return run(command(common() + "backend_check: " + check + "\n"));
    };
    expect_one_line(with("{http_url: \"http://127.0.0.1/\", expect_status: 2000}"), 3,
                    {"agent.yaml:8: ", "backend_check.expect_status", "599"});
    expect_one_line(with("{expect_status: 204}"), 3,
                    {"agent.yaml:8: ", "backend_check.expect_status", "give http_url too"});
    expect_one_line(with("{timeout_ms: 0}"), 3, {"agent.yaml:8: ", "backend_check.timeout_ms"});
}

TEST_F(AgentWithBadInput, NamesTheMissingConfigurationFile) {
    expect_one_line(run({UNDERSTUDY_AGENT, "--config", path("nowhere.yaml")}), 3, {"nowhere.yaml"});
}

TEST_F(AgentWithBadInput, NamesTheMissingSecretFile) {
    std::filesystem::remove(password_);
    expect_one_line(run(command(common() + mysql("/nowhere/mysqld.sock"))), 3,
                    {"agent.yaml:11: mysql.password_file", password_});
}

TEST_F(AgentWithBadInput, RefusesASecretThatOthersMayRead) {
    std::filesystem::permissions(password_, std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    expect_one_line(run(command(common() + mysql("/nowhere/mysqld.sock"))), 3,
                    {"agent.yaml:11: mysql.password_file", "chmod 0600 " + password_});
}

TEST_F(AgentWithBadInput, SaysThatThePortIsTaken) {
    start(command(common()));
    ASSERT_TRUE(await_answer(web_port_, "/-/healthy", {200, ""}));
    expect_one_line(run(command(common())), 4, {"127.0.0.1:" + std::to_string(web_port_)});
}

TEST_F(AgentWithBadInput, SaysWhichCertificateCannotBeRead) {
    auto configuration = common();
    const std::string right = "web1.key";
    const auto at = configuration.find(right);
    ASSERT_NE(at, std::string::npos);
    configuration.replace(at, right.size(), "none.key");
    expect_one_line(run(command(configuration)), 3, {"none.key"});
}

TEST_F(AgentWithBadInput, KnowsNoSuchOption) {
    const auto result = run({UNDERSTUDY_AGENT, "--confg", "x"});
    EXPECT_EQ(result.exit_status, 2);
    EXPECT_NE(result.errors.find("--conf"), std::string::npos) << result.errors;
}

TEST_F(AgentWithBadInput, NamesTheCollectorThatItDoesNotHave) {
    auto arguments = command(common());
    arguments.insert(arguments.end(), {"--no-collector.cpus", "--check-config"});
    expect_one_line(run(arguments), 3, {"\"cpus\"", "cpu, "});
}

TEST_F(AgentWithBadInput, NamesTheAddressThatIsNone) {
    auto arguments = command(common());
    arguments.emplace_back("--web.listen-address=9100");
    expect_one_line(run(arguments), 2, {"\"9100\"", ":9700"});
}

TEST_F(AgentWithBadInput, NamesTheUserWithoutABcryptHash) {
    auto arguments = command(common());
    arguments.emplace_back("--web.config.file=" + write("web.yml", "basic_auth_users: {p: x}\n"));
    expect_one_line(run(arguments), 3, {"web.yml:1: basic_auth_users.p", "htpasswd"});
    arguments.emplace_back("--check-config");
    expect_one_line(run(arguments), 3, {"web.yml:1: basic_auth_users.p"});
}

TEST_F(AgentWithBadInput, SaysThatSystemdPassedNoSocket) {
    auto arguments = command(common());
    arguments.emplace_back("--web.systemd-socket");
    expect_one_line(run(arguments), 3, {"systemd", ".socket"});
}

TEST_F(AgentWithBadInput, CollectsOnceAndNamesWhatFailed) {
    auto arguments = command(common() + haproxy("/nowhere/admin.sock"));
    arguments.insert(arguments.end(), {"collect", "--once", "--no-collector.netclass"});
    const auto result = run(arguments);
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_NE(result.output.find("\nnode_load1 "), std::string::npos);
    EXPECT_NE(result.output.find("\nhaproxy_up 0\n"), std::string::npos);
    EXPECT_NE(result.errors.find("collector haproxy: "), std::string::npos) << result.errors;
}

TEST_F(AgentWithBadInput, ChecksTheConfigurationOnly) {
    auto arguments = command(common());
    arguments.emplace_back("--check-config");
    EXPECT_EQ(run(arguments).exit_status, 0);
    std::ofstream(path("agent.yaml"), std::ios::app) << "colour: red\n";
    expect_one_line(run(arguments), 3, {"agent.yaml:8: ", "colour"});
}

TEST_F(AgentWithBadInput, RunsOnWithoutHaproxyAndSaysSo) {
    start(command(common() + haproxy("/nowhere/admin.sock")));
    EXPECT_TRUE(await_answer(web_port_, "/-/healthy", {200, ""}));
    EXPECT_TRUE(await_answer(web_port_, "/-/ready", {503, "haproxy"}));
    EXPECT_EQ(metric(web_port_, "haproxy_up"), "0");
}

TEST_F(AgentWithBadInput, RunsOnWithoutMysqlAndSaysSo) {
    start(command(common() + mysql("/nowhere/mysqld.sock")));
    EXPECT_TRUE(await_answer(web_port_, "/-/healthy", {200, ""}));
    EXPECT_TRUE(await_answer(web_port_, "/-/ready", {503, "mysql"}));
    EXPECT_TRUE(await_answer(web_port_, "/primary", {503, ""}));
    EXPECT_EQ(metric(web_port_, "mysql_up"), "0");
}

// Against the server that the contract tests start.
TEST_F(AgentWithBadInput, RunsOnWithAWrongDatabasePasswordAndSaysSo) {
    const auto mysqld = stack::output_of(
        {"docker", "inspect", "--format", "{{.State.Pid}}", "understudy-contract-a"}, 10s);
    ASSERT_TRUE(mysqld) << describe(mysqld.error());
    start_beside(std::stoi(*mysqld), command(common() + mysql(std::string(UNDERSTUDY_CONTRACT_DIR) +
                                                              "/a/mysqld.sock")));
    EXPECT_TRUE(await_answer(web_port_, "/-/healthy", {200, ""}));
    EXPECT_TRUE(await_answer(web_port_, "/-/ready", {503, "understudy_agent"}));
    EXPECT_EQ(metric(web_port_, "mysql_up"), "0");
    EXPECT_EQ(
        stack::output_of(
            {"docker", "inspect", "--format", "{{.State.Running}}", "understudy-contract-a"}, 10s)
            .value_or("?"),
        "true");
}

}  // namespace
}  // namespace understudy::bad_input
