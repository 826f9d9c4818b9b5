#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <stdexcept>
#include <string>

#include "tests/stack/cases/running_stack.h"
#include "tests/stack/containers.h"
#include "tests/stack/prometheus.h"
#include "tests/stack/site.h"
#include "tests/stack/wait.h"

namespace understudy::stack {
namespace {

// A client at the writer port of the virtual address, which says nothing, as MySQL's clients do.
class SilentClient {
  public:
    SilentClient() {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(kWriterPort);
        ::inet_pton(AF_INET, kVip, &to.sin_addr);
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
            throw std::runtime_error("cannot connect to the writer port");
        }
    }
    ~SilentClient() { ::close(socket_); }
    SilentClient(const SilentClient&) = delete;
    SilentClient& operator=(const SilentClient&) = delete;

    void reset_at_end() const {
        const linger at_once{1, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    // Whether a server greets before the connection ends.
    [[nodiscard]] bool is_greeted(core::Millis patience) const {
        pollfd ready{socket_, POLLIN, 0};
        char byte = 0;
        return ::poll(&ready, 1, static_cast<int>(patience.count())) == 1 &&
               ::recv(socket_, &byte, 1, 0) == 1;
    }

  private:
    int socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

// No writer for as long as the case wants: nobody promotes, and the primary's mysqld is down.
class Holding : public RunningStack {
  protected:
    void SetUp() override {
        RunningStack::SetUp();
        const auto holder = holder_of_vip();
        ASSERT_TRUE(good(holder));
        holder_ = *holder;
        ASSERT_TRUE(good(stop_container("ctl1-controller")));
        ASSERT_TRUE(good(stop_container(primary() + "-mysql")));
        ASSERT_TRUE(good(balancers_.await_no_writer(10s)));
        before_ = counts();
    }

    void TearDown() override {
        EXPECT_TRUE(good(start_container(primary() + "-mysql")));
        EXPECT_TRUE(good(start_container("ctl1-controller")));
        RunningStack::TearDown();
    }

    std::map<std::string, int> counts() {
        auto now = LoadBalancers::holding(holder_);
        EXPECT_TRUE(good(now));
        return now ? *now : std::map<std::string, int>{};
    }

    int more(const std::string& outcome) { return counts()[outcome] - before_[outcome]; }

    ::testing::AssertionResult comes_to(const std::string& field, int count, core::Millis time) {
        return good(wait_until(field + " " + std::to_string(count), time, [&]() -> std::string {
            const int now = field == "held" ? counts()["held"] : more(field);
            return now == count ? "" : "it is " + std::to_string(now);
        }));
    }

    std::string holder_;
    std::map<std::string, int> before_;
};

TEST_F(Holding, GivesAClientsPlaceFreeThatGoesAndEndsAfterItsBound) {
    auto closes = std::make_unique<SilentClient>();
    auto resets = std::make_unique<SilentClient>();
    const SilentClient stays;
    const auto began = wall_now();
    ASSERT_TRUE(comes_to("held", 3, 5s));
    closes.reset();
    EXPECT_TRUE(comes_to("left", 1, 3s));
    resets->reset_at_end();
    resets.reset();
    EXPECT_TRUE(comes_to("left", 2, 3s));
    EXPECT_TRUE(comes_to("held", 1, 1s));
    EXPECT_FALSE(stays.is_greeted(15s));
    const std::chrono::duration<double> waited = wall_now() - began;
    EXPECT_GT(waited.count(), 9.0);
    EXPECT_LT(waited.count(), 12.0);
    EXPECT_TRUE(comes_to("expired", 1, 1s));
}

TEST_F(Holding, EndsWhenThereIsAWriterAndPrometheusKnows) {
    auto waits = std::make_unique<SilentClient>();
    ASSERT_TRUE(comes_to("held", 1, 5s));
    ASSERT_TRUE(good(start_container(primary() + "-mysql")));
    // A start may take longer than anybody is held.
    for (int again = 0; again < 6 && !waits->is_greeted(15s); ++again) {
        waits = std::make_unique<SilentClient>();
    }
    EXPECT_TRUE(comes_to("released", 1, 5s));
    const auto unknown = [&]() -> std::string {
        const auto samples = prometheus_samples(
            "understudy_haproxy_holds_total{outcome=\"released\",instance=\"" + holder_ + "\"}");
        if (!samples) return describe(samples.error());
        if (samples->empty()) return "it has none";
        const auto seen = static_cast<int>(samples->front().value);
        return seen == counts()["released"] ? "" : "it is " + std::to_string(seen);
    };
    EXPECT_TRUE(good(wait_until("the count in Prometheus", 30s, unknown)));
}

}  // namespace
}  // namespace understudy::stack
