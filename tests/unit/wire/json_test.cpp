#include "wire/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace understudy::wire {
namespace {

using core::ErrorCode;
using core::HostName;

core::Route some_route() {
    core::Route route;
    route.revision = {7};
    route.epoch = {3};
    route.writer = HostName("web1");
    route.readers = {HostName("web2")};
    route.web = {HostName("web1"), HostName("web2")};
    return route;
}

std::string without(const std::string& text, const std::string& key) {
    auto json = nlohmann::json::parse(text);
    json.erase(key);
    return json.dump();
}

std::string with(const std::string& text, const std::string& key, const nlohmann::json& value) {
    auto json = nlohmann::json::parse(text);
    json[key] = value;
    return json.dump();
}

TEST(Json, ARouteLooksAsDocumented) {
    EXPECT_EQ(
        to_json(some_route()),
        R"({"drained":[],"epoch":3,"readers":["web2"],"revision":7,"web":["web1","web2"],"writer":"web1"})");
}

TEST(Json, NoWriterIsNullOrAbsent) {
    const std::string text = to_json(some_route());
    EXPECT_FALSE(route_from_json(with(text, "writer", nullptr))->writer);
    EXPECT_FALSE(route_from_json(without(text, "writer"))->writer);
}

TEST(Json, AMissingKeyIsNamed) {
    const auto route = route_from_json(without(to_json(some_route()), "epoch"));
    ASSERT_FALSE(route);
    EXPECT_EQ(route.error().code, ErrorCode::kInvalid);
    EXPECT_EQ(route.error().detail, "epoch: missing");
}

TEST(Json, AWrongTypeIsNamedWithItsPath) {
    const std::string text = to_json(some_route());
    EXPECT_EQ(route_from_json(with(text, "epoch", "three")).error().detail,
              "epoch: expected a whole number >= 0");
    EXPECT_EQ(route_from_json(with(text, "epoch", -1)).error().detail,
              "epoch: expected a whole number >= 0");
    EXPECT_EQ(route_from_json(with(text, "web", nlohmann::json::array({"web1", 2}))).error().detail,
              "web.1: expected a text");
    EXPECT_EQ(route_from_json("[]").error().detail, "message: expected an object");
}

TEST(Json, AnInnerPathIsNamedInFull) {
    core::Assignment assignment;
    assignment.source = core::Address{"198.18.0.21", 3306};
    const std::string text = to_json(assignment);
    const auto read = assignment_from_json(with(text, "source", {{"host", "x"}, {"port", 70000}}));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().detail, "source.port: expected a whole number from 0 to 65535");
}

TEST(Json, ARecordStoredBeforeAFieldCameKeepsItsDefault) {
    auto stored = nlohmann::json::parse(to_json(core::Record{}));
    ASSERT_EQ(stored.erase("maintenance"), 1U);
    const auto record = record_from_json(stored.dump());
    ASSERT_TRUE(record) << record.error().detail;
    EXPECT_EQ(*record, core::Record{});
}

TEST(Json, AnUnknownKeyOfANewerPeerIsPassedOver) {
    EXPECT_EQ(*route_from_json(with(to_json(some_route()), "novelty", {1, 2})), some_route());
}

TEST(Json, AnUnknownRoleIsAnError) {
    const auto read = assignment_from_json(with(to_json(core::Assignment{}), "role", "king"));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().detail, "role: unknown value \"king\"");
}

TEST(Json, AMalformedGtidSetIsAnError) {
    const auto read =
        assignment_from_json(with(to_json(core::Assignment{}), "must_hold", "not-a-uuid:1"));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().detail.rfind("must_hold: ", 0), 0U) << read.error().detail;
}

TEST(Json, BrokenJsonIsAnErrorAndNotAnException) {
    for (const char* text : {"", "{", "nul", "{\"a\":}", "\xff", "1e99999"}) {
        EXPECT_FALSE(record_from_json(text)) << text;
    }
}

TEST(Json, TimesAreIntegerMicroseconds) {
    core::HostReport report;
    report.database_gone_at = core::WallTime(std::chrono::microseconds(1'700'000'000'123'456));
    const auto json = nlohmann::json::parse(to_json(report));
    EXPECT_EQ(json["database_gone_at_us"], 1'700'000'000'123'456);
}

TEST(Json, BytesThatAreNoUtf8AreReplacedNotThrown) {
    core::HostReport report;
    report.backend = core::BackendFacts{false, false, "bad \xff byte"};
    EXPECT_TRUE(report_from_json(to_json(report)));
}

}  // namespace
}  // namespace understudy::wire
