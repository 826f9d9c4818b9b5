#include "controller/request_desk.h"

#include <utility>

namespace understudy::controller {

RequestId RequestDesk::open() {
    const std::lock_guard lock(mutex_);
    requests_[++last_];
    return last_;
}

std::optional<Answer> RequestDesk::await(RequestId id, core::Millis patience) {
    std::unique_lock lock(mutex_);
    answered_.wait_for(lock, patience, [&] { return closed_ || requests_[id].has_value(); });
    std::optional<Answer> answer = std::move(requests_[id]);
    requests_.erase(id);
    return answer;
}

void RequestDesk::answer(Answer answer) {
    const std::lock_guard lock(mutex_);
    const auto waiting = requests_.find(answer.id);
    if (waiting == requests_.end()) return;
    waiting->second = std::move(answer);
    answered_.notify_all();
}

void RequestDesk::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    answered_.notify_all();
}

}  // namespace understudy::controller
