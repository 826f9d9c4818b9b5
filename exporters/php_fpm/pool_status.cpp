#include "exporters/php_fpm/pool_status.h"

#include <nlohmann/json.hpp>
#include <optional>

namespace understudy::exporters {
namespace {

using nlohmann::json;

Labels labels_of(const PoolIdentity& identity) {
    return {{"pool", identity.pool}, {"scrape_uri", identity.scrape_uri}};
}

// Reads fields until one is not there; remembers its name.
class Reader {
  public:
    explicit Reader(const json& document) : document_(document) {}

    void read(const char* key, std::uint64_t& into) {
        const auto field = document_.find(key);
        if (field != document_.end() && field->is_number_unsigned()) {
            into = field->get<std::uint64_t>();
        } else if (bad_key_.empty()) {
            bad_key_ = key;
        }
    }
    void read(const char* key, std::string& into) {
        const auto field = document_.find(key);
        if (field != document_.end() && field->is_string()) {
            into = field->get<std::string>();
        } else if (bad_key_.empty()) {
            bad_key_ = key;
        }
    }
    [[nodiscard]] const std::string& bad_key() const { return bad_key_; }

  private:
    const json& document_;
    std::string bad_key_;
};

}  // namespace

core::Result<PoolStatus> parse_pool_status(std::string_view text) {
    constexpr auto kOperation = "read the status of a PHP-FPM pool";
    const auto document = json::parse(valid_utf8(text), nullptr, false);
    if (!document.is_object()) {
        return core::failure(core::ErrorCode::kInvalid, kOperation,
                             "not JSON, but: " + std::string(text.substr(0, 60)));
    }
    PoolStatus status;
    Reader reader(document);
    reader.read("pool", status.pool);
    reader.read("process manager", status.process_manager);
    reader.read("start since", status.start_since_seconds);
    reader.read("accepted conn", status.accepted_connections);
    reader.read("listen queue", status.listen_queue);
    reader.read("max listen queue", status.max_listen_queue);
    reader.read("listen queue len", status.listen_queue_length);
    reader.read("idle processes", status.idle_processes);
    reader.read("active processes", status.active_processes);
    reader.read("total processes", status.total_processes);
    reader.read("max active processes", status.max_active_processes);
    reader.read("max children reached", status.max_children_reached);
    reader.read("slow requests", status.slow_requests);
    if (!reader.bad_key().empty()) {
        return core::failure(core::ErrorCode::kInvalid, kOperation,
                             "no valid field \"" + reader.bad_key() + "\"");
    }
    return status;
}

MetricPage pool_metrics(const PoolStatus& status, const PoolIdentity& identity) {
    MetricPage page;
    const auto labels = labels_of(identity);
    const auto counter = [&](const char* name, const char* help, std::uint64_t value) {
        page.counter(name, help, static_cast<double>(value), labels);
    };
    const auto gauge = [&](const char* name, const char* help, std::uint64_t value) {
        page.gauge(name, help, static_cast<double>(value), labels);
    };
    counter("phpfpm_start_since", "Seconds since PHP-FPM was started.", status.start_since_seconds);
    counter("phpfpm_accepted_connections", "Requests accepted by the pool.",
            status.accepted_connections);
    gauge("phpfpm_listen_queue",
          "Connections that wait to be accepted (PHP-FPM says 0 on a Unix socket).",
          status.listen_queue);
    counter("phpfpm_max_listen_queue", "Highest phpfpm_listen_queue since PHP-FPM was started.",
            status.max_listen_queue);
    gauge("phpfpm_listen_queue_length", "Size of the socket's queue of pending connections.",
          status.listen_queue_length);
    gauge("phpfpm_idle_processes", "Idle processes.", status.idle_processes);
    gauge("phpfpm_active_processes", "Active processes.", status.active_processes);
    gauge("phpfpm_total_processes", "Idle and active processes.", status.total_processes);
    counter("phpfpm_max_active_processes", "Most processes active at once since the start.",
            status.max_active_processes);
    counter("phpfpm_max_children_reached",
            "Times that the limit of processes kept the pool from starting another.",
            status.max_children_reached);
    counter("phpfpm_slow_requests", "Requests that exceeded request_slowlog_timeout.",
            status.slow_requests);
    return page;
}

MetricPage pool_reach(const PoolIdentity& identity, bool up, std::uint64_t scrape_failures) {
    MetricPage page;
    page.gauge("phpfpm_up", "Whether the PHP-FPM pool answered (1) or not (0).", up ? 1 : 0,
               labels_of(identity));
    page.counter("phpfpm_scrape_failures", "Times that the PHP-FPM pool could not be asked.",
                 static_cast<double>(scrape_failures), labels_of(identity));
    return page;
}

}  // namespace understudy::exporters
