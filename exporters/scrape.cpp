#include "exporters/scrape.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace understudy::exporters {
namespace {

using core::ErrorCode;
using core::failure;
using core::Result;
using Instant = std::chrono::steady_clock::time_point;

Result<MetricPage> guarded(const Collector& collector) {
    try {
        return collector.collect();
    } catch (const std::exception& error) {
        return failure(ErrorCode::kIo, "collect " + collector.name, error.what());
    }
}

void describe_collection(MetricPage& page, const std::string& name, bool success,
                         std::chrono::duration<double> duration) {
    page.gauge("understudy_collector_success", "Whether the collector succeeded, in time.",
               success ? 1 : 0, {{"collector", name}});
    page.gauge("understudy_collector_duration_seconds",
               "How long the collector took, or has been taking.", duration.count(),
               {{"collector", name}});
}

}  // namespace

// Runs one collector. Everything below the mutex is guarded by it.
class Scrape::Worker {
  public:
    explicit Worker(Collector collector) : collector_(std::move(collector)) {}

    static void launch(const std::shared_ptr<Worker>& worker) {
        // Detached: a stuck collector must not hold up the end of the program. The thread keeps
        // the worker alive.
        std::thread([worker] { worker->run(); }).detach();
    }

    // Starts a collection unless one runs; the number of the one to wait for.
    std::size_t start() {
        const std::lock_guard lock(mutex_);
        if (!running_) {
            running_ = true;
            ++number_;
            started_ = std::chrono::steady_clock::now();
            changed_.notify_all();
        }
        return number_;
    }

    MetricPage result(std::size_t number, Instant until) {
        std::unique_lock lock(mutex_);
        until = std::min(until, started_ + collector_.deadline);
        const bool done = changed_.wait_until(lock, until, [&] { return finished_ >= number; });
        const auto duration = done ? duration_ : std::chrono::steady_clock::now() - started_;
        if (!done) {
            last_error_ = core::Error{ErrorCode::kTimeout, "collect " + collector_.name,
                                      "not done in time", 0};
        }
        const bool success = done && !last_error_;
        MetricPage page = success ? page_ : collector_.when_missing();
        describe_collection(page, collector_.name, success, duration);
        return page;
    }

    std::optional<CollectorState> state() {
        const std::lock_guard lock(mutex_);
        if (number_ == 0) return std::nullopt;
        return CollectorState{collector_.name, last_error_};
    }

    void stop() {
        std::unique_lock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
        const auto stops = [this] { return !running_; };
        if (!changed_.wait_until(lock, started_ + collector_.deadline, stops)) return;
        changed_.wait(lock, [this] { return ended_; });
    }

  private:
    void run() {
        std::unique_lock lock(mutex_);
        for (;;) {
            changed_.wait(lock, [this] { return running_ || stopping_; });
            if (stopping_) break;
            lock.unlock();
            auto collected = guarded(collector_);
            lock.lock();
            finish(std::move(collected));
        }
        ended_ = true;
        changed_.notify_all();
    }

    void finish(Result<MetricPage> collected) {
        duration_ = std::chrono::steady_clock::now() - started_;
        last_error_.reset();
        if (collected) {
            page_ = std::move(*collected);
        } else {
            last_error_ = std::move(collected.error());
        }
        running_ = false;
        finished_ = number_;
        changed_.notify_all();
    }

    const Collector collector_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool running_ = false;
    bool stopping_ = false;
    bool ended_ = false;
    std::size_t number_ = 0;    // of the newest collection that was started
    std::size_t finished_ = 0;  // of the newest that returned
    Instant started_{};
    std::chrono::duration<double> duration_{};
    MetricPage page_;
    std::optional<core::Error> last_error_;
};

Scrape::Scrape() = default;

Scrape::~Scrape() {
    for (const auto& worker : workers_) worker->stop();
}

void Scrape::add(Collector collector) {
    workers_.push_back(std::make_shared<Worker>(std::move(collector)));
    Worker::launch(workers_.back());
}

void Scrape::add_instant(std::function<MetricPage()> collect) {
    instant_.push_back(std::move(collect));
}

std::string Scrape::text(core::Millis budget, MetricFormat format) {
    const auto until = std::chrono::steady_clock::now() + budget;
    std::vector<std::size_t> numbers;
    numbers.reserve(workers_.size());
    for (const auto& worker : workers_) numbers.push_back(worker->start());
    MetricPage page;
    for (const auto& collect : instant_) page.append(collect());
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        page.append(workers_[i]->result(numbers[i], until));
    }
    return page.text(format);
}

std::vector<CollectorState> Scrape::states() const {
    std::vector<CollectorState> states;
    for (const auto& worker : workers_) {
        if (auto state = worker->state()) states.push_back(std::move(*state));
    }
    return states;
}

}  // namespace understudy::exporters
