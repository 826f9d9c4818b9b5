#include "adapters/haproxy/haproxy_load_balancer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <chrono>
#include <functional>
#include <iostream>

#include "tests/integration/haproxy/haproxy_process.h"

namespace understudy::integration {
namespace {

using adapters::HaproxyLoadBalancer;
using core::ErrorCode;
using core::HostName;
using core::Millis;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;

constexpr Millis kDeadline{5000};

core::Route route_to(const std::string& writer) {
    core::Route route;
    if (!writer.empty()) route.writer = HostName(writer);
    route.readers = {HostName("web1"), HostName("web2")};
    route.web = route.readers;
    return route;
}

class HaproxyTest : public testing::Test {
  protected:
    HaproxyTest() {
        web1_.set_passes(true);
        EXPECT_TRUE(eventually([&] { return is_up("web1") && !is_up("web2"); }));
    }

    bool eventually(const std::function<bool()>& condition) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!condition()) {
            if (std::chrono::steady_clock::now() > until) return false;
            ::poll(nullptr, 0, 10);
        }
        return true;
    }

    bool is_up(const std::string& host) {
        const auto facts = balancer_.observe(kDeadline);
        return facts && facts->writers.at(HostName(host)).up;
    }

    std::string who_answers() { return LoopbackClient(haproxy_.writer_port()).receive(); }

    void apply(const core::Route& route) {
        const auto applied = balancer_.apply(route, kDeadline);
        ASSERT_TRUE(applied) << describe(applied.error());
    }

    FakeHost web1_{"web1"};
    FakeHost web2_{"web2"};
    HaproxyProcess haproxy_{web1_, web2_};
    HaproxyLoadBalancer balancer_{haproxy_.options()};
};

TEST_F(HaproxyTest, SendsTheNextSessionToTheNewWriterWithoutWaitingForAnyCheck) {
    EXPECT_EQ(who_answers(), "web1");
    const auto start = std::chrono::steady_clock::now();
    apply(route_to("web2"));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    EXPECT_EQ(who_answers(), "web2");
    RecordProperty("apply_ms", std::to_string(took.count()));
    std::cout << "the route was applied in " << took.count() << " ms\n";
}

TEST_F(HaproxyTest, ClosesTheSessionsOfTheFormerWriterAndNoOther) {
    LoopbackClient session(haproxy_.writer_port());
    ASSERT_EQ(session.receive(), "web1");
    apply(route_to("web2"));
    EXPECT_EQ(session.receive(), "");

    LoopbackClient of_the_new_writer(haproxy_.writer_port());
    ASSERT_EQ(of_the_new_writer.receive(), "web2");
    apply(route_to("web2"));
    const auto facts = balancer_.observe(kDeadline);
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->writers.at(HostName("web2")).sessions, 1);
}

TEST_F(HaproxyTest, ASessionThatIsBeingConnectedToTheFormerWriterGoesToTheNewOne) {
    web1_.database_vanishes();
    LoopbackClient session(haproxy_.writer_port());
    ASSERT_TRUE(eventually([&] {
        const auto facts = balancer_.observe(kDeadline);
        return facts && facts->writers.at(HostName("web1")).sessions == 1;
    }));
    web1_.set_passes(false);
    web2_.set_passes(true);
    apply(route_to("web2"));
    EXPECT_EQ(session.receive(), "web2");
}

TEST_F(HaproxyTest, LetsNobodyWriteWhereThereIsNoWriter) {
    apply(route_to(""));
    EXPECT_EQ(who_answers(), "");
}

TEST_F(HaproxyTest, DoesNotLetACheckInFlightUndoTheSwitch) {
    web1_.hold_checks();
    web2_.hold_checks();
    web1_.wait_for_a_held_check();
    web2_.wait_for_a_held_check();
    apply(route_to("web2"));

    web1_.set_passes(false);
    web2_.set_passes(true);
    web1_.release_checks(true);  // as it was before the switch
    web2_.release_checks(false);
    web1_.wait_for_checks(1);
    web2_.wait_for_checks(1);
    EXPECT_EQ(who_answers(), "web2");
    web1_.wait_for_checks(4);
    web2_.wait_for_checks(4);
    EXPECT_EQ(who_answers(), "web2");
    EXPECT_FALSE(is_up("web1"));
}

TEST_F(HaproxyTest, FollowsItsOwnChecksWhenNobodyAppliesARoute) {
    apply(route_to("web1"));
    web1_.set_passes(false);
    web2_.set_passes(true);
    EXPECT_TRUE(eventually([&] { return !is_up("web1") && is_up("web2"); }));
    EXPECT_EQ(who_answers(), "web2");
}

TEST_F(HaproxyTest, TakesAWebServerOutAndBringsItBack) {
    web2_.set_passes(true);
    const auto web2 = [&] { return balancer_.observe(kDeadline)->web.at(HostName("web2")); };
    ASSERT_TRUE(eventually([&] { return web2().up && web2().check_passes; }));
    auto route = route_to("web1");
    route.web = {HostName("web1")};
    apply(route);
    EXPECT_FALSE(web2().up);
    apply(route_to("web1"));
    EXPECT_TRUE(web2().up);
}

TEST_F(HaproxyTest, DrainsAWebServerWhichNoCheckEnds) {
    web2_.set_passes(true);
    const auto web1 = [&] { return balancer_.observe(kDeadline)->web.at(HostName("web1")); };
    const auto web2 = [&] { return balancer_.observe(kDeadline)->web.at(HostName("web2")); };
    ASSERT_TRUE(eventually([&] { return web1().up && web2().up; }));
    auto route = route_to("web1");
    route.web = {HostName("web2")};
    route.drained = {HostName("web1")};
    apply(route);
    EXPECT_TRUE(web1().draining && !web1().up);
    web1_.wait_for_checks(6);
    EXPECT_TRUE(web1().draining && !web1().up) << "its checks pass all the while";
    EXPECT_TRUE(is_up("web1")) << "its database goes on";
    apply(route_to("web1"));
    EXPECT_TRUE(web1().up);
    web1_.hold_checks();
    web1_.wait_for_a_held_check();
    web1_.release_checks(false);
    web1_.wait_for_checks(1);
    EXPECT_TRUE(web1().up) << "one failed check does not take it out at once";
}

TEST_F(HaproxyTest, LetsADrainedWebServerServeWhenTheOtherDies) {
    web2_.set_passes(true);
    const auto facts = [&] { return balancer_.observe(kDeadline).value(); };
    ASSERT_TRUE(eventually([&] { return facts().web.at(HostName("web2")).up; }));
    auto route = route_to("web1");
    route.web = {HostName("web2")};
    route.drained = {HostName("web1")};
    apply(route);
    web2_.set_passes(false);
    ASSERT_TRUE(eventually([&] { return !facts().web.at(HostName("web2")).up; }));
    apply(route);
    EXPECT_TRUE(facts().web.at(HostName("web1")).up);
    web2_.set_passes(true);
    ASSERT_TRUE(eventually([&] { return facts().web.at(HostName("web2")).up; }));
    apply(route);
    EXPECT_TRUE(facts().web.at(HostName("web1")).draining);
}

TEST_F(HaproxyTest, NamesAServerAndABackendThatHaproxyDoesNotHave) {
    const auto absent_server = balancer_.apply(route_to("web9"), kDeadline);
    ASSERT_FALSE(absent_server);
    EXPECT_EQ(absent_server.error().code, ErrorCode::kNotFound);
    EXPECT_THAT(describe(absent_server.error()),
                AllOf(HasSubstr("web9"), HasSubstr("mysql_writer")));

    auto options = haproxy_.options();
    options.web_backend = "shop";
    HaproxyLoadBalancer misconfigured(options);
    const auto absent_backend = misconfigured.apply(route_to("web2"), kDeadline);
    ASSERT_FALSE(absent_backend);
    EXPECT_EQ(absent_backend.error().code, ErrorCode::kNotFound);
    EXPECT_THAT(
        describe(absent_backend.error()),
        HasSubstr("no backend shop, but mysql_writer mysql_reader web other_names; compare"));
    EXPECT_EQ(who_answers(), "web2") << "the writers' part is done all the same";
    EXPECT_FALSE(misconfigured.observe(kDeadline));
}

class OtherNames : public HaproxyTest {
  protected:
    static adapters::HaproxyOptions options(const HaproxyProcess& haproxy,
                                            const adapters::ServerNames& names) {
        return {haproxy.options().socket, "other_names", "", "", {{"other_names", names}}};
    }
    static adapters::ServerNames names() {
        return {{HostName("web1"), "db-a"}, {HostName("web2"), "db-b"}};
    }
};

TEST_F(OtherNames, AreThoseOfTheConfigurationAndReadersAndWebServersNeedNotBeThere) {
    HaproxyLoadBalancer balancer(options(haproxy_, names()));
    const auto applied = balancer.apply(route_to("web2"), kDeadline);
    ASSERT_TRUE(applied) << describe(applied.error());
    const auto facts = balancer.observe(kDeadline);
    ASSERT_TRUE(facts);
    EXPECT_TRUE(facts->writers.at(HostName("web2")).up);
    EXPECT_FALSE(facts->writers.at(HostName("web1")).up);
    EXPECT_EQ(facts->writers.size(), 2U);
    EXPECT_TRUE(facts->web.empty());
    EXPECT_THAT(facts->trouble,
                AllOf(HasSubstr("db-b in backend other_names"), HasSubstr("set both to 2")));
}

TEST_F(OtherNames, ThatHaproxyDoesNotHaveAreNamedBesideThoseItHas) {
    HaproxyLoadBalancer unnamed(options(haproxy_, {}));
    const auto refused = unnamed.apply(route_to("web2"), kDeadline);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
    EXPECT_THAT(describe(refused.error()),
                AllOf(HasSubstr("no server web2 in backend other_names for the host web2"),
                      HasSubstr("but db-a db-b;"), HasSubstr("haproxy.server_names")));

    auto misspelled = names();
    misspelled[HostName("web1")] = "db-1";
    const auto facts = HaproxyLoadBalancer(options(haproxy_, misspelled)).observe(kDeadline);
    ASSERT_TRUE(facts);
    EXPECT_THAT(facts->trouble, AnyOf(HasSubstr("no server db-1"), HasSubstr("rise or fall")));
}

TEST_F(HaproxyTest, SaysWhyTheWriterDidNotComeIn) {
    const adapters::RuntimeSocket socket(haproxy_.options().socket);
    ASSERT_TRUE(socket.ask(std::vector<std::string>{"set server mysql_writer/web2 state maint"},
                           kDeadline));
    const auto applied = balancer_.apply(route_to("web2"), kDeadline);
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().code, ErrorCode::kRefused);
    EXPECT_THAT(describe(applied.error()), AllOf(HasSubstr("web2"), HasSubstr("MAINT")));
}

TEST_F(HaproxyTest, ReportsTheChecksAndTheSessions) {
    LoopbackClient session(haproxy_.writer_port());
    ASSERT_EQ(session.receive(), "web1");
    const auto facts = balancer_.observe(kDeadline);
    ASSERT_TRUE(facts);
    EXPECT_TRUE(facts->answering);
    const auto& web1 = facts->writers.at(HostName("web1"));
    EXPECT_TRUE(web1.check_passes);
    EXPECT_EQ(web1.last_check, "L7OK");
    EXPECT_EQ(web1.sessions, 1);
    EXPECT_EQ(facts->writers.at(HostName("web2")).last_check, "L7STS");
    EXPECT_EQ(facts->web.size(), 2U);
}

}  // namespace
}  // namespace understudy::integration
