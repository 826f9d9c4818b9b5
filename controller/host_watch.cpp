#include "controller/host_watch.h"

#include <utility>

namespace understudy::controller {

namespace {

constexpr core::Millis kStartingUp{15'000};

}  // namespace

HostWatch::HostWatch(std::set<core::HostName> hosts, core::Millis silence)
    : hosts_(std::move(hosts)), silence_(silence) {}

std::optional<HostWatch::Notice> HostWatch::next(const core::ClusterView& view,
                                                 core::MonotonicTime now) {
    if (!began_) began_ = now;
    for (const auto& host : hosts_) {
        const auto seen = view.find(host);
        const bool silent =
            seen == view.end() ? now - *began_ > kStartingUp : now - seen->second.heard > silence_;
        if (silent == (silent_.count(host) > 0)) continue;
        if (silent) {
            return Notice{host, true, host.value + " is silent: its agent does not answer"};
        }
        if (seen != view.end()) return Notice{host, false, host.value + " is heard again"};
    }
    return std::nullopt;
}

void HostWatch::told(const Notice& notice) {
    if (notice.silent) {
        silent_.insert(notice.host);
    } else {
        silent_.erase(notice.host);
    }
}

}  // namespace understudy::controller
