// Applications that write through the load balancers, one write after the other, and remember what
// was acknowledged to them.
#pragma once

#include <memory>
#include <vector>

#include "tests/simulation/site/host.h"

namespace understudy::simulation {

class Clients {
  public:
    Clients(Engine& engine, std::vector<Proxy*> proxies, const MysqlServer::Peers& servers,
            Network& network);

    void start(int count, Micros think);
    void stop() { stopped_ = true; }
    // The next write of somebody is a CREATE USER.
    void write_ddl_next() { ddl_next_ = true; }
    [[nodiscard]] Micros last_acknowledged() const { return last_acknowledged_; }
    [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }

  private:
    struct Client {
        int number = 0;
        std::shared_ptr<Session> session;
        std::uint64_t request = 0;
    };

    void go_on(Client& client);
    void connect(Client& client);
    void write(Client& client);
    void arrive(Client& client, const std::shared_ptr<Session>& session, std::uint64_t request,
                bool ddl);
    void answered(Client& client, std::uint64_t request, bool done);
    void give_up(Client& client, std::uint64_t request);
    void later(Client& client, Micros pause);

    Engine& engine_;
    std::vector<Proxy*> proxies_;
    const MysqlServer::Peers& servers_;
    Network& network_;
    std::vector<std::unique_ptr<Client>> clients_;
    Micros think_{300ms};
    bool stopped_ = false;
    bool ddl_next_ = false;
    Micros last_acknowledged_{0};
    std::uint64_t acknowledged_ = 0;
};

}  // namespace understudy::simulation
