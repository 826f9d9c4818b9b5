// The controller's small parts.
#include <gtest/gtest.h>

#include <thread>

#include "controller/event_kind.h"
#include "controller/host_watch.h"
#include "controller/inbox.h"
#include "controller/repeat_filter.h"
#include "controller/request_desk.h"

namespace understudy::controller {
namespace {

using core::HostName;
using core::Millis;
using core::Phase;
using core::Record;
using namespace std::chrono_literals;

const core::MonotonicTime kStart{1h};

TEST(Inbox, GivesEverythingThatWasPostedAtOnce) {
    Inbox<int> inbox(10);
    inbox.post(1);
    inbox.post(2);
    EXPECT_EQ(inbox.take(0ms), (std::vector<int>{1, 2}));
    EXPECT_TRUE(inbox.take(0ms).empty());
}

TEST(Inbox, WakesItsReader) {
    Inbox<int> inbox(10);
    std::jthread poster([&] { inbox.post(7); });
    EXPECT_EQ(inbox.take(10s), std::vector<int>{7});
}

TEST(Inbox, LetsPostersWaitWhileItIsFull) {
    Inbox<int> inbox(1);
    inbox.post(1);
    std::jthread poster([&] { EXPECT_TRUE(inbox.post(2)); });
    EXPECT_EQ(inbox.take(10s), std::vector<int>{1});
    EXPECT_EQ(inbox.take(10s), std::vector<int>{2});
}

TEST(Inbox, WhenClosedTakesNothingAndWakesEverybody) {
    Inbox<int> inbox(1);
    inbox.post(1);
    std::jthread poster([&] { EXPECT_FALSE(inbox.post(2)); });
    inbox.close();
    poster.join();
    EXPECT_FALSE(inbox.post(3));
    inbox.take(0ms);
    EXPECT_TRUE(inbox.take(10s).empty()) << "at once";
}

TEST(RequestDesk, HandsTheAnswerToWhoeverAwaitsIt) {
    RequestDesk desk;
    const RequestId id = desk.open();
    std::jthread decider([&] { desk.answer({id, true, "done", {}}); });
    const auto answer = desk.await(id, Millis{10'000});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->reason, "done");
}

TEST(RequestDesk, GivesUpWhenPatienceEndsAndForgetsTheRequest) {
    RequestDesk desk;
    const RequestId id = desk.open();
    EXPECT_FALSE(desk.await(id, Millis{0}));
    desk.answer({id, true, "too late", {}});
    EXPECT_NE(desk.open(), id);
}

TEST(RequestDesk, WhenClosedAnswersNobody) {
    RequestDesk desk;
    const RequestId id = desk.open();
    desk.close();
    EXPECT_FALSE(desk.await(id, Millis{60'000}));
}

TEST(RepeatFilter, LetsTheFirstLineADifferentOneAndAReminderThrough) {
    RepeatFilter filter(60s);
    EXPECT_TRUE(filter.worth("web1", "cannot connect", kStart));
    EXPECT_FALSE(filter.worth("web1", "cannot connect", kStart + 1s));
    EXPECT_TRUE(filter.worth("web2", "cannot connect", kStart + 1s));
    EXPECT_TRUE(filter.worth("web1", "no answer in time", kStart + 2s));
    EXPECT_TRUE(filter.worth("web1", "no answer in time", kStart + 63s));
}

TEST(RepeatFilter, LetsTheEndOfTroubleThroughOnce) {
    RepeatFilter filter;
    EXPECT_FALSE(filter.worth("web1", "", kStart)) << "there was none";
    filter.worth("web1", "cannot connect", kStart);
    EXPECT_TRUE(filter.worth("web1", "", kStart + 1s));
    EXPECT_FALSE(filter.worth("web1", "", kStart + 2s));
}

TEST(HostWatch, GivesAHostThatWasNeverHeardTimeToStart) {
    HostWatch watch({HostName("web1")}, Millis{3000});
    EXPECT_FALSE(watch.next({}, kStart));
    EXPECT_FALSE(watch.next({}, kStart + 14s));
    EXPECT_TRUE(watch.next({}, kStart + 16s)->silent);
}

TEST(HostWatch, RepeatsANoticeUntilItWasTold) {
    HostWatch watch({HostName("web1")}, Millis{3000});
    core::ClusterView view;
    view[HostName("web1")].heard = kStart;
    const auto notice = watch.next(view, kStart + 4s);
    ASSERT_TRUE(notice);
    EXPECT_TRUE(watch.next(view, kStart + 4s)) << "not told yet";
    watch.told(*notice);
    EXPECT_FALSE(watch.next(view, kStart + 5s));
    view[HostName("web1")].heard = kStart + 6s;
    EXPECT_FALSE(watch.next(view, kStart + 6s)->silent);
}

struct ChangeCase {
    std::string kind;
    void (*change)(Record& before, Record& after);
};

class KindOfChange : public testing::TestWithParam<ChangeCase> {};

TEST_P(KindOfChange, IsNamed) {
    Record before;
    before.primary = HostName("web1");
    before.phase = Phase::kProtected;
    before.in_sync = {HostName("web2")};
    Record after = before;
    GetParam().change(before, after);
    EXPECT_EQ(kind_of_change(before, after), GetParam().kind);
}

core::Operation operation_of(core::OperationKind kind) {
    core::Operation operation;
    operation.kind = kind;
    operation.from = HostName("web1");
    operation.to = HostName("web2");
    return operation;
}

INSTANTIATE_TEST_SUITE_P(
    All, KindOfChange,
    testing::Values(
        ChangeCase{"failover_started",
                   [](Record&, Record& after) {
                       after.operation = operation_of(core::OperationKind::kFailover);
                       after.primary = HostName("web2");
                       after.in_sync.clear();
                   }},
        ChangeCase{"failover_started",
                   [](Record& before, Record& after) {
                       before.operation = operation_of(core::OperationKind::kSwitchover);
                       after.operation = operation_of(core::OperationKind::kFailover);
                   }},
        ChangeCase{"promoting",
                   [](Record& before, Record& after) {
                       before.operation = operation_of(core::OperationKind::kSwitchover);
                       after.operation = before.operation;
                       after.phase = Phase::kPromoting;
                   }},
        ChangeCase{"promoted",
                   [](Record& before, Record& after) {
                       before.operation = operation_of(core::OperationKind::kSwitchover);
                       after.primary = HostName("web2");
                   }},
        ChangeCase{"switchover_aborted",
                   [](Record& before, Record&) {
                       before.operation = operation_of(core::OperationKind::kSwitchover);
                   }},
        ChangeCase{"degraded", [](Record&, Record& after) { after.in_sync.clear(); }},
        ChangeCase{"recovered", [](Record& before, Record&) { before.in_sync.clear(); }},
        ChangeCase{"paused",
                   [](Record&, Record& after) {
                       after.pause = {true, "x"};
                   }},
        ChangeCase{"resumed",
                   [](Record& before, Record&) {
                       before.pause = {true, "x"};
                   }},
        ChangeCase{"web_rotation",
                   [](Record&, Record& after) { after.route.web = {HostName("web1")}; }},
        ChangeCase{"web_rotation",
                   [](Record&, Record& after) { after.route.drained = {HostName("web1")}; }},
        ChangeCase{"readers",
                   [](Record&, Record& after) { after.route.readers = {HostName("web1")}; }},
        ChangeCase{"roles", [](Record&, Record& after) { after.revision.value += 1; }}));

}  // namespace
}  // namespace understudy::controller
