#include "agent/canary.h"

namespace understudy::agent {

Canary::Canary(const ports::Clock& clock, ports::Heartbeat& heartbeat, DatabaseKeeper& keeper)
    : clock_(clock), heartbeat_(heartbeat), keeper_(keeper) {}

void Canary::beat(core::Millis deadline) {
    if (!keeper_.writes_expected()) return;
    keeper_.canary_begun();
    // A failed beat needs no report of its own: the canary's age grows.
    if (heartbeat_.beat(clock_.now().wall, deadline)) keeper_.canary_written();
}

}  // namespace understudy::agent
