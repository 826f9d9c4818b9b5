// The operator's line to the controller's API.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "adapters/http/http.h"
#include "core/result.h"

namespace understudy::cli {

struct CliConfig {
    core::Address controller;
    adapters::TlsFiles tls;
};

// The error's detail holds lines "FILE:LINE: key.path: what is wrong; remedy".
core::Result<CliConfig> load_config(const std::string& file);

struct ApiAnswer {
    int status = 0;
    nlohmann::json body;
};

class ApiClient {
  public:
    explicit ApiClient(const CliConfig& config);

    // kUnreachable, kTimeout: no answer; kInvalid: TLS files, or an answer that is no JSON.
    core::Result<ApiAnswer> get(const std::string& target);
    // Waits as long as the controller may take for an operation.
    core::Result<ApiAnswer> post(const std::string& target, const nlohmann::json& body);

  private:
    adapters::HttpClient client_;
};

}  // namespace understudy::cli
