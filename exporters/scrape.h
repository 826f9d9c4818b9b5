// The page behind /metrics: every collector's part, in bounded time, whatever any of them does.
//
// Each collector has a thread of its own and a deadline. A scrape starts it, or joins the
// collection that already runs; when the deadline since that collection's start has passed, the
// scrape goes on without it: its `when_missing` part, understudy_collector_success 0. A stuck
// collector is not started again until it returns, so nothing piles up, and later scrapes do not
// wait for it at all.
//
// Of itself each collector says understudy_collector_success and
// understudy_collector_duration_seconds. Scrapes may run on several threads at once.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/identity.h"
#include "core/result.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {

struct Collector {
    std::string name;
    core::Millis deadline{1000};
    // May block. Owns what it uses: a stuck one outlives the Scrape.
    std::function<core::Result<MetricPage>()> collect;
    // "nginx_up 0": what holds when collect() failed or did not return. Must not block; may run on
    // any thread.
    std::function<MetricPage()> when_missing = [] { return MetricPage(); };
};

struct CollectorState {
    std::string name;
    std::optional<core::Error> error;  // of the last collection; nothing: it succeeded
};

class Scrape {
  public:
    Scrape();
    ~Scrape();  // waits for running collections until their deadline, no longer
    Scrape(const Scrape&) = delete;
    Scrape& operator=(const Scrape&) = delete;

    // All before the first scrape.
    void add(Collector collector);
    // For what never blocks: runs on the scraping thread.
    void add_instant(std::function<MetricPage()> collect);

    // Returns within the shorter of `budget` and the longest deadline. The budget is the scraper's
    // own time-out, with something left for the way.
    [[nodiscard]] std::string text(core::Millis budget, MetricFormat format = MetricFormat::kText);

    // How each collector fared last; those never run are absent.
    [[nodiscard]] std::vector<CollectorState> states() const;

  private:
    class Worker;
    std::vector<std::shared_ptr<Worker>> workers_;
    std::vector<std::function<MetricPage()>> instant_;
};

}  // namespace understudy::exporters
