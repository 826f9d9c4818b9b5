// A real HAProxy on loopback in front of two hosts made for the test, web1 and web2: each a
// database that says its name to whoever connects, and an agent that answers the health checks.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/haproxy/haproxy_load_balancer.h"
#include "tests/integration/haproxy/loopback_server.h"

namespace understudy::integration {

class FakeHost {
  public:
    explicit FakeHost(std::string name);

    void set_passes(bool passes) { passes_ = passes; }
    // From now on checks wait for release_checks(), which gives them the verdict.
    void hold_checks();
    void wait_for_a_held_check();
    void release_checks(bool passes);
    // Until `count` more checks have been answered.
    void wait_for_checks(int count);

    void database_vanishes() { database_.vanish(); }

    [[nodiscard]] std::uint16_t database_port() const { return database_.port(); }
    [[nodiscard]] std::uint16_t agent_port() const { return agent_.port(); }

  private:
    void answer_check(int socket);
    bool verdict();

    std::atomic<bool> passes_{false};
    std::mutex mutex_;
    std::condition_variable changed_;
    bool hold_ = false;
    bool verdict_of_held_ = false;
    int held_ = 0;
    int answered_ = 0;
    LoopbackServer database_;
    LoopbackServer agent_;
};

// Backends mysql_writer, mysql_reader and web of the servers web1 and web2; other_names of the
// same, as db-a and db-b, the latter with `fall 1`.
class HaproxyProcess {
  public:
    HaproxyProcess(const FakeHost& web1, const FakeHost& web2);
    ~HaproxyProcess();
    HaproxyProcess(const HaproxyProcess&) = delete;
    HaproxyProcess& operator=(const HaproxyProcess&) = delete;

    [[nodiscard]] adapters::HaproxyOptions options() const;
    [[nodiscard]] std::uint16_t writer_port() const { return writer_port_; }
    void stop_running() const;  // SIGSTOP
    void go_on() const;         // SIGCONT

  private:
    std::string directory_;
    std::uint16_t writer_port_;
    pid_t process_ = -1;
};

}  // namespace understudy::integration
