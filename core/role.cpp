#include "core/role.h"

#include <array>
#include <utility>

namespace understudy::core {

namespace {

constexpr std::array<std::pair<Role, std::string_view>, 8> kNames{{
    {Role::kPrimaryLossless, "primary_lossless"},
    {Role::kPrimaryAlone, "primary_alone"},
    {Role::kPrimaryLeased, "primary_leased"},
    {Role::kReplicaCatchingUp, "replica_catching_up"},
    {Role::kReplicaInSync, "replica_in_sync"},
    {Role::kFenced, "fenced"},
    {Role::kRebuilding, "rebuilding"},
    {Role::kDetached, "detached"},
}};

}  // namespace

std::string_view to_string(Role role) {
    for (const auto& [value, name] : kNames) {
        if (value == role) return name;
    }
    return "unknown";
}

std::optional<Role> role_from_string(std::string_view text) {
    for (const auto& [value, name] : kNames) {
        if (name == text) return value;
    }
    return std::nullopt;
}

}  // namespace understudy::core
