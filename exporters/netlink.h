// The kernel's answers over netlink(7): messages with attributes, cut from bytes; and how a table
// is asked for.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace understudy::exporters {

// A message without its head, or an attribute.
struct NetlinkItem {
    std::uint16_t type = 0;
    std::string_view body;
};
using NetlinkVisit = std::function<void(const NetlinkItem&)>;

// What ends a dump.
struct NetlinkEnd {
    bool last = false;
    int error = 0;  // errno; 0: none
};

// A value at the front of bytes whose alignment is not known; nothing: they are too few.
template <class Value>
std::optional<Value> netlink_front(std::string_view bytes) {
    Value value{};
    if (bytes.size() < sizeof value) return std::nullopt;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

// Both stop at what is cut off.
NetlinkEnd visit_netlink_messages(std::string_view bytes, const NetlinkVisit& visit);
void visit_netlink_attributes(std::string_view bytes, const NetlinkVisit& visit);

// Sends `question`, a whole message with NLM_F_DUMP, to the part of the kernel that answers for
// `protocol` and visits all messages of the answer. Does not block. kIo: the kernel refuses, errno
// in `number`; `operation` is the error's.
core::Result<void> dump_netlink(int protocol, std::string_view question, const char* operation,
                                const NetlinkVisit& visit);

}  // namespace understudy::exporters
