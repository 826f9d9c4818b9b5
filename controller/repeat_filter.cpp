#include "controller/repeat_filter.h"

namespace understudy::controller {

bool RepeatFilter::worth(const std::string& subject, const std::string& text,
                         core::MonotonicTime now) {
    const std::lock_guard lock(mutex_);
    const auto last = last_.find(subject);
    if (text.empty()) return last_.erase(subject) > 0;
    if (last != last_.end() && last->second.text == text && now - last->second.at < reminder_) {
        return false;
    }
    last_[subject] = {text, now};
    return true;
}

}  // namespace understudy::controller
