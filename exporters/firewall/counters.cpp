#include "exporters/firewall/counters.h"

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "exporters/first_bytes.h"

namespace understudy::exporters {

using core::ErrorCode;
using core::failure;
using core::Result;

namespace {

constexpr auto kReadFirewall = "read the firewall's counters";
constexpr std::size_t kLargestCounters = std::size_t{64} << 10U;
constexpr std::chrono::seconds kOldest{30};

Result<std::string> fresh_text(const std::string& path) {
    std::error_code error;
    const auto written = std::filesystem::last_write_time(path, error);
    if (error) return failure(ErrorCode::kNotFound, kReadFirewall, path + ": " + error.message());
    if (std::filesystem::file_time_type::clock::now() - written > kOldest) {
        return failure(ErrorCode::kTimeout, kReadFirewall, path + " is not written any more");
    }
    return first_bytes_of(path, kLargestCounters, kReadFirewall);
}

}  // namespace

Result<std::vector<FirewallCounter>> parse_firewall_counters(std::string_view json) {
    const auto invalid = [](const char* what) {
        return failure(ErrorCode::kInvalid, kReadFirewall, what);
    };
    const auto document = nlohmann::json::parse(json, nullptr, false);
    if (!document.is_object() || !document.contains("nftables")) return invalid("not nft's JSON");
    std::vector<FirewallCounter> counters;
    try {
        for (const auto& object : document["nftables"]) {
            if (!object.contains("counter")) continue;
            const auto& counter = object["counter"];
            counters.push_back({counter.at("name").get<std::string>(),
                                counter.at("packets").get<std::uint64_t>(),
                                counter.at("bytes").get<std::uint64_t>()});
        }
    } catch (const nlohmann::json::exception&) {
        return invalid("a counter without its figures");
    }
    if (counters.empty()) return invalid("there is none; are the rules loaded?");
    return counters;
}

MetricPage firewall_metrics(const std::vector<FirewallCounter>& counters) {
    MetricPage page;
    page.gauge("understudy_firewall_up", "Whether the firewall's counters can be read (1).", 1);
    for (const auto& counter : counters) {
        page.counter("understudy_firewall_packets_total", "Packets that the firewall dropped.",
                     static_cast<double>(counter.packets), {{"counter", counter.name}});
        page.counter("understudy_firewall_bytes_total", "Bytes that the firewall dropped.",
                     static_cast<double>(counter.bytes), {{"counter", counter.name}});
    }
    return page;
}

MetricPage firewall_missing() {
    MetricPage page;
    page.gauge("understudy_firewall_up", "Whether the firewall's counters can be read (1).", 0);
    return page;
}

Collector firewall_collector(std::string path, core::Millis deadline) {
    auto collect = [path = std::move(path)]() -> Result<MetricPage> {
        const auto text = fresh_text(path);
        if (!text) return tl::unexpected<core::Error>(text.error());
        return parse_firewall_counters(*text).map(firewall_metrics);
    };
    return {"firewall", deadline, std::move(collect), firewall_missing};
}

}  // namespace understudy::exporters
