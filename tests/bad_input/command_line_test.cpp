#include "tests/bad_input/program.h"

namespace understudy::bad_input {
namespace {

class CommandLineWithBadInput : public ProgramTest {
  protected:
    std::string configuration() {
        const auto tls = authority_.issue("operator");
        return "controller: \"127.0.0.1:" + std::to_string(nobody_) +
               "\"\n"
               "tls: {ca: " +
               tls.ca + ", cert: " + tls.cert + ", key: " + tls.key + "}\n";
    }

    std::vector<std::string> command(const std::string& content, const std::string& verb) {
        return {UNDERSTUDY_CLI, "--config", write("cli.yaml", content), verb};
    }

    std::uint16_t nobody_ = free_port();
};

TEST_F(CommandLineWithBadInput, SaysThatTheControllerCannotBeReached) {
    expect_one_line(run(command(configuration(), "status")), 5,
                    {"127.0.0.1:" + std::to_string(nobody_)});
}

TEST_F(CommandLineWithBadInput, NamesTheUnknownKey) {
    expect_one_line(run(command(configuration() + "colour: red\n", "status")), 3,
                    {"cli.yaml:3: ", "colour"});
}

TEST_F(CommandLineWithBadInput, NamesTheLineOfBrokenYaml) {
    expect_one_line(run(command("controller: [\n", "status")), 3, {"cli.yaml:"});
}

TEST_F(CommandLineWithBadInput, KnowsNoSuchVerb) {
    EXPECT_EQ(run(command(configuration(), "dance")).exit_status, 2);
}

TEST_F(CommandLineWithBadInput, HelpsWithoutAConfiguration) {
    const auto result = run({UNDERSTUDY_CLI, "--help"});
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_NE(result.output.find("switchover"), std::string::npos) << result.output;
}

}  // namespace
}  // namespace understudy::bad_input
