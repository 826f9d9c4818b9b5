// A host that runs every service, on loopback: Nginx, PHP-FPM and HAProxy of this machine, MySQL in
// a container of the contract tests' kind; one agent for all of them, and Debian's exporters.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/agent/measure.h"
#include "tests/integration/exporters/daemon.h"
#include "tests/integration/exporters/web_server.h"
#include "tests/integration/haproxy/haproxy_process.h"

namespace understudy::bench {

// The contract tests' two MySQL servers, stopped with this object; of them the first is used.
class MysqlServers {
  public:
    MysqlServers();  // throws what `mysql_servers.sh start` says
    ~MysqlServers();
    MysqlServers(const MysqlServers&) = delete;
    MysqlServers& operator=(const MysqlServers&) = delete;

    [[nodiscard]] std::string socket() const;
    [[nodiscard]] std::string password_file(const std::string& account) const;
    [[nodiscard]] std::string tls_file(const std::string& name) const;
    [[nodiscard]] pid_t process() const { return process_; }  // mysqld's

  private:
    pid_t process_ = 0;
};

// Throws where a program is missing or does not start, with its name and package.
class OneHost {
  public:
    OneHost();

    // Runs until this object ends; the agent's program in `program`.
    Target start_agent(const std::string& program);
    // Each with the collectors that the agent has too.
    std::vector<Target> start_exporters();

  private:
    Target start(const std::string& name, const std::string& package,
                 const std::vector<std::string>& arguments, std::uint16_t port);
    [[nodiscard]] std::string agent_configuration(std::uint16_t port) const;

    integration::ScratchDirectory directory_;
    MysqlServers mysql_;
    integration::Nginx nginx_;
    integration::PhpFpm php_;
    integration::FakeHost web1_{"web1"};
    integration::FakeHost web2_{"web2"};
    integration::HaproxyProcess haproxy_{web1_, web2_};
    std::list<integration::Daemon> started_;
};

}  // namespace understudy::bench
