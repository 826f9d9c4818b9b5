// The decision thread of one cluster: takes events from a bounded inbox, steps the loop and hands
// out what comes of it.
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "controller/cluster_loop.h"
#include "controller/inbox.h"

namespace understudy::controller {

class ClusterThread {
  public:
    // Called on the thread, after each step: first to tell the agents, then with everything.
    struct Sinks {
        std::function<void(const Telling&)> tell;
        std::function<void(const Outgoing&, std::shared_ptr<const Snapshot>)> report;
    };

    ClusterThread(ClusterLoop& loop, Inbox<Event>& inbox, Sinks sinks);
    ~ClusterThread();  // closes the inbox
    ClusterThread(const ClusterThread&) = delete;
    ClusterThread& operator=(const ClusterThread&) = delete;

  private:
    void run();

    ClusterLoop& loop_;
    Inbox<Event>& inbox_;
    Sinks sinks_;
    std::jthread thread_;
};

}  // namespace understudy::controller
