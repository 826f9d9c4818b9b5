#include "tests/simulation/engine/event_queue.h"

#include <algorithm>
#include <utility>

namespace understudy::simulation {

Action& EventQueue::slot_for(Micros when) {
    std::size_t slot = slots_.size();
    if (free_.empty()) {
        slots_.emplace_back();
    } else {
        slot = free_.back();
        free_.pop_back();
    }
    heap_.push_back({std::max(when, now_), ++order_, slot});
    std::push_heap(heap_.begin(), heap_.end(), Later{});
    return slots_[slot];
}

void EventQueue::run(Micros until) {
    while (!stopped_ && !heap_.empty() && heap_.front().when <= until) {
        std::pop_heap(heap_.begin(), heap_.end(), Later{});
        const Event event = heap_.back();
        heap_.pop_back();
        now_ = event.when;
        Action& act = slots_[event.slot];
        act();
        act.clear();
        free_.push_back(event.slot);
    }
    if (!stopped_) now_ = std::max(now_, until);
}

}  // namespace understudy::simulation
