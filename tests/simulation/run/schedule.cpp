#include "tests/simulation/run/schedule.h"

#include <utility>

namespace understudy::simulation {

Schedule::Schedule(Site& site, std::uint64_t seed, std::optional<std::set<int>> only,
                   std::string often)
    : site_(site), seed_(seed), only_(std::move(only)), often_(std::move(often)) {}

void Schedule::strike_between(Micros begin, Micros end) {
    site_.engine().queue.at(begin, [this, end] { strike(end); });
}

void Schedule::strike(Micros end) {
    auto& queue = site_.engine().queue;
    if (queue.now() >= end) return;
    const int number = static_cast<int>(faults_.size()) + 1;
    const auto own_seed = (seed_ ^ 0xFA017) * 1000 + static_cast<std::uint64_t>(number);
    faults_.push_back(std::make_unique<Faults>(site_, Random(own_seed), end, often_));
    auto& faults = *faults_.back();
    if (!only_ || only_->count(number) > 0) {
        strikes_.push_back({number, queue.now(), faults.strike()});
    } else {
        faults.spare();
    }
    queue.after(faults.pause(), [this, end] { strike(end); });
}

}  // namespace understudy::simulation
