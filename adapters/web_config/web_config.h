// The web configuration file of the Prometheus exporters (exporter-toolkit,
// docs/web-configuration.md), as values.
//
// Taken: tls_server_config with certificates in files, http_server_config.headers,
// basic_auth_users. http2 may be given, but answers are HTTP/1.1.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/result.h"

namespace understudy::adapters {

struct WebTls {
    std::string cert_file;
    std::string key_file;
    std::string client_ca_file;
    std::string client_auth_type = "NoClientCert";
    std::vector<std::string> client_allowed_sans;  // of DNS, IP, e-mail or URI; empty: any
    int min_version = 0;                           // OpenSSL's number
    int max_version = 0;
    std::vector<std::string> cipher_suites;      // the standard's names; empty: OpenSSL's choice
    std::vector<std::string> curve_preferences;  // as Go names them; empty: OpenSSL's choice
    bool prefer_server_cipher_suites = true;
};

struct WebConfig {
    bool has_tls = false;
    WebTls tls;
    std::map<std::string, std::string> headers;
    std::map<std::string, std::string> users;  // password hashes by name; empty: everybody
};

// Paths in it are relative to its folder. kInvalid: "FILE:LINE: key.path: what is wrong; remedy";
// kNotFound: it cannot be read.
core::Result<WebConfig> load_web_config(const std::string& file);

}  // namespace understudy::adapters
