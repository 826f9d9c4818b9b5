#include <fcntl.h>
#include <httplib.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <functional>
#include <future>
#include <optional>
#include <thread>
#include <utility>

#include "adapters/http/http.h"
#include "adapters/http/listener.h"
#include "adapters/http/paths.h"
#include "adapters/http/permissions.h"
#include "adapters/http/tls.h"

namespace understudy::adapters {

namespace {

using core::ErrorCode;
using core::failure;
using core::Result;

constexpr std::size_t kMaxBody = std::size_t{1} << 20;
constexpr time_t kTlsIdleSeconds = 30;
constexpr time_t kPlainIdleSeconds = 2;
constexpr std::size_t kTlsRequestsPerConnection = 1'000'000;

HttpRequest request_from(const httplib::Request& from) {
    HttpRequest request;
    request.method = from.method;
    request.path = from.path;
    request.query = {from.params.begin(), from.params.end()};
    request.headers = {from.headers.begin(), from.headers.end()};
    request.body = from.body;
    request.peer_address = from.remote_addr;
    return request;
}

void answer(const HttpResponse& response, httplib::Response& to) {
    to.status = response.status;
    for (const auto& [name, value] : response.headers) to.set_header(name, value);
    if (!to.has_header("Content-Encoding")) {
        to.set_content(response.body, response.content_type);
        return;
    }
    // What is encoded already the library must not compress once more.
    to.set_content_provider(
        response.body.size(), response.content_type,
        [body = response.body](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
            return sink.write(body.data() + offset, length);
        });
}

}  // namespace

struct HttpServer::Implementation {
    explicit Implementation(HttpServerOptions from)
        : options(std::move(from)), tls(everybody(options)) {}

    // One that can also listen on a socket that is listened on already.
    template <class Base>
    struct Adopting : Base {
        using Base::Base;
        void adopt(int socket) { this->svr_sock_ = socket; }
    };

    Result<void> create();
    template <class Server, class... Arguments>
    void make(Arguments... arguments);
    Result<void> bind();
    Result<void> adopt_socket();
    void add_routes();
    void serve(std::promise<void>& serving);

    HttpServerOptions options;
    TlsServerContext tls;
    struct Served {
        std::string method;
        std::string path;
        HttpHandler handler;
        std::vector<std::string> also_for;
    };

    std::vector<Served> routes;
    std::unique_ptr<httplib::Server> server;
    std::function<void(int)> adopt;  // of that server
    int listening_socket = -1;
    std::uint16_t bound_port = 0;
    std::atomic<bool> stopping{false};
    std::once_flag serving_once;
    std::jthread thread;
};

template <class Server, class... Arguments>
void HttpServer::Implementation::make(Arguments... arguments) {
    auto made = std::make_unique<Adopting<Server>>(std::move(arguments)...);
    adopt = [adopting = made.get()](int socket) { adopting->adopt(socket); };
    server = std::move(made);
}

Result<void> HttpServer::Implementation::create() {
    if (options.tls) {
        if (auto good = check_tls_files(*options.tls); !good) return good;
        make<httplib::SSLServer>(
            [this](SSL_CTX& context) { return tls.configure(context, *options.tls); });
    } else if (options.set_up_tls) {
        make<httplib::SSLServer>(options.set_up_tls);
    } else {
        make<httplib::Server>();
    }
    server->set_keep_alive_timeout(options.tls ? kTlsIdleSeconds : kPlainIdleSeconds);
    server->set_keep_alive_max_count(options.tls ? kTlsRequestsPerConnection : 1);
    if (!server->is_valid()) {
        return failure(ErrorCode::kInvalid, "set up TLS", take_tls_error());
    }
    server->set_payload_max_length(kMaxBody);
    // Accepted connections inherit it. Nagle's algorithm and delayed acknowledgements together
    // would hold an answer for 40 ms.
    server->set_tcp_nodelay(true);
    server->set_socket_options([this](socket_t socket) {
        prepare_listener(socket);
        listening_socket = socket;
    });
    add_routes();
    return {};
}

void HttpServer::Implementation::add_routes() {
    if (options.before) {
        server->set_pre_routing_handler(
            [this](const httplib::Request& request, httplib::Response& response) {
                HttpHeaders headers;
                const auto instead = options.before(request_from(request), headers);
                for (const auto& [name, value] : headers) response.set_header(name, value);
                if (!instead) return httplib::Server::HandlerResponse::Unhandled;
                answer(*instead, response);
                return httplib::Server::HandlerResponse::Handled;
            });
    }
    for (const auto& route : routes) {
        auto adapted = [this, &route](const httplib::Request& request,
                                      httplib::Response& response) {
            if (options.tls && !may_ask(options, route.also_for, peer_name(request.ssl))) {
                answer({403, "text/plain", "not open to this client\n", {}}, response);
                return;
            }
            answer(route.handler(request_from(request)), response);
        };
        if (route.method == "POST") {
            server->Post(pattern_of(route.path), adapted);
        } else {
            server->Get(pattern_of(route.path), adapted);
        }
    }
    server->set_error_handler([](const httplib::Request&, httplib::Response& response) {
        if (!response.body.empty()) return;
        response.set_content(std::to_string(response.status) + "\n", "text/plain");
    });
    server->set_exception_handler(
        [](const httplib::Request&, httplib::Response& response, const std::exception_ptr& thrown) {
            response.status = 500;
            try {
                std::rethrow_exception(thrown);
            } catch (const std::exception& e) {
                response.set_content(std::string(e.what()) + "\n", "text/plain");
            } catch (...) {
                response.set_content("unknown exception\n", "text/plain");
            }
        });
}

// The library gets a descriptor of its own, which it shuts down to end listening.
Result<void> HttpServer::Implementation::adopt_socket() {
    const int own = ::fcntl(options.inherited_socket, F_DUPFD_CLOEXEC, 0);
    const auto port = own < 0 ? std::nullopt : listening_port(own);
    if (!port) {
        const int number = errno;
        if (own >= 0) ::close(own);
        return failure(ErrorCode::kIo,
                       "listen on socket " + std::to_string(options.inherited_socket),
                       "it is not a listening one", number);
    }
    prepare_listener(own);
    adopt(own);
    listening_socket = own;
    bound_port = *port;
    return {};
}

Result<void> HttpServer::Implementation::bind() {
    if (options.inherited_socket >= 0) return adopt_socket();
    errno = 0;
    int port = bound_port != 0 ? bound_port : options.listen.port;
    if (port == 0) {
        port = server->bind_to_any_port(options.listen.host);
    } else if (!server->bind_to_port(options.listen.host, port)) {
        port = -1;
    }
    if (port <= 0) {
        const int number = errno;
        return failure(
            ErrorCode::kIo,
            "listen on " + options.listen.host + ":" + std::to_string(options.listen.port),
            listen_error(number), number);
    }
    bound_port = static_cast<std::uint16_t>(port);
    widen_backlog(listening_socket);
    return {};
}

void HttpServer::Implementation::serve(std::promise<void>& serving) {
    const int threads = options.threads;
    // The library asks for its pool once it can be stopped; before, stop() would be lost.
    server->new_task_queue = [this, threads, &serving] {
        std::call_once(serving_once, [&serving] { serving.set_value(); });
        return new httplib::ThreadPool(static_cast<std::size_t>(threads));
    };
    // The library gives up listening on some transient errors of accept().
    while (!server->listen_after_bind() && !stopping) {
        if (!bind()) std::abort();
    }
}

HttpServer::HttpServer(HttpServerOptions options)
    : implementation_(std::make_unique<Implementation>(std::move(options))) {}

HttpServer::~HttpServer() { stop(); }

void HttpServer::handle(const std::string& method, const std::string& path, HttpHandler handler,
                        std::vector<std::string> also_for) {
    implementation_->routes.push_back({method, path, std::move(handler), std::move(also_for)});
}

Result<void> HttpServer::start() {
    Implementation& server = *implementation_;
    if (auto created = server.create(); !created) return created;
    if (auto bound = server.bind(); !bound) return bound;
    auto serving = std::make_shared<std::promise<void>>();
    auto ready = serving->get_future();
    server.thread = std::jthread([&server, serving] { server.serve(*serving); });
    ready.wait();
    return {};
}

void HttpServer::stop() {
    Implementation& server = *implementation_;
    if (!server.thread.joinable()) return;
    server.stopping = true;
    server.server->stop();
    server.tls.connections().end_reading();
    server.thread.join();
    // Whoever gave it goes on with it.
    if (server.options.inherited_socket >= 0) widen_backlog(server.options.inherited_socket);
}

std::uint16_t HttpServer::port() const { return implementation_->bound_port; }

}  // namespace understudy::adapters
