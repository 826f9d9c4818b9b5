#include "agent/access_log.h"

namespace understudy::agent {

AccessLog::AccessLog(std::size_t most_vhosts)
    : totals_(most_vhosts),
      inbox_([this](std::span<const adapters::Datagram> datagrams) { take(datagrams); }) {}

void AccessLog::limit_vhosts(std::size_t most) {
    const std::lock_guard lock(mutex_);
    totals_.limit_vhosts(most);
}

exporters::MetricPage AccessLog::metrics() const {
    const auto dropped = inbox_.dropped();
    const std::lock_guard lock(mutex_);
    return totals_.metrics(dropped);
}

void AccessLog::take(std::span<const adapters::Datagram> datagrams) {
    const std::lock_guard lock(mutex_);
    for (const auto& datagram : datagrams) {
        if (datagram.whole) {
            totals_.add_line(datagram.bytes);
        } else {
            totals_.add_malformed();
        }
    }
}

}  // namespace understudy::agent
