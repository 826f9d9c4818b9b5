#include "cli/drain_view.h"

namespace understudy::cli {

namespace {

using nlohmann::json;

std::string left_in(const json& cluster, const json& web) {
    const std::string name = web.at("name").get<std::string>();
    if (web.at("in_rotation").get<bool>()) {
        return name + " serves on, as no other web server can be reached";
    }
    for (const auto& balancer : cluster.at("load_balancers")) {
        const bool heard =
            balancer.at("reachable").get<bool>() && balancer.at("answering").get<bool>();
        if (heard) continue;
        return balancer.at("name").get<std::string>() + " cannot be heard, so whether it sends " +
               name + " requests is not known";
    }
    if (!web.at("drained").get<bool>())
        return "not every load balancer has drained " + name + " yet";
    const int requests = web.at("requests").get<int>();
    return requests == 0 ? ""
                         : "requests are under way on " + name + ": " + std::to_string(requests);
}

}  // namespace

std::string left_of_drain(const json& status, const std::string& host) {
    for (const auto& cluster : status.at("clusters")) {
        for (const auto& web : cluster.at("web")) {
            if (web.at("name") == host) return left_in(cluster, web);
        }
    }
    return host + " is no web server of this cluster any more";
}

}  // namespace understudy::cli
