// One line of Nginx' access log, as a datagram of syslog brings it: what is before the first '{' is
// syslog's, the rest one flat JSON object of this log_format (nginx.org, "Module
// ngx_http_log_module"):
//
//     log_format understudy escape=json '{"vhost":"$server_name","status":"$status",'
//         '"bytes":"$bytes_sent","seconds":"$request_time",'
//         '"upstream_seconds":"$upstream_response_time"}';
//
// Other keys are passed over, so a log_format may have more. Values may be strings or numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace understudy::exporters {

struct AccessRecord {
    std::string vhost;
    std::uint16_t status = 0;  // 0..999; 0: the client went before there was an answer
    std::uint64_t bytes = 0;
    double seconds = 0;                      // 0 at least, finite
    std::optional<double> upstream_seconds;  // of all attempts together; none: no upstream asked
    bool operator==(const AccessRecord&) const = default;
};

// kInvalid: no such object, or a key or value that is missing or wrong, named. Reads into a record
// that is used again, so that a line costs no memory; on an error it holds anything.
core::Result<void> read_access_record(std::string_view line, AccessRecord& into);

}  // namespace understudy::exporters
