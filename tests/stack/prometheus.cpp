#include "tests/stack/prometheus.h"

#include <array>
#include <cctype>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tests/stack/site.h"

namespace understudy::stack {

namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

constexpr std::uint16_t kPort = 9090;

}  // namespace

adapters::HttpClientOptions prometheus_server() {
    adapters::HttpClientOptions options;
    options.server = {address_of("mon1"), kPort};
    return options;
}

std::string percent_encoded(const std::string& text) {
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

core::Result<Json> prometheus_data(const std::string& answer) {
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

core::Result<std::vector<Sample>> prometheus_samples(const std::string& query) {
    const auto answer = adapters::HttpClient(prometheus_server())
                            .get("/api/v1/query?query=" + percent_encoded(query), 5s);
    if (!answer) return tl::unexpected(answer.error());
    const auto data = prometheus_data(answer->body);
    if (!data) return tl::unexpected(data.error());
    std::vector<Sample> samples;
    try {
        for (const auto& one : data->at("result")) {
            const auto value = std::stod(one.at("value").at(1).get<std::string>());
            samples.push_back({one.at("metric").get<std::map<std::string, std::string>>(), value});
        }
    } catch (const std::exception& error) {
        return core::failure(core::ErrorCode::kInvalid, "ask Prometheus", error.what());
    }
    return samples;
}

}  // namespace understudy::stack
