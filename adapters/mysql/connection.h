// One kept connection to a MySQL server: over its Unix socket, or over TCP with TLS.
//
// Every call ends by its deadline, also when mysqld is stopped in the middle of it: libmariadb's
// non-blocking calls are driven by poll(). After an error of the line (kTimeout, kUnreachable) the
// connection is dropped and the next call connects again; after an answer of no it is kept.
// Errors carry MySQL's number; they are classed by numbers, never by texts:
//   kUnreachable  nothing listens, or the line broke: the outcome of a statement is unknown
//   kTimeout      no answer by the deadline: the outcome is unknown
//   kRefused      it answered no: access denied, too many connections, any other error
// One thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/mysql/table.h"
#include "core/cluster.h"
#include "core/identity.h"
#include "core/result.h"

namespace understudy::adapters {

using Deadline = std::chrono::steady_clock::time_point;

inline Deadline deadline_in(core::Millis budget) {
    return std::chrono::steady_clock::now() + budget;
}

struct MySqlLogin {
    std::string socket;  // path; empty: over TCP
    std::string user;
    std::string password;
    core::Address address{};  // when over TCP
    std::string ca{};         // file of the authority that the server's certificate must be from
    std::string database{};   // empty: none
};

core::ErrorCode error_code_of(int mysql_number);

class Connection {
  public:
    explicit Connection(MySqlLogin login);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;

    // Connects, unless a connection is there that the server has not closed.
    core::Result<void> open(Deadline deadline);

    // One result a statement, empty for those that return no rows; several statements are joined
    // by semicolons, and the first that fails ends them.
    core::Result<std::vector<Table>> query(std::string_view sql, Deadline deadline);

    // The same in two parts: begin() sends, await() returns nothing as long as the statement is
    // running, and keeps the connection. Only await(), drop() and what is const may follow begin().
    core::Result<void> begin(std::string_view sql, Deadline deadline);
    core::Result<std::optional<std::vector<Table>>> await(Deadline deadline);
    [[nodiscard]] bool busy() const;
    // To be polled for reading while busy; -1 when closed.
    [[nodiscard]] int descriptor() const;

    // The server's name for this connection (of KILL and the process list), 0 when closed.
    [[nodiscard]] std::uint64_t server_id() const;
    [[nodiscard]] bool is_open() const;
    // How often a connection was made: a change means that what was learnt from it is stale.
    [[nodiscard]] std::uint64_t generation() const;

    void drop();

  private:
    class Line;
    MySqlLogin login_;
    std::unique_ptr<Line> line_;
    std::uint64_t generation_ = 0;
};

// The SQL string literal of `text`, quotes included, for statements on a Connection.
std::string sql_quoted(std::string_view text);

}  // namespace understudy::adapters
