#include <csignal>

#include "tests/bad_input/program.h"

namespace understudy::bad_input {
namespace {

class ControllerWithBadInput : public ProgramTest {
  protected:
    ControllerWithBadInput() { std::filesystem::create_directory(path("state")); }

    std::string configuration() {
        return "state_dir: " + path("state") +
               "\n"
               "web: {listen: \"127.0.0.1:" +
               std::to_string(web_port_) +
               "\"}\n"
               "api:\n"
               "  listen: \"127.0.0.1:" +
               std::to_string(api_port_) +
               "\"\n"
               "  tls: {ca: " +
               tls_.ca + ", cert: " + tls_.cert + ", key: " + tls_.key +
               "}\n"
               "  allowed_names: [operator]\n"
               "store: {sqlite: " +
               path("state/controller.db") +
               "}\n"
               "cluster:\n"
               "  name: main\n"
               "  hosts:\n"
               "    - {name: web1, agent: \"127.0.0.1:" +
               std::to_string(nobody_) +
               "\", mysql: \"127.0.0.1:3306\"}\n"
               "  load_balancers: []\n"
               "  web_backends: [web1]\n";
    }

    std::vector<std::string> command(const std::string& content) {
        return {UNDERSTUDY_CONTROLLER, "--config", write("controller.yaml", content)};
    }

    // Issued once: a program that runs may be reading its key while another is configured.
    adapters::TlsFiles tls_ = authority_.issue("ctl1");
    std::uint16_t web_port_ = free_port();
    std::uint16_t api_port_ = free_port();
    std::uint16_t nobody_ = free_port();
};

TEST_F(ControllerWithBadInput, NamesTheLineOfBrokenYaml) {
    expect_one_line(run(command(configuration() + "webhooks: [{name: ops\n")), 3,
                    {"controller.yaml:"});
}

TEST_F(ControllerWithBadInput, NamesTheUnknownKey) {
    expect_one_line(run(command(configuration() + "webhoks: []\n")), 3,
                    {"controller.yaml:14: ", "webhoks"});
}

TEST_F(ControllerWithBadInput, NamesTheMissingConfigurationFile) {
    expect_one_line(run({UNDERSTUDY_CONTROLLER, "--config", path("nowhere.yaml")}), 3,
                    {"nowhere.yaml"});
}

TEST_F(ControllerWithBadInput, NamesTheMissingKeyFile) {
    auto content = configuration();
    const std::string right = "ctl1.key";
    const auto at = content.find(right);
    ASSERT_NE(at, std::string::npos) << content;
    content.replace(at, right.size(), "none.key");
    expect_one_line(run(command(content)), 3, {"none.key"});
}

TEST_F(ControllerWithBadInput, SaysThatThePortIsTaken) {
    start(command(configuration()));
    ASSERT_TRUE(await_answer(web_port_, "/-/healthy", {200, ""}));
    auto second = configuration();
    const auto at = second.find("controller.db");
    second.replace(at, 13, "second.db");
    expect_one_line(run(command(second)), 4, {"127.0.0.1:"});
}

TEST_F(ControllerWithBadInput, SaysThatTheStoreCannotBeOpened) {
    auto content = configuration();
    const auto at = content.find("state/controller.db");
    content.replace(at, 19, "nowhere/deep/controller.db");
    const auto result = run(command(content));
    expect_one_line(result, result.exit_status == 3 ? 3 : 1, {"controller.db"});
}

TEST_F(ControllerWithBadInput, RunsOnWithoutAgentsAndSaysSo) {
    start(command(configuration()));
    EXPECT_TRUE(await_answer(web_port_, "/-/healthy", {200, ""}));
    EXPECT_TRUE(await_answer(web_port_, "/-/ready", {200, "web1: its agent is not heard"}));
    EXPECT_TRUE(await_answer(web_port_, "/metrics", {200, "understudy_"}));
}

TEST_F(ControllerWithBadInput, KnowsNoSuchOption) {
    EXPECT_EQ(run({UNDERSTUDY_CONTROLLER, "--nonsense"}).exit_status, 2);
}

TEST_F(ControllerWithBadInput, SaysWhatBecameOfItsFileWhenToldToReadItAgain) {
    const std::string successful = "understudy_config_last_reload_successful";
    const std::string restart = "understudy_config_restart_needed";
    start(command(configuration()));
    ASSERT_TRUE(await_answer(web_port_, "/metrics", {200, "\n" + successful + " 1\n"}));
    EXPECT_EQ(metric(web_port_, restart), "0");
    const auto reload = [this](const std::string& content) {
        write("controller.yaml", content);
        signal(SIGHUP);
    };
    reload(configuration() + "webhoks: []\n");
    EXPECT_TRUE(await_answer(web_port_, "/metrics", {200, "\n" + successful + " 0\n"}));
    EXPECT_EQ(metric(web_port_, restart), "0");
    EXPECT_TRUE(program().wait_for_text("controller.yaml:14: webhoks", 5s));
    reload(configuration() + "  policy: {failover: manual}\nlog: {level: debug}\n");
    EXPECT_TRUE(await_answer(web_port_, "/metrics", {200, "\n" + restart + " 1\n"}));
    EXPECT_EQ(metric(web_port_, successful), "0") << "the policy does not count";
    EXPECT_TRUE(program().wait_for_text("keys=log", 5s));
    reload(configuration() + "  policy: {failover: manual}\n");
    EXPECT_TRUE(await_answer(web_port_, "/metrics", {200, "\n" + restart + " 0\n"}));
    EXPECT_EQ(metric(web_port_, successful), "1");
}

}  // namespace
}  // namespace understudy::bad_input
