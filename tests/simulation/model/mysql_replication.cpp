// The server as a replica, and as the source of replicas.
#include <algorithm>
#include <utility>

#include "tests/simulation/model/mysql_server.h"

namespace understudy::simulation {

namespace {

constexpr Micros kNetTimeout = 2s;        // replica_net_timeout
constexpr Micros kConnectRetry = 1s;      // source_connect_retry
constexpr Micros kDeadClientStays = 60s;  // until its source's TCP gives up
constexpr std::size_t kAppliedAtOnce = 20;
constexpr int kSourceLacksTransactions = 13114;  // or it has them in no log any more

}  // namespace

// As the adapter does where acknowledging changes: the receiver learns of it when it connects.
void MysqlServer::restart_receiver() {
    stop_receiver();
    start_receiver();
}

void MysqlServer::start_receiver() {
    if (source_ < 0 || receiver_ != Receiver::kStopped) return;
    receiver_ = Receiver::kConnecting;
    receiver_error_ = 0;
    try_connect(++stream_);
}

void MysqlServer::stop_receiver() {
    if (receiver_ == Receiver::kStopped) return;
    lose_stream(true);
    receiver_ = Receiver::kStopped;
    ++stream_;
}

bool MysqlServer::stop_replication() {
    stopping_ = stopping_ || applier_waits_;
    if (stopping_) return false;
    stop_receiver();
    stop_applier();
    return true;
}

void MysqlServer::finish_stopping() {
    if (!std::exchange(stopping_, false)) return;
    stop_receiver();
    stop_applier();
    for (auto& change : std::exchange(behind_stop_, {})) change();
}

// The receiver's connection is over. `told`: the source's side is told, if the way is open.
void MysqlServer::lose_stream(bool told) {
    if (receiver_ != Receiver::kRunning) return;
    receiver_ = Receiver::kConnecting;
    stream_busy_ = ack_held_ = silence_noted_ = false;
    auto& source = peer(source_);
    const auto stream = stream_++;
    const bool arrives = told && network_.open(index_, source_);
    const auto incarnation = source.incarnation_;
    engine_.queue.after(arrives ? network_.latency() : kDeadClientStays,
                        [&source, stream, this, incarnation] {
                            if (source.incarnation_ != incarnation) return;
                            std::erase_if(source.clients_, [&](const Client& client) {
                                return client.replica == index_ && client.stream == stream;
                            });
                        });
}

void MysqlServer::try_connect(std::uint64_t stream) {
    engine_.queue.after(network_.latency() * 3, [this, stream] {
        if (stream != stream_ || !running_ || receiver_ != Receiver::kConnecting) return;
        auto& source = peer(source_);
        const bool reaches = network_.both_ways(index_, source_) && source.answers() && !frozen_;
        if (reaches && source.accepts_logins()) {
            connected(stream);
        } else {
            engine_.queue.after(kConnectRetry, [this, stream] { try_connect(stream); });
        }
    });
}

void MysqlServer::connected(std::uint64_t stream) {
    auto& source = peer(source_);
    const auto have = executed_.united_with(retrieved_);
    const auto of_source = have.minus(have.without_server(uuid_of(source.identity_)));
    const bool purged = !have.contains(source.purged_);
    const bool lacks = purged || !source.logged_.contains(of_source);
    if (lacks || receiver_fault_ != 0) {
        receiver_ = Receiver::kStopped;
        receiver_error_ = lacks ? kSourceLacksTransactions : receiver_fault_;
        ++stream_;
        if (purged && events_.refused) events_.refused(index_);
        return;
    }
    receiver_ = Receiver::kRunning;
    source_incarnation_ = source.incarnation_;
    stream_semi_sync_ = replica_enabled_;
    stream_next_ = first_missing(source);
    stream_busy_ = ack_held_ = silence_noted_ = false;
    source_heard_ = receiving_since_ = engine_.queue.now();
    source.drop_client(index_);
    source.clients_.push_back({index_, stream, stream_semi_sync_, 0});
    source.ever_attached_ = source.ever_attached_ || stream_semi_sync_;
    if (events_.receives) events_.receives(index_, source_);
    engine_.trace.note(20, static_cast<unsigned>(index_), [&] {
        return "db" + std::to_string(index_) + " receives from db" + std::to_string(source_) +
               (stream_semi_sync_ ? ", acknowledging" : "");
    });
    pump();
}

// Where the first transaction that this replica lacks stands in the source's log.
std::size_t MysqlServer::first_missing(const MysqlServer& source) const {
    const auto have = executed_.united_with(retrieved_);
    auto missing = source.logged_.minus(have).count();
    std::size_t at = source.log_.size();
    while (missing > 0 && at > 0) {
        --at;
        const auto& entry = source.log_[at];
        if (!have.contains(uuid_of(entry.origin), entry.number)) --missing;
    }
    return at;
}

void MysqlServer::drop_client(int replica) {
    std::erase_if(clients_, [replica](const Client& client) { return client.replica == replica; });
}

void MysqlServer::pump_clients() {
    for (const auto& client : clients_) peer(client.replica).pump();
}

void MysqlServer::pump() {
    if (receiver_ != Receiver::kRunning || stream_busy_) return;
    const auto& source = peer(source_);
    if (stream_next_ >= source.log_.size()) return;
    stream_busy_ = true;
    const auto end = source.log_.size();
    engine_.queue.after(network_.latency() + durations.receive,
                        [this, stream = stream_, end] { deliver(stream, end); });
}

bool MysqlServer::source_is_heard() const {
    return receiver_ == Receiver::kRunning && network_.open(source_, index_) &&
           peer(source_).answers() && peer(source_).incarnation_ == source_incarnation_;
}

void MysqlServer::deliver(std::uint64_t stream, std::size_t end) {
    if (stream != stream_ || !running_) return;
    stream_busy_ = false;
    auto& source = peer(source_);
    if (!source_is_heard() || frozen_) return;  // review_streams() goes on
    source_heard_ = engine_.queue.now();
    end = std::min(end, source.log_.size());
    const auto begin = std::exchange(stream_next_, end);
    for (std::size_t i = begin; i < end; ++i) receive(source.log_[i]);
    if (stream_semi_sync_ && source.source_enabled_ && end > begin) send_ack(end - 1);
    apply_soon();
    pump();
}

// What this server wrote itself, in whichever of its lives, it leaves out.
void MysqlServer::receive(const LogEntry& entry) {
    if (entry.origin % kServers == index_) return;
    const auto& uuid = uuid_of(entry.origin);
    if (executed_.contains(uuid, entry.number) || retrieved_.contains(uuid, entry.number)) return;
    relay_.push_back(entry);
    retrieved_.add(uuid, {entry.number, entry.number});
}

void MysqlServer::receive_rest() {
    if (!source_is_heard() || frozen_) return;
    const auto& log = peer(source_).log_;
    for (; stream_next_ < log.size(); ++stream_next_) receive(log[stream_next_]);
    apply_soon();
}

void MysqlServer::send_ack(std::size_t index) {
    if (!network_.open(index_, source_)) {
        ack_held_ = true;
        held_ack_ = index;
        return;
    }
    ack_held_ = false;
    engine_.queue.after(network_.latency(), [this, stream = stream_, index] {
        if (stream != stream_) return;
        peer(source_).acknowledged(index_, stream, index);
    });
}

void MysqlServer::acknowledged(int replica, std::uint64_t stream, std::size_t index) {
    if (!running_) return;
    if (frozen_) {
        on_thaw_.push_back(
            [this, replica, stream, index] { acknowledged(replica, stream, index); });
        return;
    }
    const auto attached = std::find_if(clients_.begin(), clients_.end(), [&](const auto& client) {
        return client.replica == replica && client.stream == stream && client.semi_sync;
    });
    if (attached == clients_.end()) return;
    attached->acknowledged = std::max(attached->acknowledged, index + 1);
    commit_acknowledged();
}

void MysqlServer::commit_acknowledged() {
    std::vector<std::size_t> positions;
    for (const auto& client : clients_) {
        if (client.semi_sync) positions.push_back(client.acknowledged);
    }
    const auto count = static_cast<std::size_t>(acknowledgements_);
    if (positions.size() < count) return;
    std::sort(positions.rbegin(), positions.rend());
    commit_up_to(positions[count - 1]);
}

void MysqlServer::review_streams() {
    if (!running_ || receiver_ != Receiver::kRunning) return;
    auto& source = peer(source_);
    if (!source.running_ && network_.both_ways(index_, source_)) {
        const auto stream = stream_ + 1;
        lose_stream(false);
        try_connect(stream);
        return;
    }
    if (source_is_heard() && !frozen_) {
        silence_noted_ = false;
        source_heard_ = engine_.queue.now();
        pump();
        if (ack_held_) send_ack(held_ack_);
        return;
    }
    if (std::exchange(silence_noted_, true)) return;
    source_heard_ = engine_.queue.now();
    engine_.queue.after(kNetTimeout, [this, stream = stream_] {
        if (stream != stream_ || !running_ || !silence_noted_) return;
        if (frozen_) {  // noted anew when it goes on
            silence_noted_ = false;
            return;
        }
        const auto next = stream_ + 1;
        lose_stream(true);
        try_connect(next);
    });
}

bool MysqlServer::streams_from(int source, Micros least) const {
    if (!running_ || frozen_ || receiver_ != Receiver::kRunning || source_ != source) return false;
    const Micros since = std::max(receiving_since_, peer(source).answering_since_);
    return source_is_heard() && engine_.queue.now() - since >= least;
}

void MysqlServer::start_applier() {
    if (source_ < 0) return;
    applier_running_ = true;
    applier_error_ = 0;
    apply_soon();
}

void MysqlServer::apply_soon() {
    if (!applier_running_ || applier_busy_ || applier_waits_ || applied_ == relay_.size()) return;
    applier_busy_ = true;
    engine_.queue.after(durations.apply, [this, incarnation = incarnation_] {
        if (incarnation != incarnation_ || !running_) return;
        applier_busy_ = false;
        if (frozen_ || disk_stalled_) return;  // thaw() and stall_disk() go on
        apply();
        apply_soon();
    });
}

// What it applies goes into its own binary log, and waits like any commit where waiting is on.
void MysqlServer::apply() {
    for (std::size_t done = 0; done < kAppliedAtOnce; ++done) {
        if (!applier_running_ || applier_waits_ || applied_ == relay_.size()) return;
        const LogEntry entry = relay_[applied_++];
        last_applied_at_ = entry.at;
        anything_applied_ = true;
        if (executed_.contains(uuid_of(entry.origin), entry.number)) continue;
        applier_waits_ = true;
        append(entry, {0, nullptr, nullptr, true, false});
    }
}

void MysqlServer::follow(int source) {
    stop_receiver();
    applier_running_ = false;
    source_ = source;
    relay_.clear();
    applied_ = 0;
    retrieved_ = {};
    receiver_error_ = applier_error_ = 0;
}

void MysqlServer::forget_source() { follow(-1); }

}  // namespace understudy::simulation
