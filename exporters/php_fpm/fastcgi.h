// The part of FastCGI 1.0 that asks one question: bytes only, no I/O.
//
// A message is a sequence of records: version 1, type, request id, content length, padding length,
// reserved (8 bytes, numbers big-endian), content, padding. fastcgi-archives.github.io, "FastCGI
// Specification", sections 3.3 and 5.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace understudy::exporters {

using FastcgiParameters = std::vector<std::pair<std::string, std::string>>;

// A request without a body; the responder closes the connection after its answer.
// Names and values together below 64 KiB.
std::string fastcgi_request(const FastcgiParameters& parameters);

struct FastcgiResponse {
    int status = 200;  // of the "Status:" header
    std::string body;
    std::string errors;  // what the responder wrote to its error stream
};

// kInvalid: not FastCGI, or cut short; kRefused: the responder ended the request without an answer
// (overloaded, or the role is unknown).
core::Result<FastcgiResponse> parse_fastcgi_response(std::string_view bytes);

}  // namespace understudy::exporters
