// One scrape over HTTP, as bytes and time. On loopback, a connection each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace understudy::bench {

enum class Encoding : std::uint8_t { kPlain, kGzip };

struct Scraped {
    double milliseconds = 0;  // from before the connection until its end
    std::string body;         // as it came
};

// /metrics of 127.0.0.1:port. kUnreachable, kTimeout (10 s without a byte), kRefused: another
// status than 200, or not the encoding that was asked for.
core::Result<Scraped> scrape(std::uint16_t port, Encoding encoding);

// Samples of a page in the text format; useful: but for what usefulness.h leaves out.
std::size_t series_in(std::string_view page);
std::size_t useful_series_in(std::string_view page);

}  // namespace understudy::bench
