#include "exporters/collector_thread.h"

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>

namespace understudy::exporters {
namespace {

using core::ErrorCode;
using core::failure;
using core::Result;
using std::chrono::steady_clock;

Result<MetricPage> guarded(const Collector& collector) {
    try {
        return collector.collect();
    } catch (const std::exception& error) {
        return failure(ErrorCode::kIo, "collect " + collector.name, error.what());
    }
}

bool is_absent(const Collector& collector, const std::optional<core::Error>& error) {
    return collector.may_be_absent && error && error->code == ErrorCode::kNotFound;
}

void describe_health(MetricPage& page, const Collector& collector, bool success,
                     std::chrono::duration<double> duration) {
    const Labels labels{{"collector", collector.name}};
    const bool own = collector.health == HealthNames::kOwn;
    page.gauge(own ? "understudy_collector_success" : "node_scrape_collector_success",
               "Whether the collector succeeded, in time.", success ? 1 : 0, labels);
    page.gauge(
        own ? "understudy_collector_duration_seconds" : "node_scrape_collector_duration_seconds",
        "How long the collector took, or has been taking.", duration.count(), labels);
}

void describe_failures(MetricPage& page, const Collector& collector, std::size_t failures,
                       const std::optional<core::Error>& error) {
    if (collector.health == HealthNames::kOwn) {
        page.counter("understudy_collector_failures_total",
                     "Collections that failed or were not done in time.",
                     static_cast<double>(failures), {{"collector", collector.name}});
    }
    if (!error) return;
    page.gauge("understudy_collector_error",
               "The class of the last collection's error: 1. Nothing while it succeeds.", 1,
               {{"collector", collector.name}, {"class", std::string(to_string(error->code))}});
}

}  // namespace

struct CollectorThread::Entry {
    Collector collector;
    std::size_t number = 0;    // of the newest collection that was asked for
    std::size_t finished = 0;  // of the newest that returned
    Instant since{};           // when the newest was asked for
    std::chrono::duration<double> duration{};
    std::size_t late = 0;  // of the newest that somebody waited for in vain
    std::size_t failures = 0;
    std::shared_ptr<const MetricPage> page{};
    std::optional<core::Error> error{};  // of the newest that returned or was too late
};

CollectorThread::CollectorThread() = default;
CollectorThread::~CollectorThread() = default;

std::shared_ptr<CollectorThread::Entry> CollectorThread::add(Collector collector) {
    auto entry = std::make_shared<Entry>(Entry{.collector = std::move(collector)});
    const std::lock_guard lock(mutex_);
    entries_.push_back(entry);
    return entry;
}

void CollectorThread::remove(const std::shared_ptr<Entry>& entry) {
    const std::lock_guard lock(mutex_);
    std::erase(entries_, entry);
}

void CollectorThread::launch(const std::shared_ptr<CollectorThread>& thread) {
    // Detached: a stuck collector must not hold up the end of the program. The thread keeps the
    // object alive.
    std::thread([thread] { thread->run(); }).detach();
}

std::vector<CollectorThread::Ticket> CollectorThread::ask(const std::vector<std::string>& names) {
    std::vector<Ticket> tickets;
    const std::lock_guard lock(mutex_);
    for (const auto& entry : entries_) {
        if (std::find(names.begin(), names.end(), entry->collector.name) == names.end()) continue;
        // Nothing of it is waited for or runs.
        if (entry->finished == entry->number) {
            asked_.push_back(entry);
            entry->since = steady_clock::now();
            ++entry->number;
        }
        tickets.push_back({entry, entry->number});
    }
    if (!tickets.empty()) changed_.notify_all();
    return tickets;
}

bool CollectorThread::is_done(const Entry& entry, const Ticket& ticket) {
    return entry.finished >= ticket.number;
}

void CollectorThread::add_answers(const std::vector<Ticket>& tickets, Instant until,
                                  MetricPages& pages) {
    MetricPage health;
    std::unique_lock lock(mutex_);
    for (const auto& ticket : tickets) {
        auto& entry = *ticket.entry;
        const auto limit = std::min(until, entry.since + entry.collector.deadline);
        changed_.wait_until(lock, limit, [&] { return is_done(entry, ticket); });
        add_answer(entry, ticket, pages, health);
    }
    pages.push_back(std::make_shared<const MetricPage>(std::move(health)));
}

void CollectorThread::add_answer(Entry& entry, const Ticket& ticket, MetricPages& pages,
                                 MetricPage& health) {
    const auto& collector = entry.collector;
    const bool done = is_done(entry, ticket);
    if (!done && entry.late != ticket.number) {
        entry.late = ticket.number;
        ++entry.failures;
        entry.error =
            core::Error{ErrorCode::kTimeout, "collect " + collector.name, "not done in time", 0};
    }
    if (is_absent(collector, entry.error)) return;
    const bool success = done && !entry.error;
    pages.push_back(success ? entry.page
                            : std::make_shared<const MetricPage>(collector.when_missing()));
    describe_health(health, collector, success,
                    done ? entry.duration : steady_clock::now() - entry.since);
    describe_failures(health, collector, entry.failures, entry.error);
}

std::vector<CollectorThread::State> CollectorThread::states() {
    const std::lock_guard lock(mutex_);
    std::vector<State> states;
    for (const auto& entry : entries_) {
        if (entry->number == 0 || is_absent(entry->collector, entry->error)) continue;
        states.push_back({entry->collector.name, entry->error});
    }
    return states;
}

void CollectorThread::stop() {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    if (running_ == nullptr) {
        changed_.wait(lock, [this] { return ended_; });
    } else {
        changed_.wait_until(lock, running_->since + running_->collector.deadline,
                            [this] { return ended_; });
    }
}

void CollectorThread::retire() {
    const std::lock_guard lock(mutex_);
    retired_ = true;
    changed_.notify_all();
}

void CollectorThread::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        run_all_asked(lock);
        // Whoever waits for several collectors is woken once.
        changed_.notify_all();
        if (stopping_ || retired_) break;
        changed_.wait(lock, [this] { return stopping_ || retired_ || !asked_.empty(); });
    }
    ended_ = true;
    changed_.notify_all();
}

void CollectorThread::run_all_asked(std::unique_lock<std::mutex>& lock) {
    while (!stopping_ && !asked_.empty()) {
        running_ = std::move(asked_.front());
        asked_.pop_front();
        const auto began = steady_clock::now();
        lock.unlock();
        auto collected = guarded(running_->collector);
        lock.lock();
        finish(*running_, began, std::move(collected));
        running_.reset();
    }
}

void CollectorThread::finish(Entry& entry, Instant began, Result<MetricPage> collected) {
    entry.finished = entry.number;
    entry.duration = steady_clock::now() - began;
    entry.error.reset();
    entry.page.reset();
    if (collected) {
        entry.page = std::make_shared<const MetricPage>(std::move(*collected));
        return;
    }
    entry.error = std::move(collected.error());
    if (!is_absent(entry.collector, entry.error) && entry.late != entry.number) ++entry.failures;
}

}  // namespace understudy::exporters
