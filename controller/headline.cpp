#include "controller/headline.h"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace understudy::controller {

namespace {

using nlohmann::json;

std::string joined(const json& list) {
    std::string text;
    for (const auto& item : list) {
        text += (text.empty() ? "" : ", ") + item.get<std::string>();
    }
    return text;
}

// Commits do not wait for a replica.
bool leased(const json& cluster) { return cluster.value("lease_ms", 0) > 0; }

std::string within_text(const json& ready) {
    const auto seconds = ready.find("seconds");
    if (seconds == ready.end() || !seconds->is_number()) return "";
    char text[48];
    std::snprintf(text, sizeof text, " within %.1f s", std::ceil(seconds->get<double>() * 10) / 10);
    return text;
}

}  // namespace

std::string headline(const json& cluster) {
    const std::string primary = cluster.at("primary").get<std::string>();
    std::string text = cluster.at("name").get<std::string>() + ": " +
                       cluster.at("phase").get<std::string>() + ". ";
    if (primary.empty()) return text + "There is no primary yet.";
    text += primary + " is primary, ";
    const std::string in_sync = joined(cluster.at("in_sync"));
    text += leased(cluster)   ? "under a lease; "
            : in_sync.empty() ? "no replica is in sync; "
                              : in_sync + " in sync; ";
    const auto& ready = cluster.at("if_primary_died_now");
    text += "if " + primary + " died now, ";
    if (ready.at("candidate").is_null()) return text + "nobody would take over.";
    const std::string candidate = ready.at("candidate").get<std::string>();
    if (ready.at("blockers").empty()) {
        return text + candidate + " takes over" + within_text(ready) +
               (leased(cluster) ? ", without what it has not received yet."
                                : ", and no write is lost.");
    }
    return text + candidate + " could take over, but not by itself.";
}

Standing standing(const json& cluster) {
    if (cluster.at("phase") == "protected" &&
        cluster.at("if_primary_died_now").at("blockers").empty()) {
        return Standing::kGood;
    }
    return cluster.at("phase") == "protected" || cluster.at("phase") == "alone" ||
                   cluster.at("phase") == "admitting"
               ? Standing::kWarning
               : Standing::kBad;
}

}  // namespace understudy::controller
