// When strikes of faults come in a run: drawn by the seed, each by its number alone.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulation/run/faults.h"

namespace understudy::simulation {

struct Strike {
    int number = 0;
    Micros at{0};
    std::vector<std::string_view> faults;
};

class Schedule {
  public:
    // Of the strikes, `only` these (nothing: all) befall the site.
    // Every second fault is `often`, if it is the name of one.
    Schedule(Site& site, std::uint64_t seed, std::optional<std::set<int>> only, std::string often);

    void strike_between(Micros begin, Micros end);
    [[nodiscard]] const std::vector<Strike>& strikes() const { return strikes_; }

  private:
    void strike(Micros end);

    Site& site_;
    std::uint64_t seed_;
    std::optional<std::set<int>> only_;
    std::string often_;
    std::vector<Strike> strikes_;  // that befell the site
    std::vector<std::unique_ptr<Faults>> faults_;
};

}  // namespace understudy::simulation
