// understudy-prestart: runs before mysqld. On a host that is no longer the primary it cuts the
// orphans off the last binary log (core/rewind_plan.h), so that mysqld can follow the new primary.
// On one that is to be rebuilt it keeps what the others lack. What it did is left beside the kept
// orphans, for the agent to report.
//
// Exit 0: start mysqld (rewound, nothing to rewind, or refused with the reason printed: the agent
// keeps the host fenced). Exit 1: a rewind was begun and failed; run again before mysqld starts.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <system_error>

#include "adapters/binlog/binlog_reader.h"
#include "adapters/binlog/kept_bytes.h"
#include "adapters/binlog/rewind.h"
#include "adapters/files/replace_file.h"
#include "prestart/order_file.h"
#include "wire/json.h"

namespace {

using namespace understudy;

struct Options {
    std::string order;
    std::string data_dir;
    std::string orphans_dir;
    int wait_seconds = 30;  // longer than the agent's rejoin_timeout
};

int say(const std::string& what, int status = 0) {
    std::cerr << "understudy-prestart: " << what << "\n";
    return status;
}

std::string uuid_file(const Options& options) { return options.data_dir + "/auto.cnf"; }

// mysqld makes a new one. Another host may hold what was cut off here: under the same UUID, and so
// with the same numbers, a later write would be taken for it.
void forget_server_uuid(const Options& options) {
    std::error_code error;
    std::filesystem::remove(uuid_file(options), error);
    if (error) say("the server keeps its UUID: " + error.message());
}

// 0: what was done is also left for the agent. Without a folder for it nothing could be kept
// either.
int done(const Options& options, core::LastStart start, const std::string& what, int status = 0) {
    constexpr unsigned kReadableByAgent = 0640;
    start.at = adapters::time_of_day();
    if (start.way == "refused" || start.way == "failed") start.reason = what;
    const auto left = adapters::replace_file(options.orphans_dir + "/" + adapters::kLastStart,
                                             wire::to_json(start), kReadableByAgent,
                                             adapters::Durability::kDurable);
    if (!left) say(core::describe(left.error()));
    return say((start.way == "refused" ? "not rewound: " : "") + what, status);
}

core::LastStart way(const char* name, core::GtidSet orphans = {}, core::Revision rebuild = {}) {
    return {{}, name, "", std::move(orphans), rebuild};
}

int carry_out(const core::RewindPlan& plan, const std::string& log, const Options& options) {
    switch (plan.verdict) {
        case core::RewindVerdict::kNothingToCut:
            return done(options, way("nothing"), "no orphans in " + log);
        case core::RewindVerdict::kRefused:
            return done(options, way("refused", plan.orphans),
                        plan.reason +
                            (plan.orphans.empty() ? "" : "; orphans: " + plan.orphans.to_string()));
        case core::RewindVerdict::kCut:
            break;
    }
    const auto kept = adapters::rewind({log, options.orphans_dir}, plan);
    if (!kept) return say(core::describe(kept.error()), 1);
    forget_server_uuid(options);
    return done(options, way("rewind", plan.orphans),
                "rewound " + log + " to offset " + std::to_string(plan.offset) + "; " +
                    std::to_string(plan.orphans.count()) + " orphans (" + plan.orphans.to_string() +
                    ") kept in " + *kept);
}

// mysqld starts in any case: its agent replaces no data that could not be kept.
int keep(const core::Rebuild& rebuild, const Options& options) {
    const auto kept = adapters::keep_surplus(options.data_dir + "/binlog.index",
                                             options.orphans_dir, rebuild.elsewhere);
    if (!kept) {
        return done(options, way("failed", {}, rebuild.since), core::describe(kept.error()));
    }
    forget_server_uuid(options);
    return done(options, way("kept", *kept, rebuild.since),
                "to be rebuilt; " + std::to_string(kept->count()) +
                    " transactions that nobody else has (" + kept->to_string() + ") kept in " +
                    options.orphans_dir);
}

int rewind(const std::string& uuid, const core::RejoinOrder& order, const Options& options) {
    const auto log = adapters::last_binlog(options.data_dir + "/binlog.index");
    if (!log) return done(options, way("refused"), core::describe(log.error()));
    const core::Lineage lineage{uuid, order.promotion_point, order.died_waiting};
    const auto content = adapters::read_binlog(
        *log, [&](const auto& transaction) { return core::is_orphan(transaction, lineage); });
    if (!content) return done(options, way("refused"), core::describe(content.error()));
    return carry_out(core::plan_rewind(*content, lineage), *log, options);
}

int run(const Options& options) {
    const auto uuid = adapters::read_server_uuid(uuid_file(options));
    if (!uuid) return say("nothing to rewind: " + core::describe(uuid.error()));
    const auto order =
        prestart::await_order(options.order, std::chrono::seconds(options.wait_seconds));
    if (!order) return done(options, way("refused"), core::describe(order.error()));
    if (order->rebuild) return keep(*order->rebuild, options);
    if (core::is_replica(order->role)) return rewind(*uuid, *order, options);
    return done(options, way("nothing"),
                "nothing to rewind: this host is " + std::string(core::to_string(order->role)));
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{"Rewinds a returned primary's binary log before mysqld starts."};
    app.add_option("--order", options.order, "the agent's file that says what this host is now")
        ->required();
    app.add_option("--data-dir", options.data_dir, "mysqld's data directory")->required();
    app.add_option("--orphans-dir", options.orphans_dir, "where orphans are kept")->required();
    app.add_option("--wait", options.wait_seconds, "seconds to wait for the agent's word")
        ->check(CLI::Range(1, 600))
        ->capture_default_str();
    try {
        app.parse(argc, argv);
        return run(options);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const std::exception& error) {
        return say(error.what(), 1);
    }
}
