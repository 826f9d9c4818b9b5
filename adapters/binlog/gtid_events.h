// The bodies of the events that carry GTIDs: bytes in, values or nothing out. Pure.
//
// GTID_LOG_EVENT (33): flags (1 byte), UUID (16), number (8). GTID_TAGGED_LOG_EVENT (42, since
// MySQL 8.3): a message of mysql::serialization. PREVIOUS_GTIDS_LOG_EVENT (35): number of sources,
// then each one's UUID, tag (in the tagged format only), number of intervals, intervals [first,
// end).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/gtid_set.h"

namespace understudy::adapters {

using Bytes = std::span<const std::uint8_t>;

struct Gtid {
    std::string source;  // uuid[:tag]
    std::uint64_t number = 0;
};

// Nothing: the body is none of that kind, or holds what no GTID can be.
std::optional<Gtid> parse_gtid(Bytes body);
std::optional<Gtid> parse_tagged_gtid(Bytes body);
std::optional<core::GtidSet> parse_previous_gtids(Bytes body);

}  // namespace understudy::adapters
