#include "core/pause.h"

#include <utility>

namespace understudy::core {

Record paused(const Record& record, std::string reason) {
    Record next = record;
    next.revision.value += 1;
    next.pause = {true, std::move(reason)};
    return next;
}

Record resumed(const Record& record) {
    Record next = record;
    next.revision.value += 1;
    next.pause = {};
    next.recent_failovers.clear();
    return next;
}

}  // namespace understudy::core
