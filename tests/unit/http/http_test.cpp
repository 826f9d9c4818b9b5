#include "adapters/http/http.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace understudy::adapters {
namespace {

using core::ErrorCode;
using std::chrono::steady_clock;
using namespace std::chrono_literals;

HttpServerOptions plain_on(std::uint16_t port) {
    HttpServerOptions options;
    options.listen = {"127.0.0.1", port};
    return options;
}

HttpClientOptions plain_to(const HttpServer& server) {
    HttpClientOptions options;
    options.server = {"127.0.0.1", server.port()};
    return options;
}

HttpResponse echo(const HttpRequest& request) {
    return {200,
            "text/plain",
            request.method + " " + request.path + " " + request.query_value("name", "nobody") +
                " " + request.body,
            {}};
}

// A handler that waits until it is let go.
class Gate {
  public:
    void wait() {
        std::unique_lock lock(mutex_);
        entered_ = true;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
    }
    void await_entry() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return entered_; });
    }
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool entered_ = false;
    bool open_ = false;
};

TEST(Http, CarriesMethodPathQueryAndBody) {
    HttpServer server(plain_on(0));
    server.handle("GET", "/v1/report", echo);
    server.handle("POST", "/v1/report", echo);
    ASSERT_TRUE(server.start());
    HttpClient client(plain_to(server));

    EXPECT_EQ(client.get("/v1/report?name=web1&x=2", 1s)->body, "GET /v1/report web1 ");
    EXPECT_EQ(client.post("/v1/report", "{}", 1s)->body, "POST /v1/report nobody {}");
}

// A socket that somebody else listens on.
class ListeningSocket {
  public:
    ListeningSocket() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(fd_, 8), 0);
    }
    ~ListeningSocket() { ::close(fd_); }
    ListeningSocket(const ListeningSocket&) = delete;
    ListeningSocket& operator=(const ListeningSocket&) = delete;

    [[nodiscard]] int fd() const { return fd_; }

  private:
    int fd_;
};

TEST(Http, ServesOnAnInheritedSocketAndLeavesItListening) {
    const ListeningSocket socket;
    HttpServerOptions options;
    options.inherited_socket = socket.fd();
    for (int i = 0; i < 2; ++i) {
        HttpServer server(options);
        server.handle("GET", "/x", echo);
        ASSERT_TRUE(server.start());
        HttpClient client(plain_to(server));
        EXPECT_EQ(client.get("/x", 20s)->body, "GET /x nobody ");
    }
    int listens = 0;
    socklen_t size = sizeof listens;
    ASSERT_EQ(::getsockopt(socket.fd(), SOL_SOCKET, SO_ACCEPTCONN, &listens, &size), 0);
    EXPECT_EQ(listens, 1);
}

TEST(Http, RefusesToServeOnWhatIsNoListeningSocket) {
    HttpServerOptions options;
    options.inherited_socket = STDERR_FILENO;
    const auto started = HttpServer(options).start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().detail, "it is not a listening one");
}

TEST(Http, AsksTheGateBeforeAnyHandler) {
    auto options = plain_on(0);
    options.before = [](const HttpRequest& request,
                        HttpHeaders& headers) -> std::optional<HttpResponse> {
        headers["X-Seen"] = request.path;
        if (request.query_value("key") == "open") return std::nullopt;
        return HttpResponse{401, "text/plain", "closed", {}};
    };
    HttpServer server(options);
    server.handle("GET", "/x", echo);
    ASSERT_TRUE(server.start());
    HttpClient client(plain_to(server));
    EXPECT_EQ(client.get("/x", 20s)->status, 401);
    EXPECT_EQ(client.get("/nowhere", 20s)->status, 401);
    const auto passed = client.get("/x?key=open", 20s);
    EXPECT_EQ(passed->status, 200);
    EXPECT_EQ(passed->headers.at("X-Seen"), "/x");
}

TEST(Http, PassesStatusTypeAndHeadersOn) {
    HttpServer server(plain_on(0));
    server.handle("GET", "/teapot", [](const HttpRequest&) {
        return HttpResponse{418, "application/json", "{}", {{"X-Answer", "42"}}};
    });
    ASSERT_TRUE(server.start());
    HttpClient client(plain_to(server));

    const auto response = client.get("/teapot", 1s);
    EXPECT_EQ(response->status, 418);
    EXPECT_EQ(response->content_type, "application/json");
    EXPECT_EQ(response->headers.at("X-Answer"), "42");
}

TEST(Http, AnUnknownPathIs404AndAPathIsTakenLiterally) {
    HttpServer server(plain_on(0));
    server.handle("GET", "/-/healthy.txt", echo);
    ASSERT_TRUE(server.start());
    HttpClient client(plain_to(server));

    EXPECT_EQ(client.get("/nothing", 1s)->status, 404);
    EXPECT_EQ(client.get("/-/healthyxtxt", 1s)->status, 404);
    EXPECT_EQ(client.get("/-/healthy.txt", 1s)->status, 200);
}

TEST(Http, APathThatEndsInAStarTakesAnyOneName) {
    HttpServer server(plain_on(0));
    server.handle("POST", "/hook/*", echo);
    ASSERT_TRUE(server.start());
    HttpClient client(plain_to(server));

    EXPECT_EQ(client.post("/hook/ops-1", "x", 1s)->body, "POST /hook/ops-1 nobody x");
    EXPECT_EQ(client.post("/hook/", "x", 1s)->status, 404);
    EXPECT_EQ(client.post("/hook/a/b", "x", 1s)->status, 404);
    EXPECT_EQ(client.post("/hook/" + std::string(65, 'x'), "x", 1s)->status, 404);
}

TEST(Http, AThrowingHandlerAnswers500) {
    HttpServer server(plain_on(0));
    server.handle("GET", "/", [](const HttpRequest&) -> HttpResponse {
        throw std::runtime_error("lost the plot");
    });
    ASSERT_TRUE(server.start());
    HttpClient client(plain_to(server));

    const auto response = client.get("/", 1s);
    EXPECT_EQ(response->status, 500);
    EXPECT_EQ(response->body, "lost the plot\n");
}

TEST(Http, ABodyBeyondOneMebibyteIsRefused) {
    HttpServer server(plain_on(0));
    server.handle("POST", "/", echo);
    ASSERT_TRUE(server.start());
    HttpClient client(plain_to(server));

    const auto response = client.post("/", std::string((1 << 20) + 1, 'x'), 2s);
    EXPECT_TRUE(!response || response->status == 413);
    EXPECT_EQ(client.post("/", "x", 1s)->status, 200) << "the server goes on";
}

TEST(Http, APortInUseIsReportedWithItsErrorNumber) {
    HttpServer first(plain_on(0));
    ASSERT_TRUE(first.start());
    HttpServer second(plain_on(first.port()));

    const auto started = second.start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, ErrorCode::kIo);
    EXPECT_EQ(started.error().number, EADDRINUSE);
}

TEST(Http, ACallToNobodyIsUnreachable) {
    HttpClientOptions options;
    {
        HttpServer gone(plain_on(0));
        ASSERT_TRUE(gone.start());
        options = plain_to(gone);
    }
    HttpClient client(options);
    EXPECT_EQ(client.get("/", 1s).error().code, ErrorCode::kUnreachable);
}

TEST(Http, ASlowAnswerIsATimeoutWhichMeansUnknown) {
    Gate gate;
    HttpServer server(plain_on(0));
    server.handle("GET", "/slow", [&](const HttpRequest&) {
        gate.wait();
        return HttpResponse{};
    });
    ASSERT_TRUE(server.start());
    HttpClient client(plain_to(server));

    const auto begin = steady_clock::now();
    const auto response = client.get("/slow", 50ms);
    EXPECT_EQ(response.error().code, ErrorCode::kTimeout);
    EXPECT_LT(steady_clock::now() - begin, 1s);
    gate.open();
}

TEST(Http, InterruptEndsARunningCallAndRefusesLaterOnes) {
    Gate gate;
    HttpServer server(plain_on(0));
    server.handle("GET", "/poll", [&](const HttpRequest&) {
        gate.wait();
        return HttpResponse{};
    });
    ASSERT_TRUE(server.start());
    HttpClient client(plain_to(server));

    std::jthread interrupter([&] {
        gate.await_entry();
        client.interrupt();
    });
    const auto begin = steady_clock::now();
    EXPECT_EQ(client.get("/poll", 30s).error().code, ErrorCode::kUnreachable);
    EXPECT_LT(steady_clock::now() - begin, 5s);
    EXPECT_EQ(client.get("/poll", 1s).error().detail, "interrupted");
    gate.open();
}

TEST(Http, StoppingWaitsForARunningHandler) {
    Gate gate;
    bool finished = false;
    HttpServer server(plain_on(0));
    server.handle("GET", "/", [&](const HttpRequest&) {
        gate.wait();
        finished = true;
        return HttpResponse{};
    });
    ASSERT_TRUE(server.start());
    HttpClient client(plain_to(server));
    std::jthread caller([&] { (void)client.get("/", 5s); });
    gate.await_entry();
    std::jthread opener([&] { gate.open(); });

    server.stop();
    EXPECT_TRUE(finished);
}

TEST(Http, TheServerCanStartAgainOnTheSamePortAtOnce) {
    std::uint16_t port = 0;
    {
        HttpServer server(plain_on(0));
        server.handle("GET", "/", echo);
        ASSERT_TRUE(server.start());
        port = server.port();
        HttpClient client(plain_to(server));
        ASSERT_TRUE(client.get("/", 1s));
    }
    HttpServer again(plain_on(port));
    EXPECT_TRUE(again.start());
}

}  // namespace
}  // namespace understudy::adapters
