#include "tests/simulation/site/losses.h"

#include <algorithm>

namespace understudy::simulation {

namespace {

constexpr Micros kRemembered = 5min;
constexpr Micros kLateReport = 4500ms;  // how old what is heard may be, in the worst weather

}  // namespace

void Losses::acknowledged(const LogEntry& entry, Micros at) {
    last_at_ = at;
    acknowledged_.add(uuid_of(entry.origin), {entry.number, entry.number});
    contents_[{entry.origin, entry.number}] = entry.content;
    recent_.push_back({at, entry.origin, entry.number});
    while (recent_.front().at < at - kRemembered) recent_.pop_front();
}

void Losses::forget() {
    acknowledged_ = {};
    contents_.clear();
    recent_.clear();
}

std::string Losses::taken_over(const core::GtidSet& held, const core::GtidSet& last_heard,
                               const core::AsyncDurability& policy) {
    const auto lost = acknowledged_.minus(held);
    if (lost.empty()) return "";
    std::uint64_t known = 0;
    Micros oldest = last_at_;
    for (const auto& write : recent_) {
        if (!lost.contains(uuid_of(write.origin), write.number)) continue;
        ++lost_;
        oldest = std::min(oldest, write.at);
        // What was written after the primary was last heard cannot be counted by anybody.
        if (last_heard.contains(uuid_of(write.origin), write.number)) ++known;
        contents_.erase({write.origin, write.number});
    }
    acknowledged_ = acknowledged_.minus(lost);
    if (known > policy.max_loss) {
        return std::to_string(known) + " writes are lost, more than max_loss";
    }
    if (last_at_ - oldest > policy.max_lag + kLateReport) {
        return "a write is lost that is " + std::to_string((last_at_ - oldest).count() / 1000) +
               " ms older than the last one, more than max_lag";
    }
    return "";
}

}  // namespace understudy::simulation
