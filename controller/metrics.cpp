#include "controller/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <limits>

namespace understudy::controller {

namespace {

using core::Phase;
using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Registry;

constexpr Phase kPhases[] = {Phase::kBootstrap, Phase::kAlone,    Phase::kAdmitting,
                             Phase::kProtected, Phase::kDraining, Phase::kGathering,
                             Phase::kPromoting};

const Histogram::BucketBoundaries kFailoverSeconds{0.02, 0.05, 0.1, 0.15, 0.25, 0.5,
                                                   1,    1.5,  2.5, 5,    10,   30};
const Histogram::BucketBoundaries kWriteSeconds{0.0002, 0.0005, 0.001, 0.002, 0.005,
                                                0.01,   0.025,  0.1,   0.5,   1};

Family<Gauge>& gauge(Registry& registry, const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

Family<Counter>& counter(Registry& registry, const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

double seconds(std::chrono::nanoseconds duration) {
    return std::chrono::duration<double>(duration).count();
}

}  // namespace

struct Metrics::Implementation {
    explicit Implementation(core::Topology from) : topology(std::move(from)) {}

    core::Topology topology;
    Registry registry;
    Family<Gauge>& build_info = gauge(registry, "understudy_build_info", "Always 1; the version.");
    Family<Gauge>& is_protected =
        gauge(registry, "understudy_cluster_protected",
              "1: a replica holds every acknowledged write, and commits wait for it.");
    Family<Gauge>& ready =
        gauge(registry, "understudy_ready_to_fail_over",
              "1: if the primary died now, an automatic failover would go ahead.");
    Family<Gauge>& predicted_loss = gauge(
        registry, "understudy_predicted_loss_transactions",
        "Acknowledged transactions that could be lost if the primary died now; NaN: unknown.");
    Family<Gauge>& predicted_seconds = gauge(
        registry, "understudy_predicted_failover_seconds",
        "How long a failover would take if the primary died now; NaN: nobody would take over.");
    Family<Gauge>& maintenance =
        gauge(registry, "understudy_host_maintenance", "1: the host is in maintenance.");
    Family<Gauge>& paused =
        gauge(registry, "understudy_cluster_paused", "1: automatic failover is paused.");
    Family<Gauge>& epoch =
        gauge(registry, "understudy_cluster_epoch", "How often the writer has changed.");
    Family<Gauge>& revision =
        gauge(registry, "understudy_record_revision", "How often the record was written.");
    Family<Gauge>& phase =
        gauge(registry, "understudy_cluster_phase", "1 for the phase that the cluster is in.");
    Family<Gauge>& primary =
        gauge(registry, "understudy_cluster_primary", "1 for the host that is the primary.");
    Family<Gauge>& in_rotation =
        gauge(registry, "understudy_web_in_rotation",
              "1: the web server gets requests, by the route that was decided.");
    Family<Gauge>& drained =
        gauge(registry, "understudy_web_drained", "1: an operator had the web server drained.");
    Family<Gauge>& reachable = gauge(registry, "understudy_host_reachable",
                                     "1: the host's agent was heard within host_timeout.");
    Family<Gauge>& store_up =
        gauge(registry, "understudy_store_up", "1: the last use of the state store succeeded.");
    Family<Counter>& decisions =
        counter(registry, "understudy_decisions_total", "Decisions that were recorded, by rule.");
    Family<Counter>& events =
        counter(registry, "understudy_events_total", "History entries, by kind.");
    Family<Counter>& failovers =
        counter(registry, "understudy_failovers_total",
                "Operations that changed, or were to change, the primary.");
    Family<Counter>& refusals =
        counter(registry, "understudy_assignments_refused_total",
                "Assignments and routes that an agent refused because it holds a newer one.");
    Family<Counter>& deliveries = counter(registry, "understudy_webhook_deliveries_total",
                                          "Attempts to deliver an event to a webhook.");
    Family<Gauge>& waiting = gauge(registry, "understudy_webhook_queue_length",
                                   "Events that the webhook has not accepted yet.");
    Family<Gauge>& dropped = gauge(registry, "understudy_webhook_dropped_events",
                                   "Events given up because too many waited.");
    Family<Gauge>& targets_written =
        gauge(registry, "understudy_scrape_targets_written",
              "1: the file that tells Prometheus what to scrape could be written.");
    // The agent's have the same names.
    Family<Gauge>& config_successful =
        gauge(registry, "understudy_config_last_reload_successful",
              "Whether the configuration could be read, and what of it needs no restart put in "
              "force, when it was last to be.");
    Family<Gauge>& config_since =
        gauge(registry, "understudy_config_last_reload_success_timestamp_seconds",
              "When the configuration was last read with success.");
    Family<Gauge>& config_restart =
        gauge(registry, "understudy_config_restart_needed",
              "Whether the configuration that was read last has something that counts only after "
              "a restart; the log says what.");
    Histogram& failover_seconds =
        prometheus::BuildHistogram()
            .Name("understudy_failover_seconds")
            .Help("From noticing that the primary died to the last load balancer's new route.")
            .Register(registry)
            .Add({{"cluster", topology.cluster}}, kFailoverSeconds);
    Histogram& write_seconds = prometheus::BuildHistogram()
                                   .Name("understudy_store_write_seconds")
                                   .Help("A compare-and-swap of the record.")
                                   .Register(registry)
                                   .Add({}, kWriteSeconds);
};

Metrics::Metrics(const std::string& version, const core::Topology& topology,
                 const std::vector<std::string>& webhooks)
    : implementation_(std::make_unique<Implementation>(topology)) {
    Implementation& m = *implementation_;
    m.build_info.Add({{"version", version}, {"program", "controller"}}).Set(1);
    m.store_up.Add({}).Set(1);
    for (const char* kind : {"failover", "switchover"}) {
        for (const char* outcome : {"done", "aborted"}) {
            m.failovers.Add({{"kind", kind}, {"outcome", outcome}});
        }
    }
    for (const auto& row : core::rule_table()) m.decisions.Add({{"rule", std::string(row.id)}});
    for (const auto& name : webhooks) {
        for (const char* outcome : {"accepted", "failed"}) {
            m.deliveries.Add({{"webhook", name}, {"outcome", outcome}});
        }
        deliveries_waiting(name, 0, 0);
    }
}

Metrics::~Metrics() = default;

void Metrics::observe(const Snapshot& snapshot) {
    Implementation& m = *implementation_;
    const core::Record& record = snapshot.record;
    const std::string& cluster = m.topology.cluster;
    m.is_protected.Add({{"cluster", cluster}}).Set(record.phase == Phase::kProtected ? 1 : 0);
    m.ready.Add({{"cluster", cluster}}).Set(snapshot.readiness.blockers.empty() ? 1 : 0);
    m.predicted_loss.Add({{"cluster", cluster}})
        .Set(snapshot.readiness.loss_transactions
                 ? static_cast<double>(*snapshot.readiness.loss_transactions)
                 : kUnknown);
    m.predicted_seconds.Add({{"cluster", cluster}})
        .Set(snapshot.readiness.seconds.value_or(kUnknown));
    m.paused.Add({{"cluster", cluster}}).Set(record.pause.paused ? 1 : 0);
    m.epoch.Add({{"cluster", cluster}}).Set(static_cast<double>(record.epoch.value));
    m.revision.Add({{"cluster", cluster}}).Set(static_cast<double>(record.revision.value));
    m.store_up.Add({}).Set(snapshot.store_trouble ? 0 : 1);
    for (const Phase phase : kPhases) {
        m.phase.Add({{"cluster", cluster}, {"phase", std::string(to_string(phase))}})
            .Set(record.phase == phase ? 1 : 0);
    }
    for (const auto& host : m.topology.databases) {
        m.primary.Add({{"cluster", cluster}, {"host", host.name.value}})
            .Set(record.primary == host.name ? 1 : 0);
    }
    for (const auto& web : m.topology.web_backends) {
        m.in_rotation.Add({{"host", web.value}}).Set(record.route.web.count(web) > 0 ? 1 : 0);
        m.drained.Add({{"host", web.value}}).Set(record.drained.count(web) > 0 ? 1 : 0);
    }
    for (const auto& [host, reachable] : snapshot.reachable) {
        m.maintenance.Add({{"host", host.value}}).Set(record.maintenance.count(host) > 0 ? 1 : 0);
        m.reachable.Add({{"host", host.value}}).Set(reachable ? 1 : 0);
    }
}

void Metrics::observe(const Outgoing& outgoing, const core::Record& record) {
    Implementation& m = *implementation_;
    for (const auto& entry : outgoing.recorded) {
        if (!entry.rule.empty()) m.decisions.Add({{"rule", entry.rule}}).Increment();
        m.events.Add({{"kind", entry.kind}}).Increment();
        if (entry.kind == "switchover_aborted") {
            m.failovers.Add({{"kind", "switchover"}, {"outcome", "aborted"}}).Increment();
        }
    }
    for (const auto& operation : outgoing.completed) {
        const std::string kind(to_string(operation.kind));
        m.failovers
            .Add({{"kind", kind}, {"outcome", aborted(record, operation) ? "aborted" : "done"}})
            .Increment();
        const core::Mark* begin = find_mark(operation, "noticed");
        const core::Mark* end = find_mark(operation, "routed");
        if (end == nullptr) end = find_mark(operation, "opened");
        if (begin != nullptr && end != nullptr &&
            operation.kind == core::OperationKind::kFailover) {
            m.failover_seconds.Observe(seconds(end->at - begin->at));
        }
    }
}

void Metrics::store_written(std::chrono::nanoseconds took, bool good) {
    implementation_->write_seconds.Observe(seconds(took));
    implementation_->store_up.Add({}).Set(good ? 1 : 0);
}

void Metrics::delivery_tried(const std::string& webhook, bool accepted) {
    implementation_->deliveries
        .Add({{"webhook", webhook}, {"outcome", accepted ? "accepted" : "failed"}})
        .Increment();
}

void Metrics::deliveries_waiting(const std::string& webhook, std::uint64_t waiting,
                                 std::uint64_t dropped) {
    implementation_->waiting.Add({{"webhook", webhook}}).Set(static_cast<double>(waiting));
    implementation_->dropped.Add({{"webhook", webhook}}).Set(static_cast<double>(dropped));
}

void Metrics::scrape_targets_written(bool good) {
    implementation_->targets_written.Add({}).Set(good ? 1 : 0);
}

void Metrics::config_in_force(core::WallTime at) {
    implementation_->config_successful.Add({}).Set(1);
    implementation_->config_since.Add({}).Set(seconds(at.time_since_epoch()));
    implementation_->config_restart.Add({}).Set(0);
}

void Metrics::config_broken() { implementation_->config_successful.Add({}).Set(0); }

void Metrics::config_needs_restart() {
    implementation_->config_successful.Add({}).Set(0);
    implementation_->config_restart.Add({}).Set(1);
}

void Metrics::assignment_refused(const core::HostName& host) {
    implementation_->refusals.Add({{"host", host.value}}).Increment();
}

std::string Metrics::page() const {
    return prometheus::TextSerializer().Serialize(implementation_->registry.Collect());
}

}  // namespace understudy::controller
