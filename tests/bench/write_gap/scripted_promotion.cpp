#include "tests/bench/write_gap/scripted_promotion.h"

#include <csignal>
#include <utility>

#include "tests/stack/containers.h"
#include "tests/stack/site.h"

namespace understudy::bench {

namespace {

constexpr core::Millis kStep{2000};
constexpr const char* kAgentCommand = "understudy-agen";  // /proc/PID/comm holds 15 characters

}  // namespace

ScriptedPromotion::ScriptedPromotion(std::string primary, std::string replica,
                                     adapters::MySqlLogin root)
    : primary_(std::move(primary)), replica_(std::move(replica)), connection_(std::move(root)) {}

core::Result<ScriptedPromotion> ScriptedPromotion::prepare(const std::string& primary,
                                                           const std::string& replica) {
    auto root = stack::root_login(replica);
    if (!root) return tl::unexpected(root.error());
    ScriptedPromotion promotion(primary, replica, *root);
    if (auto opened = promotion.connection_.open(adapters::deadline_in(kStep)); !opened) {
        return tl::unexpected(opened.error());
    }
    for (const std::string server : {"web1", "web2", "lb1", "lb2"}) {
        auto agent = stack::main_process(server + "-agent", kAgentCommand);
        if (!agent) return tl::unexpected(agent.error());
        promotion.agents_.push_back(std::move(*agent));
    }
    for (const std::string name : {"lb1", "lb2"}) {
        if (auto seen = promotion.balancers_.facts(name); !seen) {
            return tl::unexpected(seen.error());
        }
    }
    return promotion;
}

core::Result<std::chrono::microseconds> ScriptedPromotion::measure() {
    if (auto frozen = signal_agents(SIGSTOP); !frozen) return tl::unexpected(frozen.error());
    auto took = promote();
    auto restored = put_back();
    auto thawed = signal_agents(SIGCONT);
    if (!took) return took;
    if (!restored) return tl::unexpected(restored.error());
    if (!thawed) return tl::unexpected(thawed.error());
    return took;
}

core::Result<std::chrono::microseconds> ScriptedPromotion::promote() {
    const auto begin = std::chrono::steady_clock::now();
    for (const auto* sql :
         {"STOP REPLICA IO_THREAD",
          "SELECT WAIT_FOR_EXECUTED_GTID_SET((SELECT RECEIVED_TRANSACTION_SET FROM"
          " performance_schema.replication_connection_status LIMIT 1), 2)",
          "SET GLOBAL rpl_semi_sync_source_enabled = OFF", "SET GLOBAL super_read_only = OFF",
          "SET GLOBAL read_only = OFF"}) {
        if (auto done = execute(sql); !done) return tl::unexpected(done.error());
    }
    if (auto routed = route_to(replica_); !routed) return tl::unexpected(routed.error());
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                                 begin);
}

core::Result<void> ScriptedPromotion::put_back() {
    auto routed = route_to(primary_);
    auto closed = execute("SET GLOBAL super_read_only = ON");
    auto receives = execute("START REPLICA IO_THREAD");
    for (auto* done : {&routed, &closed, &receives}) {
        if (!*done) return *done;
    }
    return {};
}

core::Result<void> ScriptedPromotion::route_to(const std::string& server) {
    core::Route route;
    route.writer = core::HostName(server);
    route.readers = {core::HostName(replica_)};
    route.web = {core::HostName("web1"), core::HostName("web2")};
    for (const std::string name : {"lb1", "lb2"}) {
        if (auto applied = balancers_.apply(name, route, kStep); !applied) return applied;
    }
    return {};
}

core::Result<void> ScriptedPromotion::execute(const std::string& sql) {
    auto done = connection_.query(sql, adapters::deadline_in(kStep));
    if (!done) return tl::unexpected(done.error());
    return {};
}

core::Result<void> ScriptedPromotion::signal_agents(int number) {
    core::Result<void> all;
    for (const auto& agent : agents_) {
        if (auto sent = agent.signal(number); !sent) all = sent;
    }
    return all;
}

}  // namespace understudy::bench
