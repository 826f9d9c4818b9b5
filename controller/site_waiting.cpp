#include "controller/site_waiting.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>

namespace understudy::controller {

namespace {

using nlohmann::json;
using wire::HostWaiting;

constexpr core::Millis kCountsFor{10'000};

struct Tier {
    const char* name;
    const char* words;
    std::optional<wire::TierWaiting> HostWaiting::*part;
};

// The deepest last.
constexpr std::array kTiers{Tier{"load_balancer", "load balancer", &HostWaiting::load_balancer},
                            Tier{"php_fpm", "PHP-FPM", &HostWaiting::php_fpm},
                            Tier{"database", "database", &HostWaiting::database}};

// A tier on all hosts that have it.
struct TierSum {
    bool exists = false;
    std::optional<std::uint64_t> requests;  // of those that can tell
    core::HostName most_at;
    std::uint32_t most = 0;
};

using RecentByHost = std::map<core::HostName, HostWaiting>;

RecentByHost recent_of(const WaitingByHost& heard, core::MonotonicTime now) {
    RecentByHost recent;
    for (const auto& [host, said] : heard) {
        if (said && now - said->at < kCountsFor) recent[host] = said->waiting;
    }
    return recent;
}

TierSum sum_of(const Tier& tier, const RecentByHost& hosts) {
    TierSum sum;
    for (const auto& [host, waiting] : hosts) {
        const auto& part = waiting.*tier.part;
        if (!part) continue;
        sum.exists = true;
        if (!part->requests) continue;
        sum.requests = sum.requests.value_or(0) + *part->requests;
        if (*part->requests <= sum.most) continue;
        sum.most = *part->requests;
        sum.most_at = host;
    }
    return sum;
}

bool can_tell(const HostWaiting& waiting) {
    for (const auto& tier : kTiers) {
        const auto& part = waiting.*tier.part;
        if (part && !part->requests) return false;
    }
    return true;
}

}  // namespace

HostWaiting lasting(const HostWaiting& before, const HostWaiting& now) {
    auto both = now;
    for (const auto& tier : kTiers) {
        const auto& former = before.*tier.part;
        auto& part = both.*tier.part;
        if (!former || !former->requests || !part || !part->requests) continue;
        part->requests = std::min(*part->requests, *former->requests);
    }
    return both;
}

json waiting_json(const WaitingByHost& heard, core::MonotonicTime now) {
    const auto recent = recent_of(heard, now);
    json document{{"tiers", json::array()}, {"blamed", nullptr}, {"not_known_of", json::array()}};
    std::string counts;
    std::string blame;
    for (const auto& tier : kTiers) {
        const auto sum = sum_of(tier, recent);
        if (!sum.exists) continue;
        const json requests = sum.requests ? json(*sum.requests) : json(nullptr);
        document["tiers"].push_back({{"tier", tier.name}, {"requests", requests}});
        counts += (counts.empty() ? "" : ", ") + std::string(tier.words) + " " +
                  (sum.requests ? requests.dump() : "?");
        if (sum.most == 0) continue;
        document["blamed"] = {
            {"tier", tier.name}, {"host", sum.most_at.value}, {"requests", sum.most}};
        blame = " -> " + std::string(tier.words) + " on " + sum.most_at.value;
    }
    std::string not_known;
    for (const auto& [host, said] : heard) {
        const auto found = recent.find(host);
        if (found != recent.end() && can_tell(found->second)) continue;
        document["not_known_of"].push_back(host.value);
        not_known += (not_known.empty() ? "" : ", ") + host.value;
    }
    document["text"] = "Waiting: " + (counts.empty() ? "not known" : counts) + blame +
                       (not_known.empty() ? "" : " (not known of " + not_known + ")");
    return document;
}

}  // namespace understudy::controller
