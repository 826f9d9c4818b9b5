// One question and its answer over a stream socket: connect, write, read until the other side
// closes. Bounded in time and size; no name is looked up, so nothing can block outside the bound.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/cluster.h"
#include "core/identity.h"
#include "core/result.h"

namespace understudy::adapters {

struct StreamAddress {
    std::string unix_path;  // empty: tcp
    core::Address tcp;
};

// "unix:/path" or "IP:port" ("[::1]:9000"). kInvalid otherwise.
core::Result<StreamAddress> parse_stream_address(std::string_view text);

struct ExchangeBounds {
    core::Millis deadline{1000};
    std::size_t answer_bytes = std::size_t{1} << 20U;
};

// `peer` names the other side in errors ("HAProxy at /run/haproxy/admin.sock").
// kUnreachable: nobody listens, or it hung up (errno in `number`); kTimeout: what was done is
// unknown; kInvalid: an answer or address that is too long.
core::Result<std::string> exchange(const StreamAddress& address, std::string_view peer,
                                   std::string_view request, const ExchangeBounds& bounds);

}  // namespace understudy::adapters
