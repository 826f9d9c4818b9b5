// understudy-prestart: runs before mysqld. On a host that is no longer the primary it cuts the
// orphans off the last binary log (core/rewind_plan.h), so that mysqld can follow the new primary.
//
// Exit 0: start mysqld (rewound, nothing to rewind, or refused with the reason printed: the agent
// keeps the host fenced). Exit 1: a rewind was begun and failed; run again before mysqld starts.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <system_error>

#include "adapters/binlog/binlog_reader.h"
#include "adapters/binlog/rewind.h"
#include "prestart/order_file.h"

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

int carry_out(const core::RewindPlan& plan, const std::string& log, const Options& options) {
    switch (plan.verdict) {
        case core::RewindVerdict::kNothingToCut:
            return say("no orphans in " + log);
        case core::RewindVerdict::kRefused:
            return say("not rewound: " + plan.reason +
                       (plan.orphans.empty() ? "" : "; orphans: " + plan.orphans.to_string()));
        case core::RewindVerdict::kCut:
            break;
    }
    const auto kept = adapters::rewind({log, options.orphans_dir}, plan);
    if (!kept) return say(core::describe(kept.error()), 1);
    forget_server_uuid(options);
    return say("rewound " + log + " to offset " + std::to_string(plan.offset) + "; " +
               std::to_string(plan.orphans.count()) + " orphans (" + plan.orphans.to_string() +
               ") kept in " + *kept);
}

int run(const Options& options) {
    const auto uuid = adapters::read_server_uuid(uuid_file(options));
    if (!uuid) return say("nothing to rewind: " + core::describe(uuid.error()));
    const auto order =
        prestart::await_order(options.order, std::chrono::seconds(options.wait_seconds));
    if (!order) return say("not rewound: " + core::describe(order.error()));
    if (!core::is_replica(order->role)) {
        return say("nothing to rewind: this host is " + std::string(core::to_string(order->role)));
    }
    const auto log = adapters::last_binlog(options.data_dir + "/binlog.index");
    if (!log) return say("not rewound: " + core::describe(log.error()));
    const core::Lineage lineage{*uuid, order->promotion_point, order->died_waiting};
    const auto content = adapters::read_binlog(
        *log, [&](const auto& transaction) { return core::is_orphan(transaction, lineage); });
    if (!content) return say("not rewound: " + core::describe(content.error()));
    return carry_out(core::plan_rewind(*content, lineage), *log, options);
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
