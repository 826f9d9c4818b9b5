// The fields of each message, once for writing and reading.
#pragma once

#include <concepts>
#include <type_traits>

#include "core/cluster.h"
#include "core/facts.h"
#include "core/rewind_plan.h"
#include "wire/waiting.h"

namespace understudy::wire {

// T is Type, const when writing.
template <class T, class Type>
concept Either = std::same_as<std::remove_const_t<T>, Type>;

// Of a field that what was stored before it came does not have: absent, it keeps its default.
struct AddedLater {};
inline constexpr AddedLater kAddedLater;

template <class Archive, Either<core::FencingToken> T>
void fields(Archive& field, T& token) {
    field("epoch", token.epoch);
    field("revision", token.revision);
}

template <class Archive, Either<core::Mark> T>
void fields(Archive& field, T& mark) {
    field("name", mark.name);
    field("at_us", mark.at);
}

template <class Archive, Either<core::Address> T>
void fields(Archive& field, T& address) {
    field("host", address.host);
    field("port", address.port);
}

template <class Archive, Either<core::ReplicationFacts> T>
void fields(Archive& field, T& facts) {
    field("configured", facts.configured);
    field("source_host", facts.source_host);
    field("source_port", facts.source_port);
    field("receiver", facts.receiver);
    field("applier_running", facts.applier_running);
    field("receiver_error", facts.receiver_error);
    field("applier_error", facts.applier_error);
    field("error_text", facts.error_text);
    field("retrieved", facts.retrieved);
    field("lag_seconds", facts.lag_seconds);
    field("source_silent_ms", facts.source_silent);
}

template <class Archive, Either<core::SemiSyncFacts> T>
void fields(Archive& field, T& facts) {
    field("source_enabled", facts.source_enabled);
    field("source_clients", facts.source_clients);
    field("acknowledgements", facts.acknowledgements, kAddedLater);
    field("waiting_sessions", facts.waiting_sessions);
    field("replica_enabled", facts.replica_enabled);
    field("replica_active", facts.replica_active);
}

template <class Archive, Either<core::CanaryFacts> T>
void fields(Archive& field, T& facts) {
    field("age_ms", facts.age);
    field("waits_for_ack", facts.waits_for_ack);
}

template <class Archive, Either<core::LeaseFacts> T>
void fields(Archive& field, T& facts) {
    field("granted", facts.granted);
    field("needed", facts.needed);
    field("held", facts.held);
    field("short_for_ms", facts.short_for);
}

template <class Archive, Either<core::CloneFacts> T>
void fields(Archive& field, T& clone) {
    field("state", clone.state);
    field("begun", clone.begun);
    field("bytes", clone.bytes);
    field("total_bytes", clone.total_bytes);
    field("bytes_per_second", clone.bytes_per_second);
    field("error", clone.error);
    field("error_text", clone.error_text);
}

template <class Archive, Either<core::Rebuild> T>
void fields(Archive& field, T& rebuild) {
    field("since", rebuild.since);
    field("elsewhere", rebuild.elsewhere);
    field("former_clone", rebuild.former_clone);
}

template <class Archive, Either<core::LastStart> T>
void fields(Archive& field, T& start) {
    field("at_us", start.at);
    field("way", start.way);
    field("reason", start.reason);
    field("orphans", start.orphans);
    field("rebuild", start.rebuild);
}

template <class Archive, Either<core::DatabaseFacts> T>
void fields(Archive& field, T& facts) {
    field("process", facts.process);
    field("incarnation", facts.incarnation);
    field("answering", facts.answering);
    field("trouble", facts.trouble);
    field("server_uuid", facts.server_uuid);
    field("version", facts.version);
    field("super_read_only", facts.super_read_only);
    field("client_sessions", facts.client_sessions);
    field("executed", facts.executed);
    field("replication", facts.replication);
    field("semi_sync", facts.semi_sync);
    field("canary", facts.canary);
    field("lease", facts.lease);
    field("clone", facts.clone, kAddedLater);
    field("closing", facts.closing, kAddedLater);
}

template <class Archive, Either<core::AppliedAssignment> T>
void fields(Archive& field, T& applied) {
    field("token", applied.token);
    field("role", applied.role);
    field("reached", applied.reached);
    field("detail", applied.detail);
    field("promotion_point", applied.promotion_point);
    field("marks", applied.marks);
    field("tied", applied.tied, kAddedLater);
    field("opened", applied.opened, kAddedLater);
}

template <class Archive, Either<core::ProxyServerFacts> T>
void fields(Archive& field, T& facts) {
    field("up", facts.up);
    field("check_passes", facts.check_passes);
    field("last_check", facts.last_check);
    field("sessions", facts.sessions);
    field("draining", facts.draining, kAddedLater);
}

template <class Archive, Either<core::LoadBalancerFacts> T>
void fields(Archive& field, T& facts) {
    field("process", facts.process);
    field("answering", facts.answering);
    field("trouble", facts.trouble);
    field("route_applied", facts.route_applied);
    field("marks", facts.marks);
    field("writers", facts.writers);
    field("web", facts.web);
}

template <class Archive, Either<core::VipFacts> T>
void fields(Archive& field, T& facts) {
    field("held", facts.held);
    field("keepalived", facts.keepalived);
    field("taken", facts.taken);
    field("removed", facts.removed);
    field("changed_us", facts.changed);
    field("trouble", facts.trouble);
}

template <class Archive, Either<core::BackendFacts> T>
void fields(Archive& field, T& facts) {
    field("healthy", facts.healthy);
    field("dead", facts.dead);
    field("cause", facts.cause);
}

template <class Archive, Either<core::KeptOrphans> T>
void fields(Archive& field, T& orphans) {
    field("id", orphans.id);
    field("kept_at_us", orphans.kept_at);
    field("log", orphans.log);
    field("offset", orphans.offset);
    field("gtids", orphans.gtids);
    field("transactions", orphans.transactions);
    field("bytes", orphans.bytes);
    field("way", orphans.way);
}

template <class Archive, Either<core::HostReport> T>
void fields(Archive& field, T& report) {
    field("host", report.host);
    field("sequence", report.sequence);
    field("agent_start", report.agent_start);
    field("database", report.database);
    field("applied", report.applied);
    field("load_balancer", report.load_balancer);
    field("vip", report.vip, kAddedLater);
    field("backend", report.backend);
    field("database_epoch", report.database_epoch);
    field("database_revision", report.database_revision, kAddedLater);
    field("route_epoch", report.route_epoch);
    field("database_gone_at_us", report.database_gone_at);
    field("orphans", report.orphans);
    field("last_start", report.last_start);
}

template <class Archive, Either<core::Witness> T>
void fields(Archive& field, T& witness) {
    field("host", witness.host);
    field("agent", witness.agent);
}

template <class Archive, Either<core::LeaseTerms> T>
void fields(Archive& field, T& terms) {
    field("length_ms", terms.length);
    field("needed", terms.needed);
    field("witnesses", terms.witnesses);
}

template <class Archive, Either<core::Assignment> T>
void fields(Archive& field, T& assignment) {
    field("token", assignment.token);
    field("role", assignment.role);
    field("source", assignment.source);
    field("must_hold", assignment.must_hold);
    field("incarnation", assignment.incarnation);
    field("promotion_point", assignment.promotion_point);
    field("acknowledgements", assignment.acknowledgements, kAddedLater);
    field("lease", assignment.lease);
    field("open_after_ms", assignment.open_after, kAddedLater);
    field("rebuild", assignment.rebuild);
    field("loss_epoch", assignment.loss_epoch, kAddedLater);
    field("retrieved", assignment.retrieved, kAddedLater);
}

template <class Archive, Either<core::HeldAssignment> T>
void fields(Archive& field, T& held) {
    field("assignment", held.assignment);
    field("waiting", held.waiting);
    field("opened", held.opened, kAddedLater);
}

template <class Archive, Either<core::RejoinOrder> T>
void fields(Archive& field, T& order) {
    field("role", order.role);
    field("promotion_point", order.promotion_point);
    field("died_waiting", order.died_waiting);
    field("rebuild", order.rebuild);
}

template <class Archive, Either<core::Route> T>
void fields(Archive& field, T& route) {
    field("revision", route.revision);
    field("epoch", route.epoch);
    field("writer", route.writer);
    field("readers", route.readers);
    field("web", route.web);
    field("drained", route.drained, kAddedLater);
}

template <class Archive, Either<core::HostRole> T>
void fields(Archive& field, T& role) {
    field("role", role.role);
    field("source", role.source);
    field("since", role.since);
    field("rebuild", role.rebuild);
}

template <class Archive, Either<core::Operation> T>
void fields(Archive& field, T& operation) {
    field("kind", operation.kind);
    field("from", operation.from);
    field("to", operation.to);
    field("cause", operation.cause);
    field("started_us", operation.started);
    field("must_hold", operation.must_hold);
    field("incarnation", operation.incarnation);
    field("last_heard", operation.last_heard, kAddedLater);
    field("retrieved", operation.retrieved, kAddedLater);
    field("marks", operation.marks);
}

template <class Archive, Either<core::Pause> T>
void fields(Archive& field, T& pause) {
    field("paused", pause.paused);
    field("reason", pause.reason);
}

template <class Archive, Either<core::AckStalls> T>
void fields(Archive& field, T& stalls) {
    field("count", stalls.count);
    field("newest_us", stalls.newest);
}

template <class Archive, Either<core::Record> T>
void fields(Archive& field, T& record) {
    field("revision", record.revision);
    field("epoch", record.epoch);
    field("phase", record.phase);
    field("primary", record.primary);
    field("in_sync", record.in_sync);
    field("admitted_incarnation", record.admitted_incarnation);
    field("roles", record.roles);
    field("promotion_point", record.promotion_point);
    field("operation", record.operation);
    field("last_operation", record.last_operation);
    field("pause", record.pause);
    field("route", record.route);
    field("recent_failovers_us", record.recent_failovers);
    field("phase_since_us", record.phase_since);
    field("orphans_told_us", record.orphans_told);
    field("maintenance", record.maintenance, kAddedLater);
    field("acknowledgements", record.acknowledgements, kAddedLater);
    field("unconfirmed", record.unconfirmed, kAddedLater);
    field("lease_ms", record.lease, kAddedLater);
    field("open_after_ms", record.open_after, kAddedLater);
    field("rebuild_asked", record.rebuild_asked, kAddedLater);
    field("loss_epoch", record.loss_epoch, kAddedLater);
    field("admitted_retrieved", record.admitted_retrieved, kAddedLater);
    field("stalls", record.stalls, kAddedLater);
    field("not_rejoined", record.not_rejoined, kAddedLater);
    field("drained", record.drained, kAddedLater);
}

template <class Archive, Either<TierWaiting> T>
void fields(Archive& field, T& tier) {
    field("requests", tier.requests);
}

template <class Archive, Either<HostWaiting> T>
void fields(Archive& field, T& waiting) {
    field("load_balancer", waiting.load_balancer);
    field("php_fpm", waiting.php_fpm);
    field("database", waiting.database);
}

}  // namespace understudy::wire
