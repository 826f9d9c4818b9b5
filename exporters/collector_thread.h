// A thread that runs collectors, one after the other, for as many scrapes as ask for them at once.
//
// A scrape asks for some of them; what is asked for already is not run twice. A stuck collector
// keeps the thread: those behind it are late as well, so only collectors that cannot block share a
// thread. The thread may outlive everybody who knows it, together with what the collectors own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
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

    // Which collection of which collector a scrape waits for.
    struct Ticket {
        std::size_t collector = 0;
        std::size_t number = 0;
    };

    // How a collector fared last.
    struct State {
        std::string name;
        std::optional<core::Error> error;  // nothing: it succeeded
    };

    CollectorThread() = default;
    CollectorThread(const CollectorThread&) = delete;
    CollectorThread& operator=(const CollectorThread&) = delete;

    // Before launch().
    void add(Collector collector);
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

  private:
    struct Entry {
        Collector collector;
        bool asked = false;        // and not begun
        std::size_t number = 0;    // of the newest collection that was asked for
        std::size_t finished = 0;  // of the newest that returned
        Instant since{};           // when the newest was asked for
        std::chrono::duration<double> duration{};
        std::size_t late = 0;  // of the newest that somebody waited for in vain
        std::size_t failures = 0;
        std::shared_ptr<const MetricPage> page{};
        std::optional<core::Error> error{};  // of the newest that returned or was too late
    };

    void run();
    void run_all_asked(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] bool any_asked() const;
    void finish(Entry& entry, Instant began, core::Result<MetricPage> collected);
    static bool is_done(const Entry& entry, const Ticket& ticket);
    // `health`: how it fared.
    static void add_answer(Entry& entry, const Ticket& ticket, MetricPages& pages,
                           MetricPage& health);

    std::mutex mutex_;  // guards all below
    std::condition_variable changed_;
    std::vector<Entry> entries_;
    Entry* running_ = nullptr;
    bool stopping_ = false;
    bool ended_ = false;
};

}  // namespace understudy::exporters
