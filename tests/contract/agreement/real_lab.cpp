// The lab of two real MySQL servers, reached by the real adapters.
#include <array>
#include <filesystem>
#include <stdexcept>

#include "adapters/binlog/binlog_reader.h"
#include "adapters/binlog/rewind.h"
#include "adapters/mysql/mysql_heartbeat.h"
#include "tests/contract/agreement/agreement.h"
#include "tests/contract/mysql_servers.h"

namespace understudy::contract {
namespace {

using adapters::deadline_in;

class RealSession final : public LabSession {
  public:
    RealSession(adapters::MySqlLogin login, int& number)
        : connection_(std::move(login)), number_(number) {}

    bool open(Millis within) { return connection_.open(deadline_in(within)).has_value(); }

    void begin(const std::string& sql) {
        const auto begun = connection_.begin(sql, deadline_in(kSoon));
        ending_ = begun ? Ending::kWaits : ending_of(begun.error());
    }
    void begin_write() override {
        begin("INSERT INTO guestbook.contract VALUES (" + std::to_string(++number_) + ")");
    }
    Ending ending(Millis within) override {
        if (ending_ != Ending::kWaits) return ending_;
        const auto ended = connection_.await(deadline_in(within));
        if (!ended) {
            ending_ = ending_of(ended.error());
        } else if (*ended) {
            ending_ = Ending::kAcknowledged;
        }
        return ending_;
    }

  private:
    static Ending ending_of(const core::Error& error) {
        return error.code == core::ErrorCode::kRefused ? Ending::kRefused : Ending::kUnknown;
    }

    adapters::Connection connection_;
    int& number_;
    Ending ending_ = Ending::kWaits;
};

class RealLab final : public Lab {
  public:
    RealLab() {
        begin_anew(servers_[0], servers_[1]);
        for (auto& server : servers_) {
            databases_.push_back(server.database());
            heartbeats_.push_back(
                std::make_unique<adapters::MySqlHeartbeat>(server.login("understudy_agent")));
        }
    }

    ports::Database& database(Side side) override { return *databases_.at(index(side)); }
    ports::Heartbeat& heartbeat(Side side) override { return *heartbeats_.at(index(side)); }
    [[nodiscard]] core::Address address(Side side) const override {
        return servers_.at(index(side)).address();
    }

    std::unique_ptr<LabSession> log_in(Side side, Millis within) override {
        auto session = std::make_unique<RealSession>(at(side).login("guestbook_rw"), number_);
        if (!session->open(within)) return nullptr;
        return session;
    }
    std::unique_ptr<LabSession> create_account(Side side) override {
        auto session = std::make_unique<RealSession>(at(side).login("root"), number_);
        if (!session->open(kSoon)) throw std::runtime_error("root cannot log in");
        session->begin("CREATE USER contract_user");
        return session;
    }

    void stop_applier(Side side) override { at(side).root("STOP REPLICA SQL_THREAD"); }
    void stop_replica(Side side) override { at(side).root("STOP REPLICA"); }
    void repoint(Side side, Side source) override {
        at(side).root("STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_HOST = '" +
                      address(source).host + "', SOURCE_PORT = 3306");
    }
    void lose_last_transaction(Side side) override {
        const auto facts = database(side).observe(kSoon).value();
        const auto rest = std::to_string(facts.executed.count() - 1);
        at(side).root(
            "SET GLOBAL super_read_only = OFF; RESET BINARY LOGS AND GTIDS; SET GLOBAL gtid_purged "
            "= "
            "'" +
            facts.server_uuid + ":1-" + rest + "'; SET GLOBAL super_read_only = ON");
    }

    void purge_logs(Side side) override {
        at(side).root("FLUSH BINARY LOGS; PURGE BINARY LOGS BEFORE NOW() + INTERVAL 1 DAY");
    }

    void kill_hard(Side side) override { at(side).kill_hard(); }
    void ask_to_end(Side side) override { at(side).ask_to_end(); }
    void await_end(Side side) override { at(side).await_end(); }
    void start(Side side) override { at(side).start_again(); }

    core::RewindPlan rewind(Side side, const core::GtidSet& promotion_point) override {
        const auto folder = at(side).data_dir();
        const auto uuid = adapters::read_server_uuid(folder + "/auto.cnf").value();
        const auto file = adapters::last_binlog(folder + "/binlog.index").value();
        const auto log = folder + "/" + std::filesystem::path(file).filename().string();
        const auto content = adapters::read_binlog(log).value();
        auto plan = core::plan_rewind(content, {uuid, promotion_point, true});
        if (plan.verdict == core::RewindVerdict::kCut) {
            const auto kept = adapters::rewind({log, Server::orphans_dir()}, plan);
            if (!kept) throw std::runtime_error(describe(kept.error()));
        }
        return plan;
    }

    void pass(Millis time) override { sleep_for(time); }

  private:
    static std::size_t index(Side side) { return static_cast<std::size_t>(side); }
    Server& at(Side side) { return servers_.at(index(side)); }

    std::array<Server, 2> servers_{server_a(), server_b()};
    std::vector<std::unique_ptr<adapters::MySqlDatabase>> databases_;
    std::vector<std::unique_ptr<adapters::MySqlHeartbeat>> heartbeats_;
    int number_ = 0;
};

std::unique_ptr<Lab> make_real_lab() { return std::make_unique<RealLab>(); }

INSTANTIATE_TEST_SUITE_P(MySql97, Agreement, testing::Values(&make_real_lab),
                         [](const auto&) { return std::string("server"); });

}  // namespace
}  // namespace understudy::contract
