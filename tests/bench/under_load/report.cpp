#include "tests/bench/under_load/report.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tests/bench/statistics.h"

namespace understudy::bench {

namespace {

constexpr std::array kLatencies{50.0, 99.0, 99.9, 100.0};
constexpr std::array kLatencyNames{"p50_ms", "p99_ms", "p99_9_ms", "longest_ms"};

struct Failures {
    std::size_t reads = 0;
    std::size_t posts = 0;
    std::size_t afterwards = 0;
    [[nodiscard]] std::size_t all() const { return reads + posts; }
};

// What began before the first round, or after it was over and before the next began.
bool afterwards(const Request& request, const std::vector<LoadedRound>& rounds) {
    return std::none_of(rounds.begin(), rounds.end(), [&](const LoadedRound& round) {
        return request.began <= round.over && request.ended() >= round.begun;
    });
}

Failures failures(const Measurement& measurement) {
    Failures count;
    for (const auto& request : measurement.requests) {
        if (!request.failed()) continue;
        ++(request.kind == RequestKind::kRead ? count.reads : count.posts);
        if (afterwards(request, measurement.rounds)) ++count.afterwards;
    }
    return count;
}

std::vector<double> latencies(const Measurement& measurement) {
    std::vector<double> all;
    all.reserve(measurement.requests.size());
    for (const auto& request : measurement.requests) {
        all.push_back(static_cast<double>(request.took.count()) / 1000.0);
    }
    return all;
}

std::vector<double> durations(const Measurement& measurement) {
    std::vector<double> all;
    for (const auto& round : measurement.rounds) all.push_back(round.milliseconds);
    return all;
}

std::string with_ms(const std::string& name, double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), " %.1f ms", value);
    return name + text.data();
}

// The request that took longest, and what it met: the round during which or after which it began.
std::string longest_request(const Measurement& measurement) {
    const auto longest =
        std::max_element(measurement.requests.begin(), measurement.requests.end(),
                         [](const Request& a, const Request& b) { return a.took < b.took; });
    if (longest == measurement.requests.end()) return "none";
    std::string text = longest->kind == RequestKind::kRead ? "a read" : "a post";
    for (const auto& round : measurement.rounds) {
        if (round.begun > longest->ended()) break;
        const auto after = std::chrono::duration<double, std::milli>(longest->began - round.begun);
        text = (longest->kind == RequestKind::kRead ? "a read, begun" : "a post, begun") +
               with_ms("", after.count()) + " after \"" + round.what + "\"";
    }
    return text;
}

}  // namespace

bool promises_kept(const Measurement& measurement) {
    const auto failed = failures(measurement);
    const auto& promised = measurement.promises;
    if (measurement.requests.empty() || measurement.clients_lost > 0) return false;
    if (promised.no_failed_read && failed.reads > 0) return false;
    if (promised.no_failed_post && failed.posts > 0) return false;
    if (promised.none_failed_afterwards && failed.afterwards > 0) return false;
    return promised.p99_9_below_ms <= 0 ||
           percentile(latencies(measurement), 99.9) < promised.p99_9_below_ms;
}

std::string report_as_text(const Measurement& measurement) {
    const auto failed = failures(measurement);
    const auto took = durations(measurement);
    const auto latency = latencies(measurement);
    auto text = "\n  " + measurement.benchmark + ": " + std::to_string(measurement.rounds.size()) +
                " rounds, " + with_ms("median", median(took)) + ", " +
                with_ms("longest", percentile(took, 100)) +
                "\n  requests: " + std::to_string(measurement.requests.size()) + ", failed " +
                std::to_string(failed.all()) + " (reads " + std::to_string(failed.reads) +
                ", posts " + std::to_string(failed.posts) + "; outside of the rounds " +
                std::to_string(failed.afterwards) + "), clients lost " +
                std::to_string(measurement.clients_lost) + "\n  answered within: ";
    text += with_ms("median", percentile(latency, 50)) + ", " +
            with_ms("99 %", percentile(latency, 99)) + ", " +
            with_ms("99.9 %", percentile(latency, 99.9)) + ", " +
            with_ms("all", percentile(latency, 100)) + " (" + longest_request(measurement) + ")\n";
    return text;
}

std::string report_as_json(const Measurement& measurement) {
    const auto failed = failures(measurement);
    const auto took = durations(measurement);
    const auto latency = latencies(measurement);
    nlohmann::json report;
    report["benchmark"] = measurement.benchmark;
    report["rounds"] = measurement.rounds.size();
    report["requests"] = measurement.requests.size();
    report["failed"] = failed.all();
    report["failed_reads"] = failed.reads;
    report["failed_posts"] = failed.posts;
    report["failed_afterwards"] = failed.afterwards;
    report["clients_lost"] = measurement.clients_lost;
    report["median_ms"] = median(took);
    report["max_ms"] = percentile(took, 100);
    for (std::size_t i = 0; i < kLatencies.size(); ++i) {
        report["request"][kLatencyNames.at(i)] = percentile(latency, kLatencies.at(i));
    }
    for (const auto& round : measurement.rounds) {
        report["each"].push_back({{"what", round.what}, {"ms", round.milliseconds}});
    }
    return report.dump(2);
}

}  // namespace understudy::bench
