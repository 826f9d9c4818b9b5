#include "adapters/web_config/web_config.h"

#include <openssl/ssl.h>

#include <filesystem>
#include <utility>

#include "adapters/config/yaml_reader.h"
#include "adapters/web_config/password.h"

namespace understudy::adapters {

namespace {

std::string beside(const std::string& file, const std::string& path) {
    if (path.empty()) return path;
    return std::filesystem::path(file).parent_path() / path;
}

int version_of(YamlNode& node, const std::string& key, const std::string& otherwise) {
    static const std::map<std::string, int> kVersions{{"TLS10", TLS1_VERSION},
                                                      {"TLS11", TLS1_1_VERSION},
                                                      {"TLS12", TLS1_2_VERSION},
                                                      {"TLS13", TLS1_3_VERSION}};
    return kVersions.at(node.choice_or(key, otherwise, {"TLS10", "TLS11", "TLS12", "TLS13"}));
}

WebTls tls_of(YamlNode node, const std::string& file) {
    WebTls tls;
    tls.cert_file = beside(file, node.text("cert_file"));
    tls.key_file = beside(file, node.text("key_file"));
    tls.client_ca_file = beside(file, node.text_or("client_ca_file", ""));
    tls.client_auth_type =
        node.choice_or("client_auth_type", "NoClientCert",
                       {"NoClientCert", "RequestClientCert", "RequireAnyClientCert",
                        "VerifyClientCertIfGiven", "RequireAndVerifyClientCert"});
    const bool verifies = tls.client_auth_type.find("Verify") != std::string::npos;
    if (verifies && tls.client_ca_file.empty()) {
        node.error("client_ca_file", "missing; client_auth_type needs it to verify with");
    }
    if (!verifies && !tls.client_ca_file.empty()) {
        node.error("client_ca_file",
                   "does nothing with this client_auth_type; write "
                   "client_auth_type: RequireAndVerifyClientCert");
    }
    tls.client_allowed_sans = node.texts_or("client_allowed_sans", {});
    if (!verifies && !tls.client_allowed_sans.empty()) {
        node.error("client_allowed_sans", "needs a client_auth_type that verifies");
    }
    tls.min_version = version_of(node, "min_version", "TLS12");
    tls.max_version = version_of(node, "max_version", "TLS13");
    if (tls.min_version > tls.max_version) node.error("min_version", "above max_version");
    tls.cipher_suites = node.texts_or("cipher_suites", {});
    tls.curve_preferences = node.texts_or("curve_preferences", {});
    tls.prefer_server_cipher_suites = node.flag_or("prefer_server_cipher_suites", true);
    return tls;
}

std::map<std::string, std::string> headers_of(YamlNode node) {
    std::map<std::string, std::string> headers;
    node.flag_or("http2", true);
    auto section = node.optional_section("headers");
    if (!section) return headers;
    for (const char* name : {"Strict-Transport-Security", "X-Content-Type-Options",
                             "X-Frame-Options", "X-XSS-Protection", "Content-Security-Policy"}) {
        auto value = section->text_or(name, "");
        if (value.find_first_of("\r\n") != std::string::npos) section->error(name, "several lines");
        if (!value.empty()) headers.emplace(name, std::move(value));
    }
    return headers;
}

std::map<std::string, std::string> users_of(YamlNode node) {
    std::map<std::string, std::string> users;
    for (const auto& name : node.keys()) {
        auto hash = node.text(name);
        if (name.find(':') != std::string::npos) node.error(name, "a colon cannot be in a name");
        if (!hash.empty() && !is_bcrypt(hash)) {
            node.error(name, "no bcrypt hash; make one with: htpasswd -nBC 10 \"\"");
        }
        users.emplace(name, std::move(hash));
    }
    return users;
}

}  // namespace

core::Result<WebConfig> load_web_config(const std::string& file) {
    auto root = YamlNode::load(file);
    if (!root) return tl::unexpected<core::Error>(root.error());
    WebConfig config;
    if (auto tls = root->optional_section("tls_server_config")) {
        config.has_tls = true;
        config.tls = tls_of(*tls, file);
    }
    if (auto http = root->optional_section("http_server_config")) {
        config.headers = headers_of(*http);
    }
    if (auto users = root->optional_section("basic_auth_users")) config.users = users_of(*users);
    if (auto finished = root->finish(); !finished) {
        return tl::unexpected<core::Error>(finished.error());
    }
    return config;
}

}  // namespace understudy::adapters
