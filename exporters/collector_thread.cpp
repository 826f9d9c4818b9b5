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

void CollectorThread::add(Collector collector) {
    entries_.push_back(Entry{.collector = std::move(collector)});
}

void CollectorThread::launch(const std::shared_ptr<CollectorThread>& thread) {
    // Detached: a stuck collector must not hold up the end of the program. The thread keeps the
    // object alive.
    std::thread([thread] { thread->run(); }).detach();
}

std::vector<CollectorThread::Ticket> CollectorThread::ask(const std::vector<std::string>& names) {
    std::vector<Ticket> tickets;
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        auto& entry = entries_[i];
        if (std::find(names.begin(), names.end(), entry.collector.name) == names.end()) continue;
        if (!entry.asked && running_ != &entry) {
            entry.asked = true;
            entry.since = steady_clock::now();
            ++entry.number;
        }
        tickets.push_back({i, entry.number});
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
        auto& entry = entries_[ticket.collector];
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
        if (entry.number == 0 || is_absent(entry.collector, entry.error)) continue;
        states.push_back({entry.collector.name, entry.error});
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

bool CollectorThread::any_asked() const {
    return std::any_of(entries_.begin(), entries_.end(),
                       [](const Entry& entry) { return entry.asked; });
}

void CollectorThread::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        run_all_asked(lock);
        // Whoever waits for several collectors is woken once.
        changed_.notify_all();
        changed_.wait(lock, [this] { return stopping_ || any_asked(); });
    }
    ended_ = true;
    changed_.notify_all();
}

void CollectorThread::run_all_asked(std::unique_lock<std::mutex>& lock) {
    for (auto& entry : entries_) {
        if (stopping_) return;
        if (!entry.asked) continue;
        entry.asked = false;
        running_ = &entry;
        const auto began = steady_clock::now();
        lock.unlock();
        auto collected = guarded(entry.collector);
        lock.lock();
        finish(entry, began, std::move(collected));
    }
}

void CollectorThread::finish(Entry& entry, Instant began, Result<MetricPage> collected) {
    running_ = nullptr;
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
