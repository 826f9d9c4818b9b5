#include "tests/bench/rejoin/same_data.h"

#include <map>
#include <set>

#include "tests/stack/site.h"

namespace understudy::bench {

using namespace std::chrono_literals;

namespace {

constexpr core::Millis kDeadline{300'000};  // gigabytes may have to be read
constexpr int kTries = 5;  // others write meanwhile: the agents, the site's own checks

using Checksums = std::map<std::string, std::string>;

core::Result<adapters::Table> ask(adapters::Connection& connection, const std::string& sql) {
    auto answer = connection.query(sql, adapters::deadline_in(kDeadline));
    if (!answer) return tl::unexpected(answer.error());
    return std::move(answer->front());
}

core::Result<Checksums> checksums_of(adapters::Connection& connection) {
    const auto tables = ask(connection,
                            "SELECT CONCAT('`', table_schema, '`.`', table_name, '`') AS name FROM "
                            "information_schema.tables WHERE table_type = 'BASE TABLE' AND "
                            "table_schema NOT IN ('mysql', 'sys', 'performance_schema', "
                            "'information_schema') AND NOT (table_schema = 'understudy' AND "
                            "table_name = 'heartbeat') ORDER BY 1");
    if (!tables) return tl::unexpected(tables.error());
    std::string names;
    for (std::size_t row = 0; row < tables->rows.size(); ++row) {
        names += (row == 0 ? "" : ", ") + tables->text(row, "name").value_or("");
    }
    Checksums all;
    if (!names.empty()) {
        const auto sums = ask(connection, "CHECKSUM TABLE " + names);
        if (!sums) return tl::unexpected(sums.error());
        all = sums->as_map();
    }
    const auto accounts = ask(connection, "SELECT CONCAT(user, '@', host) AS name FROM mysql.user");
    if (!accounts) return tl::unexpected(accounts.error());
    for (std::size_t row = 0; row < accounts->rows.size(); ++row) {
        all["account " + accounts->text(row, "name").value_or("")] = "exists";
    }
    return all;
}

core::Result<void> catch_up(adapters::Connection& primary, adapters::Connection& replica) {
    const auto executed = ask(primary, "SELECT @@GLOBAL.gtid_executed AS gtids");
    if (!executed) return tl::unexpected(executed.error());
    const auto waited =
        ask(replica, "SELECT WAIT_FOR_EXECUTED_GTID_SET('" +
                         executed->text(0, "gtids").value_or("") + "', 30) AS late");
    if (!waited) return tl::unexpected(waited.error());
    if (waited->number(0, "late") == 0) return {};
    return core::failure(core::ErrorCode::kTimeout, "compare the hosts",
                         "the replica did not catch up within 30 s");
}

std::vector<std::string> differing(const Checksums& left, const Checksums& right) {
    std::set<std::string> names;
    for (const auto& [name, sum] : left) {
        const auto other = right.find(name);
        if (other == right.end() || other->second != sum) names.insert(name);
    }
    for (const auto& [name, sum] : right) {
        if (left.count(name) == 0) names.insert(name);
    }
    return {names.begin(), names.end()};
}

}  // namespace

core::Result<std::vector<std::string>> differences(const std::string& primary,
                                                   const std::string& replica) {
    auto primary_login = stack::root_login(primary);
    auto replica_login = stack::root_login(replica);
    if (!primary_login) return tl::unexpected(primary_login.error());
    if (!replica_login) return tl::unexpected(replica_login.error());
    adapters::Connection on_primary(*primary_login);
    adapters::Connection on_replica(*replica_login);
    std::vector<std::string> found;
    for (int i = 0; i < kTries; ++i) {
        const auto left = checksums_of(on_primary);
        if (!left) return tl::unexpected(left.error());
        if (auto done = catch_up(on_primary, on_replica); !done)
            return tl::unexpected(done.error());
        const auto right = checksums_of(on_replica);
        if (!right) return tl::unexpected(right.error());
        found = differing(*left, *right);
        if (found.empty()) break;
    }
    return found;
}

}  // namespace understudy::bench
