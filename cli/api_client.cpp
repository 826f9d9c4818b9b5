#include "cli/api_client.h"

#include "adapters/config/yaml_reader.h"

namespace understudy::cli {

namespace {

using core::ErrorCode;
using core::failure;
using core::Millis;
using core::Result;

constexpr Millis kQuestionDeadline{5'000};
constexpr Millis kOperationDeadline{75'000};

Result<ApiAnswer> parsed(const Result<adapters::HttpResponse>& response) {
    if (!response) return tl::unexpected(response.error());
    ApiAnswer answer{response->status, nlohmann::json::parse(response->body, nullptr, false)};
    if (answer.body.is_object()) return answer;
    return failure(ErrorCode::kInvalid, "read the controller's answer",
                   "status " + std::to_string(response->status) +
                       ", no JSON; is this address a "
                       "controller's API?");
}

}  // namespace

Result<CliConfig> load_config(const std::string& file) {
    auto root = adapters::YamlNode::load(file);
    if (!root) return tl::unexpected(root.error());
    CliConfig config;
    config.controller = root->address("controller");
    auto tls = root->section("tls");
    config.tls = {tls.text("ca"), tls.text("cert"), tls.text("key")};
    if (auto good = root->finish(); !good) return tl::unexpected(good.error());
    return config;
}

ApiClient::ApiClient(const CliConfig& config) : client_({config.controller, config.tls, false}) {}

Result<ApiAnswer> ApiClient::get(const std::string& target) {
    return parsed(client_.get(target, kQuestionDeadline));
}

Result<ApiAnswer> ApiClient::post(const std::string& target, const nlohmann::json& body) {
    return parsed(client_.post(target, body.dump(), kOperationDeadline));
}

}  // namespace understudy::cli
