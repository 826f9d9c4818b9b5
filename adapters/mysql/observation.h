// What the answers to Dialect::observe() mean. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/mysql/dialect.h"
#include "adapters/mysql/table.h"
#include "core/facts.h"
#include "core/result.h"

namespace understudy::adapters {

// The accounts whose sessions are not clients'.
struct OwnAccounts {
    std::string agent;
    std::string replication;
};

struct Observation {
    core::DatabaseFacts facts;           // without the lag
    std::uint32_t source_server_id = 0;  // 0: not known yet
};

// kInvalid, naming what is missing or malformed.
core::Result<Observation> read_observation(const Dialect& dialect, const OwnAccounts& own,
                                           const std::vector<Table>& answers);

// Ids of the clients' sessions in SHOW PROCESSLIST, those that wait for an acknowledgement last:
// the session that waits does so for others too, whose commits must not return when it ends.
// Not in it: who is logging in, replicas that read the binary log, who was killed already. A
// killed session's client is gone at once, though its commit may go on waiting.
std::vector<std::uint64_t> client_session_ids(const Table& processes, const OwnAccounts& own);

}  // namespace understudy::adapters
