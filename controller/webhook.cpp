#include "controller/webhook.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "adapters/log/time_text.h"

namespace understudy::controller {

namespace {

using adapters::time_text;
using core::ErrorCode;
using core::failure;
using core::Millis;
using core::Result;

constexpr std::uint64_t kMostWaiting = 1000;
constexpr int kBatch = 50;
constexpr Millis kDeadline{5000};
constexpr Millis kFirstRetry{500};
constexpr Millis kLongestRetry{30'000};

adapters::HttpClientOptions client_options(const WebhookConfig& webhook) {
    adapters::HttpClientOptions options;
    options.server = webhook.server;
    options.public_https = webhook.https;
    return options;
}

}  // namespace

std::string event_json(const std::string& cluster, const ports::HistoryEntry& entry) {
    nlohmann::json event{{"id", entry.id},
                         {"cluster", cluster},
                         {"kind", entry.kind},
                         {"at", time_text(entry.at)},
                         {"at_us", entry.at.time_since_epoch().count()},
                         {"epoch", entry.epoch.value},
                         {"rule", entry.rule},
                         {"reason", entry.reason}};
    event["detail"] = nlohmann::json::parse(entry.detail_json, nullptr, false);
    if (event["detail"].is_discarded()) event["detail"] = nullptr;
    return event.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

WebhookQueue::WebhookQueue(std::string name, std::string cluster, EventSource events,
                           adapters::DeliveryCursor& cursor, Post post, DeliveryObserver observer)
    : name_(std::move(name)),
      cluster_(std::move(cluster)),
      events_(std::move(events)),
      cursor_(cursor),
      post_(std::move(post)),
      observer_(std::move(observer)) {}

Result<void> WebhookQueue::load() {
    if (position_) return {};
    const auto known = cursor_.position(name_);
    if (!known) return tl::unexpected(known.error());
    adapters::DeliveryPosition position;
    if (*known) {
        position = **known;
    } else {
        const auto backlog = events_.backlog(0);
        if (!backlog) return tl::unexpected(backlog.error());
        position.delivered = backlog->newest;
        if (auto noted = cursor_.advance(name_, position); !noted) return noted;
    }
    position_ = position;
    return {};
}

// What waits, after giving up the oldest beyond the bound.
Result<EventSource::Backlog> WebhookQueue::shorten() {
    auto backlog = events_.backlog(position_->delivered);
    if (!backlog || backlog->count <= kMostWaiting) return backlog;
    const auto surplus = static_cast<int>(backlog->count - kMostWaiting);
    const auto oldest = events_.after(position_->delivered, surplus);
    if (!oldest) return tl::unexpected(oldest.error());
    position_->delivered = oldest->back().id;
    position_->dropped += oldest->size();
    if (auto noted = cursor_.advance(name_, *position_); !noted) {
        return tl::unexpected(noted.error());
    }
    backlog->count -= oldest->size();
    return backlog;
}

bool WebhookQueue::deliver_one(const ports::HistoryEntry& event) {
    auto accepted = post_(event_json(cluster_, event));
    if (accepted) {
        position_->delivered = event.id;
        accepted = cursor_.advance(name_, *position_);
    }
    observer_.tried(accepted.has_value(), accepted ? event.reason : describe(accepted.error()));
    return accepted.has_value();
}

bool WebhookQueue::deliver() {
    if (auto loaded = load(); !loaded) {
        observer_.tried(false, describe(loaded.error()));
        return false;
    }
    while (true) {
        const auto backlog = shorten();
        if (!backlog) {
            observer_.tried(false, describe(backlog.error()));
            return false;
        }
        observer_.queue(backlog->count, position_->dropped);
        if (backlog->count == 0) return true;
        const auto events = events_.after(position_->delivered, kBatch);
        if (!events) {
            observer_.tried(false, describe(events.error()));
            return false;
        }
        for (const auto& event : *events) {
            if (!deliver_one(event)) return false;
        }
    }
}

WebhookThread::WebhookThread(const WebhookConfig& webhook, std::string cluster, EventSource events,
                             adapters::DeliveryCursor& cursor, DeliveryObserver observer)
    : target_(webhook.target),
      client_(client_options(webhook)),
      queue_(
          webhook.name, std::move(cluster), std::move(events), cursor,
          [this](const std::string& body) { return post(body); }, std::move(observer)) {
    // Before anything new can happen: a webhook that was never served begins here.
    (void)queue_.load();
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

WebhookThread::~WebhookThread() {
    thread_.request_stop();
    client_.interrupt();
}

void WebhookThread::notify() {
    const std::lock_guard lock(mutex_);
    news_ = true;
    changed_.notify_all();
}

Result<void> WebhookThread::post(const std::string& body) {
    const auto response = client_.post(target_, body, kDeadline);
    if (!response) return tl::unexpected(response.error());
    if (response->status >= 200 && response->status < 300) return {};
    return failure(ErrorCode::kRefused, "POST " + target_,
                   "answered " + std::to_string(response->status), response->status);
}

void WebhookThread::run(const std::stop_token& stop) {
    Millis retry = kFirstRetry;
    while (!stop.stop_requested()) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, stop, [this] { return news_; });
        news_ = false;
        lock.unlock();
        while (!stop.stop_requested() && !queue_.deliver()) {
            lock.lock();
            changed_.wait_for(lock, stop, retry, [] { return false; });
            lock.unlock();
            retry = std::min(retry * 2, kLongestRetry);
        }
        retry = kFirstRetry;
    }
}

}  // namespace understudy::controller
