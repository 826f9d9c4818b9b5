// Delivers events to one webhook, in order, each again until it is accepted (any 2xx answer).
//
// The queue is the store's history itself: what is kept per webhook is how far it came. Beyond
// 1,000 waiting events the oldest are given up, and counted. A webhook that was never served
// before begins with the events from now on.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "adapters/http/http.h"
#include "adapters/sqlite_store/delivery_cursor.h"
#include "controller/config.h"
#include "ports/state_store.h"

namespace understudy::controller {

// Where the events come from.
struct EventSource {
    // The ids of events above `after`: how many, and the newest (0: none).
    struct Backlog {
        std::uint64_t count = 0;
        std::uint64_t newest = 0;
    };
    std::function<core::Result<std::vector<ports::HistoryEntry>>(std::uint64_t after, int limit)>
        after;
    std::function<core::Result<Backlog>(std::uint64_t after)> backlog;
};

// What happened, for logs and metrics; called on the webhook's thread.
struct DeliveryObserver {
    std::function<void(bool accepted, const std::string& detail)> tried;
    std::function<void(std::uint64_t waiting, std::uint64_t dropped)> queue;
};

// The JSON body of an event.
std::string event_json(const std::string& cluster, const ports::HistoryEntry& entry);

// The work without the thread.
class WebhookQueue {
  public:
    using Post = std::function<core::Result<void>(const std::string& body)>;

    WebhookQueue(std::string name, std::string cluster, EventSource events,
                 adapters::DeliveryCursor& cursor, Post post, DeliveryObserver observer);

    // Reads how far the webhook came; deliver() does so too when this failed.
    core::Result<void> load();

    // Delivers until nothing waits or something fails. The answer: whether nothing waits.
    bool deliver();

  private:
    core::Result<EventSource::Backlog> shorten();
    bool deliver_one(const ports::HistoryEntry& event);

    std::string name_;
    std::string cluster_;
    EventSource events_;
    adapters::DeliveryCursor& cursor_;
    Post post_;
    DeliveryObserver observer_;
    std::optional<adapters::DeliveryPosition> position_;
};

class WebhookThread {
  public:
    WebhookThread(const WebhookConfig& webhook, std::string cluster, EventSource events,
                  adapters::DeliveryCursor& cursor, DeliveryObserver observer);
    ~WebhookThread();
    WebhookThread(const WebhookThread&) = delete;
    WebhookThread& operator=(const WebhookThread&) = delete;

    // From any thread: there may be a new event.
    void notify();

  private:
    void run(const std::stop_token& stop);
    core::Result<void> post(const std::string& body);

    std::string target_;
    adapters::HttpClient client_;
    WebhookQueue queue_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool news_ = true;
    std::jthread thread_;
};

}  // namespace understudy::controller
