// Two real MySQL servers, brought to the same beginning before each test: fenced as after a start,
// no replication, no transactions, the same empty table on both.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/mysql/connection.h"
#include "adapters/mysql/mysql_database.h"
#include "core/facts.h"
#include "core/reconcile.h"

namespace understudy::contract {

using core::Millis;

inline constexpr Millis kSoon{2000};  // for what is expected to succeed

class Server {
  public:
    explicit Server(std::string name, std::string address);

    [[nodiscard]] adapters::MySqlLogin login(const std::string& user) const;
    [[nodiscard]] adapters::ReplicationLogin replication_login() const;
    [[nodiscard]] std::unique_ptr<adapters::MySqlDatabase> database() const;
    [[nodiscard]] static std::string certificate_authority();
    [[nodiscard]] core::Address address() const { return {address_, 3306}; }

    // As root; throws when it fails.
    std::vector<adapters::Table> root(const std::string& sql);

    void begin_anew();
    // A dump of the binary log ends some time after its replica.
    void await_no_replica();

    // Of mysqld, as the tests' own namespace numbers it.
    [[nodiscard]] pid_t pid() const;
    void kill_hard() const;
    void start_again();

  private:
    void clear();

    std::string name_;
    std::string address_;
    adapters::Connection root_;
};

// The server does not run as long as this lives.
class Suspended {
  public:
    explicit Suspended(const Server& server);
    ~Suspended();
    Suspended(const Suspended&) = delete;
    Suspended& operator=(const Suspended&) = delete;

  private:
    pid_t pid_;
};

// A client of the application on its own connection.
class Client {
  public:
    explicit Client(const Server& server);
    // Begins to insert a row; outcome() tells how it went.
    void insert(int number);
    // Nothing: it has not returned within that time.
    std::optional<core::Result<void>> outcome(Millis within);

  private:
    adapters::Connection connection_;
};

class MySqlContract : public testing::Test {
  protected:
    MySqlContract();

    core::DatabaseFacts observed(adapters::MySqlDatabase& database);
    void must(adapters::MySqlDatabase& database, core::StepKind kind);
    void must(adapters::MySqlDatabase& database, const core::Step& step);
    core::DatabaseFacts await(adapters::MySqlDatabase& database, const std::string& what,
                              const std::function<bool(const core::DatabaseFacts&)>& holds);

    // `a` open and not waiting, `b` following it, nobody acknowledging.
    void open_a_followed_by_b();
    // The same, with `b` acknowledging and `a` waiting for it.
    void protect_a_by_b();

    Server a_server_;
    Server b_server_;
    std::unique_ptr<adapters::MySqlDatabase> a_;
    std::unique_ptr<adapters::MySqlDatabase> b_;
};

core::Step step(core::StepKind kind);
// Numbers in the table that clients insert into.
std::vector<int> rows(Server& server);

}  // namespace understudy::contract
