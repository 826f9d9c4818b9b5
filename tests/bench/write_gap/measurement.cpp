#include "tests/bench/write_gap/measurement.h"

#include <array>
#include <cstdio>

#include "tests/bench/write_gap/scripted_promotion.h"
#include "tests/stack/cluster_status.h"
#include "tests/stack/containers.h"
#include "tests/stack/process.h"
#include "tests/stack/settled_pair.h"
#include "tests/stack/site.h"
#include "tests/stack/wait.h"
#include "tests/stack/writing_client.h"

namespace understudy::bench {

using namespace std::chrono_literals;

namespace {

constexpr const char* kTable = "bench_write_gap";
constexpr auto kEndDeadline = 10s;
constexpr auto kFailoverDeadline = 30s;
constexpr auto kProtectedDeadline = 120s;

using Progress = std::function<void(const std::string&)>;

double milliseconds(std::chrono::microseconds duration) {
    return static_cast<double>(duration.count()) / 1000.0;
}

std::string with_ms(const std::string& what, double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f", value);
    return what + " " + text.data() + " ms";
}

core::Result<stack::Process> mysqld_of(const std::string& server) {
    return stack::main_process(server + "-mysql", "mysqld");
}

core::Result<std::vector<double>> measure_floor(int times, const Progress& progress) {
    auto status = stack::await_settled_pair(kProtectedDeadline);
    if (!status) return tl::unexpected(status.error());
    auto script = ScriptedPromotion::prepare(status->primary, stack::peer_of(status->primary));
    if (!script) return tl::unexpected(script.error());
    std::vector<double> all;
    for (int i = 0; i < times; ++i) {
        auto took = script->measure();
        if (!took) return tl::unexpected(took.error());
        all.push_back(milliseconds(*took));
        // The acknowledging replica must be back before its receiver is stopped again.
        if (auto again = stack::await_settled_pair(kProtectedDeadline); !again) {
            return tl::unexpected(again.error());
        }
    }
    progress(with_ms("scripted promotion alone, the last:", all.back()));
    return all;
}

std::map<std::string, double> parts_of(const std::map<std::string, core::WallTime>& marks,
                                       core::WallTime killed) {
    std::map<std::string, double> parts;
    auto previous = killed;
    for (const auto& name : kParts) {
        const auto mark = marks.find(name);
        if (mark == marks.end()) continue;
        parts[name] = milliseconds(mark->second - previous);
        previous = mark->second;
    }
    return parts;
}

std::map<std::string, double> since(core::WallTime killed,
                                    const std::map<std::string, core::WallTime>& marks) {
    std::map<std::string, double> all;
    for (const auto& [name, at] : marks) all[name] = milliseconds(at - killed);
    return all;
}

core::Result<Kill> failover_after(core::WallTime killed, core::WallTime died,
                                  const std::string& from, stack::WritingClient& client) {
    auto written = client.await_acknowledged_after(killed, kFailoverDeadline);
    if (!written) return tl::unexpected(written.error());
    const auto failover = stack::await_event("failover", killed, 20s);
    if (!failover) return tl::unexpected(failover.error());
    const auto status = stack::cluster_status();
    if (!status) return tl::unexpected(status.error());
    const auto pause = client.ledger().longest_pause(killed, killed + kFailoverDeadline);
    if (!pause) {
        return core::failure(core::ErrorCode::kNotFound, "write gap", "nothing was acknowledged");
    }
    auto marks = failover->marks;
    marks["died"] = died;
    marks["written"] = pause->first_after;
    return Kill{from, status->primary, milliseconds(pause->length()), parts_of(marks, killed),
                since(killed, marks)};
}

core::Result<Kill> kill_once(stack::WritingClient& client) {
    const auto status = stack::await_settled_pair(kProtectedDeadline);
    if (!status) return tl::unexpected(status.error());
    if (auto writes = client.await_acknowledged(100, 20s); !writes) {
        return tl::unexpected(writes.error());
    }
    const auto mysqld = mysqld_of(status->primary);
    if (!mysqld) return tl::unexpected(mysqld.error());
    const auto killed = mysqld->kill();
    if (!killed) return tl::unexpected(killed.error());
    if (auto ended = mysqld->await_end(kEndDeadline); !ended) return tl::unexpected(ended.error());
    return failover_after(*killed, stack::wall_now(), status->primary, client);
}

core::Result<void> count_rows(const stack::Ledger& ledger, Measurement& measurement) {
    const auto status = stack::await_protected(kProtectedDeadline);
    if (!status) return tl::unexpected(status.error());
    const auto reader =
        stack::login("guestbook_ro", {stack::address_of(status->primary), stack::kWriterPort});
    if (!reader) return tl::unexpected(reader.error());
    const auto rows = stack::rows_in(*reader, kTable);
    if (!rows) return tl::unexpected(rows.error());
    measurement.acknowledged = ledger.count(stack::Outcome::kAcknowledged);
    measurement.unknown = ledger.count(stack::Outcome::kUnknown);
    measurement.missing = ledger.missing(*rows).size();
    return {};
}

core::Result<void> measure_kills(const Plan& plan, const Progress& progress,
                                 Measurement& measurement) {
    const auto writer = stack::login("guestbook_rw", {stack::kVip, stack::kWriterPort});
    if (!writer) return tl::unexpected(writer.error());
    stack::WritingOptions options{*writer, kTable};
    options.interval = plan.interval;
    stack::WritingClient client(options);
    for (int i = 1; i <= plan.kills; ++i) {
        auto kill = kill_once(client);
        if (!kill) return tl::unexpected(kill.error());
        progress(with_ms("kill " + std::to_string(i) + " of " + std::to_string(plan.kills) + ", " +
                             kill->from + " to " + kill->to + ": gap",
                         kill->gap_ms));
        measurement.kills.push_back(std::move(*kill));
    }
    client.stop();
    return count_rows(client.ledger(), measurement);
}

}  // namespace

core::Result<Measurement> measure(const Plan& plan, const Progress& progress) {
    Measurement measurement;
    auto floor = measure_floor(plan.kills, progress);
    if (!floor) return tl::unexpected(floor.error());
    measurement.floor_ms = std::move(*floor);
    const auto migrate = stack::login("guestbook_migrate", {stack::kVip, stack::kWriterPort});
    if (!migrate) return tl::unexpected(migrate.error());
    if (auto made = stack::make_table(*migrate, kTable); !made) return tl::unexpected(made.error());
    auto measured = measure_kills(plan, progress, measurement);
    const auto dropped = stack::drop_table(*migrate, kTable);
    if (!measured) return tl::unexpected(measured.error());
    if (!dropped) return tl::unexpected(dropped.error());
    return measurement;
}

}  // namespace understudy::bench
