// A connection to an SQLite file, and a prepared statement, in the least words the stores need.
// One thread at a time uses a connection and its statements.
//
// Errors: kTimeout: locked by another for longer than the busy time-out, nothing was changed;
// kInvalid: the file is corrupted or no database; kIo: the rest. `number` is SQLite's extended
// code.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/identity.h"
#include "core/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace understudy::adapters::sqlite {

class Connection {
  public:
    // Creates the file when it is absent (its directory must exist), mode 0600.
    static core::Result<Connection> open(const std::string& file, core::Millis busy_timeout);

    core::Result<void> execute(const std::string& sql);
    // The first column of the first row, as text; empty without a row.
    core::Result<std::string> value_of(const std::string& sql);
    core::Error error(std::string_view operation) const;
    sqlite3* handle() { return handle_.get(); }

  private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };
    Connection(std::string file, sqlite3* handle) : file_(std::move(file)), handle_(handle) {}

    std::string file_;
    std::unique_ptr<sqlite3, Close> handle_;
};

class Statement {
  public:
    static core::Result<Statement> prepare(Connection& connection, const std::string& sql);

    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, std::uint64_t value);
    Statement& bind(int index, std::string_view value);  // copied
    // True: a row is there. Call reset() before the next use.
    core::Result<bool> step(std::string_view operation);
    void reset();
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::uint64_t natural(int column) const;
    [[nodiscard]] std::string text(int column) const;

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    Statement(Connection& connection, sqlite3_stmt* statement)
        : connection_(&connection), statement_(statement) {}

    Connection* connection_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace understudy::adapters::sqlite
