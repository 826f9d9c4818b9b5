#include <cstdio>

#include "tests/stack/cases/running_stack.h"
#include "tests/stack/containers.h"
#include "tests/stack/site.h"
#include "tests/stack/vip_fault.h"
#include "tests/stack/wait.h"

namespace understudy::stack {
namespace {

class LoadBalancerDeath : public RunningStack {
  protected:
    void TearDown() override {
        EXPECT_TRUE(good(start_server(victim_)));
        EXPECT_TRUE(good(await_healthy(victim_)));
        RunningStack::TearDown();
    }

    static core::Result<void> await_healthy(const std::string& server) {
        return wait_until(server + " healthy", 120s, [&]() -> std::string {
            const auto containers = all_containers();
            if (!containers) return describe(containers.error());
            for (const auto& container : *containers) {
                const bool of_server = container.service.rfind(server, 0) == 0;
                if (of_server && container.health != "healthy") {
                    return container.service + " is " +
                           (container.running ? container.health : "not running");
                }
            }
            return "";
        });
    }

    std::string victim_;
};

TEST_F(LoadBalancerDeath, OfTheWholeServerMovesTheVirtualAddressAndTheSiteAnswers) {
    const auto before = holder_of_vip();
    ASSERT_TRUE(good(before));
    victim_ = *before;
    ASSERT_NO_FATAL_FAILURE(start_getting());
    GettingOptions published;
    published.server = {"127.0.0.1", 8443};
    published.authority = authority();
    ASSERT_EQ(get_once(published).failure, "");

    // The first process of the server's namespace: the kernel ends all others with it.
    const auto holder = main_process(victim_, "catatonit");
    ASSERT_TRUE(good(holder));
    const auto killed = holder->kill();
    ASSERT_TRUE(good(killed));

    ASSERT_TRUE(good(await_holder(peer_of(victim_), 20s)));
    ASSERT_TRUE(good(getter_->await_good(50, 30s)));
    ASSERT_TRUE(good(wait_until("the published port answering", 10s,
                                [&] { return get_once(published).failure; })));
    getter_->stop();
    const auto failures = getter_->failures();
    core::WallTime last_failure = *killed;
    for (const auto& failure : failures) last_failure = std::max(last_failure, failure.ended);
    std::printf("virtual address moved: %zu failed requests, the last %.0f ms after the kill\n",
                failures.size(), static_cast<double>((last_failure - *killed).count()) / 1000.0);
    EXPECT_LT(last_failure - *killed, 5s);
}

}  // namespace
}  // namespace understudy::stack
