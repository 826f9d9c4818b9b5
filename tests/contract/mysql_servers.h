// Two real MySQL servers, brought to the same beginning before each test: fenced as after a start,
// no replication, no transactions, the same empty table on both.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/mysql/connection.h"
#include "adapters/mysql/mysql_database.h"
#include "core/facts.h"
#include "core/reconcile.h"
#include "tests/contract/steps.h"

namespace understudy::contract {

class Server {
  public:
    explicit Server(std::string name, std::string address);

    [[nodiscard]] adapters::MySqlLogin login(const std::string& user) const;
    [[nodiscard]] adapters::ReplicationLogin replication_login() const;
    [[nodiscard]] std::unique_ptr<adapters::MySqlDatabase> database(
        int most_clone_mib_per_second = 0) const;
    [[nodiscard]] static std::string certificate_authority();
    [[nodiscard]] static std::string orphans_dir();  // where rewinds may keep what they cut
    [[nodiscard]] core::Address address() const { return {address_, 3306}; }

    // As root; throws when it fails.
    std::vector<adapters::Table> root(const std::string& sql);

    void begin_anew();
    // A table of that size, so that a clone takes its time; gone at the next beginning. All on
    // disk: what is written during a clone is copied twice.
    void add_ballast(int mib);
    // A dump of the binary log ends some time after its replica.
    void await_no_replica();

    // Of mysqld, as the tests' own namespace numbers it.
    [[nodiscard]] pid_t pid() const;
    void kill_hard() const;
    void ask_to_end() const;  // SIGTERM
    void await_end() const;   // for half a minute at most
    // Its data directory, which outlives mysqld.
    [[nodiscard]] std::string data_dir() const;
    void start_again();

  private:
    void clear();

    std::string name_;
    std::string address_;
    adapters::Connection root_;
};

// The two servers, not yet brought to the beginning.
inline Server server_a() { return Server("a", "198.18.79.21"); }
inline Server server_b() { return Server("b", "198.18.79.22"); }
void begin_anew(Server& a, Server& b);
void sleep_for(Millis time);

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

    core::DatabaseFacts await(adapters::MySqlDatabase& database, const std::string& what,
                              const Holds& holds);

    // `a` open and not waiting, `b` following it, nobody acknowledging.
    void open_a_followed_by_b();
    // The same, with `b` acknowledging and `a` waiting for it.
    void protect_a_by_b();

    Server a_server_;
    Server b_server_;
    std::unique_ptr<adapters::MySqlDatabase> a_;
    std::unique_ptr<adapters::MySqlDatabase> b_;
};

// Numbers in the table that clients insert into.
std::vector<int> rows(Server& server);
// Of the table that add_ballast() made.
std::string ballast_checksum(Server& server);

}  // namespace understudy::contract
