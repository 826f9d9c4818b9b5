// What a reader of the page sees, in Chromium.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "tests/page/shown_site.h"

namespace understudy::page {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Page : public ShownSite {};

TEST_F(Page, ShowsTheVerdictAndEveryPart) {
    show_protected_site();
    await_text("What happened");
    EXPECT_THAT(browser_.text(),
                AllOf(HasSubstr("web1 is primary, web2 in sync; if web1 died now, web2 takes over"),
                      HasSubstr("primary lossless"), HasSubstr("replica in sync"),
                      HasSubstr("lb1 holds the virtual address."), HasSubstr("9.7.4"),
                      HasSubstr("web2 replicates from web1."), HasSubstr("Live, as of")));
    EXPECT_EQ(browser_.evaluate("document.title"), "main: protected – Understudy");
    EXPECT_EQ(browser_.evaluate("document.querySelectorAll('#topology .box').length"), 6);
    EXPECT_EQ(browser_.evaluate("document.getElementById('problems').hidden"), true);
    expect_quiet_console();
    keep_screenshot("healthy-light");
    browser_.prefer(Scheme::kDark);
    keep_screenshot("healthy-dark");
}

TEST_F(Page, ShowsWhereRequestsWait) {
    show_protected_site();
    await_text("Waiting: load balancer 0, PHP-FPM 0, database 0");
    EXPECT_EQ(browser_.evaluate("document.querySelectorAll('#waiting .warning').length"), 0);
    agent("web2").let_wait({{}, wire::TierWaiting{12}, wire::TierWaiting{3}});
    await_text("Waiting: load balancer 0, PHP-FPM 12, database 3 -> database on web2");
    EXPECT_EQ(browser_.evaluate("document.querySelectorAll('#waiting .warning').length"), 1);
    expect_quiet_console();
    keep_screenshot("waiting-light");
}

TEST_F(Page, ShowsTheProgressOfARebuildAsItGoes) {
    show_protected_site();
    command("/v1/rebuild", R"({"host":"web2","force":true})");
    await_text("web2 is rebuilt from web1");
    publish_clone(1'200'000'000, 5'000'000'000);
    await_text("1.2 GB of about 5.0 GB (24 %), 110 MB/s, 34 s left");
    await("document.querySelector('progress').value === 1.2e9");
    keep_screenshot("rebuild-light");
    publish_clone(2'500'000'000, 5'000'000'000);
    await_text("2.5 GB of about 5.0 GB (50 %), 110 MB/s, 22 s left");
    await("document.querySelector('progress').value === 2.5e9");
    EXPECT_THAT(browser_.text(), HasSubstr("clone, 50 %"));
    expect_quiet_console();
    browser_.prefer(Scheme::kDark);
    keep_screenshot("rebuild-dark");
}

TEST_F(Page, ShowsAFailoverWithItsParts) {
    show_protected_site();
    agent("web1").publish([](core::HostReport& report) {
        report.database->process = core::ProcessState::kGone;
        report.database->answering = false;
        report.database_gone_at = std::chrono::time_point_cast<std::chrono::microseconds>(
            std::chrono::system_clock::now());
    });
    await_text("web2 is primary, no replica is in sync; if web2 died now, nobody would take over.");
    await_text("failover to web2 is complete");
    await_text("web1: mysqld is not running. Start it; it rejoins by itself.");
    await("document.querySelectorAll('.gap').length > 0");
    EXPECT_THAT(browser_.text(), AllOf(HasSubstr("decided"), HasSubstr("from noticed to"),
                                       HasSubstr("mysqld is gone")));
    expect_quiet_console();
    keep_screenshot("failed-light");
    browser_.prefer(Scheme::kDark);
    browser_.resize(360, 780);
    keep_screenshot("failed-telephone-dark");
}

TEST_F(Page, NeverShowsOldAsFresh) {
    show_protected_site();
    signal_controller(SIGKILL);
    await_text("The controller is not reachable.");
    EXPECT_THAT(browser_.text(),
                AllOf(HasSubstr("How the cluster is now is not known (no connection)"),
                      HasSubstr("as it was at"), Not(HasSubstr("Live, as of"))));
    EXPECT_EQ(browser_.evaluate("document.title"), "not reachable – Understudy");
    EXPECT_EQ(browser_.evaluate("getComputedStyle(document.getElementById('databases')).opacity"),
              "0.5");
    for (const auto& complaint : browser_.complaints()) {
        EXPECT_EQ(complaint.source, "network") << complaint.text;
    }
    keep_screenshot("not-reachable-light");
    start_controller();
    await_text("Live, as of");
    EXPECT_THAT(browser_.text(), Not(HasSubstr("not reachable")));
}

TEST_F(Page, SaysSoWhenTheControllerIsFrozen) {
    show_protected_site();
    signal_controller(SIGSTOP);
    await_text("The controller is not reachable.");
    await_text("no answer within 3 s");
    signal_controller(SIGCONT);
    await_text("main: protected.");
    expect_quiet_console();
}

TEST_F(Page, NamesTheCommandsForWhatIsLeftToTheOperator) {
    show_protected_site();
    command("/v1/pause", R"({"reason":"<img src=x onerror=alert(1)>"})");
    command("/v1/detach", R"({"host":"web2"})");
    await_text("Automatic failover is paused: <img src=x onerror=alert(1)>");
    await_text("understudy attach web2");
    EXPECT_EQ(browser_.evaluate("document.querySelectorAll('#problems img').length"), 0);
    EXPECT_THAT(browser_.text(), HasSubstr("understudy resume"));
    expect_quiet_console();
    keep_screenshot("paused-light");
}

TEST_F(Page, FitsATelephone) {
    show_protected_site();
    browser_.resize(360, 780);
    await("document.querySelector('#topology svg').clientWidth <= 340");
    await_text("What happened");
    EXPECT_LE(browser_.evaluate("document.documentElement.scrollWidth"), 360);
    expect_quiet_console();
    keep_screenshot("healthy-telephone-light");
}

}  // namespace
}  // namespace understudy::page
