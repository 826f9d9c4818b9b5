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
// HAProxy reads a line of commands into one buffer, of 16 KiB by default.
constexpr std::size_t kCommandsAtOnce = 256;

std::string show_servers(const std::string& backend) {
    constexpr auto kServersOnly = " 4 -1";
    return "show stat " + backend + kServersOnly;
}

Result<ServerPool> pool_from_answer(const std::string& answer, const std::string& backend) {
    if (answer.starts_with("No such proxy")) return ServerPool{backend, false, {}};
    return StatTable::parse(answer).map(
        [&](const StatTable& table) { return pool_from(table, backend); });
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

Result<std::vector<ServerPool>> HaproxyLoadBalancer::read_pools(
    const std::vector<std::string>& backends, Millis deadline) {
    std::vector<std::string> commands;
    commands.reserve(backends.size());
    for (const auto& backend : backends) commands.push_back(show_servers(backend));
    auto answers = socket_.ask(commands, deadline);
    if (!answers) return tl::unexpected(answers.error());
    std::vector<ServerPool> pools;
    for (std::size_t i = 0; i < backends.size(); ++i) {
        auto pool = pool_from_answer((*answers)[i], backends[i]);
        if (!pool) return tl::unexpected(pool.error());
        pools.push_back(std::move(*pool));
    }
    return pools;
}

Result<core::LoadBalancerFacts> HaproxyLoadBalancer::observe(Millis deadline) {
    auto pools = read_pools({options_.writer_backend, options_.web_backend}, deadline);
    if (!pools) return tl::unexpected(pools.error());
    for (const auto& pool : *pools) {
        if (!pool.exists) return failure(ErrorCode::kNotFound, "observe HAProxy", absence(pool));
    }
    core::LoadBalancerFacts facts;
    facts.answering = true;
    for (const auto& [name, state] : (*pools)[0].servers) facts.writers[name] = state.facts;
    for (const auto& [name, state] : (*pools)[1].servers) facts.web[name] = state.facts;
    return facts;
}

Result<void> HaproxyLoadBalancer::apply(const core::Route& route, Millis deadline) {
    const Countdown countdown(deadline);
    auto pools = read_pools(
        {options_.writer_backend, options_.reader_backend, options_.web_backend}, deadline);
    if (!pools) return tl::unexpected(pools.error());
    const auto plan = plan_route({(*pools)[0], (*pools)[1], (*pools)[2]}, route);

    auto commands = plan.commands;
    commands.push_back(show_servers(options_.reader_backend));
    commands.push_back(show_servers(options_.writer_backend));
    auto answers = socket_.ask(commands, countdown.left());
    if (!answers) return tl::unexpected(answers.error());
    auto writers = pool_from_answer(answers->back(), options_.writer_backend);
    if (!writers) return tl::unexpected(writers.error());
    auto readers = pool_from_answer((*answers)[plan.commands.size()], options_.reader_backend);
    if (!readers) return tl::unexpected(readers.error());
    if (auto closed = close_where_down({*writers, *readers}, countdown.left()); !closed) {
        return closed;
    }
    for (std::size_t i = 0; i < plan.commands.size(); ++i) {
        if (!(*answers)[i].empty()) {
            return failure(ErrorCode::kRefused, kApply,
                           plan.commands[i] + ": " + first_line((*answers)[i]));
        }
    }
    if (!plan.complaints.empty()) {
        return failure(ErrorCode::kNotFound, kApply, plan.complaints.front());
    }
    if (auto deviation = writer_deviation(*writers, route); !deviation.empty()) {
        return failure(ErrorCode::kRefused, kApply, std::move(deviation));
    }
    return {};
}

Result<void> HaproxyLoadBalancer::close_where_down(const std::vector<ServerPool>& pools,
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
            const auto more = shutdowns(*sessions, pool.backend, name.value);
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
