// A thread that runs collectors, one after the other, for as many scrapes as ask for them at once.
//
// A scrape asks for some of them; what is asked for already is not run twice. A stuck collector
// keeps the thread: those behind it are late as well, so only collectors that cannot block share a
// thread. The thread may outlive everybody who knows it, together with what the collectors own.
// Collectors may come and go while it runs: who asked for one before it went gets its answer.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "exporters/collector.h"

namespace understudy::exporters {

class CollectorThread {
  public:
    using Instant = std::chrono::steady_clock::time_point;

    // One collector and how it fares.
    struct Entry;

    // Which collection of which collector a scrape waits for.
    struct Ticket {
        std::shared_ptr<Entry> entry;
        std::size_t number = 0;
    };

    // How a collector fared last.
    struct State {
        std::string name;
        std::optional<core::Error> error;  // nothing: it succeeded
    };

    CollectorThread();
    ~CollectorThread();
    CollectorThread(const CollectorThread&) = delete;
    CollectorThread& operator=(const CollectorThread&) = delete;

    std::shared_ptr<Entry> add(Collector collector);
    void remove(const std::shared_ptr<Entry>& entry);
    static void launch(const std::shared_ptr<CollectorThread>& thread);

    // Asks for the collectors of these names; those that it does not have are passed over.
    std::vector<Ticket> ask(const std::vector<std::string>& names);
    // Adds what they answered: waits for each until its deadline since it was asked, at most until
    // that instant. Each also says how it fared.
    void add_answers(const std::vector<Ticket>& tickets, Instant until, MetricPages& pages);

    // Without those never asked for, and those that this machine does not have.
    [[nodiscard]] std::vector<State> states();
    // Waits for the running collection until its deadline, no longer. What was asked for and has
    // not begun never does.
    void stop();
    // Does not wait: the thread ends by itself once what was asked for has returned.
    void retire();

  private:
    void run();
    void run_all_asked(std::unique_lock<std::mutex>& lock);
    static void finish(Entry& entry, Instant began, core::Result<MetricPage> collected);
    static bool is_done(const Entry& entry, const Ticket& ticket);
    // `health`: how it fared.
    static void add_answer(Entry& entry, const Ticket& ticket, MetricPages& pages,
                           MetricPage& health);

    std::mutex mutex_;  // guards all below
    std::condition_variable changed_;
    std::vector<std::shared_ptr<Entry>> entries_;
    std::deque<std::shared_ptr<Entry>> asked_;  // and not begun, the oldest first
    std::shared_ptr<Entry> running_;
    bool stopping_ = false;
    bool retired_ = false;
    bool ended_ = false;
};

}  // namespace understudy::exporters
