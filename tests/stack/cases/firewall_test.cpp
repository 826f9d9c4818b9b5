#include <numeric>

#include "tests/stack/cases/running_stack.h"
#include "tests/stack/command.h"
#include "tests/stack/containers.h"
#include "tests/stack/firewall_table.h"
#include "tests/stack/prometheus.h"
#include "tests/stack/scan.h"
#include "tests/stack/site.h"
#include "tests/stack/wait.h"

namespace understudy::stack {
namespace {

constexpr core::Millis kPatience = 400ms;
constexpr core::Millis kOverAllPorts = 150ms;
constexpr const char* kOutsider = "understudy-outsider";

// Ports on which something of the stack listens, or often does.
const std::set<std::uint16_t> kListening{22,   53,   111,  2019, 8080, 8081,
                                         8404, 9000, 9094, 9100, 33060};

class Firewall : public RunningStack {
  protected:
    void SetUp() override {
        RunningStack::SetUp();
        const auto read = FirewallTable::read();
        ASSERT_TRUE(good(read));
        table_ = *read;
    }

    void TearDown() override {
        static_cast<void>(run_command({"docker", "rm", "--force", kOutsider}, 20s));
        RunningStack::TearDown();
    }

    // A machine in the network that no row of the table names.
    static pid_t outsider() {
        static_cast<void>(run_command({"docker", "rm", "--force", kOutsider}, 20s));
        const auto started = output_of(
            {"docker", "run", "--detach", "--name", kOutsider, "--network", "understudy", "--ip",
             "198.18.0.99", "--entrypoint", "/usr/bin/catatonit", "understudy/net:0.1.0", "-P"},
            20s);
        EXPECT_TRUE(good(started));
        const auto pid =
            output_of({"docker", "inspect", "--format", "{{.State.Pid}}", kOutsider}, 20s);
        EXPECT_TRUE(good(pid));
        return pid ? std::stoi(*pid) : 0;
    }

    void expect_as_the_table_says(const std::string& from, pid_t network, const std::string& to,
                                  const std::vector<std::uint16_t>& ports,
                                  core::Millis patience = kPatience) {
        const auto seen = knock(network, address_of(to), ports, patience);
        ASSERT_TRUE(good(seen));
        for (const auto& [port, answer] : *seen) {
            EXPECT_EQ(answer != Knock::kSilent, table_.allows(from, to, port))
                << from << " to " << to << " port " << port;
        }
    }

    // Of the load balancers together, as Prometheus has it.
    static double counted(const std::string& counter) {
        const auto samples = prometheus_samples(
            "sum(understudy_firewall_packets_total{instance=~\"lb.\",counter=\"" + counter +
            "\"})");
        return samples && !samples->empty() ? samples->front().value : -1;
    }

    static void expect_to_grow(const std::string& counter, double before) {
        EXPECT_TRUE(good(wait_until(counter + " growing", 40s, [&]() -> std::string {
            const auto now = counted(counter);
            return now > before ? "" : "it is " + std::to_string(now);
        })));
    }

    const std::vector<std::string> servers_{"lb1", "lb2", "web1", "web2", "mon1", "ctl1"};
    FirewallTable table_;
};

TEST_F(Firewall, ShowsOnlyTheSiteToTheOutside) {
    const auto network = outsider();
    ASSERT_NE(network, 0);
    std::vector<std::uint16_t> all(65535);
    std::iota(all.begin(), all.end(), 1);
    for (const auto& server : servers_)
        expect_as_the_table_says("outside", network, server, all, kOverAllPorts);
    const auto site = knock(network, kVip, {80, 443, 3306, 3307, 8404, 9700, 9701}, kPatience);
    ASSERT_TRUE(good(site));
    for (const auto& [port, answer] : *site) {
        EXPECT_EQ(answer, port == 80 || port == 443 ? Knock::kOpen : Knock::kSilent) << port;
    }
}

TEST_F(Firewall, LetsNeighboursTalkAsTheTableSays) {
    auto interesting = table_.ports();
    interesting.insert(kListening.begin(), kListening.end());
    const std::vector<std::uint16_t> ports(interesting.begin(), interesting.end());
    for (const auto& to : servers_) {
        expect_as_the_table_says("operator", 0, to, ports);
        for (const auto& from : servers_) {
            if (from == to) continue;
            const auto holder = container_of(from);
            ASSERT_TRUE(good(holder));
            expect_as_the_table_says(from, holder->main_process, to, ports);
        }
    }
}

TEST_F(Firewall, HoldsOffAFloodOfConnectionsFromOneAddressAndCountsIt) {
    const auto network = outsider();
    ASSERT_NE(network, 0);
    ASSERT_NO_FATAL_FAILURE(start_getting());
    const auto before = counted("connection_rate");
    EXPECT_TRUE(good(
        knock(network, kVip, std::vector<std::uint16_t>(4000, std::uint16_t{443}), kPatience)));
    ASSERT_TRUE(good(getter_->await_good(100, 30s)));
    getter_->stop();
    for (const auto& failure : getter_->failures()) ADD_FAILURE() << failure.failure;
    expect_to_grow("connection_rate", before);
}

// Few connections, so that the firewall has nothing against it.
TEST_F(Firewall, LeavesAVisitorWhoAsksTooMuchToTheLoadBalancer) {
    const auto network = outsider();
    ASSERT_NE(network, 0);
    ASSERT_NO_FATAL_FAILURE(start_getting());
    const auto answers =
        output_of({"nsenter", "--net", "--target", std::to_string(network), "curl", "--silent",
                   "--cacert", authority(), "--max-time", "60", "--parallel", "--parallel-max",
                   "20", "--output", "/dev/null", "--write-out", "%{http_code}\n",
                   "https://" + std::string(kVip) + "/style.css?[1-4000]"},
                  90s);
    ASSERT_TRUE(good(answers));
    EXPECT_NE(answers->find("200"), std::string::npos);
    EXPECT_NE(answers->find("429"), std::string::npos);
    getter_->stop();
    for (const auto& failure : getter_->failures()) ADD_FAILURE() << failure.failure;
}

TEST_F(Firewall, HoldsOffAFloodFromManyAddressesAndCountsIt) {
    const auto network = outsider();
    ASSERT_NE(network, 0);
    const auto before = counted("syn_flood");
    EXPECT_TRUE(good(flood_with_syn(network, kVip, 443, 20'000)));
    expect_to_grow("syn_flood", before);
    ASSERT_NO_FATAL_FAILURE(start_getting());
}

}  // namespace
}  // namespace understudy::stack
