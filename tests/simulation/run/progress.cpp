#include "tests/simulation/run/progress.h"

#include <unistd.h>

#include <cstdio>

namespace understudy::simulation {

namespace {

constexpr std::chrono::milliseconds kOnATerminal{300};
constexpr std::chrono::seconds kElsewhere{15};

}  // namespace

Progress::Progress(std::uint64_t seeds)
    : seeds_(seeds),
      terminal_(isatty(STDERR_FILENO) != 0),
      began_(std::chrono::steady_clock::now()),
      shown_(began_) {}

Progress::~Progress() {
    if (terminal_) std::fputs("\r\033[K", stderr);
}

void Progress::done(std::uint64_t seeds, std::size_t violations) {
    const auto now = std::chrono::steady_clock::now();
    if (terminal_ ? now - shown_ < kOnATerminal : now - shown_ < kElsewhere) return;
    shown_ = now;
    const std::chrono::duration<double> took = now - began_;
    std::fprintf(stderr, "%s%llu of %llu seeds, %zu violations, %.0f seeds/s%s",
                 terminal_ ? "\r\033[K" : "", static_cast<unsigned long long>(seeds),
                 static_cast<unsigned long long>(seeds_), violations,
                 static_cast<double>(seeds) / took.count(), terminal_ ? "" : "\n");
    std::fflush(stderr);
}

}  // namespace understudy::simulation
