// What a writing client was promised, and what to ask of it afterwards. Values only.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/identity.h"

namespace understudy::stack {

enum class Outcome {
    kAcknowledged,
    kUnknown,  // sent, and no answer came: the row may be there or not
    kRefused,  // the answer was an error, or there was no connection to send it on
};

struct Attempt {
    std::uint64_t row = 0;  // never used twice
    core::WallTime sent;
    core::WallTime ended;
    Outcome outcome = Outcome::kRefused;
    std::string error;
};

struct Pause {
    core::WallTime last_before;  // acknowledgement
    core::WallTime first_after;
    [[nodiscard]] std::chrono::microseconds length() const { return first_after - last_before; }
};

// Attempts in the order in which they were made, by one client.
class Ledger {
  public:
    void add(Attempt attempt) { attempts_.push_back(std::move(attempt)); }

    [[nodiscard]] const std::vector<Attempt>& attempts() const { return attempts_; }
    [[nodiscard]] std::size_t count(Outcome outcome) const;
    [[nodiscard]] std::set<std::uint64_t> acknowledged() const;
    // Acknowledged rows that are not among those found: each one is a broken promise.
    [[nodiscard]] std::set<std::uint64_t> missing(const std::set<std::uint64_t>& found) const;
    // Rows found that were never attempted, or were answered with an error.
    [[nodiscard]] std::set<std::uint64_t> unexplained(const std::set<std::uint64_t>& found) const;

    // The longest time without an acknowledgement that had not ended by `from` and had begun by
    // `until`. An answer that was under way when the server died is thereby no end of the gap.
    [[nodiscard]] std::optional<Pause> longest_pause(core::WallTime from,
                                                     core::WallTime until) const;

  private:
    std::vector<Attempt> attempts_;
};

}  // namespace understudy::stack
