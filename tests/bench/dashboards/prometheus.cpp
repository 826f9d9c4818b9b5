#include "tests/bench/dashboards/prometheus.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tests/stack/process.h"
#include "tests/stack/site.h"

namespace understudy::bench {

namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

constexpr std::uint16_t kPort = 9090;
constexpr const char* kStep = "5s";  // as often as it scrapes

adapters::HttpClientOptions server() {
    adapters::HttpClientOptions options;
    options.server = {stack::address_of("mon1"), kPort};
    return options;
}

std::string escaped(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
            result += c;
            continue;
        }
        std::array<char, 4> hex{};
        std::snprintf(hex.data(), hex.size(), "%%%02X", static_cast<unsigned char>(c));
        result += hex.data();
    }
    return result;
}

std::string unix_time(core::WallTime time) {
    const auto since =
        std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3f", static_cast<double>(since.count()) / 1000.0);
    return text.data();
}

core::Result<Json> data_in(const std::string& answer) {
    const auto json = Json::parse(answer, nullptr, false);
    if (!json.is_object()) {
        return core::failure(core::ErrorCode::kInvalid, "ask Prometheus", "no JSON: " + answer);
    }
    if (json.value("status", "") != "success" || !json.contains("data")) {
        return core::failure(core::ErrorCode::kRefused, "ask Prometheus",
                             json.value("error", answer));
    }
    return json["data"];
}

bool is_number(const Json& sample) { return sample.at(1) != "NaN"; }

bool series_has_number(const Json& series) {
    if (series.contains("value")) return is_number(series["value"]);
    const auto& values = series.at("values");
    return std::any_of(values.begin(), values.end(), is_number);
}

}  // namespace

core::Result<bool> has_number(const std::string& answer) {
    const auto data = data_in(answer);
    if (!data) return tl::unexpected(data.error());
    try {
        const auto& all = data->at("result");
        if (data->at("resultType") == "scalar") return is_number(all);
        return std::any_of(all.begin(), all.end(), series_has_number);
    } catch (const Json::exception& error) {
        return core::failure(core::ErrorCode::kInvalid, "ask Prometheus", error.what());
    }
}

Prometheus::Prometheus() : client_(server()) {}

core::Result<std::string> Prometheus::get(const std::string& target) {
    const auto response = client_.get("/api/v1/" + target, 20s);
    if (!response) return tl::unexpected(response.error());
    return response->body;  // a refusal is told in it
}

core::Result<bool> Prometheus::answers_now(const std::string& expr) {
    const auto answer = get("query?query=" + escaped(expr));
    if (!answer) return tl::unexpected(answer.error());
    return has_number(*answer);
}

core::Result<bool> Prometheus::answers_since(const std::string& expr, core::WallTime from) {
    const auto answer = get("query_range?query=" + escaped(expr) + "&start=" + unix_time(from) +
                            "&end=" + unix_time(stack::wall_now()) + "&step=" + kStep);
    if (!answer) return tl::unexpected(answer.error());
    return has_number(*answer);
}

core::Result<std::vector<std::string>> Prometheus::label_values(const std::string& metric,
                                                                const std::string& label) {
    const auto answer = get("label/" + label + "/values?match%5B%5D=" + escaped(metric));
    if (!answer) return tl::unexpected(answer.error());
    const auto data = data_in(*answer);
    if (!data) return tl::unexpected(data.error());
    return data->get<std::vector<std::string>>();
}

}  // namespace understudy::bench
