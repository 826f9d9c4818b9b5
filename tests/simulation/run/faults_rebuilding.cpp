// Hosts that are rebuilt: what makes it necessary, and what hinders it.
#include <memory>
#include <utility>

#include "tests/simulation/run/faults.h"

namespace understudy::simulation {

// Everywhere: somebody makes room, or they are of the age at which they go. A new log is begun only
// once no commit of the last one waits.
void Faults::purge_logs() {
    for (int i = 0; i < site_.options().databases; ++i) {
        if (!site_.server(i).answers() || site_.server(i).commits_wait()) continue;
        site_.server(i).rotate_log();
        site_.server(i).purge_logs();
    }
}

void Faults::purge_logs_beside_an_absent_replica() {
    auto& host = site_.database(replica());
    const Micros away = lasting(3s, 40s);
    host.keep_mysqld_down(true);
    host.kill_mysqld();
    later(away / 2, [this] { purge_logs(); });
    later(away, [&host] { host.keep_mysqld_down(false); });
}

void Faults::rebuild_a_sound_host() { site_.rebuild(replica(), Judge::kNoReason); }

// Somebody reads on it.
void Faults::rebuild_a_host_in_use() {
    const int host = replica();
    auto session = std::make_shared<Session>();
    session->server = host;
    site_.server(host).attach(session);
    site_.rebuild(host, Judge::kNoReason);
}

void Faults::write_on(int host) {
    site_.judge().written_by_hand(host);
    site_.server(host).write_by_hand();
}

void Faults::write_on_a_replica() { write_on(replica()); }

// The folder for orphans is full, say.
void Faults::write_on_a_replica_that_keeps_nothing() {
    const int index = replica();
    auto& host = site_.database(index);
    host.keep_nothing(true);
    write_on(index);
    site_.rebuild(index);
    later(lasting(15s, 60s), [&host] { host.keep_nothing(false); });
}

}  // namespace understudy::simulation
