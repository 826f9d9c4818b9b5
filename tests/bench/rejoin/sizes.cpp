#include "tests/bench/rejoin/sizes.h"

#include <nlohmann/json.hpp>

#include "tests/bench/rejoin/report.h"
#include "tests/stack/cluster_status.h"
#include "tests/stack/process.h"
#include "tests/stack/site.h"

namespace understudy::bench {

namespace {

constexpr core::Millis kBulkDeadline{60'000};
constexpr std::uint64_t kToldEvery = 250;  // megabytes
constexpr const char* kTable = "bench_rewind_size";

core::Result<void> execute(adapters::Connection& connection, const std::string& sql) {
    auto done = connection.query(sql, adapters::deadline_in(kBulkDeadline));
    if (!done) return tl::unexpected(done.error());
    return {};
}

// A thousand rows of a thousand bytes that do not compress.
std::string megabyte_statement() {
    constexpr int kRows = 1000;
    std::string sql = std::string("INSERT INTO ") + kTable + " (filler) VALUES ";
    for (int i = 0; i < kRows; ++i)
        sql += i == 0 ? "(RANDOM_BYTES(1000))" : ",(RANDOM_BYTES(1000))";
    return sql;
}

core::Result<void> add_rows(std::uint64_t from, std::uint64_t to,
                            const std::function<void(const std::string&)>& progress) {
    auto login = stack::login("guestbook_rw", {stack::kVip, stack::kWriterPort});
    if (!login) return tl::unexpected(login.error());
    adapters::Connection writer(*login);
    const auto sql = megabyte_statement();
    for (auto done = from; done < to; ++done) {
        if (auto added = execute(writer, sql); !added) return added;
        if (done % kToldEvery == 0) progress(std::to_string(done) + " MB");
    }
    return {};
}

core::Result<double> measure_clone() {
    constexpr core::Millis kCloned{1'800'000};
    const auto status = stack::cluster_status();
    if (!status) return tl::unexpected(status.error());
    const auto begun = stack::wall_now();
    const auto asked = stack::understudy(
        {"rebuild", stack::peer_of(status->primary), "--force", "--yes"}, core::Millis{30'000});
    if (!asked) return tl::unexpected(asked.error());
    if (auto done = stack::await_event("rebuilt", begun, kCloned); !done) {
        return tl::unexpected(done.error());
    }
    if (auto done = stack::await_protected(kCloned); !done) return tl::unexpected(done.error());
    return std::chrono::duration<double>(stack::wall_now() - begun).count();
}

core::Result<std::vector<SizedRound>> measure_each(
    const std::vector<std::uint64_t>& sizes,
    const std::function<void(const std::string&)>& progress) {
    std::vector<SizedRound> all;
    std::uint64_t present = 0;
    for (const auto size : sizes) {
        if (auto added = add_rows(present, size, progress); !added) {
            return tl::unexpected(added.error());
        }
        present = size;
        auto round = measure_round(Fault::kCutThenKill);
        if (!round) return tl::unexpected(round.error());
        progress(std::to_string(size) +
                 " MB: " + line_of(*round, static_cast<int>(all.size()) + 1));
        all.push_back({size, std::move(*round)});
    }
    return all;
}

}  // namespace

core::Result<Sizes> measure_sizes(const std::vector<std::uint64_t>& megabytes,
                                  const std::function<void(const std::string&)>& progress) {
    auto login = stack::login("guestbook_migrate", {stack::kVip, stack::kWriterPort});
    if (!login) return tl::unexpected(login.error());
    adapters::Connection migrate(*login);
    const std::string drop = std::string("DROP TABLE IF EXISTS ") + kTable;
    if (auto made = execute(migrate, drop + "; CREATE TABLE " + kTable +
                                         " (n BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,"
                                         " filler VARBINARY(1000) NOT NULL)");
        !made) {
        return tl::unexpected(made.error());
    }
    auto measured = measure_each(megabytes, progress);
    if (!measured) return tl::unexpected(measured.error());
    progress("cloning the replica");
    const auto cloned = measure_clone();
    if (!cloned) return tl::unexpected(cloned.error());
    if (auto dropped = execute(migrate, drop); !dropped) return tl::unexpected(dropped.error());
    return Sizes{std::move(*measured), *cloned};
}

std::string sizes_report(const Sizes& sizes) {
    const auto& rounds = sizes.rounds;
    nlohmann::json report{{"benchmark", "rewind-size"}, {"each", nlohmann::json::array()}};
    for (const auto& [megabytes, round] : rounds) {
        report["each"].push_back({{"megabytes", megabytes},
                                  {"seconds_to_in_sync", round.seconds_to_in_sync},
                                  {"way", round.way},
                                  {"orphans", round.orphans},
                                  {"missing", round.missing},
                                  {"mismatches", round.mismatches}});
    }
    report["ratio"] = rounds.empty() ? 0
                                     : rounds.back().round.seconds_to_in_sync /
                                           rounds.front().round.seconds_to_in_sync;
    report["clone"] = {{"megabytes", rounds.empty() ? 0 : rounds.back().megabytes},
                       {"seconds_to_in_sync", sizes.clone_seconds_to_in_sync}};
    return report.dump(2);
}

}  // namespace understudy::bench
