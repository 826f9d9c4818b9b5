#include "tests/simulation/site/host.h"

#include <utility>

namespace understudy::simulation {

namespace {

constexpr Micros kNoticed = 500us;      // by the agent, of a process
constexpr Micros kOrderPatience = 30s;  // of the step before mysqld's start
constexpr Micros kAgentRestart = 300ms;

}  // namespace

Host::Host(Links links, Node node, std::unique_ptr<HostClock> clock)
    : links_(std::move(links)), node_(node), clock_(std::move(clock)) {}

void Host::run_database(MysqlServer& server, int index, const agent::KeeperPolicy& policy,
                        core::Millis canary_interval, const Seams& seams) {
    server_ = &server;
    index_ = index;
    name_ = database_name(index);
    ground_.emplace(AgentGround{links_.engine, *clock_, name_, server_, &assignments, nullptr,
                                &mishaps, policy, canary_interval,
                                [this] { return kill_from_agent(); },
                                [this](const auto& order) { tell_rejoin(order); }, seams,
                                [this](const auto& host, core::Epoch epoch, auto reply) {
                                    links_.ask_witness(node_, host, epoch, std::move(reply));
                                }});
    start_agent();
    start_mysqld_after(10ms);
}

void Host::run_balancer(Proxy& proxy, int index, const Seams& seams) {
    proxy_ = &proxy;
    index_ = index;
    name_ = balancer_name(index);
    ground_.emplace(AgentGround{links_.engine,
                                *clock_,
                                name_,
                                nullptr,
                                nullptr,
                                proxy_,
                                &mishaps,
                                {},
                                {},
                                {},
                                {},
                                seams,
                                {}});
    start_agent();
    restart_haproxy(10ms);
}

void Host::note(const std::string& what, unsigned code) {
    links_.engine.trace.note(code, static_cast<unsigned>(node_),
                             [&] { return name_.value + ": " + what; });
}

void Host::start_agent() {
    if (agent_alive() || !powered_) return;
    if (agent_) former_agents_.push_back(std::move(agent_));
    agent_ = std::make_unique<AgentProcess>(*ground_, ++agent_starts_);
    if (!agent_->start()) return;
    note("agent starts", 1);
    tended_since_ = links_.engine.queue.now();
    if (server_ != nullptr) {
        agent_->set_backend(true);
        agent_->set_last_start(last_start_);
        const bool runs = life_ == Life::kRecovering || life_ == Life::kUp;
        if (runs && server_->prepared() > 0) links_.forgotten(index_);
        runs ? agent_->server_started(incarnation_) : agent_->server_gone();
    } else {
        agent_->balancer(proxy_->running());
    }
}

void Host::kill_agent() {
    if (!agent_alive()) return;
    note("agent dies", 2);
    agent_->kill();
}

void Host::deliver(std::function<void(Host&)> what) {
    if (!powered_) return;
    if (paused_) {
        inbox_.push_back(std::move(what));
    } else {
        what(*this);
    }
}

core::Result<void> Host::kill_from_agent() {
    if (life_ != Life::kRecovering && life_ != Life::kUp) {
        return core::failure(core::ErrorCode::kNotFound, "kill mysqld", "none runs");
    }
    note("the agent kills mysqld", 3);
    links_.engine.queue.after(kNoticed, [this, change = life_change_] {
        if (change == life_change_) kill_mysqld();
    });
    return {};
}

void Host::kill_mysqld(bool cleanly) {
    if (life_ == Life::kDown) return;
    note(cleanly ? "mysqld shuts down" : "mysqld dies", 4);
    const bool ran = life_ != Life::kBeforeStart;
    life_ = Life::kDown;
    ++life_change_;
    cleanly ? server_->shut_down() : server_->die();
    links_.review();
    if (ran) {
        links_.engine.queue.after(kNoticed, [this, change = life_change_] {
            deliver([change](Host& host) {
                if (change == host.life_change_ && host.agent_) host.agent_->server_gone();
            });
        });
    }
    start_mysqld_after(restart_delay);
}

void Host::keep_mysqld_down(bool on) {
    kept_down_ = on;
    if (!on && life_ == Life::kDown) start_mysqld_after(10ms);
}

void Host::freeze_mysqld(bool on) {
    if (paused_) return;
    note(on ? "mysqld is stopped (SIGSTOP)" : "mysqld continues", 5);
    on ? server_->freeze() : server_->thaw();
    links_.review();
}

void Host::start_mysqld_after(Micros delay) {
    links_.engine.queue.after(delay, [this, change = life_change_] {
        if (change != life_change_ || kept_down_ || !powered_ || life_ != Life::kDown) return;
        deliver([](Host& host) { host.before_start(); });
    });
}

void Host::before_start() {
    if (life_ != Life::kDown) return;
    life_ = Life::kBeforeStart;
    const auto change = ++life_change_;
    if (order_) {
        rewind(*order_);
        return;
    }
    links_.engine.queue.after(kOrderPatience, [this, change] {
        if (change != life_change_ || life_ != Life::kBeforeStart) return;
        note("mysqld starts without the agent's word", 6);
        execute({index_, false, false, server_->prepared(), {}, 0, false});
    });
}

void Host::tell_rejoin(const std::optional<core::RejoinOrder>& order) {
    const auto& flaws = ground_->seams.flaws;
    if (!order && flaws.keeps_rejoin_order && order_) return;
    order_ = order;
    if (!order || life_ != Life::kBeforeStart) return;
    // Not from within the keeper, which holds its lock.
    links_.engine.queue.after(1ms, [this, change = life_change_] {
        if (change == life_change_ && life_ == Life::kBeforeStart && order_) rewind(*order_);
    });
}

void Host::rewind(const core::RejoinOrder& order) {
    Start start{index_, true, !core::is_replica(order.role), server_->prepared(), {}, 0, false};
    if (order.rebuild) {
        start.keeps = !keeps_nothing_;
        last_start_ =
            core::LastStart{{}, start.keeps ? "kept" : "failed", "", {}, order.rebuild->since};
        if (agent_alive()) agent_->set_last_start(last_start_);
    } else if (core::is_replica(order.role)) {
        start.plan = core::plan_rewind(
            server_->last_log(), {uuid_of(server_->identity()), order.promotion_point,
                                  order.died_waiting || ground_->seams.flaws.rewinds_released});
        if (start.plan.verdict == core::RewindVerdict::kCut) {
            start.committed_cut = server_->cut(start.plan.offset);
            if (!ground_->seams.flaws.keeps_uuid) server_->renew_uuid();
        }
    }
    execute(std::move(start));
}

void Host::execute(Start start) {
    life_ = Life::kRecovering;
    const auto change = ++life_change_;
    ++incarnation_;
    note("mysqld starts; " + (start.plan.orphans.empty()
                                  ? std::string("nothing to rewind")
                                  : start.plan.orphans.to_string() + " " + start.plan.reason),
         7);
    links_.started(start);
    links_.engine.queue.after(kNoticed, [this, change] {
        deliver([change](Host& host) {
            const bool runs = host.life_ == Life::kRecovering || host.life_ == Life::kUp;
            if (runs && change <= host.life_change_ && host.agent_) {
                host.agent_->server_started(host.incarnation_);
            }
        });
    });
    links_.engine.queue.after(recovery, [this, change] {
        if (change != life_change_) return;
        life_ = Life::kUp;
        server_->boot(incarnation_);
        if (ground_->seams.flaws.boots_open) {
            server_->wait_for_no_acks();
            server_->open_writes();
        }
        if (paused_) server_->freeze();
        links_.review();
    });
}

void Host::keep_nothing(bool on) {
    const bool mended = std::exchange(keeps_nothing_, on) && !on;
    if (mended && last_start_ && last_start_->way == "failed") kill_mysqld();
}

void Host::try_again_to_keep(core::Revision rebuild) {
    const bool failed = last_start_ && last_start_->way == "failed";
    if (failed && last_start_->rebuild == rebuild && life_ == Life::kUp) kill_mysqld();
}

void Host::restart_haproxy(Micros after) {
    proxy_->stop();
    if (agent_) agent_->balancer(false);
    links_.engine.queue.after(after, [this] {
        if (!powered_ || proxy_->running()) return;
        proxy_->start();
        deliver([](Host& host) {
            if (host.agent_) host.agent_->balancer(true);
        });
    });
}

void Host::lose_power() {
    if (!powered_) return;
    resume();
    note("power is lost", 8);
    links_.network.isolate(node_, true);
    kill_agent();
    if (server_ != nullptr) {
        life_ = Life::kDown;
        ++life_change_;
        server_->die();
        order_.reset();
    } else {
        proxy_->stop();
    }
    powered_ = false;
    links_.review();
}

void Host::power_on() {
    if (powered_) return;
    note("power is back", 9);
    powered_ = true;
    links_.network.isolate(node_, false);
    links_.engine.queue.after(kAgentRestart, [this] { start_agent(); });
    if (server_ != nullptr) {
        start_mysqld_after(200ms);
    } else {
        restart_haproxy(200ms);
    }
    links_.review();
}

void Host::pause() {
    if (paused_ || !powered_) return;
    note("the machine pauses", 10);
    paused_ = true;
    links_.network.isolate(node_, true);
    if (server_ != nullptr) server_->freeze();
    if (agent_alive()) agent_->freeze();
    links_.review();
}

void Host::resume() {
    if (!paused_) return;
    note("the machine goes on", 11);
    paused_ = false;
    tended_since_ = links_.engine.queue.now();
    links_.network.isolate(node_, false);
    if (agent_alive()) agent_->thaw();
    if (server_ != nullptr) server_->thaw();
    for (auto& what : std::exchange(inbox_, {})) what(*this);
    links_.review();
}

}  // namespace understudy::simulation
