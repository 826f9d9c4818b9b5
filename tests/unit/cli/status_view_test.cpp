#include "cli/status_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/headline.h"
#include "controller/problems.h"
#include "tests/unit/cli/documents.h"

namespace understudy::cli::test {
namespace {

using controller::headline;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class StatusView : public testing::Test {
  protected:
    json& cluster() { return status_["clusters"][0]; }
    std::vector<std::string> wrong() {
        return controller::problems(cluster(), status_["controller"]);
    }
    json status_ = protected_status();
};

TEST_F(StatusView, BeginsWithTheSentenceThatMatters) {
    const std::string text = status_text(status_, Style::plain());
    EXPECT_EQ(text.substr(0, text.find('\n')),
              "main: protected. web1 is primary, web2 in sync; if web1 died now, web2 takes over "
              "within 0.1 s, and no write is lost.");
}

TEST_F(StatusView, SaysWhereRequestsWait) {
    EXPECT_THAT(status_text(status_, Style::plain()), Not(HasSubstr("Waiting")))
        << "a controller of an earlier version";
    cluster()["waiting"] = {{"text", "Waiting: load balancer 0, PHP-FPM 0, database 0"},
                            {"blamed", nullptr}};
    EXPECT_THAT(status_text(status_, Style::coloured()),
                HasSubstr("no write is lost.\x1b[0m\n"
                          "Waiting: load balancer 0, PHP-FPM 0, database 0\n\n"));
    cluster()["waiting"] = {
        {"text", "Waiting: load balancer 0, PHP-FPM 12, database 0 -> PHP-FPM on web1"},
        {"blamed", {{"tier", "php_fpm"}, {"host", "web1"}, {"requests", 12}}}};
    EXPECT_THAT(status_text(status_, Style::coloured()),
                HasSubstr("\x1b[33mWaiting: load balancer 0, PHP-FPM 12"));
}

TEST_F(StatusView, ShowsEachPartInALine) {
    const std::string text = status_text(status_, Style::plain());
    EXPECT_THAT(text, HasSubstr("web1      primary lossless  -       12        9.7.0  ok\n"));
    EXPECT_THAT(text, HasSubstr("web2      replica in sync   0.11 s  3         9.7.0  ok\n"));
    EXPECT_THAT(text, HasSubstr("lb1       holds it  web1    ok\n"));
    EXPECT_THAT(text, HasSubstr("web2  in        ok\n"));
    EXPECT_THAT(text, HasSubstr("last: failover to web1, 2026-03-01 10:20:30"));
}

TEST_F(StatusView, IsSilentAboutProblemsWhenThereAreNone) {
    EXPECT_THAT(wrong(), IsEmpty());
    EXPECT_THAT(status_text(status_, Style::plain()), Not(HasSubstr("wrong")));
}

TEST_F(StatusView, HasNoEscapesWithoutColours) {
    EXPECT_THAT(status_text(status_, Style::plain()), Not(HasSubstr("\x1b")));
    EXPECT_THAT(status_text(status_, Style::coloured()), HasSubstr("\x1b[32m"));
}

TEST_F(StatusView, SaysThatNobodyWouldTakeOver) {
    cluster()["phase"] = "alone";
    cluster()["in_sync"] = json::array();
    cluster()["if_primary_died_now"] = {{"candidate", nullptr},
                                        {"blockers", {"web2: mysqld is not running"}}};
    EXPECT_EQ(headline(cluster()),
              "main: alone. web1 is primary, no replica is in sync; if web1 died now, nobody would "
              "take over.");
    EXPECT_THAT(wrong(), ElementsAre("No automatic failover now: web2: mysqld is not running"));
}

TEST_F(StatusView, SaysThatACandidateWouldWaitForTheOperator) {
    cluster()["paused"] = true;
    cluster()["pause_reason"] = "work";
    cluster()["if_primary_died_now"]["blockers"] = {"paused: work"};
    EXPECT_THAT(headline(cluster()), HasSubstr("web2 could take over, but not by itself"));
    EXPECT_THAT(wrong()[0], HasSubstr("understudy resume"));
}

TEST_F(StatusView, SaysSoBeforeThereIsAPrimary) {
    cluster()["phase"] = "bootstrap";
    cluster()["primary"] = "";
    EXPECT_EQ(headline(cluster()), "main: bootstrap. There is no primary yet.");
}

TEST_F(StatusView, ShowsARunningOperation) {
    cluster()["operation"] = {{"kind", "switchover"}, {"to", "web2"}, {"cause", "asked for by me"}};
    EXPECT_THAT(status_text(status_, Style::plain()),
                HasSubstr("A switchover to web2 is running: asked for by me"));
}

TEST_F(StatusView, NamesEveryProblemWithARemedy) {
    cluster()["hosts"][1]["process"] = "gone";
    cluster()["hosts"][1]["answering"] = false;
    cluster()["load_balancers"][1]["reachable"] = false;
    cluster()["load_balancers"][1]["trouble"] = "cannot connect";
    cluster()["web"][0]["healthy"] = false;
    cluster()["web"][0]["in_rotation"] = false;
    cluster()["web"][0]["cause"] = "php-fpm is gone";
    cluster()["web"][0]["state"] = "dead";
    EXPECT_THAT(wrong(),
                ElementsAre("web2: mysqld is not running. Start it; it rejoins by itself.",
                            "lb2: its agent does not answer (cannot connect). See whether the "
                            "server is up and understudy-agent runs there.",
                            "web1: its web server is dead (php-fpm is gone); it is out of "
                            "rotation until it is healthy."));
}

TEST_F(StatusView, SaysWhatABalancerLacksThatAnswers) {
    cluster()["load_balancers"][0]["trouble"] = "no backend shop, but web";
    EXPECT_THAT(wrong(), ElementsAre("lb1: its haproxy cannot hold every route: no backend shop, "
                                     "but web"));
}

TEST_F(StatusView, SaysWhenThePolicyAsksForMoreReplicasThanCommitsWaitFor) {
    cluster()["acknowledgements"] = {{"waited_for", 1}, {"asked_for", 2}};
    EXPECT_THAT(wrong(), ElementsAre("Commits wait for 1 replica; the policy asks for 2, which "
                                     "counts as soon as so many follow closely."));
    cluster()["acknowledgements"] = {{"waited_for", 0}, {"asked_for", 2}};
    EXPECT_THAT(wrong(), IsEmpty()) << "the first sentence says that nobody is in sync";
}

TEST_F(StatusView, SaysOfAReplacedPrimaryThatItWaitsForAWord) {
    cluster()["hosts"][1]["waits_to_rejoin"] = true;
    cluster()["hosts"][1]["process"] = "gone";
    EXPECT_THAT(wrong(), ElementsAre(HasSubstr("understudy rejoin web2"),
                                     "web2: mysqld is not running. Start it."));
}

TEST_F(StatusView, SaysWhatToDoWhereItsOwnDataCouldNotBeKept) {
    auto& host = cluster()["hosts"][1];
    host["in_sync"] = false;
    host["role"] = "rebuilding";
    host["last_start"] = {{"way", "failed"}, {"reason", "orphans: No space left on device"}};
    EXPECT_THAT(wrong(), ElementsAre("web2: what it alone has could not be kept before its "
                                     "rebuilding: orphans: No space left on device. Mend the "
                                     "cause, then restart mysqld there."));
    host["role"] = "replica_catching_up";
    EXPECT_THAT(wrong()[0], Not(HasSubstr("restart mysqld"))) << "its rebuild was taken back";
}

TEST_F(StatusView, SaysHowFarADrainIsAndHowItEnds) {
    auto& web = cluster()["web"][0];
    web["drained_by"] = "anna";
    web["in_rotation"] = false;
    EXPECT_THAT(status_text(status_, Style::plain()), HasSubstr("web1  draining"));
    web["drained"] = true;
    web["requests"] = 3;
    EXPECT_THAT(status_text(status_, Style::plain()), HasSubstr("web1  drained, 3 under way"));
    EXPECT_THAT(wrong(), ElementsAre("web1: its web server was drained by anna. When that is done: "
                                     "understudy undrain web1"));
    web["in_rotation"] = true;
    EXPECT_THAT(status_text(status_, Style::plain()), HasSubstr("web1  in  "));
    EXPECT_THAT(wrong()[0], HasSubstr("serves all the same"));
}

TEST_F(StatusView, NoticesThatNobodyOrSeveralHoldTheAddress) {
    cluster()["load_balancers"][1]["holds_vip"] = true;
    EXPECT_THAT(wrong()[0], HasSubstr("Several load balancers hold the virtual address"));
    cluster()["load_balancers"][0]["holds_vip"] = false;
    cluster()["load_balancers"][1]["holds_vip"] = false;
    EXPECT_THAT(wrong()[0], HasSubstr("No load balancer holds the virtual address"));
    cluster()["load_balancers"][1]["holds_vip"] = nullptr;
    EXPECT_THAT(wrong(), IsEmpty()) << "not known of all";
}

TEST_F(StatusView, SaysWhatAHostOnItsWayIsDoing) {
    cluster()["hosts"][1]["reached"] = false;
    cluster()["hosts"][1]["detail"] = "draining 120 transactions";
    EXPECT_THAT(status_text(status_, Style::plain()), HasSubstr("draining 120 transactions"));
}

}  // namespace
}  // namespace understudy::cli::test
