#include "adapters/http/tls.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <vector>

#include "tests/unit/http/test_certificates.h"

namespace understudy::adapters {
namespace {

using core::ErrorCode;
using std::chrono::steady_clock;
using namespace std::chrono_literals;

class MutualTls : public testing::Test {
  protected:
    void serve(const TlsFiles& files) {
        HttpServerOptions options;
        options.listen = {"127.0.0.1", 0};
        options.tls = files;
        options.allowed_names = {"ctl1", "operator"};
        server_ = std::make_unique<HttpServer>(options);
        server_->handle("POST", "/v1/route", [](const HttpRequest& request) {
            return HttpResponse{200, "application/json", request.body, {}};
        });
        ASSERT_TRUE(server_->start());
    }

    std::unique_ptr<HttpClient> client_with(const std::optional<TlsFiles>& files) {
        HttpClientOptions options;
        options.server = {"127.0.0.1", server_->port()};
        options.tls = files;
        return std::make_unique<HttpClient>(options);
    }

    TestAuthority authority_;
    std::unique_ptr<HttpServer> server_;
};

TEST_F(MutualTls, LetsAnAllowedNameIn) {
    serve(authority_.issue("web1"));
    const auto response = client_with(authority_.issue("ctl1"))->post("/v1/route", "{}", 2s);
    ASSERT_TRUE(response) << describe(response.error());
    EXPECT_EQ(response->body, "{}");
}

TEST_F(MutualTls, RefusesAnotherNameOfTheSameAuthority) {
    serve(authority_.issue("web1"));
    const auto response = client_with(authority_.issue("web2"))->post("/v1/route", "{}", 2s);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::kUnreachable);
}

TEST_F(MutualTls, RefusesTheSameNameOfAnotherAuthority) {
    serve(authority_.issue("web1"));
    TestAuthority foreign;
    TlsFiles files = foreign.issue("ctl1");
    files.ca = (authority_.directory() / "ca.crt").string();
    EXPECT_FALSE(client_with(files)->post("/v1/route", "{}", 2s));
}

TEST_F(MutualTls, RefusesAClientWithoutACertificate) {
    serve(authority_.issue("web1"));
    HttpClientOptions options;
    options.server = {"127.0.0.1", server_->port()};
    EXPECT_FALSE(HttpClient(options).post("/v1/route", "{}", 2s)) << "plain HTTP";
    options.public_https = true;
    EXPECT_FALSE(HttpClient(options).post("/v1/route", "{}", 2s)) << "HTTPS, anonymous";
}

TEST_F(MutualTls, TheClientRefusesAServerOfAnotherAuthority) {
    TestAuthority foreign;
    serve(foreign.issue("web1"));
    const auto response = client_with(authority_.issue("ctl1"))->post("/v1/route", "{}", 2s);
    ASSERT_FALSE(response);
    EXPECT_NE(response.error().detail.find("certificate"), std::string::npos);
}

TEST_F(MutualTls, TheClientRefusesAServerWhoseCertificateIsForAnotherAddress) {
    serve(authority_.issue("web1", "127.0.0.2"));
    EXPECT_FALSE(client_with(authority_.issue("ctl1"))->post("/v1/route", "{}", 2s));
}

TEST_F(MutualTls, StoppingDoesNotWaitForIdleConnections) {
    serve(authority_.issue("web1"));
    const auto client = client_with(authority_.issue("ctl1"));
    ASSERT_TRUE(client->post("/v1/route", "{}", 2s));
    const auto begin = steady_clock::now();
    server_->stop();
    EXPECT_LT(steady_clock::now() - begin, 2s);
}

TEST_F(MutualTls, TheClientReconnectsByItselfAfterAServerRestart) {
    const TlsFiles files = authority_.issue("web1");
    serve(files);
    const auto client = client_with(authority_.issue("ctl1"));
    ASSERT_TRUE(client->post("/v1/route", "{}", 2s));
    const core::Address address{"127.0.0.1", server_->port()};
    server_.reset();
    EXPECT_FALSE(client->post("/v1/route", "{}", 2s));

    HttpServerOptions options;
    options.listen = address;
    options.tls = files;
    options.allowed_names = {"ctl1"};
    HttpServer again(options);
    again.handle("POST", "/v1/route", [](const HttpRequest&) { return HttpResponse{}; });
    ASSERT_TRUE(again.start());
    EXPECT_TRUE(client->post("/v1/route", "{}", 2s));
}

TEST_F(MutualTls, ARenewedCertificateIsPresentedWithoutARestart) {
    // At first for an address that the client does not ask for, then for the right one.
    const TlsFiles files = authority_.issue("web1", "127.0.0.9");
    serve(files);
    const auto client = client_with(authority_.issue("ctl1"));
    ASSERT_FALSE(client->post("/v1/route", "{}", 2s));
    const TlsFiles renewed = authority_.issue("web2");
    std::filesystem::rename(renewed.key, files.key);
    EXPECT_FALSE(client->post("/v1/route", "{}", 2s)) << "the key of another certificate";
    std::filesystem::rename(renewed.cert, files.cert);
    const auto response = client->post("/v1/route", "{}", 2s);
    EXPECT_TRUE(response) << describe(response.error());
}

TEST_F(MutualTls, AClientPresentsItsRenewedCertificate) {
    serve(authority_.issue("web1"));
    const TlsFiles files = authority_.issue("web2");
    const auto client = client_with(files);
    ASSERT_FALSE(client->post("/v1/route", "{}", 2s)) << "the name is not allowed";
    const TlsFiles renewed = authority_.issue("ctl1");
    std::filesystem::rename(renewed.key, files.key);
    std::filesystem::rename(renewed.cert, files.cert);
    const auto response = client->post("/v1/route", "{}", 2s);
    EXPECT_TRUE(response) << describe(response.error());
}

TEST_F(MutualTls, AKeptConnectionAnswersInFarLessThanADelayedAcknowledgement) {
    serve(authority_.issue("web1"));
    const auto client = client_with(authority_.issue("ctl1"));
    const std::string body(500, 'x');
    const auto connecting = steady_clock::now();
    ASSERT_TRUE(client->post("/v1/route", body, 2s));
    const auto first = steady_clock::now() - connecting;

    std::vector<steady_clock::duration> round_trips(300);
    for (auto& round_trip : round_trips) {
        const auto begin = steady_clock::now();
        ASSERT_TRUE(client->post("/v1/route", body, 2s));
        round_trip = steady_clock::now() - begin;
    }
    std::sort(round_trips.begin(), round_trips.end());
    const auto micros = [](auto d) {
        return std::chrono::duration_cast<std::chrono::microseconds>(d).count();
    };
    const auto median = round_trips[round_trips.size() / 2];
    std::cout << "POST of 500 bytes over mutual TLS: first " << micros(first) << " us, median "
              << micros(median) << " us, p99 " << micros(round_trips[296]) << " us\n";
    EXPECT_LT(median, 5ms);
}

TEST(TlsFiles, EachUnusableFileIsNamed) {
    TestAuthority authority;
    const TlsFiles good = authority.issue("web1");
    const TlsFiles other = authority.issue("web2");
    const std::string junk = (authority.directory() / "junk").string();
    std::ofstream(junk) << "not PEM\n";

    EXPECT_TRUE(check_tls_files(good));
    const auto names = [](const TlsFiles& files, const std::string& file) {
        const auto checked = check_tls_files(files);
        return !checked && checked.error().code == ErrorCode::kInvalid &&
               checked.error().operation.find(file) != std::string::npos;
    };
    EXPECT_TRUE(names({good.ca, good.cert, "/absent.key"}, "/absent.key"));
    EXPECT_TRUE(names({junk, good.cert, good.key}, junk));
    EXPECT_TRUE(names({good.ca, junk, good.key}, junk));
    EXPECT_TRUE(names({good.ca, good.cert, other.key}, other.key));
}

TEST(TlsFiles, AServerWithUnusableFilesDoesNotStart) {
    HttpServerOptions options;
    options.listen = {"127.0.0.1", 0};
    options.tls = TlsFiles{"/absent", "/absent", "/absent"};
    HttpServer server(options);
    EXPECT_EQ(server.start().error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace understudy::adapters
