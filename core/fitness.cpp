#include "core/fitness.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace understudy::core {

namespace {

// 0, 0 for what is no version.
std::pair<int, int> first_two_numbers(std::string_view version) {
    std::pair<int, int> numbers{0, 0};
    const char* end = version.data() + version.size();
    const auto major = std::from_chars(version.data(), end, numbers.first);
    if (major.ec != std::errc{} || major.ptr == end || *major.ptr != '.') return {0, 0};
    const auto minor = std::from_chars(major.ptr + 1, end, numbers.second);
    return minor.ec == std::errc{} ? numbers : std::pair{0, 0};
}

}  // namespace

std::string chained_source(const Topology& topology, const HostName& host,
                           const DatabaseFacts& facts) {
    const auto& replication = facts.replication;
    if (!replication.configured) return "";
    const bool known = std::any_of(
        topology.databases.begin(), topology.databases.end(), [&](const DatabaseHost& other) {
            const bool named = replication.source_host == other.address.host ||
                               replication.source_host == other.name.value;
            return named && replication.source_port == other.address.port;
        });
    if (known) return "";
    return host.value + " replicates from " + replication.source_host + ":" +
           std::to_string(replication.source_port) +
           ", which is no host of this cluster; chained sources are not supported: name that host "
           "in "
           "the configuration, or RESET REPLICA ALL on " +
           host.value;
}

bool older_version(std::string_view version, std::string_view than) {
    const auto left = first_two_numbers(version);
    const auto right = first_two_numbers(than);
    return left != std::pair{0, 0} && right != std::pair{0, 0} && left < right;
}

}  // namespace understudy::core
