// A list of MariaDB's global transaction identifiers, one for each domain, as gtid_binlog_pos,
// gtid_slave_pos and their like hold it.
//
// Text form: domain-server-sequence, joined by commas, in any order of the domains
// (mariadb.com/kb/en/gtid). Unlike MySQL's sets it is a position: within a domain it stands for
// everything up to that sequence number.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/result.h"

namespace understudy::core {

struct MariaDbGtid {
    std::uint32_t server = 0;  // that gave the number
    std::uint64_t sequence = 0;
    bool operator==(const MariaDbGtid&) const = default;
};

class MariaDbPosition {
  public:
    // kInvalid, naming the offending part; a domain may stand in it once only.
    static Result<MariaDbPosition> parse(std::string_view text);

    // Everything that `other` stands for is in this too. Two servers that gave the same number in
    // one domain have diverged: neither contains the other.
    [[nodiscard]] bool contains(const MariaDbPosition& other) const;
    // By what they contain; unordered where each holds something that the other lacks.
    [[nodiscard]] std::partial_ordering operator<=>(const MariaDbPosition& other) const;

    [[nodiscard]] bool empty() const { return domains_.empty(); }
    [[nodiscard]] std::string to_string() const;

    bool operator==(const MariaDbPosition&) const = default;

  private:
    std::map<std::uint32_t, MariaDbGtid> domains_;
};

}  // namespace understudy::core
