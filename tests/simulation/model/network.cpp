#include "tests/simulation/model/network.h"

namespace understudy::simulation {

Micros Network::latency() {
    return weather.latency / 2 + Micros(static_cast<std::int64_t>(engine_.random.below(
                                     static_cast<std::uint64_t>(weather.latency.count()))));
}

void Network::isolate(Node node, bool on) {
    for (Node other = 0; other < nodes_; ++other) {
        if (other == node) continue;
        if (on) {
            cut(node, other);
            cut(other, node);
        } else {
            mend(node, other);
            mend(other, node);
        }
    }
}

void Network::send(Node from, Node to, std::function<void()> arrive) {
    if (!open(from, to)) return;
    auto& random = engine_.random;
    if (weather.loss > 0 && random.chance(weather.loss)) return;
    Micros delay = latency();
    if (weather.late > 0 && random.chance(weather.late)) delay += random.between(10ms, 4s);
    if (weather.doubling > 0 && random.chance(weather.doubling)) {
        engine_.queue.after(delay + random.between(0us, 3s), arrive);
    }
    engine_.queue.after(delay, std::move(arrive));
}

}  // namespace understudy::simulation
