// Mistakes of the controller's rules: the view or the record is misread, or a decision is changed.
#include "tests/simulation/run/decision_seams.h"

namespace understudy::simulation {

namespace {

using core::ClusterView;
using core::Decision;
using core::HostName;
using core::Inputs;
using core::Phase;
using core::Record;
using core::Role;

Mutant ignoring_policy(std::string_view name, std::string_view what) {
    return {name, what, [](Seams& seams) {
                seams.decide = [](const Inputs& inputs) {
                    core::Policy policy = inputs.policy;
                    policy.automatic_failover = true;
                    return core::decide({inputs.record, inputs.view, inputs.topology, policy,
                                         inputs.now, inputs.request, inputs.listening_since,
                                         inputs.trail});
                };
            }};
}

void each_replica(const Record& record, ClusterView& view,
                  void (*act)(const HostName&, core::DatabaseFacts&)) {
    for (auto& [name, seen] : view) {
        if (name != record.primary && seen.report.database) act(name, *seen.report.database);
    }
}

void trust_every_incarnation(Record& record, ClusterView& view, const Inputs&) {
    for (auto& [name, incarnation] : record.admitted_incarnation) {
        const auto seen = view.find(name);
        if (seen != view.end() && seen->second.report.database) {
            incarnation = seen->second.report.database->incarnation;
        }
    }
}

void count_everybody_in_sync(Record& record, ClusterView& view, const Inputs& inputs) {
    if (record.phase == Phase::kAlone && record.operation == std::nullopt) {
        const auto primary = view.find(record.primary);
        const bool gone = primary != view.end() && primary->second.report.database &&
                          primary->second.report.database->process == core::ProcessState::kGone;
        if (gone) record.phase = Phase::kProtected;
    }
    for (const auto& [name, role] : record.roles) {
        if (!core::is_replica(role.role)) continue;
        record.in_sync.insert(name);
        record.admitted_incarnation.emplace(name, 0);
    }
    trust_every_incarnation(record, view, inputs);
}

void doubt_the_silent(Record& record, ClusterView& view, const Inputs&, bool replicas) {
    if (replicas) {
        each_replica(record, view, [](const HostName&, core::DatabaseFacts& facts) {
            facts.replication.receiver = core::ReceiverState::kConnecting;
        });
    }
    for (auto& [name, seen] : view) {
        if (!seen.report.load_balancer) continue;
        for (auto& [host, server] : seen.report.load_balancer->writers) server.check_passes = false;
    }
}

bool primary_is_silent(const Record& record, const ClusterView& view, const Inputs& inputs) {
    const auto seen = view.find(record.primary);
    return seen != view.end() &&
           inputs.now.monotonic - seen->second.heard > inputs.policy.host_timeout;
}

void believe_silence(Record& record, ClusterView& view, const Inputs& inputs) {
    if (primary_is_silent(record, view, inputs)) doubt_the_silent(record, view, inputs, true);
}

void ignore_balancers(Record& record, ClusterView& view, const Inputs& inputs) {
    if (primary_is_silent(record, view, inputs)) doubt_the_silent(record, view, inputs, false);
}

void take_old_reports_for_new(Record&, ClusterView& view, const Inputs& inputs) {
    for (auto& [name, seen] : view) seen.heard = inputs.now.monotonic;
}

void overlook_errant(Record& record, ClusterView& view, const Inputs&) {
    const auto primary = view.find(record.primary);
    if (primary == view.end() || !primary->second.report.database) return;
    const auto& ours = *primary->second.report.database;
    for (auto& [name, seen] : view) {
        if (name == record.primary || !seen.report.database) continue;
        auto& executed = seen.report.database->executed;
        executed = executed.minus(executed.minus(ours.executed).without_server(ours.server_uuid));
    }
}

void forget_pause(Record& record, ClusterView&, const Inputs&) { record.pause = {}; }

void ask_too_few(Record& record, ClusterView&, const Inputs&) {
    if (record.phase == Phase::kGathering) {
        record.acknowledgements = static_cast<int>(record.in_sync.size());
    }
}

void forget_maintenance(Record& record, ClusterView&, const Inputs&) { record.maintenance = {}; }

// What is recorded stays so.
Decision decide_blind_to_drains(const Inputs& inputs) {
    Record record = inputs.record;
    record.drained = {};
    Decision decision =
        core::decide({record, inputs.view, inputs.topology, inputs.policy, inputs.now,
                      inputs.request, inputs.listening_since, inputs.trail});
    if (decision.next) decision.next->drained = inputs.record.drained;
    return decision;
}

void promote_lossless(Decision& decision, const Inputs&) {
    if (!decision.next || decision.next->phase != Phase::kPromoting) return;
    auto& role = decision.next->roles[decision.next->primary].role;
    if (role == Role::kPrimaryAlone) role = Role::kPrimaryLossless;
}

void route_at_once(Decision& decision, const Inputs&) {
    if (!decision.next || decision.next->phase != Phase::kPromoting) return;
    decision.next->route.writer = decision.next->primary;
}

void forget_promotion_point(Decision& decision, const Inputs&) {
    if (decision.next) decision.next->promotion_point = {};
}

void overlook_cut_clones(Record& record, ClusterView& view, const Inputs&) {
    for (auto& [name, seen] : view) {
        const auto role = record.roles.find(name);
        const bool replica = role != record.roles.end() && role->second.role != Role::kRebuilding;
        if (replica && seen.report.database) seen.report.database->clone = {};
    }
}

void keep_requests(Decision& decision, const Inputs& inputs) {
    if (!decision.next || decision.next->phase != Phase::kPromoting) return;
    decision.next->rebuild_asked = inputs.record.rebuild_asked;
}

void forget_what_was_received(Decision& decision, const Inputs&) {
    if (!decision.next) return;
    decision.next->admitted_retrieved.clear();
    if (decision.next->operation) decision.next->operation->retrieved = {};
}

void forget_losses(Decision& decision, const Inputs&) {
    if (decision.next) decision.next->loss_epoch = {};
}

void keep_epoch(Decision& decision, const Inputs& inputs) {
    if (decision.next) decision.next->epoch = inputs.record.epoch;
}

void count_everybody_as_told(Record& record, ClusterView& view, const Inputs&) {
    for (auto& [host, seen] : view) {
        if (seen.report.database) seen.report.database_epoch = record.epoch;
        if (seen.report.load_balancer) seen.report.route_epoch = record.epoch;
    }
}

}  // namespace

std::vector<Mutant> decision_mutants() {
    return {
        misreading("promotes-anybody", "a replica that is not in sync is promoted",
                   count_everybody_in_sync),
        in_the_fault(
            "replica restarts unseen",
            misreading("ignores-incarnation", "a member that was restarted is still a candidate",
                       trust_every_incarnation)),
        in_the_fault("reset the heir",
                     changing("overlooks-resets", "a member that was reset is still a candidate",
                              forget_what_was_received)),
        in_the_fault(
            "loss accepted",
            changing("forgets-losses", "what an accepted loss gave up counts as never committed",
                     forget_losses)),
        misreading("overlooks-errant", "errant transactions are no hindrance", overlook_errant),
        misreading("believes-silence", "a silent primary is failed over whoever still sees it",
                   believe_silence),
        misreading("ignores-load-balancers", "what load balancers still reach does not count",
                   ignore_balancers),
        misreading("believes-old-reports", "a report is never too old", take_old_reports_for_new),
        misreading("ignores-pause", "it fails over although it is paused", forget_pause),
        ignoring_policy("ignores-manual-policy", "it fails over although the policy is manual"),
        {"ignores-drains", "a drained web server stays in rotation",
         [](Seams& seams) { seams.decide = decide_blind_to_drains; }},
        misreading("ignores-maintenance", "a host in maintenance is promoted", forget_maintenance),
        among_several(misreading(
            "asks-too-few", "one gathered member is taken for the most advanced", ask_too_few)),
        in_the_fault(
            "split in halves",
            under_lease(misreading("promotes-while-granted",
                                   "a leased primary is replaced although witnesses may grant it",
                                   count_everybody_as_told))),
        under_lease(misreading("promotes-half-cloned",
                               "a host whose clone was cut short may be promoted",
                               overlook_cut_clones)),
        changing("keeps-rebuild-requests", "a primary is rebuilt once it is a replica again",
                 keep_requests),
        changing("promotes-lossless", "a new primary waits though nobody acknowledges it yet",
                 promote_lossless),
        changing("routes-at-once", "writers are routed before the new primary is open",
                 route_at_once),
        changing("forgets-promotion-point", "returning hosts do not learn what they may keep",
                 forget_promotion_point),
        changing("keeps-epoch", "a new primary gets no new epoch", keep_epoch),
        without("never-degrades", "the primary waits for ever for a replica that is gone", "200"),
        without("never-aborts", "a switchover is never given up", "150"),
        without("never-readmits", "a replica that came back stays out", "410"),
        without("never-fails-over-silent", "a silent host is never failed over", "140"),
    };
}

}  // namespace understudy::simulation
