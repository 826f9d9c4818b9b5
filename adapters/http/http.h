// HTTP/1.1 in this project's words; the library behind it is confined to http_server.cpp and
// http_client.cpp.
//
// Server: a fixed pool of threads, one held by each open connection; bodies are bounded (1 MiB);
// handlers may block (long polls). Over TLS connections are kept (30 s idle); plain ones serve one
// request each, so that idle browsers and scrapers never hold the threads that health checks need.
// Client: one kept connection, calls from one thread only, reconnects by itself. A deadline bounds
// connecting, and again each wait for the answer.
#pragma once

#include <openssl/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/cluster.h"
#include "core/identity.h"
#include "core/result.h"

namespace understudy::adapters {

struct TlsFiles {
    std::string ca;
    std::string cert;
    std::string key;
    bool operator==(const TlsFiles&) const = default;
};

// kInvalid, naming the file that is missing, unreadable, malformed or does not fit the others.
core::Result<void> check_tls_files(const TlsFiles& files);

// Header names are the same in any case (RFC 9110, 5.1).
struct IgnoreCase {
    bool operator()(const std::string& left, const std::string& right) const;
};

using HttpHeaders = std::map<std::string, std::string, IgnoreCase>;

struct HttpRequest {
    std::string method;
    std::string path;  // without the query
    std::multimap<std::string, std::string> query;
    std::multimap<std::string, std::string, IgnoreCase> headers;
    std::string body;
    std::string peer_address;  // whom it came from

    // The first value of a query parameter, or `otherwise`.
    [[nodiscard]] std::string query_value(const std::string& key,
                                          const std::string& otherwise = "") const;
};

struct HttpResponse {
    int status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
    HttpHeaders headers;
};

using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;
// Asked before any handler, whatever the path: an answer instead of it, or nothing. The headers go
// with whichever answer is given.
using HttpGate = std::function<std::optional<HttpResponse>(const HttpRequest&, HttpHeaders&)>;

struct HttpServerOptions {
    core::Address listen;
    std::optional<TlsFiles> tls;             // present: mutual TLS
    std::vector<std::string> allowed_names;  // common names of client certificates let in
    int threads = 8;
    std::vector<std::string> limited_names{};  // let in, but only to what handle() opens to them
    // TLS of another kind than `tls`: sets its context up, false when it cannot.
    std::function<bool(SSL_CTX&)> set_up_tls{};
    HttpGate before{};
    // One that somebody else has bound and listens on, instead of `listen`. It stays his, and is
    // listened on again when the server has stopped.
    int inherited_socket = -1;
};

class HttpServer {
  public:
    explicit HttpServer(HttpServerOptions options);
    ~HttpServer();  // stops, waits for running handlers
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    // GET or POST. A path is taken literally; one that ends in "/*" also takes any single name of
    // up to 64 characters there.
    // `also_for`: which of the limited names it serves besides the allowed ones.
    void handle(const std::string& method, const std::string& path, HttpHandler handler,
                std::vector<std::string> also_for = {});
    // Binds and serves on threads of its own. kIo with errno in `number` (EADDRINUSE: port in use);
    // kInvalid: a certificate or key that cannot be used.
    core::Result<void> start();
    void stop();
    [[nodiscard]] std::uint16_t port() const;  // the bound one, when 0 was asked for

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

struct HttpClientOptions {
    core::Address server;
    std::optional<TlsFiles> tls;  // present: HTTPS, both sides verified
    bool public_https = false;    // HTTPS, the server verified by the system's authorities
    std::string authority{};      // HTTPS, the server verified by the authority in this file
};

class HttpClient {
  public:
    explicit HttpClient(HttpClientOptions options);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // kUnreachable (number ENOTCONN: no connection was made), kTimeout (the outcome of both is
    // unknown), kInvalid (TLS files that cannot be used); any status is a value.
    core::Result<HttpResponse> get(const std::string& target, core::Millis deadline);
    core::Result<HttpResponse> post(const std::string& target, const std::string& body,
                                    core::Millis deadline);
    // Ends a call that runs on another thread; later calls fail with kUnreachable.
    void interrupt();

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace understudy::adapters
