// What clients were told is written, and what of it an asynchronous failover may lose.
#pragma once

#include <deque>
#include <map>
#include <string>

#include "core/cluster.h"
#include "tests/simulation/model/mysql_server.h"

namespace understudy::simulation {

class Losses {
  public:
    void acknowledged(const LogEntry& entry, Micros at);

    // A write was acknowledged of which nothing is asked any more.
    void seen(Micros at) { last_at_ = at; }
    void forget();

    // The successor of a leased primary has opened with that; returns why it lost more than the
    // policy lets it, or nothing.
    std::string taken_over(const core::GtidSet& held, const core::GtidSet& last_heard,
                           const core::AsyncDurability& policy);

    [[nodiscard]] const core::GtidSet& acknowledged() const { return acknowledged_; }
    [[nodiscard]] Micros last_at() const { return last_at_; }
    // By GTID (server and number): what each acknowledged write says.
    [[nodiscard]] const auto& contents() const { return contents_; }
    [[nodiscard]] int lost() const { return lost_; }

  private:
    struct Write {
        Micros at;
        int origin = 0;
        std::uint64_t number = 0;
    };

    core::GtidSet acknowledged_;
    std::map<std::pair<int, std::uint64_t>, std::uint64_t> contents_;
    std::deque<Write> recent_;
    Micros last_at_{0};
    int lost_ = 0;
};

}  // namespace understudy::simulation
