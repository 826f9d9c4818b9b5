#include "adapters/http/http.h"

#include <fcntl.h>
#include <httplib.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <future>
#include <thread>
#include <utility>

#include "adapters/http/listener.h"
#include "adapters/http/paths.h"
#include "adapters/http/permissions.h"
#include "adapters/http/renewed_certificate.h"
#include "adapters/http/tls.h"

namespace understudy::adapters {

namespace {

using core::Error;
using core::ErrorCode;
using core::failure;
using core::Millis;
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

    Result<void> create();
    Result<void> bind();
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
    int listening_socket = -1;
    std::uint16_t bound_port = 0;
    std::atomic<bool> stopping{false};
    std::once_flag serving_once;
    std::jthread thread;
};

Result<void> HttpServer::Implementation::create() {
    if (options.tls) {
        if (auto good = check_tls_files(*options.tls); !good) return good;
        server = std::make_unique<httplib::SSLServer>(
            [this](SSL_CTX& context) { return tls.configure(context, *options.tls); });
        server->set_keep_alive_timeout(kTlsIdleSeconds);
        server->set_keep_alive_max_count(kTlsRequestsPerConnection);
    } else {
        server = std::make_unique<httplib::Server>();
        server->set_keep_alive_timeout(kPlainIdleSeconds);
        server->set_keep_alive_max_count(1);
    }
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

Result<void> HttpServer::Implementation::bind() {
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
}

std::uint16_t HttpServer::port() const { return implementation_->bound_port; }

struct HttpClient::Implementation {
    explicit Implementation(HttpClientOptions from);

    template <class Call>
    Result<HttpResponse> call(const std::string& operation, Millis deadline, Call&& perform);
    Error error_of(httplib::Error error, const std::string& operation, bool late) const;

    HttpClientOptions options;
    std::optional<Error> unusable;
    std::unique_ptr<RenewedCertificate> certificate;
    std::unique_ptr<httplib::ClientImpl> client;
    std::atomic<bool> interrupted{false};
};

HttpClient::Implementation::Implementation(HttpClientOptions from) : options(std::move(from)) {
    // As the library's server does: a peer that is gone is an error of the call, not of the
    // process.
    std::signal(SIGPIPE, SIG_IGN);
    const auto& [host, port] = options.server;
    if (options.tls) {
        if (auto good = check_tls_files(*options.tls); !good) unusable = good.error();
    }
    const auto& ca = options.tls ? options.tls->ca : options.authority;
    if (options.public_https || !ca.empty()) {
        const auto own = options.tls.value_or(TlsFiles{});
        auto secure = std::make_unique<httplib::SSLClient>(host, port, own.cert, own.key);
        if (!ca.empty()) secure->set_ca_cert_path(ca);
        if (auto* context = secure->ssl_context(); context != nullptr) {
            require_tls_1_2(*context);
            if (options.tls) certificate = std::make_unique<RenewedCertificate>(own, *context);
        }
        secure->enable_server_certificate_verification(true);
        client = std::move(secure);
    } else {
        client = std::make_unique<httplib::ClientImpl>(host, port);
    }
    client->set_keep_alive(true);
    client->set_tcp_nodelay(true);
    client->set_socket_options([](socket_t socket) { ::fcntl(socket, F_SETFD, FD_CLOEXEC); });
}

template <class Call>
Result<HttpResponse> HttpClient::Implementation::call(const std::string& operation, Millis deadline,
                                                      Call&& perform) {
    if (unusable) return tl::unexpected<Error>(*unusable);
    if (interrupted) return failure(ErrorCode::kUnreachable, operation, "interrupted");
    client->set_connection_timeout(deadline);
    client->set_read_timeout(deadline);
    client->set_write_timeout(deadline);
    take_tls_error();
    const auto begin = std::chrono::steady_clock::now();
    const httplib::Result result = perform(*client);
    if (!result) {
        const bool late = std::chrono::steady_clock::now() - begin >= deadline;
        return tl::unexpected<Error>(error_of(result.error(), operation, late));
    }
    HttpResponse response;
    response.status = result->status;
    response.content_type = result->get_header_value("Content-Type");
    response.body = result->body;
    for (const auto& [name, value] : result->headers) response.headers.emplace(name, value);
    return response;
}

Error HttpClient::Implementation::error_of(httplib::Error error, const std::string& operation,
                                           bool late) const {
    const std::string tls_error = take_tls_error();
    if (interrupted) return {ErrorCode::kUnreachable, operation, "interrupted", 0};
    if (late || error == httplib::Error::ConnectionTimeout) {
        return {ErrorCode::kTimeout, operation, "no answer in time", 0};
    }
    std::string detail;
    switch (error) {
        case httplib::Error::Connection:
            detail = "cannot connect";
            break;
        case httplib::Error::Read:
        case httplib::Error::Write:
            detail = "the connection ended before the answer";
            break;
        case httplib::Error::SSLConnection:
            detail = "the TLS handshake failed";
            break;
        case httplib::Error::SSLServerVerification:
            detail = "the server's certificate is not from our CA or not for this address";
            break;
        default:
            detail = httplib::to_string(error);
    }
    if (!tls_error.empty()) detail += ": " + tls_error;
    return {ErrorCode::kUnreachable, operation, detail, 0};
}

HttpClient::HttpClient(HttpClientOptions options)
    : implementation_(std::make_unique<Implementation>(std::move(options))) {}

HttpClient::~HttpClient() = default;

namespace {

std::string name_of(const char* method, const HttpClientOptions& options,
                    const std::string& target) {
    return std::string(method) + " " + options.server.host + ":" +
           std::to_string(options.server.port) + target.substr(0, target.find('?'));
}

// Compressing an answer costs more than it saves between neighbours.
httplib::Headers uncompressed() { return {{"Accept-Encoding", "identity"}}; }

}  // namespace

Result<HttpResponse> HttpClient::get(const std::string& target, Millis deadline) {
    return implementation_->call(
        name_of("GET", implementation_->options, target), deadline,
        [&](httplib::ClientImpl& client) { return client.Get(target, uncompressed()); });
}

Result<HttpResponse> HttpClient::post(const std::string& target, const std::string& body,
                                      Millis deadline) {
    return implementation_->call(name_of("POST", implementation_->options, target), deadline,
                                 [&](httplib::ClientImpl& client) {
                                     return client.Post(target, uncompressed(), body,
                                                        "application/json");
                                 });
}

void HttpClient::interrupt() {
    implementation_->interrupted = true;
    implementation_->client->stop();
}

}  // namespace understudy::adapters
