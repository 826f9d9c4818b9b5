#include "exporters/nginx/stub_status.h"

#include "exporters/text_fields.h"

namespace understudy::exporters {
namespace {

constexpr auto kUp = "nginx_up";
constexpr auto kUpHelp = "Whether Nginx answered (1) or not (0).";

// The fields of a line that has to have `words` at the odd places and numbers at the others.
class Line {
  public:
    explicit Line(std::string_view& text) : fields_(fields_of(take_line(text))) {}

    bool says(std::size_t at, std::string_view word) const {
        return at < fields_.size() && fields_[at] == word;
    }
    bool number(std::size_t at, std::uint64_t& into) const {
        if (at >= fields_.size()) return false;
        const auto number = number_from<std::uint64_t>(fields_[at]);
        if (number) into = *number;
        return number.has_value();
    }

  private:
    std::vector<std::string_view> fields_;
};

}  // namespace

core::Result<StubStatus> parse_stub_status(std::string_view text) {
    const auto begin = text.substr(0, 60);
    StubStatus status;
    const Line connections(text);
    const Line header(text);
    const Line totals(text);
    const Line states(text);
    const bool valid = connections.says(0, "Active") && connections.number(2, status.active) &&
                       header.says(0, "server") && header.says(1, "accepts") &&
                       totals.number(0, status.accepted) && totals.number(1, status.handled) &&
                       totals.number(2, status.requests) && states.says(0, "Reading:") &&
                       states.number(1, status.reading) && states.number(3, status.writing) &&
                       states.number(5, status.waiting);
    if (!valid) {
        return core::failure(core::ErrorCode::kInvalid, "read Nginx' status",
                             "not a stub_status page, but: " + std::string(begin));
    }
    return status;
}

MetricPage nginx_metrics(const StubStatus& status) {
    MetricPage page;
    const auto counter = [&](const char* name, const char* help, std::uint64_t value) {
        page.counter(name, help, static_cast<double>(value));
    };
    const auto gauge = [&](const char* name, const char* help, std::uint64_t value) {
        page.gauge(name, help, static_cast<double>(value));
    };
    page.gauge(kUp, kUpHelp, 1);
    counter("nginx_connections_accepted", "Accepted client connections.", status.accepted);
    counter("nginx_connections_handled", "Handled client connections.", status.handled);
    gauge("nginx_connections_active", "Active client connections.", status.active);
    gauge("nginx_connections_reading", "Connections whose request header is being read.",
          status.reading);
    gauge("nginx_connections_writing", "Connections to which a response is being written.",
          status.writing);
    gauge("nginx_connections_waiting", "Idle client connections.", status.waiting);
    counter("nginx_http_requests_total", "HTTP requests.", status.requests);
    return page;
}

MetricPage nginx_missing() {
    MetricPage page;
    page.gauge(kUp, kUpHelp, 0);
    return page;
}

}  // namespace understudy::exporters
