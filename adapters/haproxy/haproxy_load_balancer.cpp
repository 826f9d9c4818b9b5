#include "adapters/haproxy/haproxy_load_balancer.h"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

#include "adapters/haproxy/session_list.h"

namespace understudy::adapters {
namespace {

using core::ErrorCode;
using core::failure;
using core::Millis;
using core::Result;

constexpr auto kApply = "apply the route to HAProxy";
constexpr std::size_t kDatabasePools = 2;  // writers and readers, the first of read_pools()
// HAProxy reads a line of commands into one buffer, of 16 KiB by default.
constexpr std::size_t kCommandsAtOnce = 256;

std::string show_servers(const std::string& backend) {
    constexpr auto kServersOnly = " 4 -1";
    return "show stat " + backend + kServersOnly;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

class Countdown {
  public:
    explicit Countdown(Millis total) : end_(std::chrono::steady_clock::now() + total) {}
    [[nodiscard]] Millis left() const {
        return std::chrono::ceil<Millis>(end_ - std::chrono::steady_clock::now());
    }

  private:
    std::chrono::steady_clock::time_point end_;
};

bool has_sessions_where_down(const ServerPool& pool) {
    return std::any_of(pool.servers.begin(), pool.servers.end(), [](const auto& entry) {
        return !entry.second.facts.up && entry.second.facts.sessions > 0;
    });
}

}  // namespace

HaproxyLoadBalancer::HaproxyLoadBalancer(HaproxyOptions options)
    : options_(std::move(options)), socket_(options_.socket) {}

Result<ServerPool> HaproxyLoadBalancer::pool_in(const std::string& answer,
                                                const std::string& backend) const {
    if (answer.starts_with("No such proxy")) return ServerPool{backend, false, {}};
    const auto names = options_.server_names.find(backend);
    return StatTable::parse(answer).map([&](const StatTable& table) {
        return pool_from(table, backend,
                         names == options_.server_names.end() ? ServerNames{} : names->second);
    });
}

Result<std::vector<ServerPool>> HaproxyLoadBalancer::read_pools(Millis deadline) {
    const std::vector<std::string> backends{options_.writer_backend, options_.reader_backend,
                                            options_.web_backend};
    std::vector<std::string> commands;
    for (const auto& backend : backends) {
        if (!backend.empty()) commands.push_back(show_servers(backend));
    }
    auto answers = socket_.ask(commands, deadline);
    if (!answers) return tl::unexpected(answers.error());
    std::vector<ServerPool> pools;
    auto answer = answers->begin();
    for (const auto& backend : backends) {
        auto pool = backend.empty() ? ServerPool{} : pool_in(*answer++, backend);
        if (!pool) return tl::unexpected(pool.error());
        pools.push_back(std::move(*pool));
    }
    return pools;
}

Result<void> HaproxyLoadBalancer::all_exist(const std::vector<ServerPool>& pools,
                                            Millis deadline) const {
    const auto missing = std::find_if(pools.begin(), pools.end(), [](const ServerPool& pool) {
        return !pool.exists && !pool.backend.empty();
    });
    if (missing == pools.end()) return {};
    const auto answer = socket_.ask(std::vector<std::string>{kShowBackends}, deadline);
    if (!answer) return tl::unexpected(answer.error());
    const auto table = StatTable::parse(answer->front());
    if (!table) return tl::unexpected(table.error());
    std::string text = "the running HAProxy has no backend " + missing->backend + ", but";
    for (std::size_t row = 0; row < table->rows(); ++row) {
        text += " " + std::string(table->text(row, table->column("pxname")));
    }
    return failure(ErrorCode::kNotFound, "read HAProxy's backends",
                   text + "; compare its configuration with the agent's section haproxy");
}

Result<core::LoadBalancerFacts> HaproxyLoadBalancer::observe(Millis deadline) {
    const Countdown countdown(deadline);
    auto pools = read_pools(deadline);
    if (!pools) return tl::unexpected(pools.error());
    if (auto all = all_exist(*pools, countdown.left()); !all) return tl::unexpected(all.error());
    core::LoadBalancerFacts facts;
    facts.answering = true;
    for (const auto& [name, state] : pools->front().servers) facts.writers[name] = state.facts;
    for (const auto& [name, state] : pools->back().servers) facts.web[name] = state.facts;
    for (const auto& pool : *pools) {
        if (facts.trouble.empty() && !pool.flaws.empty()) facts.trouble = pool.flaws.front();
    }
    return facts;
}

Result<void> HaproxyLoadBalancer::apply(const core::Route& route, Millis deadline) {
    const Countdown countdown(deadline);
    auto pools = read_pools(deadline);
    if (!pools) return tl::unexpected(pools.error());
    const auto plan = plan_route({(*pools)[0], (*pools)[1], (*pools)[2]}, route);

    auto commands = plan.commands;
    const auto databases = std::span(*pools).first(kDatabasePools);
    for (const auto& pool : databases) {
        if (pool.exists) commands.push_back(show_servers(pool.backend));
    }
    auto answers = socket_.ask(commands, countdown.left());
    if (!answers) return tl::unexpected(answers.error());
    // As they are now.
    auto answer = answers->begin() + static_cast<std::ptrdiff_t>(plan.commands.size());
    for (auto& pool : databases) {
        if (!pool.exists) continue;
        auto again = pool_in(*answer++, pool.backend);
        if (!again) return tl::unexpected(again.error());
        pool = std::move(*again);
    }
    if (auto closed = close_where_down(databases, countdown.left()); !closed) return closed;
    for (std::size_t i = 0; i < plan.commands.size(); ++i) {
        if (!(*answers)[i].empty()) {
            return failure(ErrorCode::kRefused, kApply,
                           plan.commands[i] + ": " + first_line((*answers)[i]));
        }
    }
    if (auto all = all_exist(*pools, countdown.left()); !all) return all;
    if (!plan.complaints.empty()) {
        return failure(ErrorCode::kNotFound, kApply, plan.complaints.front());
    }
    if (auto deviation = writer_deviation(databases.front(), route); !deviation.empty()) {
        return failure(ErrorCode::kRefused, kApply, std::move(deviation));
    }
    return {};
}

Result<void> HaproxyLoadBalancer::close_where_down(std::span<const ServerPool> pools,
                                                   Millis deadline) {
    if (std::none_of(pools.begin(), pools.end(), has_sessions_where_down)) return {};
    const Countdown countdown(deadline);
    const auto answer = socket_.ask(std::vector<std::string>{"show sess"}, deadline);
    if (!answer) return tl::unexpected(answer.error());
    const auto sessions = sessions_from(answer->front());
    if (!sessions) return tl::unexpected(sessions.error());
    std::vector<std::string> commands;
    for (const auto& pool : pools) {
        for (const auto& [name, state] : pool.servers) {
            if (state.facts.up) continue;
            const auto more = shutdowns(*sessions, pool.backend, pool.name_of(name));
            commands.insert(commands.end(), more.begin(), more.end());
        }
    }
    // One of them may have ended meanwhile, which HAProxy then says: no error.
    for (std::span<const std::string> rest = commands; !rest.empty();) {
        const auto some = rest.first(std::min(rest.size(), kCommandsAtOnce));
        const auto done = socket_.ask(some, countdown.left());
        if (!done) return tl::unexpected(done.error());
        rest = rest.subspan(some.size());
    }
    return {};
}

}  // namespace understudy::adapters
