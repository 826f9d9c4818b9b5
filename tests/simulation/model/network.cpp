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

Network::Delays Network::delays_of_message(Node from, Node to) {
    if (!open(from, to)) return {};
    auto& random = engine_.random;
    if (weather.loss > 0 && random.chance(weather.loss)) return {};
    Delays delays{latency(), std::nullopt};
    if (weather.late > 0 && random.chance(weather.late)) {
        *delays.message += random.between(10ms, 4s);
    }
    if (weather.doubling > 0 && random.chance(weather.doubling)) {
        delays.doubled = *delays.message + random.between(0us, 3s);
    }
    return delays;
}

}  // namespace understudy::simulation
