#include "adapters/sqlite_store/connection.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

namespace understudy::adapters::sqlite {

namespace {

using core::Error;
using core::ErrorCode;
using core::Result;

ErrorCode code_of(int sqlite_code) {
    switch (sqlite_code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return ErrorCode::kTimeout;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return ErrorCode::kInvalid;
        default:
            return ErrorCode::kIo;
    }
}

std::string remedy_of(int sqlite_code) {
    switch (sqlite_code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return "; does another controller use it?";
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return "; move it away and restore a copy";
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return "; check that its directory exists and may be written";
        case SQLITE_FULL:
            return "; make space";
        default:
            return "";
    }
}

// SQLite itself would create it readable by everybody that the umask allows.
void create_private(const std::string& file) {
    const int descriptor = ::open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (descriptor >= 0) ::close(descriptor);
}

}  // namespace

void Connection::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

Result<Connection> Connection::open(const std::string& file, core::Millis busy_timeout) {
    create_private(file);
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(
        file.c_str(), &handle,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
        nullptr);
    Connection connection(file, handle);
    if (code != SQLITE_OK) return tl::unexpected(connection.error("open"));
    sqlite3_busy_timeout(handle, static_cast<int>(busy_timeout.count()));
    return connection;
}

Result<void> Connection::execute(const std::string& sql) {
    if (sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
    return tl::unexpected(error(sql));
}

Result<std::string> Connection::value_of(const std::string& sql) {
    auto statement = Statement::prepare(*this, sql);
    if (!statement) return tl::unexpected(statement.error());
    const auto row = statement->step(sql);
    if (!row) return tl::unexpected(row.error());
    return *row ? statement->text(0) : std::string{};
}

Error Connection::error(std::string_view operation) const {
    const int code = sqlite3_extended_errcode(handle_.get());
    return {code_of(code), std::string(operation) + " in store " + file_,
            sqlite3_errmsg(handle_.get()) + remedy_of(code), code};
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Result<Statement> Statement::prepare(Connection& connection, const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(connection.handle(), sql.c_str(), -1,
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return tl::unexpected(connection.error(sql));
    return Statement(connection, statement);
}

Statement& Statement::bind(int index, std::int64_t value) {
    sqlite3_bind_int64(statement_.get(), index, value);
    return *this;
}

Statement& Statement::bind(int index, std::uint64_t value) {
    return bind(index, static_cast<std::int64_t>(value));
}

Statement& Statement::bind(int index, std::string_view value) {
    sqlite3_bind_text64(statement_.get(), index, value.data(), value.size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
    return *this;
}

Result<bool> Statement::step(std::string_view operation) {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return tl::unexpected(connection_->error(operation));
}

void Statement::reset() {
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::uint64_t Statement::natural(int column) const {
    return static_cast<std::uint64_t>(integer(column));
}

std::string Statement::text(int column) const {
    const auto* bytes = sqlite3_column_text(statement_.get(), column);
    if (bytes == nullptr) return "";
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
    return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace understudy::adapters::sqlite
