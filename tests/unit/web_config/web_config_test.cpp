#include "adapters/web_config/web_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "tests/unit/web_config/web_file.h"

namespace understudy::adapters {
namespace {

using testing::HasSubstr;

TEST(WebConfigFile, IsTheExporters) {
    const WebFile file(
        "tls_server_config:\n"
        "  cert_file: tls/web.crt\n"
        "  key_file: /etc/web.key\n"
        "  client_auth_type: RequireAndVerifyClientCert\n"
        "  client_ca_file: ca.crt\n"
        "  client_allowed_sans: [prometheus, 198.18.0.51]\n"
        "  min_version: TLS13\n"
        "  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n"
        "  curve_preferences: [X25519]\n"
        "http_server_config:\n"
        "  http2: true\n"
        "  headers: {X-Frame-Options: deny}\n"
        "basic_auth_users: {prom: $2y$04$/jgfPnwYX8ZdgO9Ueie2iOQJV5MdKlZDo0/kKhj7EDWOsc9TAOo1q}\n");
    const auto config = load_web_config(file.path());
    ASSERT_TRUE(config) << config.error().detail;
    EXPECT_TRUE(config->has_tls);
    EXPECT_EQ(config->tls.cert_file, file.folder() + "/tls/web.crt");
    EXPECT_EQ(config->tls.key_file, "/etc/web.key");
    EXPECT_EQ(config->tls.client_ca_file, file.folder() + "/ca.crt");
    EXPECT_EQ(config->tls.client_allowed_sans.size(), 2U);
    EXPECT_EQ(config->tls.min_version, TLS1_3_VERSION);
    EXPECT_EQ(config->headers.at("X-Frame-Options"), "deny");
    EXPECT_EQ(config->users.count("prom"), 1U);
}

TEST(WebConfigFile, NamesWhatIsWrongWithIt) {
    const std::string pair = "tls_server_config: {cert_file: a, key_file: b";
    const std::vector<std::pair<std::string, std::string>> cases{
        {"basic_auth_users: {prom: secret}\n", ":1: basic_auth_users.prom: no bcrypt hash"},
        {"tls_server_config: {cert_file: a}\n", "key_file: missing"},
        {pair + ", client_auth_type: VerifyClientCertIfGiven}\n", "client_ca_file: missing"},
        {pair + ", client_ca_file: c}\n", "does nothing"},
        {pair + ", client_auth_type: Maybe}\n", "not one of NoClientCert"},
        {pair + ", client_allowed_sans: [x]}\n", "needs a client_auth_type"},
        {pair + ", min_version: TLS13, max_version: TLS12}\n", "above max_version"},
        {"http_server_config: {headers: {X-Other: x}}\n", "X-Other"},
        {"basic_auth_user: {}\n", "basic_auth_users"},
    };
    for (const auto& [text, wanted] : cases) {
        const auto config = load_web_config(WebFile(text).path());
        ASSERT_FALSE(config) << text;
        EXPECT_THAT(config.error().detail, HasSubstr(wanted));
    }
}

}  // namespace
}  // namespace understudy::adapters
