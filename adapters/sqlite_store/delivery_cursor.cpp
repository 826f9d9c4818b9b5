#include "adapters/sqlite_store/delivery_cursor.h"

#include <mutex>
#include <utility>

#include "adapters/sqlite_store/connection.h"

namespace understudy::adapters {

using core::Result;
using sqlite::Connection;
using sqlite::Statement;

struct DeliveryCursor::Implementation {
    explicit Implementation(Connection opened) : connection(std::move(opened)) {}

    std::mutex mutex;
    Connection connection;
};

DeliveryCursor::DeliveryCursor(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

DeliveryCursor::~DeliveryCursor() = default;

Result<std::unique_ptr<DeliveryCursor>> DeliveryCursor::open(const std::string& file) {
    auto connection = Connection::open(file, core::Millis{2000});
    if (!connection) return tl::unexpected(connection.error());
    auto made = connection->execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
        "CREATE TABLE IF NOT EXISTS delivery (webhook TEXT PRIMARY KEY, "
        "delivered INTEGER NOT NULL, dropped INTEGER NOT NULL) WITHOUT ROWID;");
    if (!made) return tl::unexpected(made.error());
    return std::unique_ptr<DeliveryCursor>(
        new DeliveryCursor(std::make_unique<Implementation>(std::move(*connection))));
}

Result<std::optional<DeliveryPosition>> DeliveryCursor::position(const std::string& webhook) {
    const std::lock_guard lock(implementation_->mutex);
    auto statement = Statement::prepare(
        implementation_->connection, "SELECT delivered, dropped FROM delivery WHERE webhook = ?1");
    if (!statement) return tl::unexpected(statement.error());
    const auto row = statement->bind(1, webhook).step("read the deliveries");
    if (!row) return tl::unexpected(row.error());
    if (!*row) return std::optional<DeliveryPosition>{};
    return DeliveryPosition{statement->natural(0), statement->natural(1)};
}

Result<void> DeliveryCursor::advance(const std::string& webhook, DeliveryPosition to) {
    const std::lock_guard lock(implementation_->mutex);
    auto statement = Statement::prepare(implementation_->connection,
                                        "INSERT OR REPLACE INTO delivery VALUES (?1, ?2, ?3)");
    if (!statement) return tl::unexpected(statement.error());
    const auto done = statement->bind(1, webhook)
                          .bind(2, to.delivered)
                          .bind(3, to.dropped)
                          .step("note a delivery");
    if (!done) return tl::unexpected(done.error());
    return {};
}

}  // namespace understudy::adapters
