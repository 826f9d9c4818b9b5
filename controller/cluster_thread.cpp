#include "controller/cluster_thread.h"

#include <utility>

namespace understudy::controller {

namespace {

// Time-outs are noticed this late at most.
constexpr core::Millis kTick{50};

}  // namespace

ClusterThread::ClusterThread(ClusterLoop& loop, Inbox<Event>& inbox, Sinks sinks)
    : loop_(loop), inbox_(inbox), sinks_(std::move(sinks)), thread_([this] { run(); }) {}

ClusterThread::~ClusterThread() { inbox_.close(); }

void ClusterThread::run() {
    bool at_once = true;
    while (!inbox_.closed()) {
        const Outgoing outgoing = loop_.step(inbox_.take(at_once ? core::Millis{0} : kTick));
        sinks_.tell(outgoing.telling);
        at_once = outgoing.urgent_work_left;
        sinks_.report(outgoing, std::make_shared<const Snapshot>(loop_.snapshot()));
    }
}

}  // namespace understudy::controller
