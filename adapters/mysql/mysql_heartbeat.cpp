#include "adapters/mysql/mysql_heartbeat.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <utility>

namespace understudy::adapters {

MySqlHeartbeat::MySqlHeartbeat(MySqlLogin login) : connection_(std::move(login)) {}

core::Result<void> MySqlHeartbeat::beat(core::WallTime now, core::Millis deadline) {
    // A beat whose connection was closed may commit after its successor.
    const auto text = sql_quoted(heartbeat_text(now));
    auto written =
        connection_.query("INSERT INTO understudy.heartbeat (server_id, ts) VALUES (@@server_id, " +
                              text + ") ON DUPLICATE KEY UPDATE ts = GREATEST(ts, " + text + ")",
                          deadline_in(deadline));
    if (written) return {};
    auto error = written.error();
    error.operation = "write the heartbeat";
    return tl::unexpected(error);
}

std::string heartbeat_text(core::WallTime now) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
    const auto time = std::chrono::system_clock::to_time_t(seconds);
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    std::array<char, 32> text{};
    const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    const auto micros = static_cast<long>((now - seconds).count());
    std::snprintf(text.data() + size, text.size() - size, ".%06ld", micros);
    return text.data();
}

}  // namespace understudy::adapters
