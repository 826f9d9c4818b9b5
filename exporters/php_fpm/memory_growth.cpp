#include "exporters/php_fpm/memory_growth.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

namespace understudy::exporters {
namespace {

using core::ErrorCode;
using core::failure;
using core::Result;
using std::chrono::steady_clock;

constexpr std::uint64_t kWarmAfter = 50;
constexpr std::uint64_t kJudgedAfter = 100;
constexpr std::uint64_t kComparedOver = 1000;

// One pool's children, from look to look.
class PoolMemory {
  public:
    PoolMemory(PoolOptions pool, core::Millis every, core::Millis patience)
        : pool_(std::move(pool)), every_(every), patience_(patience) {}

    Result<MetricPage> page() {
        const auto now = steady_clock::now();
        if (!looked_ || now - *looked_ >= every_) {
            if (auto done = look(); !done) return tl::unexpected<core::Error>(done.error());
            looked_ = now;
        }
        return pool_memory_metrics(growth_, identity_of(pool_));
    }

  private:
    Result<void> look() {
        const auto children = ask_pool_children(pool_, patience_);
        if (!children) return tl::unexpected<core::Error>(children.error());
        std::vector<ChildMemory> seen;
        for (const auto& child : *children) {
            if (const auto memory = memory_of(child)) seen.push_back(*memory);
        }
        if (seen.empty()) {
            return failure(ErrorCode::kNotFound,
                           "look at the processes of the PHP-FPM pool " + pool_.name,
                           "none can be seen from here; share PHP-FPM's PID namespace with the "
                           "agent, or switch the collector php_fpm_memory off");
        }
        growth_.look(seen);
        return {};
    }

    PoolOptions pool_;
    core::Millis every_;
    core::Millis patience_;
    MemoryGrowth growth_;
    std::optional<steady_clock::time_point> looked_;
};

}  // namespace

MemoryGrowth::Followed MemoryGrowth::follow(const ChildMemory& now) const {
    const auto before = followed_.find(now.incarnation);
    if (before == followed_.end() || before->second.last.requests > now.requests) {
        return {now, now, now};
    }
    auto followed = before->second;
    followed.last = now;
    if (now.requests - followed.middle.requests >= kComparedOver) {
        followed.first = std::exchange(followed.middle, now);
    }
    return followed;
}

void MemoryGrowth::look(const std::vector<ChildMemory>& children) {
    std::map<std::uint64_t, Followed> still;
    all_bytes_ = 0;
    largest_bytes_ = 0;
    for (const auto& now : children) {
        all_bytes_ += now.bytes;
        largest_bytes_ = std::max(largest_bytes_, now.bytes);
        if (now.requests >= kWarmAfter) still[now.incarnation] = follow(now);
    }
    followed_ = std::move(still);
}

std::optional<double> MemoryGrowth::bytes_per_request() const {
    std::vector<double> rates;
    for (const auto& [incarnation, child] : followed_) {
        const auto requests = child.last.requests - child.first.requests;
        if (requests < kJudgedAfter) continue;
        const auto grown =
            static_cast<double>(child.last.bytes) - static_cast<double>(child.first.bytes);
        rates.push_back(grown / static_cast<double>(requests));
    }
    if (rates.empty()) return std::nullopt;
    // Of an even number the lower one of the two.
    const auto middle = rates.begin() + static_cast<std::ptrdiff_t>((rates.size() - 1) / 2);
    std::nth_element(rates.begin(), middle, rates.end());
    return *middle;
}

MetricPage pool_memory_metrics(const MemoryGrowth& growth, const PoolIdentity& identity) {
    const Labels labels{{"pool", identity.pool}, {"scrape_uri", identity.scrape_uri}};
    MetricPage page;
    page.gauge("understudy_phpfpm_children_memory_bytes",
               "Memory of the pool's processes together that is neither of a file nor shared "
               "(RssAnon), looked at once a minute.",
               static_cast<double>(growth.all_bytes()), labels);
    page.gauge("understudy_phpfpm_child_memory_max_bytes",
               "That of the process which has most of it.",
               static_cast<double>(growth.largest_bytes()), labels);
    if (const auto rate = growth.bytes_per_request()) {
        page.gauge("understudy_phpfpm_child_growth_bytes_per_request",
                   "By how much a process's memory grew with each request, over its last one to "
                   "two thousand but its first 50; the median of those that took 100. What stays "
                   "above 0 is a leak.",
                   *rate, labels);
    }
    return page;
}

Collector php_fpm_memory_collector(const PoolOptions& pool, core::Millis every,
                                   core::Millis deadline) {
    // A tenth is left for what comes after the answer.
    const auto memory = std::make_shared<PoolMemory>(pool, every, deadline - deadline / 10);
    Collector collector{"php_fpm_memory/" + pool.name, deadline,
                        [memory] { return memory->page(); }};
    collector.thread = pool_thread(pool);
    return collector;
}

}  // namespace understudy::exporters
