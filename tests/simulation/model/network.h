// Who reaches whom. Nodes are numbered; a cut is one-way. Messages are delayed, now and then lost,
// doubled or overtaken; streams (replication, sessions) ask only whether the way is open.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "tests/simulation/engine/trace.h"

namespace understudy::simulation {

using Node = int;

struct Weather {  // of messages
    double loss = 0;
    double doubling = 0;
    double late = 0;  // delayed by up to seconds
    Micros latency = 300us;
    [[nodiscard]] bool stormy() const { return loss > 0 || late > 0; }
};

class Network {
  public:
    Network(Engine& engine, int nodes)
        : engine_(engine), cuts_(nodes * nodes), changed_(nodes * nodes), nodes_(nodes) {}

    void cut(Node from, Node to) {
        changed_[index(from, to)] = engine_.queue.now();
        ++cuts_[index(from, to)];
    }
    void mend(Node from, Node to) {
        changed_[index(from, to)] = engine_.queue.now();
        if (cuts_[index(from, to)] > 0) --cuts_[index(from, to)];
    }
    void isolate(Node node, bool on);
    void mend_all() {
        std::fill(changed_.begin(), changed_.end(), engine_.queue.now());
        std::fill(cuts_.begin(), cuts_.end(), 0);
    }
    // Open both ways, and has been for this long.
    [[nodiscard]] bool steady(Node a, Node b, Micros time) const {
        const Micros changed = std::max(changed_[index(a, b)], changed_[index(b, a)]);
        return both_ways(a, b) && engine_.queue.now() - changed >= time;
    }
    [[nodiscard]] bool open(Node from, Node to) const { return cuts_[index(from, to)] == 0; }
    [[nodiscard]] bool both_ways(Node a, Node b) const { return open(a, b) && open(b, a); }

    template <class Arrive>
    void send(Node from, Node to, Arrive arrive) {
        const auto delays = delays_of_message(from, to);
        if (delays.doubled) engine_.queue.after(*delays.doubled, arrive);
        if (delays.message) engine_.queue.after(*delays.message, std::move(arrive));
    }
    [[nodiscard]] Micros latency();

    Weather weather;

  private:
    struct Delays {
        std::optional<Micros> message;  // none: it is lost
        std::optional<Micros> doubled;
    };
    [[nodiscard]] Delays delays_of_message(Node from, Node to);
    [[nodiscard]] std::size_t index(Node from, Node to) const {
        return static_cast<std::size_t>(from * nodes_ + to);
    }

    Engine& engine_;
    std::vector<int> cuts_;
    std::vector<Micros> changed_;
    int nodes_;
};

}  // namespace understudy::simulation
