// What a database host can be told to be.
#pragma once

#include <optional>
#include <string_view>

namespace understudy::core {

enum class Role {
    kPrimaryLossless,    // writable, each commit waits for an acknowledgement
    kPrimaryAlone,       // writable, commits do not wait
    kPrimaryLeased,      // the same, but only while enough witnesses grant it a lease
    kReplicaCatchingUp,  // follows, does not acknowledge
    kReplicaInSync,      // follows and acknowledges
    kFenced,             // super_read_only, no client sessions, not replicating
    kRebuilding,         // being cloned
    kDetached,           // the operator's: the agent leaves it as it is
};

constexpr bool is_primary(Role role) {
    return role == Role::kPrimaryLossless || role == Role::kPrimaryAlone ||
           role == Role::kPrimaryLeased;
}
constexpr bool is_replica(Role role) {
    return role == Role::kReplicaCatchingUp || role == Role::kReplicaInSync;
}

std::string_view to_string(Role role);
std::optional<Role> role_from_string(std::string_view text);

}  // namespace understudy::core
