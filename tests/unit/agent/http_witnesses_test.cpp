#include "agent/http_witnesses.h"

#include <gtest/gtest.h>

#include <atomic>

#include "agent/http_api.h"
#include "tests/simulated/clock.h"
#include "tests/simulated/load_balancer.h"
#include "tests/unit/http/test_certificates.h"

namespace understudy::agent {
namespace {

using core::Epoch;
using core::HostName;
using namespace std::chrono_literals;

// The agent of a load balancer, with its real control port.
struct WitnessAgent {
    WitnessAgent(adapters::TestAuthority& authority, const std::string& name)
        : keeper(clock, balancer, board),
          server({{"127.0.0.1", 0}, authority.issue(name), {"ctl1"}, 4, {"web1"}}) {
        ControlTargets targets{board};
        targets.route = &keeper;
        serve_control(server, targets, {"web1"});
        EXPECT_TRUE(server.start());
    }
    void tell(std::uint64_t epoch) {
        core::Route route;
        route.epoch = Epoch{epoch};
        route.revision = core::Revision{epoch};
        EXPECT_TRUE(keeper.accept(route));
    }
    [[nodiscard]] core::Witness witness(const std::string& name) const {
        return {HostName{name}, {"127.0.0.1", server.port()}};
    }

    simulated::Clock clock;
    simulated::LoadBalancer balancer;
    ReportBoard board{HostName{"lb"}, 1};
    RouteKeeper keeper;
    adapters::HttpServer server;
};

TEST(HttpWitnesses, CountThoseWhoWereToldOfNoLaterEpoch) {
    adapters::TestAuthority authority;
    WitnessAgent willing(authority, "lb1");
    WitnessAgent told_later(authority, "lb2");
    WitnessAgent never_told(authority, "lb3");
    willing.tell(7);
    told_later.tell(8);
    HttpWitnesses witnesses(authority.issue("web1"));
    // One by one first: how cpp-httplib makes its table of methods ready, ThreadSanitizer cannot
    // see in Debian's build of it, and takes the first requests on two servers for a race.
    EXPECT_EQ(witnesses.ask(Epoch{7}, {willing.witness("lb1")}, 2000ms), 1);
    const std::vector<core::Witness> all{willing.witness("lb1"), told_later.witness("lb2"),
                                         never_told.witness("lb3")};
    EXPECT_EQ(witnesses.ask(Epoch{7}, all, 2000ms), 1);
    EXPECT_EQ(witnesses.ask(Epoch{8}, all, 2000ms), 2);
}

TEST(HttpWitnesses, WhoCannotBeReachedGrantsNothingAndHindersNobody) {
    adapters::TestAuthority authority;
    WitnessAgent willing(authority, "lb1");
    willing.tell(7);
    core::Witness gone;
    {
        const WitnessAgent stopped(authority, "lb2");
        gone = stopped.witness("lb2");
    }
    HttpWitnesses witnesses(authority.issue("web1"));
    EXPECT_EQ(witnesses.ask(Epoch{7}, {gone, willing.witness("lb1")}, 2000ms), 1);
}

// A peer may ask for a lease; only a controller may command.
TEST(HttpWitnesses, APeerMayAskForNothingButALease) {
    adapters::TestAuthority authority;
    WitnessAgent agent(authority, "lb1");
    agent.tell(7);
    adapters::HttpClient peer({{"127.0.0.1", agent.server.port()}, authority.issue("web1"), false});
    EXPECT_EQ(peer.post("/v1/lease", R"({"epoch":7})", 2000ms)->status, 200);
    EXPECT_EQ(peer.post("/v1/route", "{}", 2000ms)->status, 403);
    EXPECT_EQ(peer.get("/v1/report", 2000ms)->status, 403);
    EXPECT_EQ(peer.post("/v1/lease", "nonsense", 2000ms)->status, 400);
}

}  // namespace
}  // namespace understudy::agent
