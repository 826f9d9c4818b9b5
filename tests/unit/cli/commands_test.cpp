#include "cli/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/history_view.h"
#include "tests/unit/cli/documents.h"

namespace understudy::cli::test {
namespace {

using core::ErrorCode;
using nlohmann::json;
using testing::HasSubstr;

class CommandLine : public testing::Test {
  protected:
    Commands commands(bool interactive = false) {
        return {{[this](const std::string& target) -> core::Result<ApiAnswer> {
                     asked_ = target;
                     if (broken_) return tl::unexpected(*broken_);
                     return answer_;
                 },
                 [this](const std::string& target, const json& body) -> core::Result<ApiAnswer> {
                     asked_ = target;
                     sent_ = body;
                     if (broken_) return tl::unexpected(*broken_);
                     return answer_;
                 }},
                {out_, errors_, Style::plain(), interactive, [this] { return typed_; }},
                "anna"};
    }

    std::optional<core::Error> broken_;
    ApiAnswer answer_{200, json::object()};
    std::string asked_;
    json sent_;
    std::string typed_;
    std::ostringstream out_;
    std::ostringstream errors_;
};

TEST_F(CommandLine, StatusPrintsTheDocumentAsJson) {
    answer_.body = protected_status();
    EXPECT_EQ(commands().status(true), kDone);
    EXPECT_EQ(json::parse(out_.str()), protected_status());
}

TEST_F(CommandLine, SaysInOneLineThatTheControllerIsAway) {
    broken_ =
        core::Error{ErrorCode::kUnreachable, "GET 198.18.0.41:9711/v1/status", "cannot connect", 0};
    EXPECT_EQ(commands().status(false), kUnreachable);
    EXPECT_EQ(errors_.str(), "understudy: GET 198.18.0.41:9711/v1/status: cannot connect\n");
    EXPECT_EQ(out_.str(), "");
    broken_->code = ErrorCode::kTimeout;
    EXPECT_EQ(commands().history(5, false), kUnreachable);
    broken_->code = ErrorCode::kInvalid;
    EXPECT_EQ(commands().status(false), kBadConfiguration);
}

TEST_F(CommandLine, SwitchoverSaysWhoAsksAndShowsTheParts) {
    answer_.body = {{"done", true},
                    {"reason", "switchover to web2 is complete"},
                    {"operation", failover_history()["entries"][0]["detail"]}};
    EXPECT_EQ(commands().switchover("web2"), kDone);
    EXPECT_EQ(asked_, "/v1/switchover");
    EXPECT_EQ(sent_["to"], "web2");
    EXPECT_EQ(sent_["by"], "anna");
    EXPECT_EQ(out_.str(),
              "switchover to web2 is complete\n"
              "noticed 0.0 ms, decided 1.2, opened 21.0, routed 34.6\n");
}

TEST_F(CommandLine, ARefusalIsAFailureWithItsReason) {
    answer_ = {409, {{"done", false}, {"reason", "web2 is not in sync"}}};
    EXPECT_EQ(commands().switchover(""), kFailed);
    EXPECT_EQ(errors_.str(), "understudy: refused: web2 is not in sync\n");
}

TEST_F(CommandLine, AnUnfinishedOperationIsNoSuccess) {
    answer_ = {202, {{"done", false}, {"reason", "still running; see the status"}}};
    EXPECT_EQ(commands().switchover(""), kFailed);
}

TEST_F(CommandLine, FailoverIsNotDoneUnaskedWhereNobodyCanBeAsked) {
    EXPECT_EQ(commands().failover("", Confirmation::kAsk, Loss::kRefused), kUsage);
    EXPECT_EQ(asked_, "");
    EXPECT_THAT(errors_.str(), HasSubstr("--yes"));
}

TEST_F(CommandLine, FailoverAsksAPersonFirst) {
    answer_.body = protected_status();
    typed_ = "no";
    EXPECT_EQ(commands(true).failover("web2", Confirmation::kAsk, Loss::kRefused), kFailed);
    EXPECT_EQ(asked_, "/v1/status") << "nothing was done";
    EXPECT_THAT(out_.str(), HasSubstr("Fail over to web2?"));
    typed_ = "yes";
    EXPECT_EQ(commands(true).failover("web2", Confirmation::kAsk, Loss::kRefused), kDone);
    EXPECT_EQ(asked_, "/v1/failover");
    EXPECT_EQ(commands().failover("web2", Confirmation::kGiven, Loss::kRefused), kDone);
}

TEST_F(CommandLine, ALossIsNamedBeforeItIsAccepted) {
    answer_.body = protected_status();
    answer_.body["clusters"][0]["if_primary_died_now"]["candidates"][0]["lacks_transactions"] = 12;
    typed_ = "yes";
    EXPECT_EQ(commands(true).failover("", Confirmation::kAsk, Loss::kAccepted), kDone);
    EXPECT_THAT(out_.str(), HasSubstr("web2 lacks 12 of the transactions"));
    EXPECT_EQ(sent_["accept_loss"], true);
}

TEST_F(CommandLine, HostCommandsNameTheHostAndTheReason) {
    EXPECT_EQ(commands().detach("web2"), kDone);
    EXPECT_EQ(asked_, "/v1/detach");
    EXPECT_EQ(commands().attach("web2"), kDone);
    EXPECT_EQ(asked_, "/v1/attach");
    EXPECT_EQ(commands().rejoin("web2"), kDone);
    EXPECT_EQ(asked_, "/v1/rejoin");
    EXPECT_EQ(commands().begin_maintenance("web2", "new disks"), kDone);
    EXPECT_EQ(asked_, "/v1/maintenance/begin");
    EXPECT_EQ(sent_["reason"], "new disks");
    EXPECT_EQ(commands().end_maintenance("web2"), kDone);
    EXPECT_EQ(asked_, "/v1/maintenance/end");
    EXPECT_EQ(sent_["host"], "web2");
}

TEST_F(CommandLine, DrainNamesTheHostAndTheUserAndUndrainTakesItBack) {
    EXPECT_EQ(commands().drain("web2", {}), kDone);
    EXPECT_EQ(asked_, "/v1/drain");
    EXPECT_EQ(sent_["host"], "web2");
    EXPECT_EQ(sent_["by"], "anna");
    EXPECT_EQ(commands().undrain("web2"), kDone);
    EXPECT_EQ(asked_, "/v1/undrain");
}

TEST_F(CommandLine, DrainWaitsUntilNothingIsUnderWay) {
    answer_.body = protected_status();
    auto& web2 = answer_.body["clusters"][0]["web"][1];
    int pauses = 0;
    const Patience patience{5, [&] {
                                ++pauses;
                                if (pauses == 1) web2["in_rotation"] = false;
                                if (pauses == 2) web2["drained"] = true;
                                if (pauses == 3) web2["requests"] = 0;
                            }};
    web2["requests"] = 2;
    EXPECT_EQ(commands().drain("web2", patience), kDone);
    EXPECT_EQ(pauses, 3);
    EXPECT_THAT(out_.str(), HasSubstr("No request is under way there any more."));
}

TEST_F(CommandLine, DrainSaysWhatIsLeftWhenItsPatienceEnds) {
    answer_.body = protected_status();
    auto& cluster = answer_.body["clusters"][0];
    auto& web2 = cluster["web"][1];
    web2["in_rotation"] = false;
    web2["drained"] = true;
    web2["requests"] = 2;
    EXPECT_EQ(commands().drain("web2", {2, [] {}}), kFailed);
    EXPECT_THAT(errors_.str(), HasSubstr("requests are under way on web2: 2"));
    cluster["load_balancers"][1]["reachable"] = false;
    EXPECT_EQ(commands().drain("web2", {1, [] {}}), kFailed);
    EXPECT_THAT(errors_.str(), HasSubstr("lb2 cannot be heard"));
    web2["in_rotation"] = true;
    EXPECT_EQ(commands().drain("web2", {1, [] {}}), kFailed);
    EXPECT_THAT(errors_.str(), HasSubstr("web2 serves on"));
}

TEST_F(CommandLine, PauseCarriesTheReasonAndTheUser) {
    EXPECT_EQ(commands().pause("new disks"), kDone);
    EXPECT_EQ(sent_["reason"], "new disks (anna)");
}

TEST_F(CommandLine, HistoryShowsTheNewestLastAndAFailoversParts) {
    answer_.body = failover_history();
    EXPECT_EQ(commands().history(20, false), kDone);
    EXPECT_EQ(asked_, "/v1/history?limit=20");
    EXPECT_EQ(out_.str(),
              "2026-03-01 10:20:30  failover_started  mysqld on web1 ended  [130 fail-over-gone]\n"
              "2026-03-01 10:20:30  failover  failover to web2 is complete\n"
              "                     noticed 0.0 ms, decided 1.2, opened 21.0, routed 34.6\n");
}

TEST(HistoryView, SaysThatNothingHappened) {
    EXPECT_EQ(history_text({{"entries", json::array()}}, Style::plain()),
              "Nothing happened yet.\n");
}

TEST(Rules, AreAllPrinted) {
    std::ostringstream out;
    EXPECT_EQ(print_rules(out), kDone);
    EXPECT_THAT(out.str(), HasSubstr("130 fail-over-gone"));
    EXPECT_THAT(out.str(), HasSubstr("The agents' rules"));
}

TEST(CheckConfig, TellsGoodFromBad) {
    const std::string file = testing::TempDir() + "check-config.yaml";
    std::ofstream(file) << "controller: \"198.18.0.41:9711\"\ntls: {ca: a, cert: b, key: c}\n";
    std::ostringstream out;
    std::ostringstream errors;
    EXPECT_EQ(check_config(file, out, errors), kDone);
    std::ofstream(file) << "controller: nowhere\ntls: {ca: a, cert: b, key: c}\n";
    EXPECT_EQ(check_config(file, out, errors), kBadConfiguration);
    EXPECT_THAT(errors.str(), HasSubstr("check-config.yaml:1: controller: \"nowhere\""));
    std::filesystem::remove(file);
}

TEST(Table, AlignsByCharactersNotBytes) {
    EXPECT_EQ(table({{{"A"}, {"B"}}, {{"é"}, {"x"}}, {{"abc"}, {"y"}}}, Style::plain()),
              "A    B\né    x\nabc  y\n");
}

}  // namespace
}  // namespace understudy::cli::test
