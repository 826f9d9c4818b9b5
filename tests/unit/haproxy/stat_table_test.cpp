#include "adapters/haproxy/stat_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "adapters/haproxy/server_pool.h"

namespace understudy::adapters {
namespace {

using core::HostName;

constexpr auto kHeader = "# pxname,svname,scur,status,type,check_status,last_chk,\n";

StatTable table_of(const std::string& rows) {
    auto table = StatTable::parse(kHeader + rows);
    EXPECT_TRUE(table) << describe(table.error());
    return *table;
}

core::ProxyServerFacts facts_of(const std::string& status, const std::string& check) {
    const auto table = table_of("db,web1,7," + status + ",2," + check + ",,\n");
    return pool_from(table, "db", {}).servers.at(HostName("web1")).facts;
}

TEST(StatTableTest, ReadsQuotedFields) {
    const auto table = table_of("db,web1,3,UP,2,L7OK,\"said \"\"no\"\", twice\",\n");
    EXPECT_EQ(table.text(0, table.column("last_chk")), "said \"no\", twice");
    EXPECT_EQ(table.number(0, table.column("scur")), 3);
}

TEST(StatTableTest, HasNothingWhereAFieldOrAColumnIsMissing) {
    const auto table = table_of("db,web1,,UP\n");
    EXPECT_EQ(table.number(0, table.column("scur")), std::nullopt);
    EXPECT_EQ(table.text(0, table.column("check_status")), "");
    EXPECT_EQ(table.text(0, table.column("of a later version")), "");
}

TEST(StatTableTest, RefusesWhatIsNotStatistics) {
    EXPECT_FALSE(StatTable::parse(""));
    EXPECT_FALSE(StatTable::parse("Permission denied\n"));
    EXPECT_FALSE(StatTable::parse(std::string(kHeader) + "db,web1,3,UP,2,L7OK,\"unfinished\n"));
    EXPECT_FALSE(StatTable::parse(std::string(kHeader) + "1,2,3,4,5,6,7,8,9\n"));
    EXPECT_FALSE(StatTable::parse("# pxname,svname,\"\n"));
}

RC_GTEST_PROP(StatTableTest, NeverCrashesOnForeignBytes, (const std::string& bytes)) {
    const auto table = StatTable::parse(kHeader + bytes);
    RC_ASSERT(!table || table->rows() <= bytes.size());
}

RC_GTEST_PROP(StatTableTest, NeverCrashesOnTruncatedOutput, ()) {
    const std::string whole = std::string(kHeader) + "db,web1,3,UP,2,* L7OK,\"a \"\"b\"\"\",\n";
    const auto length = *rc::gen::inRange<std::size_t>(0, whole.size() + 1);
    (void)StatTable::parse(std::string_view(whole).substr(0, length));
}

TEST(ParseInfo, ReadsNamesAndValues) {
    const auto info = parse_info("Name: HAProxy\nPid: 42\ndescription: a: b\nnode:\n\n");
    ASSERT_TRUE(info);
    EXPECT_EQ(info->at("Pid"), "42");
    EXPECT_EQ(info->at("description"), "a: b");
    EXPECT_EQ(info->at("node"), "");
}

TEST(ParseInfo, RefusesWhatIsNotInformation) {
    EXPECT_FALSE(parse_info(""));
    EXPECT_FALSE(parse_info("Permission denied\n"));
}

TEST(ServerPoolTest, KnowsWhichStatesTakeNewConnections) {
    EXPECT_TRUE(facts_of("UP", "L7OK").up);
    EXPECT_TRUE(facts_of("UP 1/2", "L7STS").up);
    EXPECT_TRUE(facts_of("no check", "").up);
    EXPECT_FALSE(facts_of("DOWN 1/2", "L7OK").up);
    EXPECT_FALSE(facts_of("MAINT", "").up);
    EXPECT_FALSE(facts_of("MAINT (via db/web2)", "").up);
    EXPECT_FALSE(facts_of("DRAIN", "L7OK").up);
    EXPECT_FALSE(facts_of("NOLB", "L7OK").up);
}

TEST(ServerPoolTest, ReadsACheckThatIsRunningAsItsLastResult) {
    EXPECT_TRUE(facts_of("UP", "* L7OK").check_passes);
    EXPECT_EQ(facts_of("UP", "* L7OK").last_check, "L7OK");
    EXPECT_FALSE(facts_of("UP 1/2", "* L7STS").check_passes);
    EXPECT_FALSE(facts_of("UP", "INI").check_passes);
    EXPECT_EQ(facts_of("UP", "L7OK").sessions, 7);
}

TEST(ServerPoolTest, TakesOnlyTheServersOfItsBackend) {
    const auto table = table_of(
        "db,FRONTEND,0,OPEN,0,,,\ndb,web1,0,UP,2,,,\nother,web2,0,UP,2,,,\ndb,BACKEND,0,UP,1,,,\n");
    const auto pool = pool_from(table, "db", {});
    EXPECT_EQ(pool.servers.size(), 1U);
    EXPECT_NE(pool.find(HostName("web1")), nullptr);
}

TEST(ServerPoolTest, GivesServersTheirHosts) {
    const auto table = table_of("db,a,0,UP,2,,,\ndb,web1,0,UP,2,,,\ndb,web2,0,UP,2,,,\n");
    const auto pool = pool_from(table, "db", {{HostName("web1"), "a"}});
    EXPECT_EQ(pool.name_of(HostName("web1")), "a");
    EXPECT_EQ(pool.name_of(HostName("web2")), "web2");
    // Another server's name is the host's: it is nobody's, and no route keeps it in.
    EXPECT_NE(pool.find(HostName("db/web1")), nullptr);
    EXPECT_EQ(pool.name_of(HostName("db/web1")), "web1");
    EXPECT_EQ(pool.servers.size(), 3U);
    EXPECT_TRUE(pool.flaws.empty());
}

TEST(ServerPoolTest, SaysWhatOfTheNamesIsNotThere) {
    const auto pool = pool_from(table_of("db,b,0,UP,2,,,\n"), "db", {{HostName("web1"), "a"}});
    ASSERT_EQ(pool.flaws.size(), 1U);
    EXPECT_NE(pool.flaws.front().find("no server a in backend db for the host web1, but b;"),
              std::string::npos);
}

}  // namespace
}  // namespace understudy::adapters
