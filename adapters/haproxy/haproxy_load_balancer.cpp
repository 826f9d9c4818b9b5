#include "adapters/haproxy/haproxy_load_balancer.h"

#include <chrono>
#include <utility>

namespace understudy::adapters {
namespace {

using core::ErrorCode;
using core::failure;
using core::Millis;
using core::Result;

constexpr auto kApply = "apply the route to HAProxy";

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
    commands.push_back(show_servers(options_.writer_backend));
    auto answers = socket_.ask(commands, countdown.left());
    if (!answers) return tl::unexpected(answers.error());
    for (std::size_t i = 0; i < plan.commands.size(); ++i) {
        if (!(*answers)[i].empty()) {
            return failure(ErrorCode::kRefused, kApply,
                           plan.commands[i] + ": " + first_line((*answers)[i]));
        }
    }
    if (!plan.complaints.empty()) {
        return failure(ErrorCode::kNotFound, kApply, plan.complaints.front());
    }
    auto writers = pool_from_answer(answers->back(), options_.writer_backend);
    if (!writers) return tl::unexpected(writers.error());
    if (auto deviation = writer_deviation(*writers, route); !deviation.empty()) {
        return failure(ErrorCode::kRefused, kApply, std::move(deviation));
    }
    return {};
}

}  // namespace understudy::adapters
