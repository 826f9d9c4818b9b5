// What the page's port answers, byte by byte.
#include "controller/page.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "tests/unit/controller/simulated_site.h"
#include "web/assets.h"

namespace understudy::controller::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::vector<std::string> kLoopback{"127.0.0.1"};

class PagePort : public testing::Test {
  protected:
    void serve(const std::vector<std::string>& clients = kLoopback, core::Millis age = {}) {
        site_.settle();
        const auto snapshot = std::make_shared<const Snapshot>(site_.loop->snapshot());
        site_.clock.pass(age);
        const ApiParts parts{
            two_hosts(),
            {"test", {}},
            [snapshot] { return snapshot; },
            [] { return WaitingByHost(); },
            [this](int) { return core::Result<std::vector<ports::HistoryEntry>>(entries_); },
            [](Event&&) { return true; },
            desk_,
            site_.clock};
        serve_page(server_, parts, clients);
        ASSERT_TRUE(server_.start());
    }

    // The whole answer, head and body. The server ends the connection after it.
    std::string exchange(const std::string& request) {
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(server_.port());
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::send(socket, request.data(), request.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(request.size()));
        std::string answer;
        char part[4096];
        for (ssize_t got = 0; (got = ::recv(socket, part, sizeof part, 0)) > 0;) {
            answer.append(part, static_cast<std::size_t>(got));
        }
        ::close(socket);
        return answer;
    }
    std::string ask(const std::string& line, const std::string& headers = "",
                    const std::string& host = "127.0.0.1") {
        return exchange(line + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n");
    }
    static std::string header(const std::string& answer, const std::string& name) {
        const auto at = answer.find("\r\n" + name + ": ");
        if (at == std::string::npos) return "";
        const auto begin = at + name.size() + 4;
        return answer.substr(begin, answer.find("\r\n", begin) - begin);
    }
    static std::string body(const std::string& answer) {
        return answer.substr(answer.find("\r\n\r\n") + 4);
    }

    SimulatedSite site_;
    RequestDesk desk_;
    std::vector<ports::HistoryEntry> entries_;
    adapters::HttpServer server_{{{"127.0.0.1", 0}, {}, {}, 2}};
};

TEST_F(PagePort, ServesThePageAndWhatItRefersTo) {
    serve();
    const auto page = ask("GET /");
    EXPECT_THAT(page, StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(header(page, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_THAT(body(page), StartsWith("<!doctype html>"));
    EXPECT_EQ(header(ask("GET /main.js"), "Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(header(ask("GET /style.css"), "Content-Type"), "text/css; charset=utf-8");
    EXPECT_EQ(header(ask("GET /icon.svg"), "Content-Type"), "image/svg+xml");
    for (const auto& asset : web::assets()) {
        EXPECT_EQ(body(ask("GET /" + std::string(asset.name))), asset.content) << asset.name;
    }
}

TEST_F(PagePort, LetsTheBrowserRunAndLoadNothingElse) {
    serve();
    for (const char* path : {"/", "/main.js", "/v1/status"}) {
        const auto answer = ask(std::string("GET ") + path);
        const auto policy = header(answer, "Content-Security-Policy");
        EXPECT_THAT(policy, HasSubstr("default-src 'none'; script-src 'self'")) << path;
        EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'")) << path;
        EXPECT_THAT(policy, Not(HasSubstr("unsafe"))) << path;
        EXPECT_EQ(header(answer, "X-Content-Type-Options"), "nosniff") << path;
        EXPECT_EQ(header(answer, "X-Frame-Options"), "DENY") << path;
        EXPECT_EQ(header(answer, "Referrer-Policy"), "no-referrer") << path;
        EXPECT_EQ(header(answer, "Cross-Origin-Resource-Policy"), "same-origin") << path;
    }
}

TEST_F(PagePort, SparesTheBrowserWhatItHas) {
    serve();
    const auto first = ask("GET /style.css");
    const auto tag = header(first, "ETag");
    ASSERT_FALSE(tag.empty());
    EXPECT_EQ(header(first, "Cache-Control"), "no-cache");
    for (const auto& known : {tag, "\"other\", W/" + tag, std::string("*")}) {
        const auto again = ask("GET /style.css", "If-None-Match: " + known + "\r\n");
        EXPECT_THAT(again, StartsWith("HTTP/1.1 304")) << known;
        EXPECT_EQ(body(again), "") << known;
        EXPECT_EQ(header(again, "ETag"), tag);
    }
    EXPECT_THAT(ask("GET /style.css", "If-None-Match: \"other\"\r\n"), StartsWith("HTTP/1.1 200"));
}

TEST_F(PagePort, AnswersHeadWithoutABody) {
    serve();
    const auto answer = ask("HEAD /");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(header(answer, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_FALSE(header(answer, "ETag").empty());
    EXPECT_EQ(body(answer), "");
}

TEST_F(PagePort, ServesTheDocumentsAndLetsNobodyKeepThem) {
    serve();
    const auto answer = ask("GET /v1/status");
    EXPECT_EQ(header(answer, "Cache-Control"), "no-store");
    const auto cluster = nlohmann::json::parse(body(answer)).at("clusters").at(0);
    EXPECT_THAT(cluster.at("verdict").at("text").get<std::string>(),
                HasSubstr("if web1 died now, web2 takes over"));
    EXPECT_EQ(cluster.at("verdict").at("standing"), "good");
    EXPECT_EQ(cluster.at("hosts").at(1).at("source"), "web1");
    EXPECT_EQ(cluster.at("acknowledgements"),
              (nlohmann::json{{"waited_for", 1}, {"asked_for", 1}}));
    EXPECT_EQ(body(ask("GET /v1/history")), R"({"entries":[]})");
}

TEST_F(PagePort, SaysForHowLongTheControllerHasStoodStill) {
    serve(kLoopback, core::Millis{7000});
    const auto status = nlohmann::json::parse(body(ask("GET /v1/status")));
    EXPECT_GE(status.at("controller").at("age_ms").get<int>(), 7000);
    EXPECT_THAT(status.at("clusters").at(0).at("problems").at(0).get<std::string>(),
                HasSubstr("decided and observed nothing for 7 s"));
}

TEST_F(PagePort, KnowsNothingThatChangesAnything) {
    serve();
    for (const char* path : {"/v1/switchover", "/v1/failover", "/v1/pause", "/v1/resume",
                             "/v1/rebuild", "/v1/detach", "/v1/orphans/discard", "/"}) {
        const auto answer = ask(std::string("POST ") + path, "Content-Length: 0\r\n");
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 404")) << path;
    }
    EXPECT_THAT(ask("GET /v1/orphans"), StartsWith("HTTP/1.1 404")) << "clients' data";
    EXPECT_THAT(ask("GET /nowhere"), StartsWith("HTTP/1.1 404"));
    EXPECT_THAT(ask("GET /../controller.yaml"), StartsWith("HTTP/1.1 404"));
}

TEST_F(PagePort, IsOpenToItsClientsAlone) {
    serve({"198.18.0.1"});
    for (const char* path : {"/", "/v1/status", "/v1/history"}) {
        const auto answer = ask(std::string("GET ") + path);
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 403")) << path;
        EXPECT_THAT(body(answer), HasSubstr("127.0.0.1 is not among page.clients")) << path;
    }
}

// A foreign page whose name was made to resolve to this address reads nothing.
TEST_F(PagePort, IsNotServedUnderAForeignName) {
    serve();
    EXPECT_THAT(ask("GET /v1/status", "", "evil.example:9712"), StartsWith("HTTP/1.1 421"));
    EXPECT_THAT(ask("GET /v1/status", "", "127.0.0.1.evil.example"), StartsWith("HTTP/1.1 421"));
    EXPECT_THAT(ask("GET /v1/status", "", ""), StartsWith("HTTP/1.1 421"));
    for (const char* host : {"localhost:9712", "127.0.0.1:9712", "[::1]:9712", "198.18.0.41"}) {
        EXPECT_THAT(ask("GET /v1/status", "", host), StartsWith("HTTP/1.1 200")) << host;
    }
}

}  // namespace
}  // namespace understudy::controller::test
