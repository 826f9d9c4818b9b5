#include "tests/simulation/run/shrink.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

namespace understudy::simulation {

namespace {

std::set<int> numbers_of(const Outcome& outcome) {
    std::set<int> numbers;
    for (const auto& strike : outcome.strikes) numbers.insert(strike.number);
    return numbers;
}

// Without those from `first` on, in order, `count` of them.
std::set<int> without(const std::set<int>& strikes, std::size_t first, std::size_t count) {
    std::set<int> rest;
    std::size_t at = 0;
    for (const int number : strikes) {
        if (at < first || at >= first + count) rest.insert(number);
        ++at;
    }
    return rest;
}

class Shrinker {
  public:
    Shrinker(const Outcome& failed, RunOptions how, int most_runs)
        : property_(failed.violation->property), how_(std::move(how)), most_runs_(most_runs) {
        shrunk_ = {numbers_of(failed), failed, 0};
    }

    // Large parts first, then smaller ones; again as long as single strikes can be left out.
    Shrunk run() {
        std::size_t part = std::max<std::size_t>(1, shrunk_.strikes.size() / 2);
        for (;;) {
            const bool less = leave_out_parts_of(part);
            if (shrunk_.runs >= most_runs_ || (part == 1 && !less)) return shrunk_;
            part = std::max<std::size_t>(1, part / 2);
        }
    }

  private:
    bool leave_out_parts_of(std::size_t part) {
        bool less = false;
        for (std::size_t first = 0; first < shrunk_.strikes.size();) {
            if (shrunk_.runs >= most_runs_) return less;
            if (still_fails(without(shrunk_.strikes, first, part))) {
                less = true;
            } else {
                first += part;
            }
        }
        return less;
    }

    bool still_fails(const std::set<int>& strikes) {
        ++shrunk_.runs;
        how_.only = strikes;
        auto outcome = run_seed(shrunk_.outcome.seed, how_);
        if (!outcome.violation || outcome.violation->property != property_) return false;
        shrunk_.strikes = strikes;
        shrunk_.outcome = std::move(outcome);
        return true;
    }

    Property property_;
    RunOptions how_;
    int most_runs_;
    Shrunk shrunk_;
};

}  // namespace

Shrunk shrink(const Outcome& failed, const RunOptions& how, int most_runs) {
    return Shrinker(failed, how, most_runs).run();
}

std::string listed(const std::set<int>& strikes) {
    std::string text;
    for (const int number : strikes) text += (text.empty() ? "" : ",") + std::to_string(number);
    return text.empty() ? "none" : text;
}

std::set<int> strikes_from_string(const std::string& text) {
    std::set<int> strikes;
    if (text == "none") return strikes;
    std::stringstream parts(text);
    for (std::string part; std::getline(parts, part, ',');) {
        std::size_t read = 0;
        strikes.insert(std::stoi(part, &read));
        if (read != part.size()) throw std::invalid_argument(part);
    }
    return strikes;
}

}  // namespace understudy::simulation
