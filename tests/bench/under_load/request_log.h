// What h2load notes of each request (its --log-file): a line when the answer has ended, with the
// start as microseconds since the epoch, the HTTP status and the microseconds until the end. Values
// only.
#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "core/identity.h"
#include "core/result.h"

namespace understudy::bench {

enum class RequestKind {
    kRead,  // GET of the guestbook's page
    kPost,  // POST of an entry, answered by 303
};

struct Request {
    RequestKind kind = RequestKind::kRead;
    core::WallTime began;
    std::chrono::microseconds took{0};
    int status = 0;  // -1: no answer
    [[nodiscard]] core::WallTime ended() const { return began + took; }
    [[nodiscard]] bool failed() const { return status != (kind == RequestKind::kRead ? 200 : 303); }
};

// A last line without its end is one that was being written, and is left out. kInvalid: a line is
// not of that form.
core::Result<std::vector<Request>> requests_in(std::string_view log, RequestKind kind);

}  // namespace understudy::bench
