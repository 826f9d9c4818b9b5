#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporters/agent/metrics.h"
#include "tests/unit/exporters/exposition.h"

namespace understudy::exporters {
namespace {

TEST(AgentMetrics, SayWhatTheHostWasToldAndWhatRuns) {
    core::HostReport report;
    report.host = core::HostName("web1");
    report.sequence = 7;
    report.applied = core::AppliedAssignment{};
    report.applied->token = {core::Epoch{4}, core::Revision{12}};
    report.applied->role = core::Role::kReplicaInSync;
    report.applied->reached = true;
    report.backend = core::BackendFacts{true, false, ""};
    const auto state = agent_state(
        "1.2.3", report,
        {{"mysql", core::ProcessState::kRunning}, {"nginx", core::ProcessState::kGone}});
    const auto page = read_exposition(agent_metrics(state).text()).samples;
    EXPECT_EQ(page.at("understudy_build_info{host=\"web1\",program=\"agent\",version=\"1.2.3\",}"),
              1);
    EXPECT_EQ(page.at("understudy_service_up{service=\"mysql\",}"), 1);
    EXPECT_EQ(page.at("understudy_service_up{service=\"nginx\",}"), 0);
    EXPECT_EQ(page.at("understudy_assignment_epoch"), 4);
    EXPECT_EQ(page.at("understudy_assignment_revision"), 12);
    EXPECT_EQ(page.at("understudy_assignment_reached"), 1);
    EXPECT_EQ(page.at("understudy_assignment_role{role=\"replica_in_sync\",}"), 1);
    EXPECT_EQ(page.at("understudy_assignment_role{role=\"fenced\",}"), 0);
    EXPECT_EQ(page.at("understudy_backend_healthy"), 1);
    EXPECT_FALSE(page.contains("understudy_route_revision"));
}

TEST(AgentMetrics, TellASickWebServerFromADeadOne) {
    const auto state_of = [](bool healthy, bool dead) {
        core::HostReport report;
        report.backend = core::BackendFacts{healthy, dead, healthy ? "" : "a cause"};
        const auto page = read_exposition(agent_metrics(agent_state("1", report, {})).text());
        std::string states;
        for (const std::string state : {"healthy", "sick", "dead"}) {
            const auto name = "understudy_backend_state{state=\"" + state + "\",}";
            if (page.samples.at(name) == 1) states += state;
        }
        return states;
    };
    EXPECT_EQ(state_of(true, false), "healthy");
    EXPECT_EQ(state_of(false, false), "sick");
    EXPECT_EQ(state_of(false, true), "dead");
}

TEST(AgentMetrics, CountTheOrphansThatAreKept) {
    AgentState state;
    EXPECT_FALSE(
        read_exposition(agent_metrics(state).text()).samples.contains("understudy_orphans_files"));
    state.orphans.emplace(2);
    state.orphans->at(0).transactions = 3;
    state.orphans->at(1).transactions = 4;
    const auto page = read_exposition(agent_metrics(state).text()).samples;
    EXPECT_EQ(page.at("understudy_orphans_files"), 2);
    EXPECT_EQ(page.at("understudy_orphans_transactions"), 7);
}

TEST(AgentMetrics, SayHowThePrimarysLeaseStands) {
    core::HostReport report;
    report.database.emplace().lease = core::LeaseFacts{1, 2, true, core::Millis{600}};
    const auto page = read_exposition(agent_metrics(agent_state("1", report, {})).text()).samples;
    EXPECT_EQ(page.at("understudy_lease_grants"), 1);
    EXPECT_EQ(page.at("understudy_lease_grants_needed"), 2);
    EXPECT_EQ(page.at("understudy_lease_held"), 1);
}

TEST(AgentMetrics, SayWhatHoldsAtALoadBalancer) {
    AgentState state;
    state.load_balancer = core::LoadBalancerFacts{};
    state.load_balancer->answering = true;
    state.load_balancer->route_applied = core::Revision{9};
    const auto page = read_exposition(agent_metrics(state).text()).samples;
    EXPECT_EQ(page.at("understudy_load_balancer_up"), 1);
    EXPECT_EQ(page.at("understudy_route_revision"), 9);
    EXPECT_FALSE(page.contains("understudy_vip_held"));
    EXPECT_FALSE(page.contains("understudy_assignment_epoch"));
}

TEST(AgentMetrics, SayWhetherTheVirtualAddressIsHereAndHowOftenItCame) {
    core::HostReport report;
    auto& vip = report.vip.emplace();
    vip.held = true;
    vip.taken = 3;
    vip.removed = 2;
    auto page = read_exposition(agent_metrics(agent_state("1", report, {})).text()).samples;
    EXPECT_EQ(page.at("understudy_vip_held"), 1);
    EXPECT_EQ(page.at("understudy_vip_taken_total"), 3);
    EXPECT_EQ(page.at("understudy_vip_removed_total"), 2);
    EXPECT_FALSE(page.contains("understudy_vip_last_change_timestamp_seconds"));

    vip.changed = core::WallTime{std::chrono::milliseconds(1500)};
    page = read_exposition(agent_metrics(agent_state("1", report, {})).text()).samples;
    EXPECT_EQ(page.at("understudy_vip_last_change_timestamp_seconds"), 1.5);
}

}  // namespace
}  // namespace understudy::exporters
