#include <gtest/gtest.h>

#include "tests/bench/under_load/report.h"

namespace understudy::bench {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

core::WallTime at(int ms) { return core::WallTime(milliseconds(ms)); }

Request request(RequestKind kind, int began_ms, int status) {
    return {kind, at(began_ms), milliseconds(5), status};
}

// A round from 1,000 to 1,100 ms, and a good request before it.
Measurement measured(const Promises& promises) {
    Measurement measurement;
    measurement.benchmark = "drain";
    measurement.promises = promises;
    measurement.rounds = {{"web1 drained", at(1000), at(1100), 100}};
    measurement.requests = {request(RequestKind::kRead, 900, 200)};
    return measurement;
}

TEST(RequestLog, ReadsStartStatusAndDurationAndLeavesAnUnfinishedLineOut) {
    const auto requests = requests_in(
        "1795698761699014\t200\t63833\n1795698761699199\t-1\t7\n17956", RequestKind::kRead);
    ASSERT_TRUE(requests) << describe(requests.error());
    ASSERT_EQ(requests->size(), 2U);
    EXPECT_EQ(requests->front().began, core::WallTime(microseconds(1795698761699014)));
    EXPECT_EQ(requests->front().took, microseconds(63833));
    EXPECT_FALSE(requests->front().failed());
    EXPECT_TRUE(requests->back().failed());
}

TEST(RequestLog, RefusesALineOfAnotherForm) {
    EXPECT_FALSE(requests_in("200\n", RequestKind::kRead));
    EXPECT_FALSE(requests_in("1\t200\t5x\n", RequestKind::kRead));
}

TEST(RequestLog, APostIsAnsweredByARedirectToTheEntry) {
    EXPECT_FALSE(request(RequestKind::kPost, 0, 303).failed());
    EXPECT_TRUE(request(RequestKind::kPost, 0, 200).failed());
    EXPECT_TRUE(request(RequestKind::kRead, 0, 503).failed());
}

TEST(UnderLoad, APromiseIsBrokenByAFailedRequestALostClientOrNoRequestAtAll) {
    auto measurement = measured({});
    EXPECT_TRUE(promises_kept(measurement));
    measurement.clients_lost = 1;
    EXPECT_FALSE(promises_kept(measurement));
    measurement = measured({});
    measurement.requests.push_back(request(RequestKind::kPost, 1050, 503));
    EXPECT_FALSE(promises_kept(measurement));
    measurement.requests.clear();
    EXPECT_FALSE(promises_kept(measurement));
}

TEST(UnderLoad, ThoseUnderWayInARoundMayFailWhereOnlyTheRestIsPromised) {
    auto measurement = measured({false, false, true, 0});
    measurement.requests.push_back(request(RequestKind::kRead, 997, 503));
    EXPECT_TRUE(promises_kept(measurement));
    measurement.requests.push_back(request(RequestKind::kRead, 1101, 503));
    EXPECT_FALSE(promises_kept(measurement));
}

TEST(UnderLoad, ASlowTailBreaksThePromiseOfIt) {
    auto measurement = measured({true, true, true, 1000});
    EXPECT_TRUE(promises_kept(measurement));
    measurement.requests.front().took = milliseconds(1500);
    EXPECT_FALSE(promises_kept(measurement));
}

TEST(UnderLoad, TheReportNamesFiguresAndTheLongestRequest) {
    auto measurement = measured({});
    measurement.requests.push_back({RequestKind::kPost, at(1010), milliseconds(250), 303});
    const auto text = report_as_text(measurement);
    EXPECT_NE(text.find("requests: 2, failed 0"), std::string::npos) << text;
    EXPECT_NE(text.find("a post, begun 10.0 ms after \"web1 drained\""), std::string::npos) << text;
    const auto json = report_as_json(measurement);
    EXPECT_NE(json.find("\"clients_lost\": 0"), std::string::npos) << json;
    EXPECT_NE(json.find("\"max_ms\": 100.0"), std::string::npos) << json;
}

}  // namespace
}  // namespace understudy::bench
