#include "tests/simulation/model/mysql_server.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace understudy::simulation {

namespace {

constexpr int kIdentities = kServers * 1000;

}  // namespace

const std::string& uuid_of(int identity) {
    static const std::vector<std::string> kUuids = [] {
        std::vector<std::string> uuids;
        for (int i = 0; i < kIdentities; ++i) {
            auto life = std::to_string(i / kServers);
            life.insert(0, 4 - life.size(), '0');
            uuids.push_back("00000000-0000-0000-" + life + "-00000000000" +
                            std::to_string(i % kServers + 1));
        }
        return uuids;
    }();
    return kUuids.at(static_cast<std::size_t>(identity));
}

MysqlServer::MysqlServer(Engine& engine, Network& network, const Peers& peers, int index,
                         ServerEvents& events)
    : engine_(engine),
      network_(network),
      peers_(peers),
      index_(index),
      identity_(index),
      events_(events) {}

// What my.cnf says: fenced, waiting, not replicating. Prepared transactions that the binary log
// has are committed; relay logs are dropped (relay_log_recovery).
void MysqlServer::boot(std::uint64_t incarnation) {
    incarnation_ = incarnation;
    running_ = true;
    frozen_ = false;
    answering_since_ = engine_.queue.now();
    super_read_only_ = true;
    closing_ = false;
    source_enabled_ = true;
    acknowledgements_ = 1;
    holder_.reset();
    replica_enabled_ = ever_attached_ = false;
    for (std::size_t i = committed_; i < log_.size(); ++i) {
        executed_.add(uuid_of(log_[i].origin), {log_[i].number, log_[i].number});
    }
    committed_ = log_.size();
    rotate_log();
    log_in_use_ = true;
    receiver_ = Receiver::kStopped;
    receiver_error_ = applier_error_ = 0;
    applier_running_ = applier_busy_ = applier_waits_ = stopping_ = false;
    behind_stop_.clear();
    relay_.clear();
    applied_ = 0;
    retrieved_ = {};
    stream_busy_ = ack_held_ = silence_noted_ = false;
    if (clone_.state == core::CloneState::kRunning) clone_.state = core::CloneState::kFailed;
}

void MysqlServer::die(bool cleanly) {
    if (!running_) return;
    if (!super_read_only_ && events_.closed) events_.closed(index_);
    running_ = false;
    frozen_ = false;
    log_in_use_ = !cleanly;
    on_thaw_.clear();
    waiting_.clear();
    stalled_writes_.clear();
    clients_.clear();
    lose_stream(true);
    ++stream_;
    for (auto& session : std::exchange(sessions_, {})) session->close();
}

void MysqlServer::thaw() {
    if (!frozen_) return;
    frozen_ = false;
    answering_since_ = engine_.queue.now();
    for (auto& deferred : std::exchange(on_thaw_, {})) deferred();
    apply_soon();
}

void MysqlServer::stall_disk(bool on) {
    disk_stalled_ = on;
    if (on || !running_) return;
    for (auto& pending : std::exchange(stalled_writes_, {})) perform_write(std::move(pending));
    apply_soon();
}

// Every login checks privileges, and a waiting CREATE USER holds their lock.
bool MysqlServer::accepts_logins() const {
    return std::none_of(waiting_.begin(), waiting_.end(),
                        [this](const Waiter& waiter) { return log_[waiter.index].blocks_logins; });
}

void MysqlServer::attach(const std::shared_ptr<Session>& session) { sessions_.push_back(session); }

int MysqlServer::client_sessions() {
    std::erase_if(sessions_, [](const auto& session) { return !session->open; });
    return static_cast<int>(sessions_.size());
}

// The client is gone at once, but a commit that waits goes on waiting.
void MysqlServer::kill_sessions() {
    for (auto& session : std::exchange(sessions_, {})) session->close();
}

void MysqlServer::write(const std::shared_ptr<Session>& session, bool blocks_logins, Told told) {
    if (!running_) return;
    Pending pending{session, blocks_logins, std::move(told)};
    if (frozen_) {
        on_thaw_.push_back([this, pending = std::move(pending)] { perform_write(pending); });
        return;
    }
    perform_write(std::move(pending));
}

void MysqlServer::perform_write(Pending pending) {
    if (pending.session && !pending.session->open) return;
    if (read_only()) {
        if (pending.told) pending.told(false);
        return;
    }
    if (disk_stalled_) {
        stalled_writes_.push_back(std::move(pending));
        return;
    }
    LogEntry entry{identity_, next_number_++, engine_.random.next(), engine_.queue.now(),
                   pending.blocks_logins};
    const bool of_client = pending.session != nullptr;
    append(entry, {0, std::move(pending.session), std::move(pending.told), false, of_client});
}

void MysqlServer::append(const LogEntry& entry, Waiter waiter) {
    waiter.index = log_.size();
    log_.push_back(entry);
    logged_.add(uuid_of(entry.origin), {entry.number, entry.number});
    waiting_.push_back(std::move(waiter));
    if (!source_enabled_) commit_up_to(log_.size());
    pump_clients();
}

void MysqlServer::commit_up_to(std::size_t end) {
    while (!waiting_.empty() && waiting_.front().index < end) {
        const Waiter waiter = std::move(waiting_.front());
        waiting_.pop_front();
        const LogEntry& entry = log_[waiter.index];
        executed_.add(uuid_of(entry.origin), {entry.number, entry.number});
        committed_ = waiter.index + 1;
        last_commit_ = engine_.queue.now();
        if (waiter.of_applier) {
            applier_waits_ = false;
            finish_stopping();
            continue;
        }
        const bool client_is_there = waiter.session == nullptr || waiter.session->open;
        if (client_is_there) {
            if (events_.acknowledged) events_.acknowledged(index_, entry, waiter.of_client);
            if (waiter.told) waiter.told(true);
        }
    }
    finish_closing();
    apply_soon();
}

void MysqlServer::release_all() {
    if (!waiting_.empty() && events_.released) events_.released(index_);
    commit_up_to(log_.size());
}

void MysqlServer::finish_closing() {
    if (!closing_ || !waiting_.empty() || held_up()) return;
    closing_ = false;
    super_read_only_ = true;
}

bool MysqlServer::begin_closing() {
    if (super_read_only_) return true;
    if (!closing_) {
        closing_ = true;
        if (events_.closed) events_.closed(index_);
    }
    finish_closing();
    return super_read_only_;
}

void MysqlServer::open_writes() {
    const bool opens = read_only();
    closing_ = super_read_only_ = false;
    if (opens && events_.opened) events_.opened(index_);
}

void MysqlServer::wait_for_acks(int count) {
    source_enabled_ = true;
    acknowledgements_ = count;
    commit_acknowledged();
}

void MysqlServer::wait_for_no_acks() {
    source_enabled_ = false;
    release_all();
}

// Waiting ends with it: clients are told of success that nobody acknowledged. Replicas that are
// attached still get everything, in no time here.
void MysqlServer::shut_down() {
    if (frozen_) {  // it cannot: whoever asked kills it in the end
        die(false);
        return;
    }
    if (running_) {
        for (const auto& client : clients_) peer(client.replica).receive_rest();
        release_all();
    }
    die(true);
}

int MysqlServer::semi_sync_clients() const {
    return static_cast<int>(std::count_if(clients_.begin(), clients_.end(),
                                          [](const Client& client) { return client.semi_sync; }));
}

void MysqlServer::rotate_log() { last_file_ = log_.size(); }

void MysqlServer::purge_logs() {
    auto end = std::min(last_file_, committed_);
    for (const auto& server : peers_) {
        if (server->source_ != index_ || server->receiver_ != Receiver::kRunning) continue;
        end = std::min(end, server->stream_next_);
    }
    for (std::size_t i = 0; i < end; ++i) {
        purged_.add(uuid_of(log_[i].origin), {log_[i].number, log_[i].number});
    }
}

core::LastLog MysqlServer::last_log() const {
    core::LastLog last;
    last.in_use = log_in_use_;
    for (std::size_t i = 0; i < last_file_; ++i) {
        last.previous.add(uuid_of(log_[i].origin), {log_[i].number, log_[i].number});
    }
    for (std::size_t i = last_file_; i < log_.size(); ++i) {
        last.transactions.push_back({i, uuid_of(log_[i].origin), log_[i].number});
        auto& newest = last.newest[uuid_of(log_[i].origin)];
        newest = std::max(newest, log_[i].number);
    }
    return last;
}

std::size_t MysqlServer::cut(std::uint64_t offset) {
    const std::size_t committed_cut = committed_ > offset ? committed_ - offset : 0;
    log_.resize(offset);
    committed_ = std::min(committed_, log_.size());
    count_sets();
    return committed_cut;
}

void MysqlServer::renew_uuid() {
    identity_ += kServers;
    count_sets();
}

void MysqlServer::count_sets() {
    executed_ = logged_ = {};
    next_number_ = 1;
    for (std::size_t i = 0; i < log_.size(); ++i) {
        const auto& entry = log_[i];
        logged_.add(uuid_of(entry.origin), {entry.number, entry.number});
        if (i < committed_) executed_.add(uuid_of(entry.origin), {entry.number, entry.number});
        if (entry.origin == identity_) next_number_ = std::max(next_number_, entry.number + 1);
    }
}

core::DatabaseFacts MysqlServer::facts(core::WallTime) {
    core::DatabaseFacts facts;
    facts.server_uuid = uuid_of(identity_);
    facts.version = "9.7.0";
    facts.super_read_only = super_read_only_;
    facts.closing = closing_;
    facts.client_sessions = client_sessions();
    facts.executed = executed_;
    auto& replication = facts.replication;
    if (source_ >= 0) {
        replication.configured = true;
        replication.source_host = "db" + std::to_string(source_);
        replication.source_port = 3306;
        replication.receiver = static_cast<core::ReceiverState>(receiver_);
        replication.applier_running = applier_running_;
        replication.receiver_error = receiver_error_;
        replication.applier_error = applier_error_;
        replication.retrieved = retrieved_;
        const Micros now = engine_.queue.now();
        if (anything_applied_) {
            const bool idle = applied_ == relay_.size() && source_is_heard();
            replication.lag_seconds =
                idle ? 0.0 : static_cast<double>((now - last_applied_at_).count()) / 1e6;
        }
        if (receiver_ == Receiver::kRunning) {
            const Micros heard = source_is_heard() ? now : source_heard_;
            replication.source_silent = std::chrono::duration_cast<core::Millis>(now - heard);
        }
    }
    facts.clone = clone_;
    facts.semi_sync = {source_enabled_,
                       semi_sync_clients(),
                       waiting_.empty() ? 0 : 1,
                       replica_enabled_,
                       receiver_ == Receiver::kRunning && stream_semi_sync_,
                       acknowledgements_};
    return facts;
}

}  // namespace understudy::simulation
