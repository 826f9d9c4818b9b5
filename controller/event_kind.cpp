#include "controller/event_kind.h"

namespace understudy::controller {

namespace {

using core::Record;

bool starts_operation(const Record& before, const Record& after) {
    if (!after.operation) return false;
    return !before.operation || before.operation->started != after.operation->started ||
           before.operation->kind != after.operation->kind;
}

std::string end_of_operation(const Record& before, const Record& after) {
    if (after.primary == before.operation->to) return "promoted";
    return std::string(to_string(before.operation->kind)) + "_aborted";
}

bool rebuilds(const Record& record, const core::HostName& host) {
    const auto role = record.roles.find(host);
    return role != record.roles.end() && role->second.role == core::Role::kRebuilding;
}

// "" where nobody's rebuilding begins or ends.
std::string kind_of_rebuild(const Record& before, const Record& after) {
    for (const auto& [host, role] : after.roles) {
        if (rebuilds(before, host) == rebuilds(after, host)) continue;
        return rebuilds(after, host) ? "rebuild_started" : "rebuilt";
    }
    return "";
}

}  // namespace

std::string kind_of_change(const Record& before, const Record& after) {
    if (starts_operation(before, after)) {
        return std::string(to_string(after.operation->kind)) + "_started";
    }
    if (before.operation && !after.operation) return end_of_operation(before, after);
    if (before.phase != after.phase && after.phase == core::Phase::kPromoting) return "promoting";
    if (!(before.pause == after.pause)) return after.pause.paused ? "paused" : "resumed";
    if (before.phase != after.phase && after.phase == core::Phase::kGathering) return "gathering";
    if (auto kind = kind_of_rebuild(before, after); !kind.empty()) return kind;
    if (before.phase != after.phase && after.phase == core::Phase::kAdmitting) return "admitting";
    if (!before.in_sync.empty() && after.in_sync.empty()) return "degraded";
    if (before.in_sync.empty() && !after.in_sync.empty()) return "recovered";
    if (before.lease > core::Millis{0}) {
        if (after.lease == core::Millis{0}) return "degraded";
        if (before.phase != after.phase && after.phase == core::Phase::kProtected) {
            return "recovered";
        }
    }
    if (before.in_sync.size() > after.in_sync.size()) return "member_left";
    if (before.in_sync.size() < after.in_sync.size()) return "member_joined";
    const bool rotates =
        before.route.web != after.route.web || before.route.drained != after.route.drained;
    if (rotates) return "web_rotation";
    if (before.route.readers != after.route.readers) return "readers";
    return "roles";
}

}  // namespace understudy::controller
