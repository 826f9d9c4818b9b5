#include "tests/bench/dashboards/ask.h"

#include <algorithm>
#include <map>

#include "tests/bench/dashboards/expected_empty.h"
#include "tests/bench/dashboards/prometheus.h"
#include "tests/bench/under_load/disturbance.h"
#include "tests/bench/under_load/site_load.h"
#include "tests/stack/process.h"
#include "tests/stack/site.h"

namespace understudy::bench {

namespace {

using namespace std::chrono_literals;
using Values = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kBoards = "dashboards/grafana/dashboards";
constexpr const char* kExpectedEmpty = "tests/bench/dashboards/expected_empty.yml";
constexpr auto kRequestsDeadline = 300s;
// What Grafana makes of them where Prometheus scrapes every 5 s and 15 minutes are shown.
constexpr const char* kRateInterval = "20s";
constexpr const char* kRange = "15m";

// Of each dashboard, all values of each variable, as Grafana joins them when all are chosen.
core::Result<std::map<std::string, Values>> variables_of(const Boards& boards,
                                                         Prometheus& prometheus) {
    std::map<std::string, Values> values;
    for (const auto& query : boards.queries) {
        values.try_emplace(query.dashboard,
                           Values{{"__rate_interval", kRateInterval}, {"__range", kRange}});
    }
    for (const auto& variable : boards.variables) {
        const auto found = prometheus.label_values(variable.metric, variable.label);
        if (!found) return tl::unexpected(found.error());
        std::string joined;
        for (const auto& value : *found) joined += (joined.empty() ? "(" : "|") + value;
        if (joined.empty()) {
            return core::failure(core::ErrorCode::kNotFound, variable.dashboard,
                                 "the variable " + variable.name + " has no value: " +
                                     variable.metric + " has no label " + variable.label);
        }
        values[variable.dashboard].emplace_back(variable.name, joined + ")");
    }
    return values;
}

Asked ask(BoardQuery query, const Values& values, core::WallTime from, Prometheus& prometheus,
          const std::vector<ExpectedEmpty>& expected) {
    const auto expr = replaced(query.expr, values);
    const auto answered =
        query.over_time ? prometheus.answers_since(expr, from) : prometheus.answers_now(expr);
    if (!answered) return {std::move(query), Outcome::kFailed, describe(answered.error())};
    if (*answered) return {std::move(query), Outcome::kAnswered, ""};
    const auto reason = std::find_if(expected.begin(), expected.end(),
                                     [&](const auto& one) { return one.covers(query); });
    if (reason == expected.end()) return {std::move(query), Outcome::kEmpty, "empty"};
    return {std::move(query), Outcome::kExpectedEmpty, "expected, " + reason->reason};
}

core::Result<void> load_and_switch_over(SiteLoad& load, std::size_t requests,
                                        const std::function<void(const std::string&)>& progress) {
    const auto happening = disturb(Disturbance::kSwitchover, 0);
    if (!happening) return tl::unexpected(happening.error());
    progress("switched over, " + happening->what + "; loading the site");
    return load.await_answers(requests, kRequestsDeadline);
}

}  // namespace

core::Result<std::vector<Asked>> ask_all_under_load(
    std::size_t requests, const std::function<void(const std::string&)>& progress) {
    const auto boards = boards_in(stack::in_repository(kBoards));
    if (!boards) return tl::unexpected(boards.error());
    const auto expected = read_expected_empty(stack::in_repository(kExpectedEmpty), *boards);
    if (!expected) return tl::unexpected(expected.error());
    Prometheus prometheus;
    const auto variables = variables_of(*boards, prometheus);
    if (!variables) return tl::unexpected(variables.error());

    const auto from = stack::wall_now();
    auto load = SiteLoad::start();
    if (!load) return tl::unexpected(load.error());
    if (auto done = load_and_switch_over(**load, requests, progress); !done) {
        return tl::unexpected(done.error());
    }
    std::vector<Asked> all;
    for (const auto& query : boards->queries) {
        all.push_back(ask(query, variables->at(query.dashboard), from, prometheus, *expected));
    }
    return all;
}

}  // namespace understudy::bench
