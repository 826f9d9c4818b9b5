#include "tests/bench/rejoin/rounds.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/bench/rejoin/busy_clients.h"
#include "tests/bench/rejoin/orphan_rows.h"
#include "tests/bench/rejoin/same_data.h"
#include "tests/stack/cluster_status.h"
#include "tests/stack/command.h"
#include "tests/stack/containers.h"
#include "tests/stack/settled_pair.h"
#include "tests/stack/site.h"
#include "tests/stack/wait.h"

namespace understudy::bench {

using namespace std::chrono_literals;

namespace {

constexpr auto kSettledDeadline = 300s;
constexpr auto kSupersededDeadline = 40s;
constexpr auto kInSyncDeadline = 240s;
constexpr auto kReadableDeadline = 30s;
constexpr std::array kFaults{Fault::kKill, Fault::kCutThenKill, Fault::kFreeze};

double seconds(std::chrono::microseconds duration) {
    return std::chrono::duration<double>(duration).count();
}

core::Result<void> await_in_sync(const std::string& host) {
    return stack::wait_until(host + " in sync", kInSyncDeadline, [&]() -> std::string {
        const auto status = stack::cluster_status();
        if (!status) return describe(status.error());
        const auto found = status->hosts.find(host);
        const bool in_sync = status->in_sync.count(host) > 0 && status->primary != host &&
                             found != status->hosts.end() &&
                             found->second.role == "replica_in_sync";
        return in_sync ? "" : stack::describe(*status);
    });
}

core::Result<nlohmann::json> orphans_of(const std::string& host) {
    const auto text = stack::understudy({"orphans", host, "--json"}, 10s);
    if (!text) return tl::unexpected(text.error());
    auto document = nlohmann::json::parse(*text, nullptr, false);
    if (document.is_object() && document.contains("orphans")) return document["orphans"];
    return core::failure(core::ErrorCode::kInvalid, "understudy orphans", "no list of orphans");
}

// What the step before mysqld's start said last.
core::Result<std::string> way_taken(const std::string& host) {
    const auto container = stack::container_of(host + "-mysql");
    if (!container) return tl::unexpected(container.error());
    const auto log = stack::run_command({"docker", "logs", "--tail", "400", container->id}, 20s);
    if (!log) return tl::unexpected(log.error());
    const auto said = log->errors.rfind("understudy-prestart: ");
    if (said == std::string::npos) return "unknown";
    const auto line = log->errors.substr(said, log->errors.find('\n', said) - said);
    if (line.find(": rewound ") != std::string::npos) return "rewind";
    if (line.find(": not rewound") != std::string::npos) return "refused";
    return "nothing";
}

core::Result<std::string> sql_of(const std::string& host, const std::string& id) {
    std::string sql;
    auto waited = stack::wait_until("readable orphans", kReadableDeadline, [&]() -> std::string {
        auto text = stack::understudy({"orphans", "show", host, id}, 20s);
        if (!text) return describe(text.error());
        sql = std::move(*text);
        return "";
    });
    if (!waited) return tl::unexpected(waited.error());
    return sql;
}

std::set<std::uint64_t> unknown_rows(const stack::Ledger& ledger) {
    std::set<std::uint64_t> rows;
    for (const auto& attempt : ledger.attempts()) {
        if (attempt.outcome == stack::Outcome::kUnknown) rows.insert(attempt.row);
    }
    return rows;
}

// Of a transaction of several rows clients remember the first: the last one before any of its rows.
bool is_unknown(std::uint64_t row, const std::string& table, const stack::Ledger& ledger,
                const std::set<std::uint64_t>& unknown) {
    if (table != kBatchTable) return unknown.count(row) > 0;
    std::uint64_t first = 0;
    for (const auto& attempt : ledger.attempts()) {
        if (attempt.row <= row) first = std::max(first, attempt.row);
    }
    return unknown.count(first) > 0;
}

core::Result<void> weigh_orphans(const nlohmann::json& before, const BusyClients& clients,
                                 Round& round) {
    const auto after = orphans_of(round.host);
    if (!after) return tl::unexpected(after.error());
    for (const auto& kept : *after) {
        if (std::find(before.begin(), before.end(), kept) != before.end()) continue;
        round.orphans += kept.at("transactions").get<std::uint64_t>();
        const auto sql = sql_of(round.host, kept.at("id").get<std::string>());
        if (!sql) return tl::unexpected(sql.error());
        for (const auto& [table, ledger] : clients.promises()) {
            const auto unknown = unknown_rows(ledger);
            for (const auto row : rows_inserted(*sql, table)) {
                ++round.orphan_rows;
                if (!is_unknown(row, table, ledger, unknown)) ++round.orphans_not_unknown;
            }
        }
    }
    return {};
}

core::Result<void> weigh_promises(const BusyClients& clients, const std::string& primary,
                                  Round& round) {
    const auto reader =
        stack::login("guestbook_ro", {stack::address_of(primary), stack::kWriterPort});
    if (!reader) return tl::unexpected(reader.error());
    for (const auto& [table, ledger] : clients.promises()) {
        const auto rows = stack::rows_in(*reader, table);
        if (!rows) return tl::unexpected(rows.error());
        round.acknowledged += ledger.count(stack::Outcome::kAcknowledged);
        round.unknown += ledger.count(stack::Outcome::kUnknown);
        round.missing += ledger.missing(*rows).size();
    }
    return {};
}

core::Result<void> judge(const nlohmann::json& orphans_before, BusyClients& clients, Round& round) {
    clients.stop();
    const auto primary = stack::peer_of(round.host);
    auto way = way_taken(round.host);
    if (!way) return tl::unexpected(way.error());
    round.way = std::move(*way);
    if (auto done = weigh_promises(clients, primary, round); !done) return done;
    if (auto done = weigh_orphans(orphans_before, clients, round); !done) return done;
    auto differ = differences(primary, round.host);
    if (!differ) return tl::unexpected(differ.error());
    round.mismatches = std::move(*differ);
    return {};
}

}  // namespace

core::Result<Round> measure_round(Fault fault) {
    const auto settled = stack::await_settled_pair(kSettledDeadline);
    if (!settled) return tl::unexpected(settled.error());
    Round round;
    round.fault = fault;
    round.host = settled->primary;
    const auto before = orphans_of(round.host);
    if (!before) return tl::unexpected(before.error());
    auto started = BusyClients::start(round.host);
    if (!started) return tl::unexpected(started.error());
    auto& clients = **started;
    if (auto done = clients.await_acknowledged(150, 30s); !done)
        return tl::unexpected(done.error());
    const auto times = inflict(fault, round.host, [&](core::WallTime since) {
        return clients.await_acknowledged_after(since + 1s, kSupersededDeadline);
    });
    if (!times) return tl::unexpected(times.error());
    if (auto done = await_in_sync(round.host); !done) return tl::unexpected(done.error());
    round.seconds_to_in_sync = seconds(stack::wall_now() - times->over);
    round.write_gap_seconds = clients.longest_pause_seconds(times->begun, times->begun + 30s);
    if (auto done = judge(*before, clients, round); !done) return tl::unexpected(done.error());
    if (auto done = clients.clean_up(); !done) return tl::unexpected(done.error());
    return round;
}

core::Result<std::vector<Round>> measure_rounds(
    int rounds, const std::function<void(const Round&, int)>& progress) {
    std::vector<Round> all;
    for (int i = 0; i < rounds; ++i) {
        auto round = measure_round(kFaults[static_cast<std::size_t>(i) % kFaults.size()]);
        if (!round) {
            auto error = round.error();
            error.operation = "round " + std::to_string(i + 1) + ": " + error.operation;
            return tl::unexpected(error);
        }
        progress(*round, i + 1);
        all.push_back(std::move(*round));
    }
    return all;
}

}  // namespace understudy::bench
