// The SQL that differs between servers, chosen once for each connection by what the server says
// of itself. MySQL 9.7 is what the contract tests run against.
#pragma once

#include <string>
#include <string_view>

#include "adapters/mysql/table.h"
#include "core/cluster.h"
#include "core/result.h"

namespace understudy::adapters {

// Names of semi-synchronous replication's parts: "source" and "replica" since MySQL 8.0.26, or the
// older plugins' words. Empty: that side's plugin is not loaded.
struct SemiSyncNames {
    std::string_view source;      // prefix of variables
    std::string_view replica;     // prefix of variables
    std::string_view no_replica;  // variable: wait also while no replica is attached
    std::string_view count;       // variable: how many replicas a commit waits for
};

struct Dialect {
    std::string version;
    SemiSyncNames semi_sync;
    bool clones = false;  // the clone plugin is there

    [[nodiscard]] std::string observe() const;  // its results: see ObservedTables
    [[nodiscard]] std::string wait_for_acks_on(int acknowledgements) const;
    [[nodiscard]] std::string wait_for_acks_off() const;
    [[nodiscard]] std::string acknowledge(std::string_view on_or_off) const;
};

// Statement whose results choose_dialect() reads.
inline constexpr std::string_view kAskDialect =
    "SELECT @@version AS version, @@version_comment AS comment; "
    "SHOW GLOBAL VARIABLES LIKE 'rpl\\_semi\\_sync\\_%\\_enabled'; "
    "SHOW GLOBAL VARIABLES LIKE 'clone\\_valid\\_donor\\_list'";

// kRefused: MariaDB (its GTIDs are of another kind) or MySQL before 8.0.26.
core::Result<Dialect> choose_dialect(const std::vector<Table>& answers);

struct ReplicationLogin {
    std::string user;
    std::string password;
    std::string ca_file;  // as the server's account may read it
};

// CHANGE REPLICATION SOURCE: auto-position over verified TLS, a heartbeat four times a second,
// tried again every second without end. Holds the password: never to be logged.
std::string follow_statement(const core::Address& source, const ReplicationLogin& login);

// What precedes a clone: the server is closed, but not to its administrators (error 1290
// otherwise).
std::string prepare_clone(const core::Address& donor, const ReplicationLogin& login,
                          int most_mib_per_second);
// CLONE INSTANCE over TLS; ends with the server. Holds the password.
std::string clone_statement(const core::Address& donor, const ReplicationLogin& login);

}  // namespace understudy::adapters
