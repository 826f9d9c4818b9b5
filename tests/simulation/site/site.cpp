#include "tests/simulation/site/site.h"

#include <algorithm>
#include <utility>

#include "wire/json.h"

namespace understudy::simulation {

namespace {

constexpr Micros kOperatorLooks = 10s;

}  // namespace

Site::Site(std::uint64_t seed, SiteOptions options, Trace::Mode mode, Seams seams)
    : options_(std::move(options)),
      engine_(seed, mode),
      network_(engine_, options_.databases + options_.balancers + 1),
      seams_(std::move(seams)) {
    topology_.cluster = "main";
    judge_ = std::make_unique<Judge>(Judge::Truth{
        engine_, servers_, [this](int server) { return witnessed(server); },
        [this](int server) { return database(server).tended_since(); }, options_.policy});
    events_ = {[this](int server) { judge_->opened(server); },
               [this](int server) { judge_->closed(server); },
               [this](int server, const LogEntry& entry, bool by_client) {
                   judge_->acknowledged(server, entry, by_client);
               },
               [this](int server) { judge_->may_have_erred(server); },
               [this](int server, int source) { judge_->receives(server, source); },
               [this](int server) { judge_->may_have_erred(server); },
               [this](int server, int donor) { judge_->clone_begun(server, donor); },
               [this](int server) {
                   judge_->clone_done(server);
                   database(server).kill_mysqld(true);
               }};
    build_databases();
    build_balancers();
    build_controller();
    std::vector<Proxy*> proxies;
    for (auto& proxy : proxies_) proxies.push_back(proxy.get());
    clients_ = std::make_unique<Clients>(engine_, proxies, servers_, network_);
    clients_->start(options_.clients, options_.think);
    engine_.queue.after(kOperatorLooks, [this] { operate(); });
    watch();
}

Site::~Site() {
    for (auto& controller : controllers_) controller->kill();
    for (auto& host : hosts_) host->kill_agent();
}

std::unique_ptr<HostClock> Site::new_clock() {
    const auto drift = static_cast<std::int64_t>(engine_.random.below(
                           static_cast<std::uint64_t>(options_.most_drift_ppm * 2 + 1))) -
                       options_.most_drift_ppm;
    return std::make_unique<HostClock>(engine_.queue, engine_.random.between(0s, 1h), drift);
}

void Site::build_databases() {
    for (int i = 0; i < options_.databases; ++i) {
        servers_.push_back(std::make_unique<MysqlServer>(engine_, network_, servers_, i, events_));
        if (i + 1 < options_.databases || !options_.last_is_enrolled_late) configure(i);
    }
    const Host::Links links{engine_,
                            network_,
                            [this] { review(); },
                            [this](const Start& start) { judge_->started(start); },
                            [this](int server) { judge_->may_have_erred(server); },
                            [this](Node from, const auto& host, core::Epoch epoch, auto reply) {
                                ask_witness(from, host, epoch, std::move(reply));
                            }};
    for (int i = 0; i < options_.databases; ++i) {
        hosts_.push_back(std::make_unique<Host>(links, i, new_clock()));
        hosts_.back()->run_database(server(i), i, options_.keeper, options_.canary_interval,
                                    seams_);
    }
}

void Site::ask_witness(Node from, const core::HostName& host, core::Epoch epoch,
                       std::function<void(bool)> reply) {
    const auto found = std::find_if(hosts_.begin(), hosts_.end(),
                                    [&](const auto& one) { return one->name() == host; });
    const Node to = (*found)->node();
    const auto answer = [this, from, to, epoch, reply = std::move(reply)](Host& witness) {
        if (!witness.agent_alive()) return;
        network_.send(to, from,
                      [reply, granted = witness.agent()->grants(epoch)] { reply(granted); });
    };
    network_.send(from, to, [witness = found->get(), answer] { witness->deliver(answer); });
}

void Site::configure(int database) {
    const auto name = database_name(database);
    topology_.databases.push_back({name, {name.value, 3306}, 100});
    topology_.web_backends.push_back(name);
}

void Site::enrol_last() {
    configure(options_.databases - 1);
    kill_controller();
    start_controller();
}

void Site::build_balancers() {
    const Host::Links links{engine_, network_, [this] { review(); }, [](const Start&) {}};
    for (int i = 0; i < options_.balancers; ++i) {
        const Node node = options_.databases + i;
        proxies_.push_back(std::make_unique<Proxy>(
            engine_, network_, servers_, i, node,
            Proxy::Answers{[this](int server) {
                               const auto& host = *hosts_[static_cast<std::size_t>(server)];
                               return host.agent_alive() && !host.paused() &&
                                      host.agent()->answers_primary();
                           },
                           [this](int server) { return web_answers(server); }},
            !seams_.flaws.keeps_sessions));
        hosts_.push_back(std::make_unique<Host>(links, node, new_clock()));
        hosts_.back()->run_balancer(*proxies_.back(), i, seams_);
        topology_.load_balancers.push_back(balancer_name(i));
    }
}

void Site::build_controller() {
    controller_clock_ = new_clock();
    std::vector<Host*> hosts;
    for (auto& host : hosts_) hosts.push_back(host.get());
    ground_.emplace(ControllerGround{
        engine_, network_, *controller_clock_, controller_node(), topology_, options_.policy,
        store_, store_mishaps, hosts,
        [this](const core::Record& next, const ports::HistoryEntry& entry) {
            judge_->recorded(next, entry);
        },
        [this](const controller::Outgoing& outgoing) { judge_->stepped(outgoing); }, seams_});
    start_controller();
}

void Site::start_controller() {
    controllers_.push_back(std::make_unique<ControllerProcess>(*ground_));
    engine_.trace.note(30, 0, [] { return "a controller starts"; });
    controllers_.back()->start();
}

void Site::kill_controller() {
    engine_.trace.note(31, 0, [] { return "every controller dies"; });
    for (auto& controller : controllers_) controller->kill();
}

void Site::pause_controller() {
    engine_.trace.note(32, 0, [] { return "the controller pauses"; });
    if (controllers_.back()->alive()) controllers_.back()->freeze();
}

void Site::resume_controller() {
    engine_.trace.note(33, 0, [] { return "paused controllers go on"; });
    for (auto& controller : controllers_) controller->thaw();
}

int Site::controllers_alive() const {
    return static_cast<int>(
        std::count_if(controllers_.begin(), controllers_.end(),
                      [](const auto& controller) { return controller->alive(); }));
}

void Site::ask(core::OperationKind kind, bool accept_loss) {
    engine_.trace.note(34, static_cast<unsigned>(kind), [&] {
        return "an operator asks for a " + std::string(core::to_string(kind)) +
               (accept_loss ? " and accepts a loss" : "");
    });
    controllers_.back()->post(
        controller::OperationAsked{++last_request_, {kind, {}, "the operator", accept_loss}});
}

void Site::ask_for_switchover_to(int database) {
    const auto to = database_name(database);
    engine_.trace.note(34, 9, [&] { return "an operator asks for a switchover to " + to.value; });
    controllers_.back()->post(controller::OperationAsked{
        ++last_request_, {core::OperationKind::kSwitchover, to, "the operator", false}});
}

void Site::change(int database, core::HostChange change) {
    const auto name = database_name(database);
    engine_.trace.note(39, static_cast<unsigned>(database), [&] {
        return "an operator: " + name.value + " " + std::string(core::to_string(change));
    });
    // One that was paused and goes on beside its successor may be the only one that knows better.
    for (auto& controller : controllers_) {
        controller->post(controller::HostChangeAsked{
            ++last_request_, {change, name, "a new disk"}, "the operator"});
    }
}

void Site::undo_changes() {
    for (const auto& [name, role] : record().roles) {
        if (role.role == core::Role::kDetached) change(index_of(name), core::HostChange::kAttach);
        // Blocked until a start of mysqld that keeps it, as the status says.
        const bool to_keep = role.rebuild && !server(index_of(name)).hollow();
        if (to_keep) database(index_of(name)).try_again_to_keep(role.rebuild->since);
    }
    for (const auto& [name, reason] : record().maintenance) {
        change(index_of(name), core::HostChange::kEndMaintenance);
    }
    for (const auto& [name, by] : record().drained) {
        change(index_of(name), core::HostChange::kUndrain);
    }
    if (!record().not_rejoined.empty()) take_back_the_replaced();
    if (record().pause.paused) pause(false);
}

void Site::take_back_the_replaced() {
    if (engine_.random.chance(0.5)) {
        for (const auto& name : record().not_rejoined) {
            change(index_of(name), core::HostChange::kRejoin);
        }
        return;
    }
    options_.policy.automatic_rejoin = true;
    reconfigure("replaced primaries rejoin");
}

void Site::reconfigure(const std::string& to) {
    engine_.trace.note(39, 0, [&] { return "an operator's policy: " + to; });
    for (auto& controller : controllers_) {
        controller->post(controller::Reconfigured{topology_, options_.policy});
    }
}

void Site::pause(bool on) {
    engine_.trace.note(35, on ? 1 : 0,
                       [&] { return on ? "an operator pauses" : "an operator resumes"; });
    controllers_.back()->post(controller::PauseAsked{++last_request_, on, "maintenance"});
}

void Site::change_durability(const std::optional<core::AsyncDurability>& async) {
    options_.policy.async = async;
    reconfigure(async ? "asynchronous" : "lossless");
}

void Site::change_acknowledgements(int count) {
    options_.policy.acknowledgements = count;
    reconfigure(std::to_string(count) + " acknowledge each commit");
}

// Hosts that have to be rebuilt are, by an operator who reads what the controller says.
void Site::operate() {
    engine_.queue.after(kOperatorLooks, [this] { operate(); });
    if (!controllers_.back()->alive()) return;
    if (mended_) undo_changes();
    const auto primary_index = primary();
    if (primary_index < 0 || !server(primary_index).writable()) return;
    for (const auto& name : controllers_.back()->to_rebuild()) rebuild(index_of(name));
    let_one_rejoin();
}

// Most are looked at for a while first.
void Site::let_one_rejoin() {
    const auto& waiting = record().not_rejoined;
    if (waiting.empty() || !engine_.random.chance(0.1)) return;
    change(index_of(*waiting.begin()), core::HostChange::kRejoin);
}

void Site::rebuild(int index, const std::string& by) {
    const auto name = database_name(index);
    const auto role = record().roles.find(name);
    const bool begun = role != record().roles.end() && role->second.role == core::Role::kRebuilding;
    if (begun || record().rebuild_asked.count(name) > 0) return;
    engine_.trace.note(36, static_cast<unsigned>(index), [&] {
        return "an operator asks for the rebuilding of db" + std::to_string(index);
    });
    controllers_.back()->post(controller::HostChangeAsked{
        ++last_request_, {core::HostChange::kRebuild, name, by, true}, "the operator"});
}

void Site::break_applier(int index) {
    if (options_.policy.automatic_rebuild) judge_->may_have_erred(index);
    server(index).break_applier(1062);
}

void Site::review() {
    for (auto& server : servers_) server->review_streams();
}

int Site::primary() const {
    if (!store_.record || store_.record->primary.empty()) return -1;
    return index_of(store_.record->primary);
}

int Site::replica() const {
    const int first = primary();
    return first == 0 ? 1 : 0;
}

int Site::routed_writer() const {
    for (const auto& proxy : proxies_) {
        if (proxy->running()) return proxy->writer();
    }
    return -1;
}

const core::Record& Site::record() const {
    static const core::Record kNone;
    return store_.record ? *store_.record : kNone;
}

bool Site::settled() const {
    const int index = primary();
    return index >= 0 && record().phase == core::Phase::kProtected &&
           servers_[static_cast<std::size_t>(index)]->writable() && routed_writer() == index;
}

void Site::describe() {
    for (auto& host : hosts_) {
        engine_.trace.note(38, 0, [&] {
            return host->agent_alive() ? wire::to_json(host->agent()->report())
                                       : host->name().value + ": no agent";
        });
    }
}

void Site::heal() {
    engine_.trace.note(37, 0, [] { return "everything is mended"; });
    network_.weather = {};
    store_mishaps = {};
    store_.fails.reset();
    for (auto& host : hosts_) {
        host->resume();
        host->power_on();
        host->start_agent();
        host->mishaps = {};
        host->restart_delay = Host::kRestartDelay;
        host->assignments.broken = false;
        host->keep_nothing(false);
    }
    network_.mend_all();
    for (int i = 0; i < options_.databases; ++i) {
        database(i).keep_mysqld_down(false);
        database(i).freeze_mysqld(false);
        server(i).stall_disk(false);
        server(i).fail_receiver(0);
        server(i).durations = {};
        server(i).start_by_hand();
    }
    resume_controller();
    if (controllers_alive() == 0) start_controller();
    review();
    if (record().pause.paused) pause(false);
}

}  // namespace understudy::simulation
