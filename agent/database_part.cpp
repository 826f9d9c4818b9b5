#include "agent/database_part.h"

#include <spdlog/spdlog.h>

#include <filesystem>
#include <optional>
#include <utility>

#include "adapters/files/assignment_file.h"
#include "adapters/mysql/mysql_database.h"
#include "adapters/mysql/mysql_heartbeat.h"
#include "adapters/process/process_watch.h"
#include "agent/canary.h"
#include "agent/http_witnesses.h"
#include "agent/lease_keeper.h"
#include "agent/loop.h"
#include "agent/rejoin_file.h"

namespace understudy::agent {

namespace {

// Longer than any wait for an acknowledgement that the controller lets pass: a beat that waits is
// not sent again meanwhile.
constexpr core::Millis kBeatDeadline{5000};
constexpr core::Millis kLookForOrphans{500};

core::Millis report_orphans(const adapters::OrphanFolder& folder, ReportBoard& board) {
    const auto started = folder.last_start();
    board.publish([&started](core::HostReport& report) {
        if (!started || report.last_start == started) return false;
        report.last_start = started;
        return true;
    });
    auto kept = folder.list();
    if (!kept) {
        spdlog::warn("{}", core::describe(kept.error()));
        return 10 * kLookForOrphans;
    }
    board.publish([&kept](core::HostReport& report) {
        if (report.orphans == *kept) return false;
        report.orphans = std::move(*kept);
        return true;
    });
    return kLookForOrphans;
}

}  // namespace

struct DatabasePart::Parts {
    Parts(const MysqlConfig& config, const std::string& state_dir, const adapters::TlsFiles& tls,
          const ports::Clock& clock, ReportBoard& board)
        : interval(config.canary_interval),
          command(config.process),
          rejoin(config.rejoin_file),
          store(state_dir + "/assignment.json"),
          database({config.socket, config.user, config.password},
                   {config.replication_user, config.replication_password, config.replication_ca},
                   config.clone_mib_per_second),
          heartbeat({config.socket, config.user, config.password}),
          keeper(
              config.policy, clock, database, store, [this] { return watch->kill_hard(); },
              [this](const auto& order) { rejoin.tell(order); }, board),
          canary(clock, heartbeat, keeper),
          witnesses(tls),
          lease(clock, witnesses, keeper.lease()),
          reports(board) {
        if (!config.orphans_dir.empty()) orphans.emplace(config.orphans_dir);
    }

    core::Millis interval;
    std::string command;
    RejoinFile rejoin;
    adapters::AssignmentFile store;
    adapters::MySqlDatabase database;
    adapters::MySqlHeartbeat heartbeat;
    std::optional<adapters::PidfdWatch> watch;
    DatabaseKeeper keeper;
    Canary canary;
    HttpWitnesses witnesses;
    LeaseKeeper lease;
    ReportBoard& reports;
    std::optional<adapters::OrphanFolder> orphans;
    std::optional<Loop> keep;
    std::optional<Loop> ask;
    std::optional<Loop> beat;
    std::optional<Loop> look;
};

DatabasePart::DatabasePart(const MysqlConfig& config, const std::string& state_dir,
                           const adapters::TlsFiles& tls, const ports::Clock& clock,
                           ReportBoard& board)
    : parts_(std::make_unique<Parts>(config, state_dir, tls, clock, board)) {}

DatabasePart::~DatabasePart() {
    parts_->ask.reset();
    parts_->keep.reset();
    parts_->beat.reset();
    parts_->look.reset();
    parts_->watch.reset();
}

core::Result<void> DatabasePart::start() {
    auto& parts = *parts_;
    if (auto loaded = parts.keeper.load(); !loaded) return loaded;
    parts.keep.emplace([&parts] { return parts.keeper.step(); });
    parts.ask.emplace([&parts] { return parts.lease.round(); });
    parts.keeper.on_post([&parts] {
        parts.keep->wake();
        parts.ask->wake();
    });
    parts.watch.emplace(parts.command,
                        ports::ProcessEvents{
                            [&parts](core::WallTime noticed) { parts.keeper.server_gone(noticed); },
                            [&parts](std::uint64_t incarnation, core::WallTime) {
                                parts.keeper.server_started(incarnation);
                            }});
    parts.beat.emplace([&parts] {
        parts.canary.beat(kBeatDeadline);
        return parts.interval;
    });
    if (parts.orphans) {
        parts.look.emplace([&parts] { return report_orphans(*parts.orphans, parts.reports); });
    }
    return {};
}

DatabaseKeeper& DatabasePart::keeper() { return parts_->keeper; }

const adapters::OrphanFolder* DatabasePart::orphans() const {
    return parts_->orphans ? &*parts_->orphans : nullptr;
}

}  // namespace understudy::agent
