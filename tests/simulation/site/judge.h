// Judges a run from outside: by what servers acknowledged, opened and hold, never by what the
// controller believes of itself.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/site/controller_process.h"
#include "tests/simulation/site/losses.h"

namespace understudy::simulation {

enum class Property {
    kAcknowledgedWriteLost,
    kTwoPrimaries,
    kNoRecovery,
    kNeedlessFailover,
    kEndlessChanges,
    kNotStatic,
    kRewindCutCommitted,
    kDiverged,
    kStalled,
    kStaleSession,
    kRoutedClosed,
    kNeedlessRebuild,
    kNoFailover,
    kFalselyInSync,
    kTooMuchLost,
    kUndeclaredPhase,
    kNotKept,
    kWebRotation,
};

std::string_view to_string(Property property);

struct Violation {
    Property property{};
    std::string text;
    Micros at{0};
};

class Judge {
  public:
    struct Truth {
        Engine& engine;
        const MysqlServer::Peers& servers;
        std::function<bool(int server)> witnessed;       // somebody heard by the controller sees it
        std::function<Micros(int server)> tended_since;  // by an agent; Micros::max(): it is not
        const core::Policy& policy;
    };

    // Why an operator has a host rebuilt that nothing is wrong with.
    static constexpr const char* kNoReason = "an operator who likes to";

    explicit Judge(Truth truth) : truth_(std::move(truth)) {}

    void opened(int server);
    void closed(int server);
    void acknowledged(int server, const LogEntry& entry, bool by_client);
    void started(const Start& start);
    // A fault made this host commit what nobody acknowledged: a rebuild is to be expected.
    // A former primary, of which it was told before there was a successor, may have what nobody
    // acknowledged.
    void receives(int server, int source) {
        if (database_name(source) != last_.primary) may_have_erred(server);
    }
    void may_have_erred(int server) { erred_[static_cast<std::size_t>(server)] = true; }
    // An operator writes on a replica; what is decided in these moments cannot know yet.
    void written_by_hand(int server);
    void clone_begun(int server, int donor);
    void clone_done(int server);
    void recorded(const core::Record& next, const ports::HistoryEntry& entry);
    void stepped(const controller::Outgoing& outgoing);

    // Nothing is to change from here on; nor, at the end, may it have.
    void expect_no_changes(bool on);
    // Only the control plane is away: the open primary stays, and goes on acknowledging.
    void control_plane_away(bool away);
    // The end of a run that was left alone for long enough.
    void finish(const core::Record& record, int routed_writer, Micros last_acknowledged);

    [[nodiscard]] bool lease_tended(int server) const;
    void fail(Property property, std::string text);
    [[nodiscard]] const std::optional<Violation>& violation() const { return violation_; }
    [[nodiscard]] const std::map<std::string, int>& counts() const { return counts_; }

  private:
    void check_failover(const core::Record& next, bool gives_back);
    void accept_loss();
    void expect_rebuilds(const core::HostName& successor, const core::HostName& spared);
    void check_admission(const core::Record& next);
    template <class Holds>
    void check_members(const core::Record& record, Holds holds);
    void check_route(const core::Record& next, const ports::HistoryEntry& entry);
    void check_histories(int primary);
    void take_losses(int server);
    [[nodiscard]] bool is_what_was_asked_for(int server) const;
    [[nodiscard]] bool lacks_its_own(int server) const;
    void check_phase(const core::Record& next, const ports::HistoryEntry& entry);

    Truth truth_;
    std::optional<Violation> violation_;
    std::array<std::uint64_t, 8> reign_{};  // of each server: rises with each opening anywhere
    std::array<Micros, 8> opened_at_{};
    std::uint64_t reigns_ = 0;
    std::uint64_t acknowledged_reign_ = 0;
    Losses losses_;
    std::pair<int, std::uint64_t> acknowledged_by_{-1, 0};  // the newest: server, incarnation
    core::GtidSet acknowledged_before_calm_;
    std::deque<Micros> writes_;
    std::optional<int> writes_expected_none_;
    std::optional<std::uint64_t> reigns_when_away_;
    bool loss_accepted_ = false;  // by an operator: what was acknowledged is no longer asked for
    Micros away_since_{0};
    core::Record last_;
    std::array<bool, 8> erred_{};
    std::array<Micros, 8> written_at_{};   // by hand
    std::array<int, 8> donor_{};           // of the newest clone
    std::array<core::GtidSet, 8> kept_{};  // of each server, before it was rebuilt
    Micros promoting_since_{0};
    core::AsyncDurability async_;  // as the policy last said
    core::HostName may_lose_;      // the successor of a leased primary, until it has opened
    std::map<std::string, int> counts_;
};

}  // namespace understudy::simulation
