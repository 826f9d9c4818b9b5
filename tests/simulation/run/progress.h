// How far a long run is: on a terminal one line that changes, else a line now and then.
#pragma once

#include <chrono>
#include <cstdint>

namespace understudy::simulation {

class Progress {
  public:
    explicit Progress(std::uint64_t seeds);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void done(std::uint64_t seeds, std::size_t violations);

  private:
    using Time = std::chrono::steady_clock::time_point;

    std::uint64_t seeds_;
    bool terminal_;
    Time began_;
    Time shown_;
};

}  // namespace understudy::simulation
