#include "tests/simulation/model/proxy.h"

#include <algorithm>
#include <utility>

namespace understudy::simulation {

namespace {

constexpr Micros kCheckEvery = 200ms;
constexpr Micros kHoldBound = 12s;
constexpr Micros kConnectTimeout = 1s;
constexpr int kFall = 2;  // and rise

}  // namespace

core::HostName database_name(int index) { return core::HostName("db" + std::to_string(index)); }
int index_of(const core::HostName& name) { return std::stoi(name.value.substr(2)); }
core::HostName balancer_name(int index) { return core::HostName("lb" + std::to_string(index)); }

Proxy::Proxy(Engine& engine, Network& network, const MysqlServer::Peers& servers, int index,
             Node node, Answers answers, bool closes_sessions)
    : engine_(engine),
      network_(network),
      peers_(servers),
      index_(index),
      node_(node),
      answers_(std::move(answers)),
      closes_sessions_(closes_sessions),
      servers_(servers.size()),
      web_(servers.size()) {}

void Proxy::start() {
    if (running_) return;
    running_ = true;
    ++start_;
    servers_.assign(servers_.size(), Server{});
    web_.assign(web_.size(), WebServer{});
    check_all();
}

void Proxy::stop() {
    running_ = false;
    ++start_;
    for (auto& session : std::exchange(sessions_, {})) session->close();
    for (auto& held : std::exchange(held_, {})) held.connected(nullptr);
}

void Proxy::check_all() {
    for (int i = 0; i < static_cast<int>(servers_.size()); ++i) {
        check(i);
        check_web(i);
    }
    const Micros now = engine_.queue.now();
    for (auto& held : held_) {
        if (held.until < now) std::exchange(held.connected, nullptr)(nullptr);
    }
    std::erase_if(held_, [](const Held& held) { return held.connected == nullptr; });
    engine_.queue.after(kCheckEvery, [this, start = start_] {
        if (start == start_) check_all();
    });
}

void Proxy::check(int index) {
    auto& server = servers_[static_cast<std::size_t>(index)];
    server.answered = network_.both_ways(node_, index);
    const bool good = server.answered && answers_.primary(index);
    if (good && !server.check_passes) server.passes_since = engine_.queue.now();
    server.check_passes = good;
    if (good == server.up) {
        server.against = 0;
    } else if (++server.against >= kFall) {
        set(index, good);
    }
}

void Proxy::check_web(int index) {
    auto& server = web_[static_cast<std::size_t>(index)];
    server.check_passes = network_.both_ways(node_, index) && answers_.backend(index);
    server.up = server.check_passes;
}

bool Proxy::takes_requests(int index) const {
    const auto& server = web_[static_cast<std::size_t>(index)];
    return running_ && server.up && !server.draining;
}

// Switches at once; the next check against it is the first of two.
void Proxy::set(int index, bool up) {
    auto& server = servers_[static_cast<std::size_t>(index)];
    server.against = 0;
    const bool changes = server.up != up;
    server.up = up;
    if (!up && closes_sessions_) {
        for (auto& session : sessions_) {
            if (session->server == index) session->close();
        }
        std::erase_if(sessions_, [](const auto& session) { return !session->open; });
    }
    if (changes) release();
}

int Proxy::stale_sessions() const {
    return static_cast<int>(
        std::count_if(sessions_.begin(), sessions_.end(), [this](const auto& session) {
            return session->open && !servers_[static_cast<std::size_t>(session->server)].up;
        }));
}

int Proxy::writer() const {
    int found = -1;
    for (int i = 0; i < static_cast<int>(servers_.size()); ++i) {
        if (!servers_[static_cast<std::size_t>(i)].up) continue;
        if (found >= 0) return -1;
        found = i;
    }
    return found;
}

void Proxy::release() {
    const int server = writer();
    if (server < 0) return;
    for (auto& held : std::exchange(held_, {})) open_session(server, std::move(held));
}

void Proxy::connect(int client, Connected connected) {
    Held held{client, std::move(connected), engine_.queue.now() + kHoldBound};
    if (!running_) {
        held.connected(nullptr);
    } else if (const int server = writer(); server >= 0) {
        open_session(server, std::move(held));
    } else {
        held_.push_back(std::move(held));
    }
}

void Proxy::open_session(int index, Held held) {
    const bool open = network_.both_ways(node_, index);
    const auto delay = open ? network_.latency() * 2 : kConnectTimeout;
    engine_.queue.after(delay, [this, index, held = std::move(held), start = start_] {
        auto& server = *peers_[static_cast<std::size_t>(index)];
        const bool up = servers_[static_cast<std::size_t>(index)].up;
        if (start != start_ || !up || !network_.both_ways(node_, index) || !server.answers() ||
            !server.accepts_logins()) {
            held.connected(nullptr);
            return;
        }
        auto session = std::make_shared<Session>();
        session->client = held.client;
        session->balancer = index_;
        session->server = index;
        std::erase_if(sessions_, [](const auto& old) { return !old->open; });
        sessions_.push_back(session);
        server.attach(session);
        held.connected(std::move(session));
    });
}

void Proxy::apply(const core::Route& route) {
    int writer = -1;
    for (int i = 0; i < static_cast<int>(servers_.size()); ++i) {
        if (route.writer == database_name(i)) {
            writer = i;
        } else {
            set(i, false);
        }
    }
    if (writer >= 0) set(writer, true);
    apply_web(route);
}

// With no listed one left, those that were drained serve.
void Proxy::apply_web(const core::Route& route) {
    bool one_serves = false;
    for (int i = 0; i < static_cast<int>(web_.size()); ++i) {
        one_serves |= route.web.contains(database_name(i)) && web_[static_cast<std::size_t>(i)].up;
    }
    for (int i = 0; i < static_cast<int>(web_.size()); ++i) {
        const auto name = database_name(i);
        auto& server = web_[static_cast<std::size_t>(i)];
        server.draining = one_serves && route.drained.contains(name);
        if (one_serves && !server.draining && !route.web.contains(name)) server.up = false;
    }
}

std::uint64_t Proxy::sight() const {
    std::uint64_t bits = running_ ? 1 : 0;
    const auto add = [&bits](bool bit) { bits = bits << 1U | (bit ? 1U : 0U); };
    for (std::size_t i = 0; i < servers_.size(); ++i) {
        add(servers_[i].up);
        add(servers_[i].check_passes);
        add(servers_[i].answered);
        add(web_[i].up);
        add(web_[i].check_passes);
        add(web_[i].draining);
    }
    return bits;
}

core::LoadBalancerFacts Proxy::facts() const {
    core::LoadBalancerFacts facts;
    for (int i = 0; i < static_cast<int>(servers_.size()); ++i) {
        const auto& server = servers_[static_cast<std::size_t>(i)];
        auto& shown = facts.writers[database_name(i)];
        shown.up = server.up;
        shown.check_passes = server.check_passes;
        shown.last_check = server.check_passes ? "L7OK" : server.answered ? "L7STS" : "L4TOUT";
        const auto& web = web_[static_cast<std::size_t>(i)];
        auto& shown_web = facts.web[database_name(i)];
        shown_web.up = web.up && !web.draining;
        shown_web.check_passes = web.check_passes;
        shown_web.draining = web.up && web.draining;
    }
    return facts;
}

}  // namespace understudy::simulation
