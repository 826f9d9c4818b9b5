#include "controller/operation_trail.h"

#include <algorithm>
#include <utility>

namespace understudy::controller {

namespace {

using core::Mark;
using core::Operation;
using core::Record;

constexpr core::Millis kPatience{5000};

const Mark* find(const std::vector<Mark>& marks, const std::string& name) {
    const auto found = std::find_if(marks.begin(), marks.end(),
                                    [&name](const Mark& mark) { return mark.name == name; });
    return found == marks.end() ? nullptr : &*found;
}

// Another operation than the one before, if any.
bool begins(const Record& before, const Record& after) {
    if (!after.operation) return false;
    return !before.operation || before.operation->started != after.operation->started ||
           before.operation->kind != after.operation->kind;
}

}  // namespace

const Mark* find_mark(const Operation& operation, const std::string& name) {
    return find(operation.marks, name);
}

bool aborted(const Record& record, const Operation& operation) {
    return record.primary != operation.to;
}

void OperationTrail::resume(const Record& record, core::MonotonicTime now) {
    if (record.operation || !record.last_operation) return;
    const Operation& last = *record.last_operation;
    if (find_mark(last, "completed") != nullptr || aborted(record, last)) return;
    ended_ = Ended{last, record.route.revision, now, {}};
}

void OperationTrail::recorded(const Record& before, const Record& after, core::Now now) {
    if (begins(before, after)) {
        marks_ = {{"recorded", now.wall}};
        ended_.reset();
    }
    if (!before.operation || after.operation || !after.last_operation) return;
    if (aborted(after, *after.last_operation)) return;
    ended_ = Ended{*after.last_operation, after.route.revision, now.monotonic, {}};
    marks_.push_back({"route_recorded", now.wall});
}

void OperationTrail::look(const core::ClusterView& view) {
    if (!ended_) return;
    for (const auto& [name, observation] : view) {
        const auto& facts = observation.report.load_balancer;
        if (!facts || facts->route_applied < ended_->route) continue;
        const Mark* routed = find(facts->marks, "routed");
        if (routed != nullptr) ended_->routed.emplace(name, routed->at);
    }
}

std::optional<Operation> OperationTrail::completed(const core::Topology& topology,
                                                   const core::ClusterView& view,
                                                   core::Millis fresh, core::Now now) {
    if (!ended_) return std::nullopt;
    const auto awaited = [&](const core::HostName& name) {
        const auto seen = view.find(name);
        const bool heard = seen != view.end() && now.monotonic - seen->second.heard <= fresh;
        return heard && ended_->routed.count(name) == 0;
    };
    const auto& balancers = topology.load_balancers;
    const bool waits = std::any_of(balancers.begin(), balancers.end(), awaited);
    if (waits && now.monotonic - ended_->since < kPatience) return std::nullopt;

    Operation operation = std::move(ended_->operation);
    auto& marks = operation.marks;
    marks.insert(marks.end(), marks_.begin(), marks_.end());
    core::WallTime last{};
    for (const auto& [name, at] : ended_->routed) {
        marks.push_back({"routed " + name.value, at});
        last = std::max(last, at);
    }
    if (!ended_->routed.empty()) marks.push_back({"routed", last});
    std::stable_sort(marks.begin(), marks.end(),
                     [](const Mark& left, const Mark& right) { return left.at < right.at; });
    marks.push_back({"completed", now.wall});
    ended_.reset();
    marks_.clear();
    return operation;
}

}  // namespace understudy::controller
