#include "adapters/http/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace understudy::adapters {

namespace {

using core::ErrorCode;
using core::failure;
using core::Result;

// What hangs on each SSL object: removed from the registry when the object is freed, which the
// HTTP library does before it closes the socket.
struct TrackedSocket {
    TlsConnections& connections;
    int socket;
};

void forget_socket(void* /*parent*/, void* tracked, CRYPTO_EX_DATA* /*data*/, int /*index*/,
                   long /*argument*/, void* /*pointer*/) {
    const std::unique_ptr<TrackedSocket> owned(static_cast<TrackedSocket*>(tracked));
    if (owned) owned->connections.remove(owned->socket);
}

int context_index() {
    static const int kIndex = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return kIndex;
}

int socket_index() {
    static const int kIndex = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, forget_socket);
    return kIndex;
}

TlsServerContext* owner_of(const SSL* ssl) {
    return static_cast<TlsServerContext*>(
        SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), context_index()));
}

void track(const SSL* ssl, int where, int /*result*/) {
    if ((where & SSL_CB_HANDSHAKE_START) == 0) return;
    SSL* mutable_ssl = const_cast<SSL*>(ssl);
    if (SSL_get_ex_data(ssl, socket_index()) != nullptr) return;
    TlsConnections& connections = owner_of(ssl)->connections();
    auto tracked = std::make_unique<TrackedSocket>(TrackedSocket{connections, SSL_get_fd(ssl)});
    connections.add(tracked->socket);
    SSL_set_ex_data(mutable_ssl, socket_index(), tracked.release());
}

std::string common_name(X509* certificate) {
    std::string name(256, '\0');
    const int length = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                                 name.data(), static_cast<int>(name.size()));
    name.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
    return name;
}

int verify_client(int chain_is_good, X509_STORE_CTX* store) {
    if (chain_is_good == 0) return 0;
    if (X509_STORE_CTX_get_error_depth(store) != 0) return 1;
    const auto* ssl = static_cast<const SSL*>(
        X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    if (owner_of(ssl)->allows(common_name(X509_STORE_CTX_get_current_cert(store)))) return 1;
    X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
}

bool readable(const std::string& file) { return std::ifstream(file).good(); }

}  // namespace

std::string peer_name(const SSL* ssl) {
    if (ssl == nullptr) return "";
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get_peer_certificate(ssl),
                                                                  &X509_free);
    return certificate ? common_name(certificate.get()) : "";
}

void TlsConnections::add(int socket) {
    const std::lock_guard lock(mutex_);
    sockets_.insert(socket);
    if (ended_) ::shutdown(socket, SHUT_RD);
}

void TlsConnections::remove(int socket) {
    const std::lock_guard lock(mutex_);
    sockets_.erase(socket);
}

void TlsConnections::end_reading() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RD);
}

TlsServerContext::TlsServerContext(std::vector<std::string> allowed_names)
    : allowed_names_(std::move(allowed_names)) {}

bool TlsServerContext::configure(SSL_CTX& context, const TlsFiles& files) {
    require_tls_1_2(context);
    if (SSL_CTX_use_certificate_chain_file(&context, files.cert.c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(&context, files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_load_verify_locations(&context, files.ca.c_str(), nullptr) != 1) {
        return false;
    }
    certificate_ = std::make_unique<RenewedCertificate>(files, context);
    SSL_CTX_set_ex_data(&context, context_index(), this);
    SSL_CTX_set_info_callback(&context, track);
    SSL_CTX_set_verify(&context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, verify_client);
    // Without resumption the certificate is judged at each connection.
    SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(&context, 0);
    SSL_CTX_set_options(&context, SSL_OP_NO_TICKET);
    return true;
}

bool TlsServerContext::allows(const std::string& common_name) const {
    return std::find(allowed_names_.begin(), allowed_names_.end(), common_name) !=
           allowed_names_.end();
}

Result<void> check_tls_files(const TlsFiles& files) {
    const auto bad = [](const std::string& file, const std::string& what) {
        return failure(ErrorCode::kInvalid, "use TLS file " + file, what);
    };
    for (const std::string& file : {files.ca, files.cert, files.key}) {
        if (!readable(file)) return bad(file, std::strerror(errno));
    }
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_method()),
                                                                    SSL_CTX_free);
    if (!context) return bad(files.cert, take_tls_error());
    if (SSL_CTX_load_verify_locations(context.get(), files.ca.c_str(), nullptr) != 1) {
        return bad(files.ca, "not a CA certificate: " + take_tls_error());
    }
    if (SSL_CTX_use_certificate_chain_file(context.get(), files.cert.c_str()) != 1) {
        return bad(files.cert, "not a certificate: " + take_tls_error());
    }
    if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
        return bad(files.key, "not the certificate's private key: " + take_tls_error());
    }
    return {};
}

void require_tls_1_2(SSL_CTX& context) { SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION); }

std::string take_tls_error() {
    const unsigned long code = ERR_peek_error();
    ERR_clear_error();
    if (code == 0) return "";
    const char* reason = ERR_reason_error_string(code);
    return reason != nullptr ? reason : "OpenSSL error " + std::to_string(code);
}

}  // namespace understudy::adapters
