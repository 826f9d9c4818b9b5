#include "controller/controller.h"

#include <optional>
#include <utility>
#include <vector>

#include "adapters/clock/system_clock.h"
#include "adapters/log/log.h"
#include "adapters/sqlite_store/sqlite_store.h"
#include "controller/agent_lines.h"
#include "controller/api.h"
#include "controller/cluster_thread.h"
#include "controller/metrics.h"
#include "controller/orphan_api.h"
#include "controller/page.h"
#include "controller/snapshot_board.h"
#include "controller/timed_store.h"
#include "controller/waiting_watch.h"
#include "controller/webhook.h"

namespace understudy::controller {

namespace {

using adapters::log;
using adapters::LogLevel;
using core::Result;

constexpr std::size_t kInboxCapacity = 1024;

std::vector<std::string> names_of(const std::vector<WebhookConfig>& webhooks) {
    std::vector<std::string> names;
    names.reserve(webhooks.size());
    for (const auto& webhook : webhooks) names.push_back(webhook.name);
    return names;
}

LogLevel level_of(const ports::HistoryEntry& entry) {
    for (const char* grave : {"failover_started", "degraded", "host_silent", "switchover_aborted",
                              "paused", "orphans", "vip_lost", "vip_held_twice"}) {
        if (entry.kind == grave) return LogLevel::kWarn;
    }
    return LogLevel::kInfo;
}

adapters::HttpServerOptions listener(const core::Address& listen) {
    adapters::HttpServerOptions options;
    options.listen = listen;
    return options;
}

adapters::HttpServerOptions api_listener(const ControllerConfig& config) {
    adapters::HttpServerOptions options = listener(config.api_listen);
    options.tls = config.tls;
    options.allowed_names = config.allowed_names;
    return options;
}

}  // namespace

// Members end in the reverse order: what posts events ends before what takes them.
struct Controller::Parts {
    Parts(ControllerConfig from, std::string of_version)
        : config(std::move(from)),
          version(std::move(of_version)),
          started(clock.now().wall),
          metrics(version, config.topology, names_of(config.webhooks)),
          agents(config.agents, config.tls),
          waiting_watch(config.agents, config.tls, clock),
          web(listener(config.web_listen)),
          api(api_listener(config)) {}

    Result<void> open_store();
    void start_webhooks();
    void start_cluster();
    Result<void> serve();
    void tell_prometheus();
    void report(const Outgoing& outgoing, const Snapshot& snapshot);
    void report_delivery(const std::string& webhook, bool accepted, const std::string& detail);

    ControllerConfig config;
    std::string version;
    adapters::SystemClock clock;
    core::WallTime started;
    Metrics metrics;
    RepeatFilter troubles;
    RequestDesk desk;
    std::unique_ptr<adapters::SqliteStore> store;
    std::unique_ptr<adapters::DeliveryCursor> cursor;
    std::optional<TimedStore> timed_store;
    std::optional<ClusterLoop> loop;
    SnapshotBoard board;
    Inbox<Event> inbox{kInboxCapacity};
    std::vector<std::unique_ptr<WebhookThread>> webhooks;
    std::optional<AgentLines> lines;
    std::optional<ClusterThread> cluster;
    AgentDesk agents;
    WaitingWatch waiting_watch;
    adapters::HttpServer web;
    adapters::HttpServer api;
    std::optional<adapters::HttpServer> page;
};

Controller::Controller(ControllerConfig config, std::string version)
    : parts_(std::make_unique<Parts>(std::move(config), std::move(version))) {}

Controller::~Controller() {
    parts_->desk.close();
    parts_->inbox.close();
}

Result<void> Controller::Parts::open_store() {
    auto opened = adapters::SqliteStore::open(config.sqlite_file);
    if (!opened) return tl::unexpected(opened.error());
    store = std::move(*opened);
    auto positions = adapters::DeliveryCursor::open(config.state_dir + "/webhooks.db");
    if (!positions) return tl::unexpected(positions.error());
    cursor = std::move(*positions);
    timed_store.emplace(*store, clock, [this](std::chrono::microseconds took, bool good) {
        metrics.store_written(took, good);
    });
    loop.emplace(config.topology, config.policy, *timed_store, clock);
    return loop->start();
}

void Controller::Parts::start_webhooks() {
    const EventSource events{
        [this](std::uint64_t after, int limit) { return store->events_after(after, limit); },
        [this](std::uint64_t after) -> Result<EventSource::Backlog> {
            const auto counted = store->count_events_after(after);
            if (!counted) return tl::unexpected(counted.error());
            return EventSource::Backlog{counted->count, counted->newest};
        }};
    for (const auto& webhook : config.webhooks) {
        const std::string name = webhook.name;
        const DeliveryObserver observer{[this, name](bool accepted, const std::string& detail) {
                                            report_delivery(name, accepted, detail);
                                        },
                                        [this, name](std::uint64_t waiting, std::uint64_t dropped) {
                                            metrics.deliveries_waiting(name, waiting, dropped);
                                        }};
        webhooks.push_back(std::make_unique<WebhookThread>(webhook, config.topology.cluster, events,
                                                           *cursor, observer));
    }
}

void Controller::Parts::report_delivery(const std::string& webhook, bool accepted,
                                        const std::string& detail) {
    metrics.delivery_tried(webhook, accepted);
    const std::string trouble = accepted ? "" : detail;
    if (!troubles.worth("webhook " + webhook, trouble, clock.now().monotonic)) return;
    log(accepted ? LogLevel::kInfo : LogLevel::kWarn,
        accepted ? "webhook " + webhook + " accepts again"
                 : "webhook " + webhook + " does not accept, its events wait: " + detail,
        {{"webhook", webhook}});
}

void Controller::Parts::start_cluster() {
    lines.emplace(
        config, clock, [this](Event&& event) { inbox.post(std::move(event)); },
        [this](const core::HostName& host) { metrics.assignment_refused(host); });
    cluster.emplace(*loop, inbox,
                    ClusterThread::Sinks{[this](const Telling& telling) { lines->tell(telling); },
                                         [this](const Outgoing& outgoing,
                                                const std::shared_ptr<const Snapshot>& snapshot) {
                                             board.publish(snapshot);
                                             report(outgoing, *snapshot);
                                         }});
}

void Controller::Parts::report(const Outgoing& outgoing, const Snapshot& snapshot) {
    for (const auto& answer : outgoing.answers) desk.answer(answer);
    bool event = false;
    for (const auto& entry : outgoing.recorded) {
        event = event || entry.event;
        adapters::LogFields fields{{"cluster", config.topology.cluster},
                                   {"kind", entry.kind},
                                   {"epoch", std::to_string(entry.epoch.value)}};
        if (!entry.rule.empty()) fields.emplace_back("rule", entry.rule);
        log(level_of(entry), entry.reason, fields);
    }
    for (const auto& note : outgoing.notes) log(LogLevel::kWarn, note);
    const std::string trouble = snapshot.store_trouble.value_or("");
    if (troubles.worth("store", trouble, snapshot.at.monotonic)) {
        log(trouble.empty() ? LogLevel::kInfo : LogLevel::kError,
            trouble.empty() ? "the store works again"
                            : "nothing can be decided, the store fails: " + trouble);
    }
    metrics.observe(outgoing, snapshot.record);
    metrics.observe(snapshot);
    if (!event) return;
    for (const auto& webhook : webhooks) webhook->notify();
}

Result<void> Controller::Parts::serve() {
    const auto snapshot = [this] { return board.newest(); };
    serve_web(web, {[this] { return metrics.page(); }, snapshot, clock});
    const ApiParts parts{config.topology,
                         {version, started},
                         snapshot,
                         [this] { return waiting_watch.newest(); },
                         [this](int limit) { return store->history(limit); },
                         [this](Event&& event) { return inbox.post(std::move(event)); },
                         desk,
                         clock};
    serve_api(api, parts);
    serve_orphans(api, parts, agents);
    if (config.page) {
        serve_page(page.emplace(listener(config.page->listen)), parts, config.page->clients);
        if (auto started_page = page->start(); !started_page) return started_page;
    }
    if (auto started_web = web.start(); !started_web) return started_web;
    return api.start();
}

// A monitoring that is told late is no reason not to watch the site.
void Controller::Parts::tell_prometheus() {
    if (!config.prometheus) return;
    const auto written = write_scrape_targets(config.topology, *config.prometheus);
    metrics.scrape_targets_written(written.has_value());
    if (written) return;
    log(LogLevel::kError, "Prometheus is not told what to scrape: " + describe(written.error()) +
                              "; the folder has to be there and writable, then send SIGHUP");
}

Result<void> Controller::start() {
    Parts& parts = *parts_;
    if (auto opened = parts.open_store(); !opened) return opened;
    parts.board.publish(std::make_shared<const Snapshot>(parts.loop->snapshot()));
    parts.metrics.observe(*parts.board.newest());
    // The ports first: whoever cannot have them must not speak to the agents.
    if (auto served = parts.serve(); !served) return served;
    parts.start_webhooks();
    parts.start_cluster();
    parts.waiting_watch.start();
    parts.tell_prometheus();
    parts.metrics.config_in_force(parts.started);
    log(LogLevel::kInfo, "controller started",
        {{"cluster", parts.config.topology.cluster},
         {"version", parts.version},
         {"phase", std::string(to_string(parts.board.newest()->record.phase))}});
    return {};
}

void Controller::reload(const Result<ControllerConfig>& fresh) {
    Parts& parts = *parts_;
    if (!fresh) {
        parts.metrics.config_broken();
        log(LogLevel::kError,
            "the configuration is bad, so the former one goes on to count; correct it and send "
            "SIGHUP again: " +
                fresh.error().detail);
        return;
    }
    if (const auto keys = needs_restart(parts.config, *fresh); !keys.empty()) {
        parts.metrics.config_needs_restart();
        log(LogLevel::kError,
            "the configuration was read again, but differs in more than policy, priorities and "
            "sites: nothing of it counts until the controller is restarted",
            {{"keys", adapters::list_text(keys)}});
        return;
    }
    if (!parts.inbox.post(Reconfigured{fresh->topology, fresh->policy})) return;
    parts.tell_prometheus();
    parts.metrics.config_in_force(parts.clock.now().wall);
    log(LogLevel::kInfo, "the configuration was read again; policy, priorities and sites count");
}

std::uint16_t Controller::api_port() const { return parts_->api.port(); }
std::uint16_t Controller::web_port() const { return parts_->web.port(); }
std::uint16_t Controller::page_port() const { return parts_->page ? parts_->page->port() : 0; }

}  // namespace understudy::controller
