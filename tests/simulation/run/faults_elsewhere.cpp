// Faults of the network, of the control plane, of disks and clocks.
#include <algorithm>
#include <set>
#include <utility>

#include "tests/simulation/run/faults.h"

namespace understudy::simulation {

void Faults::cut_link() {
    const auto nodes = static_cast<std::uint64_t>(site_.nodes());
    const auto a = static_cast<Node>(random_.below(nodes));
    const auto b = static_cast<Node>(random_.below(nodes));
    if (a == b) return;
    const bool one_way = random_.chance(0.4);
    auto& network = site_.network();
    network.cut(a, b);
    if (!one_way) network.cut(b, a);
    site_.review();
    later(lasting(200ms, 40s), [this, a, b, one_way] {
        site_.network().mend(a, b);
        if (!one_way) site_.network().mend(b, a);
        site_.review();
    });
}

void Faults::cut_replication() {
    const Node a = std::max(site_.primary(), 0);
    const Node b = replica();
    const bool forth = random_.chance(0.8);
    const bool back = !forth || random_.chance(0.6);
    if (forth) site_.network().cut(a, b);
    if (back) site_.network().cut(b, a);
    site_.review();
    later(lasting(200ms, 40s), [this, a, b, forth, back] {
        if (forth) site_.network().mend(a, b);
        if (back) site_.network().mend(b, a);
        site_.review();
    });
}

void Faults::isolate_node() {
    const auto node = static_cast<Node>(random_.below(static_cast<std::uint64_t>(site_.nodes())));
    const Node chosen = random_.chance(0.5) ? primary_or_any() : node;
    site_.network().isolate(chosen, true);
    site_.review();
    later(lasting(500ms, 40s), [this, chosen] {
        site_.network().isolate(chosen, false);
        site_.review();
    });
}

void Faults::isolate_primary_and_kill() {
    const int primary = std::max(site_.primary(), 0);
    site_.network().isolate(primary, true);
    site_.review();
    site_.database(primary).restart_delay = lasting(100ms, 5s);
    later(lasting(0ms, 8s), [this, primary] { site_.database(primary).kill_mysqld(); });
    later(lasting(3s, 40s), [this, primary] {
        site_.network().isolate(primary, false);
        site_.review();
    });
}

void Faults::control_plane_away() {
    site_.network().isolate(site_.controller_node(), true);
    later(lasting(1s, 40s), [this] { site_.network().isolate(site_.controller_node(), false); });
}

void Faults::kill_controller() {
    site_.kill_controller();
    later(lasting(200ms, 40s), [this] {
        if (site_.controllers_alive() == 0) site_.start_controller();
    });
}

void Faults::lose_primary_while_nobody_looks() {
    kill_controller();
    later(random_.between(0us, 300ms), [this] {
        auto& host = site_.database(std::max(site_.primary(), 0));
        host.lose_power();
        later(lasting(20s, 60s), [&host] { host.power_on(); });
    });
}

void Faults::only_balancers_see_primary() {
    const Node primary = std::max(site_.primary(), 0);
    const auto each = [this, primary](void (Network::*change)(Node, Node)) {
        for (Node other = 0; other < site_.nodes(); ++other) {
            const bool balancer =
                other >= site_.options().databases && other != site_.controller_node();
            if (other == primary || balancer) continue;
            (site_.network().*change)(primary, other);
            (site_.network().*change)(other, primary);
        }
        site_.review();
    };
    each(&Network::cut);
    later(lasting(5s, 40s), [each] { each(&Network::mend); });
}

// The primary, a load balancer (or each) and its clients on one side, everybody else on the other.
void Faults::split_in_halves() {
    std::set<Node> side{std::max(site_.primary(), 0), site_.options().databases};
    if (random_.chance(0.5)) side.insert(site_.options().databases + 1);
    const auto each = [this, side](void (Network::*change)(Node, Node)) {
        for (Node other = 0; other < site_.nodes(); ++other) {
            if (side.count(other) > 0) continue;
            for (const Node here : side) {
                (site_.network().*change)(here, other);
                (site_.network().*change)(other, here);
            }
        }
        site_.review();
    };
    each(&Network::cut);
    later(lasting(2s, 30s), [each] { each(&Network::mend); });
}

// The primary dies with writes that only a replica has which does not acknowledge; it is rewound,
// and made the primary again.
void Faults::orphan_on_a_third_host() {
    const int primary = std::max(site_.primary(), 0);
    const int third = replica();
    site_.server(third).acknowledge_no_more_by_hand();
    const auto each = [this, primary, third](void (Network::*change)(Node, Node)) {
        for (int other = 0; other < site_.options().databases; ++other) {
            if (other == primary || other == third) continue;
            (site_.network().*change)(primary, other);
        }
        site_.review();
    };
    each(&Network::cut);
    site_.database(primary).restart_delay = 100ms;
    later(200ms, [this, primary] { site_.database(primary).kill_mysqld(); });
    later(300ms, [each] { each(&Network::mend); });
    for (const Micros at : {3s, 6s}) {
        later(at, [this, primary] {
            if (site_.primary() != primary) site_.ask_for_switchover_to(primary);
        });
    }
}

// What it received and had not applied is gone, and its agent could not say so.
void Faults::replica_restarts_unseen() {
    const int index = replica();
    auto& host = site_.database(index);
    site_.server(index).durations.apply = 3s;
    host.restart_delay = 100ms;
    later(2s, [&host] { host.kill_agent(); });
    later(2500ms, [&host] { host.kill_mysqld(); });
    later(2600ms, [this] { site_.database(std::max(site_.primary(), 0)).kill_mysqld(); });
    later(lasting(3s, 25s), [this, index, &host] {
        site_.server(index).durations.apply = 300us;
        host.start_agent();
    });
}

// It has just said that its mysqld ended; it goes on as what it was, while the others are slow.
void Faults::lose_a_member_untold() {
    auto& host = site_.database(replica());
    const Node node = host.node();
    const Node controller = site_.controller_node();
    host.restart_delay = lasting(500ms, 4s);
    host.kill_mysqld();
    later(random_.between(800us, 6ms), [this, node, controller] {
        site_.network().cut(node, controller);
        site_.network().cut(controller, node);
    });
    for (int i = 0; i < site_.options().databases; ++i) {
        if (i != node) site_.server(i).durations.receive = 200ms;
    }
    later(lasting(5s, 30s), [this, node, controller] {
        site_.network().mend(node, controller);
        site_.network().mend(controller, node);
        for (int i = 0; i < site_.options().databases; ++i) {
            site_.server(i).durations.receive = 0us;
        }
    });
}

void Faults::pause_controller_beside_another() {
    if (site_.controllers_alive() > 1) return;
    site_.pause_controller();
    later(lasting(200ms, 10s), [this] { site_.start_controller(); });
    later(lasting(1s, 30s), [this] { site_.resume_controller(); });
}

void Faults::store_trouble() {
    site_.store_mishaps = {random_.chance(0.5) ? 0.5 : 0.0, random_.chance(0.5) ? 0.5 : 0.0};
    later(lasting(1s, 20s), [this] { site_.store_mishaps = {}; });
}

void Faults::weather() {
    auto& weather = site_.network().weather;
    if (random_.chance(0.6)) weather.loss = random_.chance(0.5) ? 0.02 : 0.2;
    if (random_.chance(0.5)) weather.doubling = 0.1;
    if (random_.chance(0.5)) weather.late = random_.chance(0.5) ? 0.05 : 0.4;
    if (random_.chance(0.3)) weather.latency = random_.between(2ms, 60ms);
    later(lasting(2s, 40s), [this] { site_.network().weather = {}; });
}

void Faults::stall_disk() {
    const int database = primary_or_any();
    site_.server(database).stall_disk(true);
    later(lasting(500ms, 20s), [this, database] { site_.server(database).stall_disk(false); });
}

void Faults::slow_applier() {
    auto& server = site_.server(replica());
    server.durations.apply = lasting(50ms, 8s);
    later(lasting(2s, 30s), [&server] { server.durations.apply = {300us}; });
}

void Faults::slow_receiver() {
    auto& server = site_.server(replica());
    server.durations.receive = random_.between(20ms, 1s);
    if (server.receiver_runs()) {
        server.stop_receiver();
        server.start_receiver();
    }
    later(lasting(3s, 30s), [&server] { server.durations.receive = {}; });
}

void Faults::ddl_and_lost_replica() {
    site_.clients().write_ddl_next();
    cut_replication();
}

void Faults::restart_haproxy() {
    site_.balancer(static_cast<int>(random_.below(2))).restart_haproxy(lasting(100ms, 5s));
}

void Faults::kill_balancer_agent() {
    auto& host = site_.balancer(static_cast<int>(random_.below(2)));
    host.kill_agent();
    later(lasting(200ms, 30s), [&host] { host.start_agent(); });
}

void Faults::step_clock() {
    const auto back = random_.chance(0.5);
    const Micros by = random_.between(100ms, 3600s);
    site_.database(any_database()).clock().step(back ? -by : by);
}

void Faults::assignment_store_broken() {
    auto& host = site_.database(any_database());
    host.assignments.broken = true;
    later(lasting(1s, 20s), [&host] { host.assignments.broken = false; });
}

void Faults::database_mishaps() {
    auto& host = site_.database(any_database());
    host.mishaps = {0.3, random_.chance(0.5) ? 0.2 : 0.0};
    later(lasting(1s, 20s), [&host] { host.mishaps = {}; });
}

// A rotation waits for the transactions that are only prepared.
void Faults::rotate_log() {
    auto& server = site_.server(primary_or_any());
    if (server.answers() && server.prepared() == 0) server.rotate_log();
}

void Faults::sick_web_server() {
    auto& host = site_.database(any_database());
    if (!host.agent_alive()) return;
    host.agent()->set_backend(false);
    later(lasting(1s, 20s), [&host] {
        if (host.agent_alive()) host.agent()->set_backend(true);
    });
}

}  // namespace understudy::simulation
