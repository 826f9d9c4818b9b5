// What the stack's Prometheus has, by its HTTP API.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "adapters/http/http.h"
#include "core/result.h"

namespace understudy::stack {

adapters::HttpClientOptions prometheus_server();

// For a part of a query's URL.
std::string percent_encoded(const std::string& text);

// The part "data" of an answer. kInvalid: it is no answer of the API; kRefused: Prometheus says
// what is wrong with the question.
core::Result<nlohmann::json> prometheus_data(const std::string& answer);

struct Sample {
    std::map<std::string, std::string> labels;
    double value = 0;
};

// The present samples of a query that yields a vector.
core::Result<std::vector<Sample>> prometheus_samples(const std::string& query);

}  // namespace understudy::stack
