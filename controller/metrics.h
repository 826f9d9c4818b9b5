// The controller's own metrics, and their page. Thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "controller/cluster_loop.h"

namespace understudy::controller {

class Metrics {
  public:
    // `begun`: the program's start; `webhooks`: their names, so that each series exists from the
    // start.
    Metrics(const std::string& version, const core::Topology& topology,
            const std::vector<std::string>& webhooks);
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    void observe(const Snapshot& snapshot);
    void observe(const Outgoing& outgoing, const core::Record& record);
    void store_written(std::chrono::nanoseconds took, bool good);
    void delivery_tried(const std::string& webhook, bool accepted);
    void deliveries_waiting(const std::string& webhook, std::uint64_t waiting,
                            std::uint64_t dropped);
    void scrape_targets_written(bool good);
    // The configuration file: what it says counts now; it cannot be read, the former goes on to
    // count; or it has what counts only after a restart.
    void config_in_force(core::WallTime at);
    void config_broken();
    void config_needs_restart();
    void assignment_refused(const core::HostName& host);

    // In the Prometheus text format.
    [[nodiscard]] std::string page() const;

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace understudy::controller
