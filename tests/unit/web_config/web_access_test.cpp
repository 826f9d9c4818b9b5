#include "adapters/web_config/web_access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/http/test_certificates.h"
#include "tests/unit/web_config/web_file.h"

namespace understudy::adapters {
namespace {

using core::Millis;
using testing::HasSubstr;

constexpr Millis kPatience{20000};
const std::string kUsers =
    "basic_auth_users: {prom: $2y$04$/jgfPnwYX8ZdgO9Ueie2iOQJV5MdKlZDo0/kKhj7EDWOsc9TAOo1q}\n";

class WebAccessTest : public testing::Test {
  protected:
    void serve(const std::string& text) {
        file_.write(text);
        auto access = WebAccess::load(file_.path());
        ASSERT_TRUE(access) << access.error().detail;
        HttpServerOptions options;
        options.listen = {"127.0.0.1", 0};
        WebAccess::guard(*access, options);
        server_ = std::make_unique<HttpServer>(options);
        server_->handle("GET", "/metrics", [](const HttpRequest&) {
            return HttpResponse{200, "", "up 1\n", {}};
        });
        ASSERT_TRUE(server_->start());
    }
    [[nodiscard]] core::Result<HttpResponse> get(HttpClientOptions options,
                                                 const std::string& target = "/metrics") const {
        options.server = {"127.0.0.1", server_->port()};
        return HttpClient(options).get(target, kPatience);
    }
    [[nodiscard]] int status(const HttpClientOptions& options) const {
        const auto response = get(options);
        return response ? response->status : 0;
    }
    [[nodiscard]] std::string tls(const TlsFiles& files, const std::string& more = "") const {
        return "tls_server_config: {cert_file: " + files.cert + ", key_file: " + files.key + more +
               "}\n";
    }
    [[nodiscard]] HttpClientOptions verified() const {
        HttpClientOptions options;
        options.authority = own_.ca;
        return options;
    }

    TestAuthority authority_;
    TlsFiles own_ = authority_.issue("web1");
    WebFile file_{"{}"};
    std::unique_ptr<HttpServer> server_;
};

TEST_F(WebAccessTest, AsksForAPasswordWhateverThePath) {
    serve(kUsers + "http_server_config: {headers: {X-Frame-Options: deny}}\n");
    for (const char* target : {"/metrics", "/nowhere"}) {
        const auto response = get({}, target);
        ASSERT_TRUE(response);
        EXPECT_EQ(response->status, 401);
        EXPECT_EQ(response->headers.at("WWW-Authenticate"), "Basic");
        EXPECT_EQ(response->headers.at("X-Frame-Options"), "deny");
    }
}

TEST_F(WebAccessTest, ServesByTlsAlone) {
    serve(tls(own_));
    EXPECT_EQ(status(verified()), 200);
    EXPECT_EQ(status({}), 0);
}

TEST_F(WebAccessTest, LetsOnlyVerifiedClientsIn) {
    serve(tls(own_, ", client_auth_type: RequireAndVerifyClientCert, client_ca_file: " + own_.ca));
    auto client = verified();
    EXPECT_EQ(status(client), 0);
    client.tls = authority_.issue("prometheus");
    EXPECT_EQ(status(client), 200);
    TestAuthority stranger;
    client.tls = stranger.issue("prometheus");
    client.tls->ca = own_.ca;
    EXPECT_EQ(status(client), 0);
}

TEST_F(WebAccessTest, LetsOnlyNamedClientsInWhereNamesAreGiven) {
    const auto only = [&](const std::string& name) {
        return tls(own_, ", client_auth_type: VerifyClientCertIfGiven, client_ca_file: " + own_.ca +
                             ", client_allowed_sans: [" + name + "]");
    };
    serve(only("198.18.0.51"));
    auto client = verified();
    EXPECT_EQ(status(client), 200);  // none given
    client.tls = authority_.issue("other", "198.18.0.52");
    EXPECT_EQ(status(client), 0);
    client.tls = authority_.issue("prometheus", "198.18.0.51");
    EXPECT_EQ(status(client), 200);
}

TEST_F(WebAccessTest, TakesAChangedFileAtOnce) {
    serve("http_server_config: {http2: false}\n");
    EXPECT_EQ(status({}), 200);
    file_.write(kUsers);
    EXPECT_EQ(status({}), 401);
    file_.write("http_server_config: {http2: false}\n");
    EXPECT_EQ(status({}), 200);
}

TEST_F(WebAccessTest, KeepsToTheFormerWhenTheChangedOneIsBad) {
    serve(kUsers);
    for (const std::string bad : {"basic_auth_users: {prom: secret}\n", "", "[", "users: {}\n"}) {
        file_.write(bad);
        EXPECT_EQ(status({}), 401) << bad;
    }
    file_.write(tls(own_));
    EXPECT_EQ(status({}), 401) << "TLS began while the program ran";
}

TEST_F(WebAccessTest, PresentsAReplacedCertificate) {
    serve(tls(own_));
    EXPECT_EQ(status(verified()), 200);
    TestAuthority next;
    const auto replaced = next.issue("web1");
    for (const auto& [from, to] : {std::pair{replaced.cert, own_.cert}, {replaced.key, own_.key}}) {
        std::filesystem::copy_file(from, to + ".new");
        std::filesystem::rename(to + ".new", to);
    }
    EXPECT_EQ(status(verified()), 0);
    HttpClientOptions client;
    client.authority = replaced.ca;
    EXPECT_EQ(status(client), 200);
}

TEST_F(WebAccessTest, AsksLaterConnectionsForACertificateOnceTheFileSaysSo) {
    serve(tls(own_));
    EXPECT_EQ(status(verified()), 200);
    file_.write(
        tls(own_, ", client_auth_type: RequireAndVerifyClientCert, client_ca_file: " + own_.ca));
    EXPECT_EQ(status(verified()), 0);
}

TEST_F(WebAccessTest, NamesTheFileThatCannotBeUsed) {
    const auto detail = [&](const std::string& text) {
        file_.write(text);
        const auto access = WebAccess::load(file_.path());
        EXPECT_FALSE(access);
        return access ? "" : access.error().detail;
    };
    EXPECT_THAT(detail(tls({"", "/nowhere.crt", own_.key})), HasSubstr("/nowhere.crt"));
    EXPECT_THAT(detail(tls({"", own_.cert, authority_.issue("web2").key})),
                HasSubstr("web2.key: not the certificate's private key"));
    EXPECT_THAT(detail(tls(own_, ", cipher_suites: [TLS_NONE_SUCH]")), HasSubstr("TLS_NONE_SUCH"));
    EXPECT_THAT(detail(tls(own_, ", curve_preferences: [CurveP1]")), HasSubstr("CurveP1"));
}

}  // namespace
}  // namespace understudy::adapters
