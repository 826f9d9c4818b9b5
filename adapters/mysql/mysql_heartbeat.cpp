#include "adapters/mysql/mysql_heartbeat.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string_view>
#include <utility>

namespace understudy::adapters {

namespace {

using std::chrono::steady_clock;

constexpr std::size_t kConnections = 6;
constexpr std::size_t kKeptOpen = 2;
// How long the beat may wait before a transaction is written beside it; four times as long for
// each next.
constexpr core::Millis kPatience{250};
constexpr core::Millis kLogin{100};

// A transaction that changes nothing and needs no lock: the row's is held by the beat that waits.
constexpr std::string_view kNothing = "FLUSH OPTIMIZER_COSTS";

std::string heartbeat_statement(core::WallTime now) {
    const auto text = sql_quoted(heartbeat_text(now));
    // A beat that waited may commit after its successor.
    return "INSERT INTO understudy.heartbeat (server_id, ts) VALUES (@@server_id, " + text +
           ") ON DUPLICATE KEY UPDATE ts = GREATEST(ts, " + text + ")";
}

tl::unexpected<core::Error> failed(core::Error error) {
    error.operation = "write the heartbeat";
    return tl::unexpected(std::move(error));
}

int milliseconds_until(Deadline deadline) {
    if (deadline == Deadline::max()) return -1;
    const auto left = std::chrono::ceil<core::Millis>(deadline - steady_clock::now());
    return static_cast<int>(std::max(left, core::Millis{0}).count());
}

}  // namespace

MySqlHeartbeat::MySqlHeartbeat(const MySqlLogin& login) {
    for (std::size_t i = 0; i < kConnections; ++i) connections_.emplace_back(login);
}

core::Result<void> MySqlHeartbeat::beat(core::WallTime now, core::Millis deadline) {
    const auto until = deadline_in(deadline);
    collect_earlier();
    for (;;) {
        if (steady_clock::now() >= next_beat()) {
            if (const auto begun = begin(now, until); !begun) return failed(begun.error());
        }
        const auto done = await_any(std::min(until, next_beat()));
        if (!done) return failed(done.error());
        if (*done) break;
        if (steady_clock::now() >= until) {
            return failed({core::ErrorCode::kTimeout, {}, "its commit waits", 0});
        }
    }
    keep_open(std::min(until, deadline_in(kLogin)));
    return {};
}

// How those ended is no longer of interest.
void MySqlHeartbeat::collect_earlier() {
    for (auto& connection : connections_) {
        if (connection.busy()) static_cast<void>(connection.await(steady_clock::now()));
    }
}

Deadline MySqlHeartbeat::next_beat() const {
    const auto waiting = std::count_if(connections_.begin(), connections_.end(),
                                       [](const auto& connection) { return connection.busy(); });
    if (waiting == 0) return steady_clock::now();
    if (waiting == static_cast<std::ptrdiff_t>(kConnections)) return Deadline::max();
    return last_begun_ + kPatience * (1LL << (2 * (waiting - 1)));
}

core::Result<void> MySqlHeartbeat::begin(core::WallTime now, Deadline deadline) {
    const auto idle = std::find_if(connections_.begin(), connections_.end(),
                                   [](const auto& connection) { return !connection.busy(); });
    const bool others_wait = std::any_of(connections_.begin(), connections_.end(),
                                         [](const auto& connection) { return connection.busy(); });
    last_begun_ = steady_clock::now();
    return idle->begin(others_wait ? std::string(kNothing) : heartbeat_statement(now), deadline);
}

// True: a beat was committed. False: the deadline passed first.
core::Result<bool> MySqlHeartbeat::await_any(Deadline deadline) {
    for (;;) {
        std::vector<pollfd> waiting;
        for (auto& connection : connections_) {
            if (!connection.busy()) continue;
            const auto answer = connection.await(steady_clock::now());
            if (!answer) return tl::unexpected(answer.error());
            if (*answer) return true;
            waiting.push_back({connection.descriptor(), POLLIN, 0});
        }
        const int left_ms = milliseconds_until(deadline);
        if (left_ms == 0) return false;
        static_cast<void>(::poll(waiting.data(), waiting.size(), left_ms));
    }
}

// They must be there before nobody can log in any more; beat() tells when it needs one in vain.
void MySqlHeartbeat::keep_open(Deadline deadline) {
    for (std::size_t i = 0; i < kKeptOpen; ++i) {
        if (!connections_[i].busy()) static_cast<void>(connections_[i].open(deadline));
    }
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
