// The simulation's only source of chance: the same seed gives the same numbers everywhere.
#pragma once

#include <chrono>
#include <cstdint>

namespace understudy::simulation {

using Micros = std::chrono::microseconds;
using namespace std::chrono_literals;

class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 0x1234567) {}

    std::uint64_t next() {  // splitmix64
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31U);
    }
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    bool chance(double probability) {
        return static_cast<double>(next() >> 11U) * 0x1.0p-53 < probability;
    }
    Micros between(Micros low, Micros high) {
        const auto span = static_cast<std::uint64_t>((high - low).count() + 1);
        return low + Micros(static_cast<std::int64_t>(below(span)));
    }

  private:
    std::uint64_t state_;
};

}  // namespace understudy::simulation
