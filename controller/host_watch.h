// Notices hosts that fall silent and hosts that are heard again, for people: not for decisions,
// which judge by host_timeout themselves.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/cluster.h"

namespace understudy::controller {

class HostWatch {
  public:
    struct Notice {
        core::HostName host;
        bool silent = false;
        std::string reason;
    };

    HostWatch(std::set<core::HostName> hosts, core::Millis silence);

    // The next change that nobody was told of yet. A host counts as silent after `silence` without
    // a word; one never heard, 15 s after the first call: it may be starting too.
    std::optional<Notice> next(const core::ClusterView& view, core::MonotonicTime now);

    void tell_after(core::Millis silence) { silence_ = silence; }

    // The notice was recorded.
    void told(const Notice& notice);

  private:
    std::set<core::HostName> hosts_;
    core::Millis silence_;
    std::optional<core::MonotonicTime> began_;
    std::set<core::HostName> silent_;
};

}  // namespace understudy::controller
