#include <cstdio>

#include "tests/stack/balancer_reload.h"
#include "tests/stack/cases/running_stack.h"
#include "tests/stack/containers.h"
#include "tests/stack/site.h"

namespace understudy::stack {
namespace {

class WebBackend : public RunningStack {
  protected:
    void expect_unnoticed_by_users(const std::string& service, const std::string& command) {
        const auto processes = processes_named(service, command);
        ASSERT_TRUE(good(processes));
        ASSERT_FALSE(processes->empty());
        for (const auto pid : *processes) {
            const auto process = Process::find(pid, command);
            if (process) {
                EXPECT_TRUE(good(process->kill()));
            }
        }
        EXPECT_TRUE(good(balancers_.await_out_of_rotation("web1", 10s)));
        EXPECT_TRUE(good(balancers_.await_in_rotation("web1", 60s)));
        const auto back = getter_->results().size();
        ASSERT_TRUE(good(getter_->await_good(50, 30s)));
        getter_->stop();
        const auto all = getter_->results();
        const std::vector<GetResult> since(all.begin() + static_cast<std::ptrdiff_t>(back),
                                           all.end());
        EXPECT_GT(served(since)["web1"], 0) << "web1 is in rotation, but got no request";
        const auto failures = getter_->failures();
        EXPECT_TRUE(failures.empty()) << failures.size() << " of " << all.size()
                                      << " failed, the first: " << failures.front().failure;
    }
};

TEST_F(WebBackend, WhosePhpDiesIsTakenOutWithoutAFailedGetAndComesBack) {
    ASSERT_NO_FATAL_FAILURE(start_getting());
    expect_unnoticed_by_users("web1-php", "php-fpm8.4");
}

TEST_F(WebBackend, WhoseNginxDiesIsTakenOutWithoutAFailedGetAndComesBack) {
    ASSERT_NO_FATAL_FAILURE(start_getting());
    expect_unnoticed_by_users("web1-nginx", "nginx");
}

class WebDrain : public RunningStack {
  protected:
    void TearDown() override {
        if (drained_) {
            EXPECT_TRUE(good(understudy({"undrain", "web1"}, 10s)));
        }
        RunningStack::TearDown();
    }
    void drain() {
        const auto done = understudy({"drain", "web1"}, 40s);
        ASSERT_TRUE(good(done));
        drained_ = true;
        EXPECT_NE(done->find("No request is under way there any more."), std::string::npos);
    }
    void undrain() {
        ASSERT_TRUE(good(understudy({"undrain", "web1"}, 10s)));
        drained_ = false;
    }
    // Who answered what began after this moment.
    std::map<std::string, int> served_since(core::WallTime moment) {
        auto results = getter_->results();
        std::erase_if(results, [&](const GetResult& result) { return result.began < moment; });
        return served(results);
    }
    void expect_no_failure() {
        getter_->stop();
        const auto failures = getter_->failures();
        EXPECT_TRUE(failures.empty()) << failures.size() << " of " << getter_->results().size()
                                      << " failed, the first: " << failures.front().failure;
    }

    bool drained_ = false;
};

TEST_F(WebDrain, SendsItNothingNewFailsNoRequestAndUndrainBringsItBack) {
    ASSERT_NO_FATAL_FAILURE(start_getting());
    ASSERT_NO_FATAL_FAILURE(drain());
    const auto drained_at = wall_now();
    ASSERT_TRUE(good(getter_->await_good(200, 30s)));
    auto by = served_since(drained_at);
    EXPECT_EQ(by["web1"], 0);
    EXPECT_GT(by["web2"], 0);
    ASSERT_NO_FATAL_FAILURE(undrain());
    ASSERT_TRUE(good(balancers_.await_in_rotation("web1", 5s)));
    const auto back_at = wall_now();
    ASSERT_TRUE(good(getter_->await_good(50, 30s)));
    EXPECT_GT(served_since(back_at)["web1"], 0);
    expect_no_failure();
}

TEST_F(WebDrain, HoldsAfterAReloadAndARestartOfHaproxy) {
    ASSERT_NO_FATAL_FAILURE(drain());
    for (const std::string balancer : {"lb1", "lb2"}) {
        const auto how = balancer == "lb1" ? NewBeginning::kReload : NewBeginning::kRestart;
        const auto wrong = begin_anew(balancer, primary(), how);
        ASSERT_TRUE(good(wrong));
        const auto milliseconds = std::to_string(static_cast<double>(wrong->count()) / 1000.0);
        RecordProperty(balancer + "_route_wrong_ms", milliseconds);
        std::printf("%s: another route for %s ms\n", balancer.c_str(), milliseconds.c_str());
    }
    ASSERT_TRUE(good(balancers_.await_out_of_rotation("web1", 20s)));
    const auto both = balancers_.facts("lb1");
    ASSERT_TRUE(good(both));
    EXPECT_TRUE(both->web.at(core::HostName("web1")).draining);
    ASSERT_NO_FATAL_FAILURE(start_getting());
    const auto since = wall_now();
    ASSERT_TRUE(good(getter_->await_good(100, 30s)));
    EXPECT_EQ(served_since(since)["web1"], 0);
}

TEST_F(WebDrain, ComesBackWhileTheOtherIsDeadAndTheLastOneIsNotDrained) {
    ASSERT_NO_FATAL_FAILURE(drain());
    const auto refused = understudy({"drain", "web2"}, 10s);
    ASSERT_FALSE(refused);
    EXPECT_NE(describe(refused.error()).find("no other web server is in rotation"),
              std::string::npos)
        << describe(refused.error());
    ASSERT_NO_FATAL_FAILURE(start_getting());
    ASSERT_TRUE(good(stop_container("web2-nginx")));
    EXPECT_TRUE(good(balancers_.await_in_rotation("web1", 10s)));
    const auto back_at = wall_now();
    EXPECT_TRUE(good(getter_->await_good(50, 30s)));
    EXPECT_GT(served_since(back_at)["web1"], 0);
    EXPECT_TRUE(good(start_container("web2-nginx")));
    EXPECT_TRUE(good(balancers_.await_in_rotation("web2", 30s)));
    EXPECT_TRUE(good(balancers_.await_out_of_rotation("web1", 10s)));
    ASSERT_NO_FATAL_FAILURE(undrain());
    EXPECT_TRUE(good(balancers_.await_in_rotation("web1", 10s)));
    expect_no_failure();
}

}  // namespace
}  // namespace understudy::stack
