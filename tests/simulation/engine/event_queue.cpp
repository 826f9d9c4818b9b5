#include "tests/simulation/engine/event_queue.h"

#include <algorithm>
#include <utility>

namespace understudy::simulation {

void EventQueue::at(Micros when, Action what) {
    std::size_t slot = slots_.size();
    if (free_.empty()) {
        slots_.push_back(std::move(what));
    } else {
        slot = free_.back();
        free_.pop_back();
        slots_[slot] = std::move(what);
    }
    heap_.push_back({std::max(when, now_), ++order_, slot});
    std::push_heap(heap_.begin(), heap_.end(), Later{});
}

void EventQueue::run(Micros until) {
    while (!stopped_ && !heap_.empty() && heap_.front().when <= until) {
        std::pop_heap(heap_.begin(), heap_.end(), Later{});
        const Event event = heap_.back();
        heap_.pop_back();
        now_ = event.when;
        Action act = std::move(slots_[event.slot]);
        free_.push_back(event.slot);
        act();
    }
    if (!stopped_) now_ = std::max(now_, until);
}

}  // namespace understudy::simulation
