#include "tests/simulation/site/clients.h"

#include <utility>

namespace understudy::simulation {

namespace {

constexpr Micros kPatience = 6s;
constexpr Micros kAgain = 200ms;

}  // namespace

Clients::Clients(Engine& engine, std::vector<Proxy*> proxies, const MysqlServer::Peers& servers,
                 Network& network)
    : engine_(engine), proxies_(std::move(proxies)), servers_(servers), network_(network) {}

void Clients::start(int count, Micros think) {
    think_ = think;
    for (int i = 0; i < count; ++i) {
        clients_.push_back(std::make_unique<Client>());
        clients_.back()->number = i;
        later(*clients_.back(), think_);
    }
}

void Clients::later(Client& client, Micros pause) {
    engine_.queue.after(engine_.random.between(pause / 2, pause * 3 / 2),
                        [this, &client] { go_on(client); });
}

void Clients::go_on(Client& client) {
    if (stopped_) return;
    if (client.session && client.session->open) {
        write(client);
    } else {
        connect(client);
    }
}

// The address moves to a load balancer that lives.
void Clients::connect(Client& client) {
    const auto first = engine_.random.chance(0.8) ? 0U : 1U;
    Proxy* chosen = proxies_[first % proxies_.size()];
    for (auto* proxy : proxies_) {
        if (!chosen->running()) chosen = proxy;
    }
    chosen->connect(client.number, [this, &client](std::shared_ptr<Session> session) {
        client.session = std::move(session);
        if (client.session == nullptr) {
            later(client, kAgain);
            return;
        }
        const auto current = ++client.request;
        client.session->on_close = [this, &client, current] {
            if (client.request == current) give_up(client, current);
        };
        write(client);
    });
}

void Clients::write(Client& client) {
    auto session = client.session;
    const auto request = ++client.request;
    session->on_close = [this, &client, request] { give_up(client, request); };
    const bool ddl = std::exchange(ddl_next_, false);
    engine_.queue.after(network_.latency(), [this, &client, session, request, ddl] {
        arrive(client, session, request, ddl);
    });
    engine_.queue.after(kPatience, [this, &client, request] { give_up(client, request); });
}

void Clients::arrive(Client& client, const std::shared_ptr<Session>& session, std::uint64_t request,
                     bool ddl) {
    const Node balancer = proxies_[static_cast<std::size_t>(session->balancer)]->node();
    if (!session->open || !network_.open(balancer, session->server)) return;
    servers_[static_cast<std::size_t>(session->server)]->write(
        session, ddl, [this, &client, session, request, balancer](bool done) {
            engine_.queue.after(network_.latency(),
                                [this, &client, session, request, balancer, done] {
                                    if (!network_.open(session->server, balancer)) return;
                                    answered(client, request, done);
                                });
        });
}

void Clients::answered(Client& client, std::uint64_t request, bool done) {
    if (client.request != request) return;
    ++client.request;
    if (done) {
        ++acknowledged_;
        last_acknowledged_ = engine_.queue.now();
    } else if (client.session) {
        // Read-only: an application opens a new connection.
        client.session->on_close = nullptr;
        client.session->close();
    }
    later(client, think_);
}

// The outcome is unknown, and so is whether it was done.
void Clients::give_up(Client& client, std::uint64_t request) {
    if (client.request != request) return;
    ++client.request;
    if (client.session) {
        client.session->on_close = nullptr;
        client.session->close();
    }
    later(client, kAgain);
}

}  // namespace understudy::simulation
