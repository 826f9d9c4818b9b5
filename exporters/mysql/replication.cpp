#include "exporters/mysql/replication.h"

#include <chrono>
#include <limits>

namespace understudy::exporters {

void add_lag(MetricPage& page, const std::string& basis, std::optional<double> seconds) {
    page.gauge("understudy_replication_lag_seconds",
               "How far the database is behind its source, by what it is measured with; NaN when "
               "that is not known.",
               seconds.value_or(std::numeric_limits<double>::quiet_NaN()), {{"basis", basis}});
    page.gauge("understudy_replication_lag_valid",
               "Whether the lag on that basis is known (1) or not (0).", seconds ? 1 : 0,
               {{"basis", basis}});
}

MetricPage replication_metrics(const core::DatabaseFacts& facts) {
    MetricPage page;
    const auto gauge = [&](const char* name, const char* help, double value) {
        page.gauge(name, help, value);
    };
    const auto& replication = facts.replication;
    const bool is_replica = facts.answering && replication.configured;
    add_lag(page, "heartbeat", is_replica ? replication.lag_seconds : std::nullopt);
    gauge("understudy_database_up", "Whether the agent's last observation of MySQL succeeded.",
          facts.answering ? 1 : 0);
    if (!facts.answering) return page;

    gauge("understudy_database_writable", "Whether clients can write (super_read_only is off).",
          facts.super_read_only ? 0 : 1);
    gauge("understudy_database_client_sessions", "Sessions of clients.", facts.client_sessions);
    gauge("understudy_replication_configured", "Whether the database follows a source.",
          replication.configured ? 1 : 0);
    gauge("understudy_replication_receiver_running",
          "Whether the receiver is connected to its source.",
          replication.receiver == core::ReceiverState::kRunning ? 1 : 0);
    gauge("understudy_replication_applier_running", "Whether the applier runs.",
          replication.applier_running ? 1 : 0);
    gauge("understudy_replication_unapplied_transactions",
          "Transactions that were received and are not yet applied.",
          static_cast<double>(replication.retrieved.minus(facts.executed).count()));
    gauge("understudy_semi_sync_waiting", "Whether commits wait for an acknowledgement.",
          facts.semi_sync.source_enabled ? 1 : 0);
    gauge("understudy_semi_sync_clients", "Acknowledging replicas attached.",
          facts.semi_sync.source_clients);
    gauge("understudy_semi_sync_waiting_sessions", "Commits that wait right now.",
          facts.semi_sync.waiting_sessions);
    gauge("understudy_semi_sync_acknowledging", "Whether this replica acknowledges.",
          facts.semi_sync.replica_active ? 1 : 0);
    const auto& clone = facts.clone;
    gauge("understudy_clone_running", "Whether the database's data are being replaced by a clone.",
          clone.state == core::CloneState::kRunning ? 1 : 0);
    gauge("understudy_clone_copied_bytes", "Copied by the newest clone onto this database.",
          static_cast<double>(clone.bytes));
    gauge("understudy_clone_estimated_bytes", "What the newest clone copies in all, as estimated.",
          static_cast<double>(clone.total_bytes));
    gauge("understudy_clone_bytes_per_second", "How fast a clone onto this database copies now.",
          static_cast<double>(clone.bytes_per_second));
    if (facts.canary) {
        gauge("understudy_canary_age_seconds",
              "Seconds for which a write of the canary has waited.",
              std::chrono::duration<double>(facts.canary->age).count());
        gauge("understudy_canary_waits_for_acknowledgement",
              "Whether the canary stalls for want of an acknowledgement.",
              facts.canary->waits_for_ack ? 1 : 0);
    }
    return page;
}

}  // namespace understudy::exporters
