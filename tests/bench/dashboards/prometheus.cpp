#include "tests/bench/dashboards/prometheus.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tests/stack/process.h"
#include "tests/stack/prometheus.h"

namespace understudy::bench {

namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

constexpr const char* kStep = "5s";  // as often as it scrapes

std::string unix_time(core::WallTime time) {
    const auto since =
        std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3f", static_cast<double>(since.count()) / 1000.0);
    return text.data();
}

bool is_number(const Json& sample) { return sample.at(1) != "NaN"; }

bool series_has_number(const Json& series) {
    if (series.contains("value")) return is_number(series["value"]);
    const auto& values = series.at("values");
    return std::any_of(values.begin(), values.end(), is_number);
}

}  // namespace

core::Result<bool> has_number(const std::string& answer) {
    const auto data = stack::prometheus_data(answer);
    if (!data) return tl::unexpected(data.error());
    try {
        const auto& all = data->at("result");
        if (data->at("resultType") == "scalar") return is_number(all);
        return std::any_of(all.begin(), all.end(), series_has_number);
    } catch (const Json::exception& error) {
        return core::failure(core::ErrorCode::kInvalid, "ask Prometheus", error.what());
    }
}

Prometheus::Prometheus() : client_(stack::prometheus_server()) {}

core::Result<std::string> Prometheus::get(const std::string& target) {
    const auto response = client_.get("/api/v1/" + target, 20s);
    if (!response) return tl::unexpected(response.error());
    return response->body;  // a refusal is told in it
}

core::Result<bool> Prometheus::answers_now(const std::string& expr) {
    const auto answer = get("query?query=" + stack::percent_encoded(expr));
    if (!answer) return tl::unexpected(answer.error());
    return has_number(*answer);
}

core::Result<bool> Prometheus::answers_since(const std::string& expr, core::WallTime from) {
    const auto answer =
        get("query_range?query=" + stack::percent_encoded(expr) + "&start=" + unix_time(from) +
            "&end=" + unix_time(stack::wall_now()) + "&step=" + kStep);
    if (!answer) return tl::unexpected(answer.error());
    return has_number(*answer);
}

core::Result<std::vector<std::string>> Prometheus::label_values(const std::string& metric,
                                                                const std::string& label) {
    const auto answer =
        get("label/" + label + "/values?match%5B%5D=" + stack::percent_encoded(metric));
    if (!answer) return tl::unexpected(answer.error());
    const auto data = stack::prometheus_data(*answer);
    if (!data) return tl::unexpected(data.error());
    return data->get<std::vector<std::string>>();
}

}  // namespace understudy::bench
