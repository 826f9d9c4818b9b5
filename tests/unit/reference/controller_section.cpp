#include "controller/metrics.h"
#include "tests/unit/reference/sections.h"

namespace understudy::reference {

Section controller_section() {
    const core::HostName host("web1");
    core::Topology topology;
    topology.cluster = "site";
    topology.databases.push_back({host, {"198.18.1.21", 3306}});
    topology.web_backends.push_back(host);
    controller::Metrics metrics("1", topology, {"hook"});

    controller::Snapshot snapshot;
    snapshot.reachable[host] = true;
    metrics.observe(snapshot);
    ports::HistoryEntry entry;
    entry.kind = "failover";
    controller::Outgoing outgoing;
    outgoing.recorded.push_back(entry);
    metrics.observe(outgoing, {});
    metrics.assignment_refused(host);
    metrics.scrape_targets_written(true);
    metrics.config_in_force({});

    return {"The controller",
            "Its own judgement, its record, its store and its webhooks.",
            {{"", metrics.page()}}};
}

}  // namespace understudy::reference
