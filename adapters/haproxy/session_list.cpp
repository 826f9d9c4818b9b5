#include "adapters/haproxy/session_list.h"

#include <optional>

namespace understudy::adapters {
namespace {

// Up to the next of `ends` after `key`.
std::optional<std::string_view> value_of(std::string_view line, std::string_view key,
                                         std::string_view ends) {
    const auto found = line.find(key);
    if (found == std::string_view::npos) return std::nullopt;
    const auto begin = found + key.size();
    const auto end = line.find_first_of(ends, begin);
    if (end == std::string_view::npos) return std::nullopt;
    return line.substr(begin, end - begin);
}

std::optional<ProxySession> session_from(std::string_view line) {
    constexpr std::string_view kEstablished = "8";  // of HAProxy's SC_ST_…
    const auto id = line.substr(0, line.find(':'));
    const auto backend = value_of(line, " be=", " ");
    const auto server = value_of(line, " srv=", " ");
    const auto state = value_of(line, " scb=[", ",");
    const bool is_id = id.size() > 2 && id.starts_with("0x") &&
                       id.find_first_not_of("0123456789abcdef", 2) == std::string_view::npos;
    if (!is_id || !backend || !server || !state) return std::nullopt;
    return ProxySession{std::string(id), std::string(*backend), std::string(*server),
                        *state == kEstablished};
}

}  // namespace

core::Result<std::vector<ProxySession>> sessions_from(std::string_view answer) {
    std::vector<ProxySession> sessions;
    while (!answer.empty()) {
        const auto end = answer.find('\n');
        const auto line = answer.substr(0, end);
        answer.remove_prefix(end == std::string_view::npos ? answer.size() : end + 1);
        if (line.empty()) continue;
        auto session = session_from(line);
        if (!session) {
            return core::failure(
                core::ErrorCode::kInvalid, "list HAProxy's sessions",
                "not a session of 2.6 or 3.0: " + std::string(line.substr(0, 200)));
        }
        sessions.push_back(std::move(*session));
    }
    return sessions;
}

std::vector<std::string> shutdowns(const std::vector<ProxySession>& sessions,
                                   const std::string& backend, const std::string& server) {
    std::vector<std::string> commands;
    for (const auto& session : sessions) {
        if (session.connected && session.backend == backend && session.server == server) {
            commands.push_back("shutdown session " + session.id);
        }
    }
    return commands;
}

}  // namespace understudy::adapters
