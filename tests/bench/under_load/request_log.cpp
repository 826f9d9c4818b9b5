#include "tests/bench/under_load/request_log.h"

#include <charconv>
#include <optional>
#include <string>

namespace understudy::bench {

namespace {

// The number before the next tab, which is taken off with it.
std::optional<std::int64_t> take_number(std::string_view& line) {
    std::int64_t number = 0;
    const auto* const end = line.data() + line.size();
    const auto parsed = std::from_chars(line.data(), end, number);
    if (parsed.ec != std::errc{} || (parsed.ptr != end && *parsed.ptr != '\t')) return std::nullopt;
    line.remove_prefix(static_cast<std::size_t>(parsed.ptr - line.data()));
    if (!line.empty()) line.remove_prefix(1);
    return number;
}

}  // namespace

core::Result<std::vector<Request>> requests_in(std::string_view log, RequestKind kind) {
    std::vector<Request> requests;
    for (auto end = log.find('\n'); end != std::string_view::npos; end = log.find('\n')) {
        auto line = log.substr(0, end);
        const std::string whole(line);
        log.remove_prefix(end + 1);
        const auto began = take_number(line);
        const auto status = take_number(line);
        const auto took = take_number(line);
        if (!began || !status || !took) {
            return core::failure(core::ErrorCode::kInvalid, "read h2load's log",
                                 "not start, status and duration: \"" + whole + "\"");
        }
        Request request;
        request.kind = kind;
        request.began = core::WallTime(std::chrono::microseconds(*began));
        request.took = std::chrono::microseconds(*took);
        request.status = static_cast<int>(*status);
        requests.push_back(request);
    }
    return requests;
}

}  // namespace understudy::bench
