// The page behind /metrics: every collector's part, in bounded time, whatever any of them does.
//
// Each collector has a deadline, and a thread of its own or one that it shares with others that
// cannot block. A scrape starts it, or joins the collection that already runs; when the deadline
// has passed since that collection was asked for, the scrape goes on without it: its
// `when_missing` part, success 0 and the class of its error. A stuck collector is not started
// again until it returns, so nothing piles up, and later scrapes do not wait for it at all.
//
// Collectors can be replaced between scrapes and during them: those that stay go on with their
// threads and counts, a scrape that has begun gets what it asked for, and a stuck one that goes
// holds nobody up; its thread ends once it returns.
//
// Of itself each collector says understudy_collector_success, _duration_seconds, _failures_total
// and _error (those under node_exporter's names: node_scrape_collector_success and
// _duration_seconds). Scrapes may run on several threads at once.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "exporters/collector.h"
#include "exporters/collector_thread.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {

using CollectorState = CollectorThread::State;

// Which collectors a scraper wants, by name.
struct Selection {
    std::vector<std::string> only;  // empty: all
    std::vector<std::string> without;
};

struct ScrapeOptions {
    // The scraper's own time-out, with something left for the way.
    core::Millis budget{9000};
    MetricFormat format = MetricFormat::kText;
    Selection selection{};
};

class Scrape {
  public:
    Scrape();
    ~Scrape();  // waits for running collections until their deadline, no longer
    Scrape(const Scrape&) = delete;
    Scrape& operator=(const Scrape&) = delete;

    void add(Collector collector);
    // For what never blocks: runs on the scraping thread, and may still do so for a scrape that
    // has begun when it is removed. Takes the place of the one that has this name.
    void add_instant(const std::string& name, std::function<MetricPage()> collect);
    void remove_instant(const std::string& name);
    // From here on these are the collectors, beside the instant ones. Of those that there are, one
    // with the same name, deadline and settings stays in the new one's place.
    void replace(std::vector<Collector> collectors);

    // kInvalid: a name that no collector here has, or both kinds of choice at once.
    [[nodiscard]] core::Result<void> check(const Selection& selection) const;
    // Returns within the shorter of the budget and the longest deadline.
    [[nodiscard]] std::string text(const ScrapeOptions& options);

    // How each collector fared last; those never run are not there.
    [[nodiscard]] std::vector<CollectorState> states() const;

  private:
    struct Instant {
        std::string name;
        std::function<MetricPage()> collect;
    };
    struct Running {
        std::string name;
        core::Millis deadline{};
        std::string settings;
        std::shared_ptr<CollectorThread> thread;
        std::shared_ptr<CollectorThread::Entry> entry;
    };
    struct Thread {
        std::string word;
        std::shared_ptr<CollectorThread> thread;
    };

    // With the mutex held.
    void start(Collector collector);
    std::shared_ptr<CollectorThread> thread_of(const std::string& word);
    void launch_once();
    [[nodiscard]] std::vector<std::string> names() const;
    [[nodiscard]] std::vector<std::string> chosen(const Selection& selection) const;

    mutable std::mutex mutex_;  // guards all below; never held while anybody collects
    std::vector<Instant> instant_;
    std::vector<Running> running_;
    std::vector<Thread> threads_;
    bool launched_ = false;
};

}  // namespace understudy::exporters
