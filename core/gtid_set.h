// A set of global transaction identifiers, and its algebra.
//
// Text form, as MySQL prints it: UUID[:tag]:first[-last][:first[-last]…], joined by commas, white
// space anywhere between parts. Tags since MySQL 8.3 (dev.mysql.com, "GTID Format and Storage"):
// up to 32 of [a-z0-9_], not starting with a digit. In one UUID's entry a tag holds until the next.
// Invariant: runs are sorted by source and number; those of a source are disjoint and not adjacent.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace understudy::core {

constexpr std::uint64_t kGreatestGtidNumber = (std::uint64_t{1} << 63U) - 2;

// Numbers are 1 … kGreatestGtidNumber.
struct GtidInterval {
    std::uint64_t first = 0;
    std::uint64_t last = 0;  // inclusive
    bool operator==(const GtidInterval&) const = default;
};

class GtidSet {
  public:
    // kInvalid, naming the offending part.
    static Result<GtidSet> parse(std::string_view text);

    // source is "uuid" or "uuid:tag", lower case.
    void add(std::string_view source, GtidInterval interval);
    void add(const GtidSet& other);

    [[nodiscard]] GtidSet minus(const GtidSet& other) const;
    [[nodiscard]] GtidSet united_with(const GtidSet& other) const;
    [[nodiscard]] bool contains(const GtidSet& other) const;
    [[nodiscard]] bool contains(std::string_view source, std::uint64_t number) const;
    // Without the transactions that this server (any tag) gave their number.
    [[nodiscard]] GtidSet without_server(std::string_view uuid) const;

    [[nodiscard]] bool empty() const { return runs_.empty(); }
    [[nodiscard]] std::uint64_t count() const;
    [[nodiscard]] std::string to_string() const;

    bool operator==(const GtidSet&) const = default;

  private:
    // The text in place, of 36 + 1 + 32 characters at most: sets are copied and compared often.
    struct Source {
        std::array<char, 72> text{};
        explicit Source(std::string_view name);
        [[nodiscard]] std::string_view name() const { return text.data(); }
        bool operator==(const Source&) const = default;
        std::strong_ordering operator<=>(const Source& other) const {
            return std::memcmp(text.data(), other.text.data(), text.size()) <=> 0;
        }
    };
    struct Run {
        Source source;
        GtidInterval numbers;
        bool operator==(const Run&) const = default;
    };
    void add(const Source& source, GtidInterval interval);

    std::vector<Run> runs_;
};

}  // namespace understudy::core
