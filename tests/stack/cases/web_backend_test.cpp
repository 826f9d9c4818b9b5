#include <csignal>

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

}  // namespace
}  // namespace understudy::stack
