#include "exporters/host/network_tables.h"

#include <algorithm>
#include <array>
#include <optional>

#include "exporters/text_fields.h"

namespace understudy::exporters {
namespace {

struct ConntrackName {
    const char* field;
    const char* name;
    const char* help;
};

constexpr auto kConntrackNames = std::to_array<ConntrackName>({
    {"found", "node_nf_conntrack_stat_found", "Searched entries that were found."},
    {"invalid", "node_nf_conntrack_stat_invalid", "Packets that could not be tracked."},
    {"ignore", "node_nf_conntrack_stat_ignore", "Packets of connections tracked already."},
    {"insert", "node_nf_conntrack_stat_insert", "Entries inserted."},
    {"insert_failed", "node_nf_conntrack_stat_insert_failed", "Entries that were not inserted."},
    {"drop", "node_nf_conntrack_stat_drop", "Packets dropped because tracking failed."},
    {"early_drop", "node_nf_conntrack_stat_early_drop",
     "Entries dropped to make room for new ones."},
    {"search_restart", "node_nf_conntrack_stat_search_restart",
     "Searches begun again because the table was resized."},
});

tl::unexpected<core::Error> malformed(const char* file, std::string_view line) {
    return core::failure(core::ErrorCode::kInvalid, std::string("read ") + file,
                         "malformed line: " + std::string(line.substr(0, 100)));
}

}  // namespace

core::Result<ArpEntries> parse_arp(std::string_view text) {
    constexpr auto kFile = "/proc/net/arp";
    constexpr std::size_t kColumns = 6;
    const auto heading = take_line(text);
    if (!heading.starts_with("IP address")) return malformed(kFile, heading);
    ArpEntries entries;
    while (!text.empty()) {
        const auto line = take_line(text);
        const auto fields = fields_of(line);
        if (fields.empty()) continue;
        if (fields.size() != kColumns) return malformed(kFile, line);
        ++entries[std::string(fields.back())];
    }
    return entries;
}

void add_arp(MetricPage& page, const ArpEntries& entries) {
    for (const auto& [device, count] : entries) {
        page.gauge("node_arp_entries", "Neighbours known, by device.", static_cast<double>(count),
                   {{"device", device}});
    }
}

core::Result<NamedValues> parse_conntrack_stat(std::string_view text) {
    constexpr auto kFile = "/proc/net/stat/nf_conntrack";
    const auto heading = take_line(text);
    NamedValues sums;
    for (const auto name : fields_of(heading)) sums.emplace_back(name, 0);
    if (sums.empty() || sums[0].first != "entries") return malformed(kFile, heading);
    while (!text.empty()) {
        const auto line = take_line(text);
        const auto fields = fields_of(line);
        if (fields.empty()) continue;
        if (fields.size() != sums.size()) return malformed(kFile, line);
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const auto value = hexadecimal_from(fields[i]);
            if (!value) return malformed(kFile, line);
            sums[i].second += static_cast<double>(*value);
        }
    }
    return sums;
}

void add_conntrack_stat(MetricPage& page, const NamedValues& sums) {
    for (const auto& [field, name, help] : kConntrackNames) {
        const auto found =
            std::find_if(sums.begin(), sums.end(),
                         [wanted = field](const auto& sum) { return sum.first == wanted; });
        if (found != sums.end()) page.gauge(name, help, found->second);
    }
}

core::Result<UdpQueues> parse_udp(std::string_view text) {
    constexpr auto kFile = "/proc/net/udp";
    constexpr std::size_t kQueues = 4;  // "00000000:00000000", what is sent and what came
    const auto heading = take_line(text);
    if (fields_of(heading).empty()) return malformed(kFile, heading);
    UdpQueues sums;
    while (!text.empty()) {
        const auto line = take_line(text);
        const auto fields = fields_of(line);
        if (fields.empty()) continue;
        if (fields.size() <= kQueues) return malformed(kFile, line);
        const auto colon = std::min(fields[kQueues].find(':'), fields[kQueues].size());
        const auto sent = hexadecimal_from(fields[kQueues].substr(0, colon));
        const auto came = colon == fields[kQueues].size()
                              ? std::nullopt
                              : hexadecimal_from(fields[kQueues].substr(colon + 1));
        if (!sent || !came) return malformed(kFile, line);
        sums.transmit_bytes += *sent;
        sums.receive_bytes += *came;
    }
    return sums;
}

void add_udp_queues(MetricPage& page, std::string_view version, const UdpQueues& queues) {
    const auto gauge = [&](const char* queue, std::uint64_t bytes) {
        page.gauge("node_udp_queues", "Bytes in the queues of UDP sockets.",
                   static_cast<double>(bytes), {{"ip", std::string(version)}, {"queue", queue}});
    };
    gauge("tx", queues.transmit_bytes);
    gauge("rx", queues.receive_bytes);
}

}  // namespace understudy::exporters
