// Hosts that are rebuilt: what makes it necessary, and what hinders it.
#include <memory>
#include <utility>

#include "tests/simulation/run/faults.h"

namespace understudy::simulation {

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
