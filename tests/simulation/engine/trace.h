// What happened, as a hash that two runs of one seed must share, and as lines when somebody reads.
#pragma once

#include <cstdint>
#include <cstdio>
#include <deque>
#include <string>

#include "tests/simulation/engine/event_queue.h"

namespace understudy::simulation {

class Trace {
  public:
    enum class Mode { kHash, kLines, kPrint };

    Trace(const EventQueue& queue, Mode mode) : queue_(queue), mode_(mode) {}

    // `text` is only called when lines are kept.
    template <class Text>
    void note(std::uint64_t what, std::uint64_t who, Text&& text) {
        mix(static_cast<std::uint64_t>(queue_.now().count()));
        mix(what * 64 + who);
        if (mode_ != Mode::kHash) add(text());
    }

    [[nodiscard]] std::uint64_t hash() const { return hash_; }
    [[nodiscard]] const std::deque<std::string>& lines() const { return lines_; }

  private:
    static constexpr std::size_t kKept = 60;

    void mix(std::uint64_t value) { hash_ = (hash_ ^ value) * 0x100000001B3ULL; }

    void add(const std::string& text) {
        char stamp[24];
        std::snprintf(stamp, sizeof stamp, "%11.6f  ",
                      static_cast<double>(queue_.now().count()) / 1e6);
        lines_.push_back(stamp + text);
        if (mode_ == Mode::kPrint) std::puts(lines_.back().c_str());
        if (lines_.size() > kKept) lines_.pop_front();
    }

    const EventQueue& queue_;
    Mode mode_;
    std::uint64_t hash_ = 0xCBF29CE484222325ULL;
    std::deque<std::string> lines_;
};

struct Engine {
    Engine(std::uint64_t seed, Trace::Mode mode) : random(seed), trace(queue, mode) {}

    EventQueue queue;
    Random random;
    Trace trace;
};

}  // namespace understudy::simulation
