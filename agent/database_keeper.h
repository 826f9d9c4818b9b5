// Keeps the local database what the controller assigned: observes, takes one step of
// core::next_step at a time, reports.
//
// Invariants: an assignment is durable before it is acted upon; one with a lower token than the
// highest ever accepted is refused; a database that was started again is not opened for writes
// until the controller has confirmed the assignment, unless every controller is away.
//
// step() is for one thread (or a simulator); the posts (accept(), server_started() …) are for any.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "agent/lease.h"
#include "agent/report_board.h"
#include "core/reconcile.h"
#include "core/rewind_plan.h"
#include "ports/assignment_store.h"
#include "ports/clock.h"
#include "ports/database.h"

namespace understudy::agent {

struct KeeperPolicy {
    core::Millis fence_budget{2000};
    core::Millis hang_timeout{2000};
    core::Millis observe_deadline{500};
    core::Millis step_deadline{1000};
    core::Millis confirm_timeout{3000};  // without a word from a controller for this long, the
                                         // stored assignment counts
    // … but for so long after its end before mysqld starts with what nobody acknowledged: that is
    // committed then, and a controller may know of a successor. Shorter than the pre-start wait.
    core::Millis rejoin_timeout{15000};
    core::Millis receiver_retry{3000};
    // A mysqld that has let this agent in not once for this long is killed: a statement that waits
    // for an acknowledgement may keep every new login out.
    core::Millis login_timeout{8000};
    core::Millis clone_retry{5000};
    core::Millis clone_patience{120'000};  // without a byte; longer than a disk takes to write all
    bool operator==(const KeeperPolicy&) const = default;
};

class DatabaseKeeper {
  public:
    using KillServer = std::function<core::Result<void>()>;
    // Tells the step before mysqld's start what this host is now; nothing: wait for it.
    using TellRejoin = std::function<void(const std::optional<core::RejoinOrder>&)>;

    using NextStep = std::function<core::Step(const core::ReconcileInputs&)>;

    DatabaseKeeper(KeeperPolicy policy, const ports::Clock& clock, ports::Database& database,
                   ports::AssignmentStore& assignments, KillServer kill_server,
                   TellRejoin tell_rejoin, ReportBoard& board,
                   NextStep next_step = core::next_step);

    // Called, from any thread, when something was posted that step() should look at now. Set it
    // before the first post.
    void on_post(std::function<void()> wake) { wake_ = std::move(wake); }

    // Reads the stored assignment; kInvalid when it cannot be understood.
    core::Result<void> load();

    // kConflict for a lower token; kIo when it cannot be stored (then it is not acted upon).
    core::Result<void> accept(const core::Assignment& assignment);
    void server_started(std::uint64_t incarnation);
    void server_gone(core::WallTime noticed);
    void controller_heard();
    void canary_begun();
    void canary_written();

    // Goes as far as it can at once; the answer is how long nothing has to be done unless woken.
    core::Millis step();

    // As a witness: this host was told of no later epoch, and of one at all.
    [[nodiscard]] bool grants(core::Epoch epoch) const;
    // As a primary: what it asks of witnesses.
    [[nodiscard]] Lease& lease() { return lease_; }

    // The canary is to be written: the database is open as a primary.
    [[nodiscard]] bool writes_expected() const { return writes_expected_; }

  private:
    // What other threads posted.
    struct Mail {
        std::optional<core::HeldAssignment> held;
        std::vector<core::Mark> marks;  // of the assignment: received, stored
        std::uint64_t incarnation = 0;
        bool running = false;
        bool confirmed = false;
        core::MonotonicTime controller_heard{};
        core::MonotonicTime gone_since{};  // of a server that is not running
    };

    static constexpr core::Millis kLookLater{100};  // blocked, or mysqld still starts
    static constexpr core::Millis kAsleep{1000};    // nothing to look at until something is posted

    [[nodiscard]] Mail mail() const;
    [[nodiscard]] bool running() const;
    core::Result<void> hold(const core::Assignment& assignment, core::WallTime received);
    void tell_token(core::FencingToken token);
    void adopt(const Mail& mail);
    core::Millis let_start(const Mail& mail);
    core::Millis advance(const Mail& mail, core::DatabaseFacts& facts);
    core::Millis perform(const core::Step& step, core::DatabaseFacts& facts);
    [[nodiscard]] core::Millis step_deadline() const;
    [[nodiscard]] std::optional<core::LastStart> last_start() const;
    [[nodiscard]] core::Result<void> noted(const core::Step& step);
    core::Result<void> note_release();
    core::Result<void> note_opening();
    core::Result<void> keep(const core::HeldAssignment& held);
    core::Millis reached(const core::DatabaseFacts& facts);
    core::Millis not_answering(const Mail& mail, const core::Error& error);
    [[nodiscard]] bool may_open(const Mail& mail) const;
    [[nodiscard]] bool may_start(const Mail& mail) const;
    [[nodiscard]] bool hung(const core::DatabaseFacts& facts) const;
    [[nodiscard]] bool shut_out(const core::Error& error);
    [[nodiscard]] bool may_write_under_lease() const;
    [[nodiscard]] bool lease_ran_out(const core::Error& error) const;
    [[nodiscard]] core::Millis observe_deadline() const;
    [[nodiscard]] core::CanaryFacts canary(const core::DatabaseFacts& facts) const;
    void remember(const core::DatabaseFacts& facts);
    void remember_clone(const core::CloneFacts& clone);
    void note_step(const core::Step& step, const core::DatabaseFacts& facts);
    core::Millis kill_server(const std::string& why);
    void mark(const char* name);
    void publish(const core::DatabaseFacts& facts);

    KeeperPolicy policy_;
    const ports::Clock& clock_;
    ports::Database& database_;
    ports::AssignmentStore& assignments_;
    KillServer kill_server_;
    TellRejoin tell_rejoin_;
    ReportBoard& board_;
    NextStep next_step_;
    Lease lease_;
    std::function<void()> wake_ = [] {};

    mutable std::mutex mutex_;
    Mail mail_;
    // When the write that no canary has completed since was begun; 0: none is under way.
    std::atomic<core::MonotonicTime::rep> canary_since_{0};
    std::atomic<bool> writes_expected_{false};

    // Owned by the thread that calls step().
    std::optional<core::AppliedAssignment> applied_;
    core::ReconcileMemory memory_;
    std::uint64_t seen_incarnation_ = 0;
    bool let_in_ = false;       // by this incarnation
    bool perhaps_open_ = true;  // seen so, or told so, last; one that starts is closed
    std::optional<core::MonotonicTime> source_heard_at_;  // or its receiver was started
    std::optional<core::MonotonicTime> mute_since_;  // it takes connections, and answers nothing
    core::MonotonicTime ack_awaited_at_{};  // when it last answered that commits wait for one
    int waits_ = 0;                         // in a row
    core::CloneFacts clone_seen_;           // when its bytes last changed
    core::MonotonicTime clone_moved_at_{};
};

}  // namespace understudy::agent
