#include "adapters/mysql/observation.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace understudy::adapters {
namespace {

const OwnAccounts kOwn{"understudy_agent", "understudy_repl"};
const std::string kUuid = "c5bf9e88-e6ea-11f1-9f56-02fc00000001";

Table processes(const std::vector<std::vector<std::optional<std::string>>>& rows) {
    return {{"Id", "User", "Command", "State"}, rows};
}

// A replica in good order.
std::vector<Table> answers() {
    return {
        {{"uuid", "executed", "super_read_only", "read_only", "source_enabled", "replica_enabled"},
         {{kUuid, kUuid + ":1-7", "1", "1", "0", "1"}}},
        {{"VARIABLE_NAME", "VARIABLE_VALUE"},
         {{"Rpl_semi_sync_source_clients", "2"},
          {"Rpl_semi_sync_source_wait_sessions", "3"},
          {"Rpl_semi_sync_replica_status", "ON"}}},
        processes({{"9", "guestbook_rw", "Sleep", ""}}),
        {{"Channel_Name", "Source_Host", "Source_Port", "Source_Server_Id", "Replica_IO_Running",
          "Replica_SQL_Running", "Last_IO_Errno", "Last_IO_Error", "Last_SQL_Errno",
          "Last_SQL_Error", "Retrieved_Gtid_Set"},
         {{"", "198.18.0.21", "3306", "21", "Yes", "Yes", "0", "", "0", "", kUuid + ":5-9"}}},
        {{"silent_us"}, {{"251999"}}}};
}

Observation read(const std::vector<Table>& tables) {
    auto seen = read_observation({"9.7.4", {}}, kOwn, tables);
    if (!seen) throw std::runtime_error(describe(seen.error()));
    return *seen;
}

TEST(Observation, ReadsAReplica) {
    const auto seen = read(answers());
    EXPECT_EQ(seen.source_server_id, 21U);
    const auto& facts = seen.facts;
    EXPECT_TRUE(facts.answering);
    EXPECT_EQ(facts.version, "9.7.4");
    EXPECT_EQ(facts.server_uuid, kUuid);
    EXPECT_TRUE(facts.super_read_only);
    EXPECT_EQ(facts.client_sessions, 1);
    EXPECT_EQ(facts.executed.count(), 7U);
    EXPECT_EQ(facts.semi_sync, (core::SemiSyncFacts{false, 2, 3, true, true}));
    const auto& replication = facts.replication;
    EXPECT_TRUE(replication.configured);
    EXPECT_EQ(replication.source_host, "198.18.0.21");
    EXPECT_EQ(replication.source_port, 3306);
    EXPECT_EQ(replication.receiver, core::ReceiverState::kRunning);
    EXPECT_TRUE(replication.applier_running);
    EXPECT_EQ(replication.retrieved.count(), 5U);
    EXPECT_EQ(replication.source_silent, core::Millis{251});
}

TEST(Observation, AClosingThatStillWaitsIsNotClosed) {
    auto tables = answers();
    tables[0].rows[0][3] = "0";  // read_only
    EXPECT_FALSE(read(tables).facts.super_read_only);
}

TEST(Observation, ReadsAServerThatFollowsNobody) {
    auto tables = answers();
    tables[3].rows.clear();
    tables[4].rows.clear();
    const auto facts = read(tables).facts;
    EXPECT_EQ(facts.replication, core::ReplicationFacts{});
}

TEST(Observation, OtherChannelsAreNotOurs) {
    auto tables = answers();
    tables[3].rows[0][0] = "group_replication_applier";
    EXPECT_FALSE(read(tables).facts.replication.configured);
}

TEST(Observation, TheAppliersErrorIsTheOneThatIsTold) {
    auto tables = answers();
    auto& row = tables[3].rows[0];
    row[4] = "Connecting";
    row[5] = "No";
    row[6] = "2003";
    row[7] = "cannot connect";
    EXPECT_EQ(read(tables).facts.replication.error_text, "cannot connect");
    row[8] = "1062";
    row[9] = "duplicate";
    const auto replication = read(tables).facts.replication;
    EXPECT_EQ(replication.receiver, core::ReceiverState::kConnecting);
    EXPECT_FALSE(replication.applier_running);
    EXPECT_EQ(replication.receiver_error, 2003);
    EXPECT_EQ(replication.applier_error, 1062);
    EXPECT_EQ(replication.error_text, "duplicate");
}

Observation read_with_clone(const std::string& state, const std::string& error) {
    auto tables = answers();
    tables.push_back(
        {{"state", "begun", "error", "text"}, {{state, "2026-11-24 12:00:00.000", error, ""}}});
    tables.push_back({{"total", "done", "speed"}, {{"900", "300", "70"}}});
    auto seen = read_observation({"9.7.4", {}, true}, kOwn, tables);
    if (!seen) throw std::runtime_error(describe(seen.error()));
    return *seen;
}

TEST(Observation, ReadsACloneThatCopies) {
    const auto seen = read_with_clone("In Progress", "0");
    EXPECT_EQ(seen.facts.clone, (core::CloneFacts{core::CloneState::kRunning,
                                                  "2026-11-24 12:00:00.000", 300, 900, 70, 0, ""}));
}

TEST(Observation, ACloneThatACrashCutShortFailed) {
    const auto seen = read_with_clone("In Progress", "1317");
    EXPECT_EQ(seen.facts.clone.state, core::CloneState::kFailed);
    EXPECT_EQ(seen.facts.clone.error, 1317);
    EXPECT_EQ(seen.facts.clone.bytes_per_second, 0U);
}

TEST(Observation, WhatIsMissingOrMalformedIsNamed) {
    const auto invalid = [](const std::vector<Table>& tables) {
        const auto seen = read_observation({"9.7.4", {}}, kOwn, tables);
        return !seen && seen.error().code == core::ErrorCode::kInvalid;
    };
    auto tables = answers();
    tables.pop_back();
    EXPECT_TRUE(invalid(tables));
    tables = answers();
    tables[0].rows.clear();
    EXPECT_TRUE(invalid(tables));
    tables = answers();
    tables[0].rows[0][1] = "0-1-100";
    EXPECT_TRUE(invalid(tables));
    tables = answers();
    tables[3].rows[0][10] = std::nullopt;
    EXPECT_TRUE(invalid(tables));
}

TEST(ClientSessions, AreThoseOfNeitherTheAgentNorReplicationNorTheServer) {
    const auto ids = client_session_ids(
        processes({{"5", "event_scheduler", "Daemon", "Waiting on empty queue"},
                   {"6", "system user", "Connect", "Waiting for source to send event"},
                   {"7", "understudy_agent", "Query", "init"},
                   {"8", "understudy_repl", "Binlog Dump GTID", "Source has sent all binlog"},
                   {"9", "change_capture", "Binlog Dump GTID", ""},
                   {"10", "unauthenticated user", "Connect", "login"},
                   {"11", "guestbook_rw", "Killed", "Waiting for semi-sync ACK from replica"},
                   {"12", "guestbook_rw", "Sleep", std::nullopt},
                   {"13", "root", "Query", "executing"}}),
        kOwn);
    EXPECT_EQ(ids, (std::vector<std::uint64_t>{12, 13}));
}

TEST(ClientSessions, WhoWaitsForTheAcknowledgementComesLast) {
    const auto ids = client_session_ids(
        processes({{"9", "guestbook_rw", "Query", "Waiting for semi-sync ACK from replica"},
                   {"10", "guestbook_rw", "Query", "waiting for handler commit"}}),
        kOwn);
    EXPECT_EQ(ids, (std::vector<std::uint64_t>{10, 9}));
}

}  // namespace
}  // namespace understudy::adapters
