// One MySQL 9.7 server, as far as replication, acknowledgements and fencing go; what it imitates
// is listed in adapters/mysql/README.md and tried by tests/contract.
//
// A write is appended to the binary log, sent to the receivers, waits (AFTER_SYNC) when the source
// side of semi-sync is on, is committed by the engine, and only then is the client told. So the
// log is a committed part and, behind it, a part that is only prepared; a crash makes the next
// start commit that part too, unless the rewind cut it off.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/facts.h"
#include "core/rewind_plan.h"
#include "tests/simulation/model/network.h"
#include "tests/simulation/model/session.h"

namespace understudy::simulation {

struct LogEntry {
    int origin = 0;  // the identity (server UUID) that gave the number
    std::uint64_t number = 0;
    std::uint64_t content = 0;  // two writes never share it, whatever their numbers
    Micros at{0};
    bool blocks_logins = false;  // CREATE USER and the like, while it waits
};

// A server that loses transactions goes on under another UUID, so that no number is given twice.
constexpr int kServers = 8;
const std::string& uuid_of(int identity);

class MysqlServer;

// What the rest of the world has to know; all optional.
struct ServerEvents {
    std::function<void(int server)> opened;
    std::function<void(int server)> closed;
    std::function<void(int server, const LogEntry&, bool by_client)> acknowledged;
    // Commits that waited for an acknowledgement went on without one.
    std::function<void(int server)> released;
    std::function<void(int server, int source)> receives;
    // Its source no longer has, in any log, something that it lacks.
    std::function<void(int server)> refused;
    // Its data are deleted, to be replaced by the donor's; they are, and the server has to end.
    std::function<void(int server, int donor)> clone_begun;
    std::function<void(int server)> clone_done;
};

struct Durations {
    Micros apply{300us};
    Micros receive{0};  // on top of the network's latency
    Micros step{1ms};
    Micros observe{400us};
    Micros clone{3s};
};

class MysqlServer {
  public:
    using Told = std::function<void(bool committed)>;
    using Peers = std::vector<std::unique_ptr<MysqlServer>>;

    MysqlServer(Engine& engine, Network& network, const Peers& peers, int index,
                ServerEvents& events);

    // Its life. boot() is the end of crash recovery: from then on it answers.
    void boot(std::uint64_t incarnation);
    void die(bool cleanly = false);
    void shut_down();
    void freeze() { frozen_ = running_; }
    void thaw();
    void stall_disk(bool on);
    [[nodiscard]] bool running() const { return running_; }
    [[nodiscard]] bool answers() const { return running_ && !frozen_; }
    [[nodiscard]] Micros answering_since() const { return answering_since_; }
    [[nodiscard]] std::uint64_t incarnation() const { return incarnation_; }

    // The network or a peer changed: streams that cannot go on end, or go on.
    void review_streams();

    // Clients.
    [[nodiscard]] bool accepts_logins() const;
    void attach(const std::shared_ptr<Session>& session);
    // A write over a session (none: the agent's own). `told` is called at most once.
    void write(const std::shared_ptr<Session>& session, bool blocks_logins, Told told);
    [[nodiscard]] int client_sessions();
    void kill_sessions();

    // What the agent's account sees and does.
    [[nodiscard]] core::DatabaseFacts facts(core::WallTime now);
    bool begin_closing();  // whether it is closed already
    void open_writes();
    [[nodiscard]] bool read_only() const { return super_read_only_ || closing_; }
    [[nodiscard]] bool closed() const { return super_read_only_; }
    void wait_for_acks(int count);  // of so many replicas
    [[nodiscard]] int waits_for() const { return source_enabled_ ? acknowledgements_ : 0; }
    void wait_for_no_acks();
    void set_acknowledging(bool on) { replica_enabled_ = on; }
    void restart_receiver();
    void start_receiver();
    void stop_receiver();
    void start_applier();
    void stop_applier() { applier_running_ = false; }
    [[nodiscard]] bool undrained() const { return !executed_.contains(retrieved_); }
    [[nodiscard]] bool commits_wait() const { return !waiting_.empty(); }
    [[nodiscard]] bool applier_waits() const { return applier_waits_; }
    // STOP REPLICA. False: it hangs as long as the applier's commit waits, and whatever else is to
    // change replication comes behind it, also where nobody waits for the answer any more.
    bool stop_replication();
    [[nodiscard]] bool replication_stops() const { return stopping_; }
    void behind_the_stop(std::function<void()> change) {
        behind_stop_.push_back(std::move(change));
    }
    void follow(int source);
    void forget_source();
    [[nodiscard]] bool receiver_connects() const { return receiver_ == Receiver::kConnecting; }
    [[nodiscard]] bool receiver_runs() const { return receiver_ != Receiver::kStopped; }
    [[nodiscard]] int source() const { return source_; }
    [[nodiscard]] bool waits_off_lingers() const { return ever_attached_; }

    // Before a start.
    [[nodiscard]] core::LastLog last_log() const;
    // Returns how many transactions that the engine has committed are cut with the orphans.
    std::size_t cut(std::uint64_t offset);
    void rotate_log();
    // PURGE BINARY LOGS: all but the last, and but what an attached replica has still to be sent.
    void purge_logs();
    // Deletes its data at once, though not the sets that say that it has them.
    void begin_clone(int donor);
    [[nodiscard]] bool hollow() const { return hollow_; }
    // As without auto.cnf: the next start makes a new UUID.
    void renew_uuid();
    [[nodiscard]] int identity() const { return identity_; }

    // By hand. An operator's START REPLICA, where there is one to start.
    void start_by_hand();
    void break_applier(int error);
    // RESET REPLICA: what was received and not applied is gone.
    void reset_by_hand();
    // The receiver ends with this error at each try, until it is 0.
    void fail_receiver(int error);
    // The receiver goes on, but its source is not asked to wait for it.
    void acknowledge_no_more_by_hand();
    // A replica commits a transaction of its own.
    void write_by_hand();
    // The end of its log is gone, though it was acknowledged: a disk that lied, a file cut short.
    void lose_last_transaction();
    // A session with an open transaction: read-only has to wait for its end.
    void hold_up_closing();

    // For the checker.
    [[nodiscard]] const core::GtidSet& executed() const { return executed_; }
    [[nodiscard]] const core::GtidSet& logged() const { return logged_; }
    [[nodiscard]] core::GtidSet received() const { return executed_.united_with(retrieved_); }
    [[nodiscard]] bool has_received(const LogEntry& entry) const {
        const auto& uuid = uuid_of(entry.origin);
        return executed_.contains(uuid, entry.number) || retrieved_.contains(uuid, entry.number);
    }
    [[nodiscard]] const std::vector<LogEntry>& log() const { return log_; }
    [[nodiscard]] std::size_t committed() const { return committed_; }
    [[nodiscard]] std::size_t prepared() const { return log_.size() - committed_; }
    // It hears of its source, in truth, and has for this long.
    [[nodiscard]] bool streams_from(int source, Micros least) const;
    [[nodiscard]] bool writable() const { return answers() && !read_only(); }
    [[nodiscard]] bool waits() const { return source_enabled_; }
    [[nodiscard]] Micros last_commit() const { return last_commit_; }
    [[nodiscard]] bool disk_stalled() const { return disk_stalled_; }
    // A replica with nothing that would keep it from being promoted.
    [[nodiscard]] bool fit_to_lead() const {
        return answers() && !disk_stalled_ && applier_error_ == 0 && receiver_runs();
    }

    Durations durations;

  private:
    enum class Receiver { kStopped, kConnecting, kRunning };

    struct Waiter {
        std::size_t index = 0;
        std::shared_ptr<Session> session;
        Told told;
        bool of_applier = false;
        bool of_client = false;
    };
    // A replica's connection to this server.
    struct Client {
        int replica = 0;
        std::uint64_t stream = 0;
        bool semi_sync = false;
        std::size_t acknowledged = 0;  // of the log, from its beginning
    };

    struct Pending {
        std::shared_ptr<Session> session;
        bool blocks_logins = false;
        Told told;
    };

    void append(const LogEntry& entry, Waiter waiter);
    void perform_write(Pending pending);
    void commit_up_to(std::size_t end);
    void commit_acknowledged();
    [[nodiscard]] bool held_up() const { return holder_ != nullptr && holder_->open; }
    void release_all();
    void finish_closing();
    void acknowledged(int replica, std::uint64_t stream, std::size_t index);
    void pump_clients();
    void clone_on(int donor, Micros unreached);
    void clone_from(const MysqlServer& source);
    void count_sets();
    [[nodiscard]] int semi_sync_clients() const;

    // As a replica.
    void try_connect(std::uint64_t stream);
    void connected(std::uint64_t stream);
    [[nodiscard]] std::size_t first_missing(const MysqlServer& source) const;
    void lose_stream(bool told);
    void drop_client(int replica);
    void pump();
    void deliver(std::uint64_t stream, std::size_t end);
    void receive(const LogEntry& entry);
    void receive_rest();  // before its source ends
    void send_ack(std::size_t index);
    void finish_stopping();
    [[nodiscard]] bool source_is_heard() const;
    void apply_soon();
    void apply();
    MysqlServer& peer(int index) const { return *peers_[static_cast<std::size_t>(index)]; }

    Engine& engine_;
    Network& network_;
    const Peers& peers_;
    int index_;
    int identity_;
    ServerEvents& events_;

    // On disk.
    std::vector<LogEntry> log_;
    std::size_t committed_ = 0;  // of log_, in the engine too
    std::size_t last_file_ = 0;  // where the last binary log begins
    core::GtidSet purged_;       // of log_, in no binary log any more
    bool log_in_use_ = false;
    core::GtidSet executed_;
    core::GtidSet logged_;
    std::uint64_t next_number_ = 1;
    int source_ = -1;
    core::CloneFacts clone_;
    std::uint64_t donor_incarnation_ = 0;
    bool hollow_ = false;

    // In memory.
    bool running_ = false;
    bool frozen_ = false;
    bool disk_stalled_ = false;
    std::uint64_t incarnation_ = 0;
    std::vector<std::function<void()>> on_thaw_;
    bool super_read_only_ = true;
    bool closing_ = false;
    bool source_enabled_ = true;
    int acknowledgements_ = 1;  // for how many a commit waits
    bool replica_enabled_ = false;
    bool ever_attached_ = false;
    std::deque<Waiter> waiting_;
    std::vector<Pending> stalled_writes_;
    std::vector<std::shared_ptr<Session>> sessions_;
    std::vector<Client> clients_;
    std::shared_ptr<Session> holder_;
    Micros last_commit_{0};

    Receiver receiver_ = Receiver::kStopped;
    int receiver_error_ = 0;
    int receiver_fault_ = 0;    // with which each try ends
    std::uint64_t stream_ = 0;  // changes with each connection
    bool stream_semi_sync_ = false;
    std::size_t stream_next_ = 0;  // of the source's log
    bool stream_busy_ = false;
    bool ack_held_ = false;  // sent, but the way back is cut
    std::size_t held_ack_ = 0;
    Micros source_heard_{0};
    std::uint64_t source_incarnation_ = 0;  // whose end is the end of the stream
    Micros answering_since_{0};
    Micros receiving_since_{0};
    bool silence_noted_ = false;
    std::vector<LogEntry> relay_;
    std::size_t applied_ = 0;
    core::GtidSet retrieved_;
    bool applier_running_ = false;
    bool applier_busy_ = false;
    bool applier_waits_ = false;
    bool stopping_ = false;
    std::vector<std::function<void()>> behind_stop_;
    int applier_error_ = 0;
    Micros last_applied_at_{0};
    bool anything_applied_ = false;
};

}  // namespace understudy::simulation
