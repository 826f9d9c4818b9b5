#include "tests/simulation/engine/event_queue.h"

#include <algorithm>
#include <utility>

namespace understudy::simulation {

void EventQueue::at(Micros when, std::function<void()> what) {
    heap_.push_back({std::max(when, now_), ++order_, std::move(what)});
    std::push_heap(heap_.begin(), heap_.end(), later);
}

void EventQueue::run(Micros until) {
    while (!stopped_ && !heap_.empty() && heap_.front().when <= until) {
        std::pop_heap(heap_.begin(), heap_.end(), later);
        Event event = std::move(heap_.back());
        heap_.pop_back();
        now_ = event.when;
        ++count_;
        event.what();
    }
    if (!stopped_) now_ = std::max(now_, until);
}

}  // namespace understudy::simulation
