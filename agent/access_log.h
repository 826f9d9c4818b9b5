// Nginx' access log as this agent receives it: what came over its socket, added up.
#pragma once

#include <cstddef>
#include <mutex>
#include <span>

#include "adapters/network/datagram_inbox.h"
#include "exporters/nginx/access_totals.h"

namespace understudy::agent {

class AccessLog {
  public:
    static constexpr auto kCollector = "nginx_access_log";

    explicit AccessLog(std::size_t most_vhosts);

    // From here on lines are counted. Errors of DatagramInbox::begin().
    core::Result<void> begin(const core::Address& address) { return inbox_.begin(address); }

    [[nodiscard]] std::uint16_t port() const { return inbox_.port(); }
    // From here on; hosts that have their own figures keep them.
    void limit_vhosts(std::size_t most);
    // On any thread; waits for the adding up of at most some lines.
    [[nodiscard]] exporters::MetricPage metrics() const;

  private:
    void take(std::span<const adapters::Datagram> datagrams);

    mutable std::mutex mutex_;
    exporters::AccessTotals totals_;  // by mutex_
    adapters::DatagramInbox inbox_;   // ends first, for its thread uses the others
};

}  // namespace understudy::agent
