#include "tests/stack/ledger.h"

#include <algorithm>
#include <iterator>

namespace understudy::stack {

namespace {

std::set<std::uint64_t> difference(const std::set<std::uint64_t>& from,
                                   const std::set<std::uint64_t>& taken) {
    std::set<std::uint64_t> rest;
    std::set_difference(from.begin(), from.end(), taken.begin(), taken.end(),
                        std::inserter(rest, rest.end()));
    return rest;
}

}  // namespace

std::size_t Ledger::count(Outcome outcome) const {
    return static_cast<std::size_t>(
        std::count_if(attempts_.begin(), attempts_.end(),
                      [outcome](const Attempt& attempt) { return attempt.outcome == outcome; }));
}

std::set<std::uint64_t> Ledger::acknowledged() const {
    std::set<std::uint64_t> rows;
    for (const auto& attempt : attempts_) {
        if (attempt.outcome == Outcome::kAcknowledged) rows.insert(attempt.row);
    }
    return rows;
}

std::set<std::uint64_t> Ledger::missing(const std::set<std::uint64_t>& found) const {
    return difference(acknowledged(), found);
}

std::set<std::uint64_t> Ledger::unexplained(const std::set<std::uint64_t>& found) const {
    std::set<std::uint64_t> possible;
    for (const auto& attempt : attempts_) {
        if (attempt.outcome != Outcome::kRefused) possible.insert(attempt.row);
    }
    return difference(found, possible);
}

std::optional<Pause> Ledger::longest_pause(core::WallTime from, core::WallTime until) const {
    std::optional<Pause> longest;
    std::optional<core::WallTime> previous;
    for (const auto& attempt : attempts_) {
        if (attempt.outcome != Outcome::kAcknowledged) continue;
        if (previous && attempt.ended > from && *previous <= until) {
            const Pause pause{*previous, attempt.ended};
            if (!longest || pause.length() > longest->length()) longest = pause;
        }
        previous = attempt.ended;
    }
    return longest;
}

}  // namespace understudy::stack
