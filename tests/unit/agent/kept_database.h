// A keeper over a simulated database, for tests of what it does.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "agent/database_keeper.h"
#include "tests/simulated/assignment_store.h"
#include "tests/simulated/clock.h"
#include "tests/simulated/database.h"

namespace understudy::agent::test {

using core::Millis;
using core::Role;
using core::StepKind;

inline const std::string kUuid = "11111111-1111-1111-1111-111111111111";

inline core::GtidSet gtids(const std::string& text) { return core::GtidSet::parse(text).value(); }

inline core::Assignment assignment(std::uint64_t epoch, std::uint64_t revision, Role role) {
    core::Assignment result;
    result.token = {core::Epoch{epoch}, core::Revision{revision}};
    result.role = role;
    if (core::is_replica(role)) result.source = core::Address{"198.18.0.21", 3306};
    return result;
}

struct KeptDatabase : testing::Test {
    simulated::Clock clock;
    simulated::Database database;
    simulated::AssignmentStore store;
    ReportBoard board{core::HostName("web2"), 1};
    int kills = 0;
    std::optional<core::RejoinOrder> order;
    DatabaseKeeper keeper{{},
                          clock,
                          database,
                          store,
                          [this] {
                              ++kills;
                              return core::Result<void>{};
                          },
                          [this](const auto& told) { order = told; },
                          board};

    void SetUp() override { keeper.server_started(1); }

    // The agent was started again: another keeper of the same host, which knows what is stored.
    std::unique_ptr<DatabaseKeeper> next_keeper() {
        auto next = std::make_unique<DatabaseKeeper>(
            KeeperPolicy{}, clock, database, store, [] { return core::Result<void>{}; },
            [this](const auto& told) { order = told; }, board);
        EXPECT_TRUE(next->load());
        return next;
    }

    void tell(const core::Assignment& told) { ASSERT_TRUE(keeper.accept(told)); }

    void become(Role role, std::uint64_t revision) {
        tell(assignment(1, revision, role));
        keeper.step();
        ASSERT_TRUE(board.current().applied->reached) << board.current().applied->detail;
        database.performed.clear();
    }
};

}  // namespace understudy::agent::test
