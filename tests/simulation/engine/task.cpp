#include "tests/simulation/engine/task.h"

#include <utility>

namespace understudy::simulation {

Task::Task(EventQueue& queue, std::function<void(Task&)> body)
    : queue_(queue), fiber_([this, body = std::move(body)] { body(*this); }) {}

void Task::resume_after(Micros delay) {
    queue_.after(delay, [this, ticket = ticket_] { resume(ticket); });
}

void Task::resume(std::uint64_t ticket) {
    if (ticket != ticket_ || fiber_.finished()) return;
    if (frozen_) {
        due_while_frozen_ = true;
        return;
    }
    if (idle_ && !woken_ && idle_()) {
        resume_after(each_);
        return;
    }
    ++ticket_;
    fiber_.resume();
}

void Task::busy(Micros time) {
    resume_after(time);
    fiber_.suspend();
}

void Task::wait(Micros most) {
    if (!std::exchange(woken_, false)) {
        waiting_ = true;
        resume_after(most);
        fiber_.suspend();
        waiting_ = false;
    }
    woken_ = false;
}

void Task::wait_while(Micros each, std::function<bool()> idle) {
    each_ = each;
    idle_ = std::move(idle);
    wait(each);
    idle_ = nullptr;
}

void Task::wake() {
    if (woken_) return;
    woken_ = true;
    if (waiting_) resume_after(Micros{0});
}

void Task::kill() {
    ++ticket_;
    fiber_.kill();
}

void Task::thaw() {
    frozen_ = false;
    if (std::exchange(due_while_frozen_, false)) resume_after(Micros{0});
}

}  // namespace understudy::simulation
