#include "adapters/haproxy/route_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace understudy::adapters {
namespace {

using core::HostName;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

ServerState up() { return {"UP", true, {true, true, "L7OK", 0}}; }
ServerState down() { return {"DOWN", true, {false, false, "L7STS", 0}}; }
ServerState down_by_route() { return {"DOWN", true, {false, true, "L7OK", 0}}; }

ServerPool pool(const std::string& backend, const ServerState& web1, const ServerState& web2) {
    return {backend, true, {{HostName("web1"), web1}, {HostName("web2"), web2}}};
}

Pools healthy() {
    return {pool("w", up(), down()), pool("r", up(), up()), pool("site", up(), up())};
}

core::Route route(const std::string& writer) {
    core::Route made;
    if (!writer.empty()) made.writer = HostName(writer);
    made.readers = {HostName("web1"), HostName("web2")};
    made.web = made.readers;
    return made;
}

TEST(PlanRoute, TakesTheFormerWriterOutBeforeTheNewOneComesIn) {
    const auto plan = plan_route(healthy(), route("web2"));
    EXPECT_THAT(plan.commands,
                ElementsAre("set server w/web1 health down", "set server w/web2 health up"));
    EXPECT_THAT(plan.complaints, IsEmpty());
}

TEST(PlanRoute, LeavesNoWriterInWhenTheRouteHasNone) {
    const auto plan = plan_route(healthy(), route(""));
    EXPECT_THAT(plan.commands, AllOf(Contains("set server w/web1 health down"),
                                     Contains("set server w/web2 health down"),
                                     Not(Contains(HasSubstr(" health up")))));
}

TEST(PlanRoute, TakesAWebServerOutThatIsNotListed) {
    auto wanted = route("web1");
    wanted.web = {HostName("web1")};
    EXPECT_THAT(plan_route(healthy(), wanted).commands,
                Contains("set server site/web2 health down"));
}

TEST(PlanRoute, NeverEmptiesAPool) {
    auto wanted = route("web1");
    wanted.web = {};
    wanted.readers = {};
    EXPECT_THAT(plan_route(healthy(), wanted).commands,
                AllOf(Not(Contains(HasSubstr("site/"))), Not(Contains(HasSubstr("r/")))));

    wanted.web = {HostName("web1")};
    auto pools = healthy();
    pools.web = pool("site", down(), up());
    EXPECT_THAT(plan_route(pools, wanted).commands, Not(Contains(HasSubstr("site/"))));
}

TEST(PlanRoute, BringsBackAWebServerThatARouteTookOutButNotOneThatItsCheckTookOut) {
    auto pools = healthy();
    pools.web = pool("site", down_by_route(), up());
    EXPECT_THAT(plan_route(pools, route("web1")).commands,
                Contains("set server site/web1 health up"));
    pools.web = pool("site", down(), up());
    EXPECT_THAT(plan_route(pools, route("web1")).commands, Not(Contains(HasSubstr("site/"))));
}

TEST(PlanRoute, BringsBackAServerThatHasNoCheckButNotOneInMaintenance) {
    auto pools = healthy();
    pools.web = pool("site", {"DOWN", false, {}}, up());
    EXPECT_THAT(plan_route(pools, route("web1")).commands,
                Contains("set server site/web1 health up"));

    pools.web = pool("site", {"MAINT", false, {}}, up());
    auto wanted = route("web1");
    wanted.web = {HostName("web1")};
    EXPECT_THAT(plan_route(pools, wanted).commands, Not(Contains(HasSubstr("site/"))));
}

TEST(PlanRoute, NamesTheServerThatHaproxyDoesNotHaveAndDoesTheRest) {
    const auto plan = plan_route(healthy(), route("web3"));
    EXPECT_THAT(plan.complaints, ElementsAre(AllOf(HasSubstr("web3"), HasSubstr("backend w"))));
    EXPECT_THAT(plan.commands, Contains("set server w/web1 health down"));
}

TEST(PlanRoute, DoesTheRestWhereABackendIsMissing) {
    auto pools = healthy();
    pools.web = {"site", false, {}};
    const auto plan = plan_route(pools, route("web2"));
    EXPECT_THAT(plan.complaints, IsEmpty());
    EXPECT_THAT(plan.commands, Contains("set server w/web2 health up"));
}

TEST(PlanRoute, CallsServersAsHaproxyDoes) {
    auto pools = healthy();
    pools.writers.names = {{HostName("web1"), "db-a"}};
    EXPECT_THAT(plan_route(pools, route("web2")).commands,
                ElementsAre("set server w/db-a health down", "set server w/web2 health up"));
}

ServerState draining() { return {"DRAIN", true, {false, true, "L7OK", 0, true}}; }

core::Route drained(const std::string& server) {
    auto wanted = route("web1");
    wanted.web.erase(HostName(server));
    wanted.drained = {HostName(server)};
    return wanted;
}

std::vector<std::string> web_commands(const ServerState& web1, const ServerState& web2,
                                      const core::Route& wanted) {
    auto pools = healthy();
    pools.web = pool("site", web1, web2);
    auto commands = plan_route(pools, wanted).commands;
    std::erase_if(commands, [](const auto& text) { return text.find(" site/") == text.npos; });
    return commands;
}

TEST(PlanDrain, DrainsWhatTheRouteSaysAndNothingElseOfIt) {
    EXPECT_THAT(web_commands(up(), up(), drained("web1")),
                ElementsAre("set server site/web1 state drain"));
    EXPECT_THAT(web_commands(draining(), up(), drained("web1")), IsEmpty());
}

TEST(PlanDrain, DrainsAServerThatIsDownToo) {
    EXPECT_THAT(web_commands(down(), up(), drained("web1")),
                ElementsAre("set server site/web1 state drain"));
}

TEST(PlanDrain, TakesBackWhatIsNoLongerDrained) {
    EXPECT_THAT(web_commands(draining(), up(), route("web1")),
                ElementsAre("set server site/web1 state ready"));
}

TEST(PlanDrain, LeavesWhatAnOperatorPutIntoMaintenance) {
    EXPECT_THAT(web_commands({"MAINT", false, {}}, up(), drained("web1")), IsEmpty());
}

TEST(PlanDrain, LetsADrainedServerServeWhereNoOtherDoes) {
    EXPECT_THAT(web_commands(draining(), down(), drained("web1")),
                ElementsAre("set server site/web1 state ready"));
    EXPECT_THAT(web_commands(up(), down(), drained("web1")), IsEmpty());
}

RC_GTEST_PROP(PlanRoute, KeepsOneServerInEachPoolThatHasOne, ()) {
    const auto any_state = rc::gen::element(up(), down(), down_by_route(), draining());
    const auto pools = Pools{pool("w", *any_state, *any_state), pool("r", *any_state, *any_state),
                             pool("site", *any_state, *any_state)};
    auto wanted = route("web1");
    wanted.web.clear();
    for (const auto* name : {"web1", "web2", "web3"}) {
        if (*rc::gen::arbitrary<bool>()) wanted.web.insert(HostName(name));
        if (*rc::gen::arbitrary<bool>() && !wanted.web.contains(HostName(name))) {
            wanted.drained.insert(HostName(name));
        }
    }
    const auto plan = plan_route(pools, wanted);
    int in_service = 0;
    bool was_in_service = false;
    for (const auto& [name, state] : pools.web.servers) {
        const auto has = [&](const std::string& what) {
            const auto command = "set server site/" + name.value + " " + what;
            return std::find(plan.commands.begin(), plan.commands.end(), command) !=
                   plan.commands.end();
        };
        was_in_service |= state.facts.up;
        const bool taken_out = has("health down") || has("state drain");
        in_service += (state.facts.up && !taken_out) || has("health up") || has("state ready");
    }
    RC_ASSERT(!was_in_service || in_service > 0);
}

TEST(WriterDeviation, NamesTheServerAndItsState) {
    auto writers = pool("w", up(), down());
    EXPECT_EQ(writer_deviation(writers, route("web1")), "");
    writers.servers[HostName("web1")].status = "MAINT";
    writers.servers[HostName("web1")].facts.up = false;
    EXPECT_EQ(writer_deviation(writers, route("web1")), "web1 is not up in w, it is MAINT");
    EXPECT_THAT(writer_deviation(pool("w", up(), up()), route("web1")), HasSubstr("web2"));
}

}  // namespace
}  // namespace understudy::adapters
