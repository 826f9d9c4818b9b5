#include <map>

#include "adapters/http/http.h"
#include "tests/stack/cases/running_stack.h"
#include "tests/stack/child.h"
#include "tests/stack/command.h"
#include "tests/stack/prometheus.h"
#include "tests/stack/site.h"
#include "tests/stack/wait.h"

namespace understudy::stack {
namespace {

constexpr core::Millis kHandshake = 10s;

struct Endpoint {
    std::string address;
    std::vector<std::string> how{};  // what openssl has to be told before it
};

// All that speaks TLS, but for the second of a pair.
std::map<std::string, Endpoint> endpoints() {
    return {{"the site", {std::string(kVip) + ":443"}},
            {"Nginx", {address_of("web1") + ":443"}},
            {"MySQL", {address_of("web1") + ":3306", {"-starttls", "mysql"}}},
            {"agent", {address_of("web1") + ":9701"}},
            {"controller", {address_of("ctl1") + ":9711"}}};
}

// What openssl says of a handshake; both outcomes are answers.
std::string handshake(const Endpoint& endpoint, const std::vector<std::string>& options) {
    std::vector<std::string> command{"openssl",        "s_client", "-connect",
                                     endpoint.address, "-CAfile",  authority()};
    command.insert(command.end(), endpoint.how.begin(), endpoint.how.end());
    command.insert(command.end(), options.begin(), options.end());
    const auto result = run_command(command, kHandshake);
    return result ? result->output + result->errors : describe(result.error());
}

bool agreed(const std::string& said) {
    return said.find("Cipher is (NONE)") == std::string::npos &&
           said.find("Cipher is ") != std::string::npos;
}

// The line of the certificate itself, which changes with each.
std::string certificate(const Endpoint& endpoint) {
    const auto said = handshake(endpoint, {});
    const auto begin = said.find("-----BEGIN CERTIFICATE-----");
    const auto end = said.find("-----END CERTIFICATE-----");
    return end == std::string::npos ? "" : said.substr(begin, end - begin);
}

class Tls : public RunningStack {};

TEST_F(Tls, LeadsFromHttpToHttpsAndStaysThere) {
    adapters::HttpClientOptions plain;
    plain.server = {kVip, 80};
    const auto led = adapters::HttpClient(plain).get("/some/where?a=b", 5s);
    ASSERT_TRUE(good(led));
    EXPECT_EQ(led->status, 301);
    EXPECT_EQ(led->headers.at("Location"), std::string("https://") + kVip + "/some/where?a=b");
    plain.server = {"127.0.0.1", 8080};
    const auto here = adapters::HttpClient(plain).get("/", 5s);
    ASSERT_TRUE(good(here));
    EXPECT_EQ(here->headers.at("Location"), "https://127.0.0.1:8443/");
    adapters::HttpClientOptions secure;
    secure.server = {kVip, 443};
    secure.authority = authority();
    const auto page = adapters::HttpClient(secure).get("/", 5s);
    ASSERT_TRUE(good(page));
    EXPECT_EQ(page->headers.at("Strict-Transport-Security"), "max-age=31536000");
}

TEST_F(Tls, OffersHttp2) {
    const auto said = handshake({std::string(kVip) + ":443"}, {"-alpn", "h2,http/1.1"});
    EXPECT_NE(said.find("ALPN protocol: h2"), std::string::npos) << said;
}

TEST_F(Tls, TakesNoProtocolBefore1Point2) {
    for (const auto& [name, endpoint] : endpoints()) {
        for (const std::string old : {"-tls1", "-tls1_1"}) {
            EXPECT_FALSE(agreed(handshake(endpoint, {old, "-cipher", "ALL:@SECLEVEL=0"})))
                << name << " takes " << old;
        }
        EXPECT_TRUE(agreed(handshake(endpoint, {"-tls1_2"}))) << name;
        EXPECT_TRUE(agreed(handshake(endpoint, {"-tls1_3"}))) << name;
    }
}

TEST_F(Tls, TakesOnlyForwardSecrecyAndAuthenticatedEncryptionForTheSite) {
    const Endpoint site{std::string(kVip) + ":443"};
    const auto weak = "RSA:SHA1:SHA256:SHA384:AES128-SHA:3DES:NULL:aNULL:-AESGCM:-CHACHA20";
    EXPECT_FALSE(
        agreed(handshake(site, {"-tls1_2", "-cipher", weak + std::string(":@SECLEVEL=0")})));
    EXPECT_TRUE(agreed(handshake(site, {"-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"})));
}

TEST_F(Tls, IsVerifiedEverywhereByTheAuthority) {
    for (const auto& [name, endpoint] : endpoints()) {
        const auto host = endpoint.address.substr(0, endpoint.address.find(':'));
        const auto said = handshake(endpoint, {"-verify_ip", host});
        EXPECT_NE(said.find("Verify return code: 0 (ok)"), std::string::npos)
            << name << ": " << said;
    }
}

TEST_F(Tls, NobodyTalksToMySqlInTheClearOverTheNetwork) {
    ASSERT_NO_FATAL_FAILURE(start_getting());
    for (const std::string server : {"web1", "web2"}) {
        const auto account = root_login(server);
        ASSERT_TRUE(good(account));
        const auto sessions = adapters::Connection(*account).query(
            "SELECT PROCESSLIST_USER, CONNECTION_TYPE FROM performance_schema.threads "
            "WHERE CONNECTION_TYPE NOT IN ('SSL/TLS', 'Socket')",
            adapters::deadline_in(5s));
        ASSERT_TRUE(good(sessions));
        EXPECT_TRUE(sessions->front().rows.empty()) << server;
    }
    auto account = login("guestbook_ro", {kVip, kReaderPort});
    ASSERT_TRUE(good(account));
    EXPECT_TRUE(good(adapters::Connection(*account).open(adapters::deadline_in(5s))));
    account->ca.clear();
    const auto refused = adapters::Connection(*account).open(adapters::deadline_in(5s));
    ASSERT_FALSE(refused) << "in the clear";
    EXPECT_EQ(refused.error().code, core::ErrorCode::kRefused) << describe(refused.error());
}

TEST_F(Tls, RenewsEveryCertificateAndDropsNoConnection) {
    ASSERT_NO_FATAL_FAILURE(start_getting());
    std::map<std::string, std::string> before;
    for (const auto& [name, endpoint] : endpoints()) before[name] = certificate(endpoint);
    const auto account = login("guestbook_rw", {kVip, kWriterPort});
    ASSERT_TRUE(good(account));
    adapters::Connection kept(*account);
    ASSERT_TRUE(good(kept.query("SELECT 1", adapters::deadline_in(5s))));
    const auto session = kept.server_id();
    // One request every two seconds, all on one connection.
    std::vector<std::string> visit{"curl",     "--silent",    "--show-error",
                                   "--cacert", authority(),   "--rate",
                                   "30/m",     "--write-out", "%{stderr}%{num_connects}"};
    for (int i = 0; i < 15; ++i) {
        visit.insert(visit.end(), {"--output", "/dev/null", "https://" + std::string(kVip) + "/"});
    }
    const auto visitor = Child::start(visit);
    ASSERT_TRUE(good(visitor));
    ASSERT_TRUE(good((*visitor)->wait_for_text("10", 20s)));

    ASSERT_TRUE(good(output_of({in_repository("compose/certificates"), "renew"}, 120s)));

    EXPECT_TRUE(good((*visitor)->wait(60s)));
    EXPECT_EQ((*visitor)->errors(), "1" + std::string(14, '0'));
    EXPECT_TRUE(good(kept.query("SELECT 1", adapters::deadline_in(5s))));
    EXPECT_EQ(kept.server_id(), session);
    getter_->stop();
    for (const auto& failure : getter_->failures()) ADD_FAILURE() << failure.failure;
    for (const auto& [name, endpoint] : endpoints()) {
        EXPECT_FALSE(before[name].empty()) << name;
        EXPECT_TRUE(good(wait_until("another certificate of " + name, 5s, [&, at = endpoint] {
            return certificate(at) == before[name] ? "the same" : "";
        })));
    }
    ASSERT_NO_FATAL_FAILURE(await_protected_again(5s));
}

TEST_F(Tls, EndsOfCertificatesAreInPrometheus) {
    const auto ends = [&]() -> std::string {
        const auto samples =
            prometheus_samples("understudy_certificate_expiry_timestamp_seconds-time()");
        if (!samples) return describe(samples.error());
        std::map<std::string, int> paths;
        for (const auto& sample : *samples) ++paths[sample.labels.at("path")];
        for (const std::string path : {"site.crt", "nginx.crt", "mysql.crt"}) {
            if (paths["/etc/understudy/tls/" + path] != 2) return path + " is not there twice";
        }
        return paths["/etc/understudy/tls/tls.crt"] == 4 ? "" : "an agent's own is missing";
    };
    EXPECT_TRUE(good(wait_until("the ends of all certificates", 30s, ends)));
}

}  // namespace
}  // namespace understudy::stack
