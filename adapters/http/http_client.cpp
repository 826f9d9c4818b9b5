#include <fcntl.h>
#include <httplib.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <utility>

#include "adapters/http/http.h"
#include "adapters/http/renewed_certificate.h"
#include "adapters/http/tls.h"

namespace understudy::adapters {

namespace {

using core::Error;
using core::ErrorCode;
using core::failure;
using core::Millis;
using core::Result;

}  // namespace

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
    int number = 0;
    switch (error) {
        case httplib::Error::Connection:
            detail = "cannot connect";
            number = ENOTCONN;
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
    return {ErrorCode::kUnreachable, operation, detail, number};
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
