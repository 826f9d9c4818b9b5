// HAProxy on one load balancer. Its writer port: servers that are up or down by the agent's word
// and by checks of its own (rise 2, fall 2), new connections held while there is not exactly one,
// sessions closed when their server goes down. Its web servers: up or down likewise, and drained,
// which no check ends and a restart forgets.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "core/cluster.h"
#include "tests/simulation/model/mysql_server.h"

namespace understudy::simulation {

class Proxy {
  public:
    using Connected = std::function<void(std::shared_ptr<Session>)>;
    // What the agents on the database hosts answer to checks.
    struct Answers {
        std::function<bool(int server)> primary;
        std::function<bool(int server)> backend;
    };

    Proxy(Engine& engine, Network& network, const MysqlServer::Peers& servers, int index, Node node,
          Answers answers, bool closes_sessions = true);

    void start();
    void stop();
    [[nodiscard]] bool running() const { return running_; }

    // A session to the writer, or none.
    void connect(int client, Connected connected);
    // The servers that sessions hang on have changed: those of the dead are closed by themselves.
    void apply(const core::Route& route);
    [[nodiscard]] core::LoadBalancerFacts facts() const;
    // What facts() shows, as a number: two looks that see the same have the same.
    [[nodiscard]] std::uint64_t sight() const;
    // It has passed for this long.
    [[nodiscard]] bool check_passes(int server, Micros least) const {
        const auto& checked = servers_[static_cast<std::size_t>(server)];
        return checked.check_passes && engine_.queue.now() - checked.passes_since >= least;
    }
    [[nodiscard]] int writer() const;  // -1: none, or not one
    [[nodiscard]] Node node() const { return node_; }
    // New requests go there.
    [[nodiscard]] bool takes_requests(int server) const;
    [[nodiscard]] bool web_check_passes(int server) const {
        return web_[static_cast<std::size_t>(server)].check_passes;
    }
    // Sessions to a server that is down.
    [[nodiscard]] int stale_sessions() const;

  private:
    struct Server {
        bool up = true;
        bool check_passes = true;
        Micros passes_since{0};
        bool answered = true;
        int against = 0;  // checks in a row against the present side
    };
    struct WebServer {
        bool up = true;
        bool check_passes = true;
        bool draining = false;
    };
    struct Held {
        int client = 0;
        Connected connected;
        Micros until{0};
    };

    void check_all();
    void check(int server);
    void check_web(int server);
    void apply_web(const core::Route& route);
    void set(int server, bool up);
    void release();
    void open_session(int server, Held held);

    Engine& engine_;
    Network& network_;
    const MysqlServer::Peers& peers_;
    int index_;
    Node node_;
    Answers answers_;
    bool closes_sessions_;
    bool running_ = false;
    std::uint64_t start_ = 0;
    std::vector<Server> servers_;
    std::vector<WebServer> web_;
    std::vector<Held> held_;
    std::vector<std::shared_ptr<Session>> sessions_;
};

core::HostName database_name(int index);
core::HostName balancer_name(int index);
int index_of(const core::HostName& name);  // of either

}  // namespace understudy::simulation
