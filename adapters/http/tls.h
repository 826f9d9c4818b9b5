// What mutual TLS needs beyond the HTTP library: whom the server lets in, and the connections it
// has, so that stopping does not wait for idle ones. TLS 1.2 at least, on both sides.
//
// A client is refused during the handshake unless its certificate was issued by the CA and its
// common name is among the allowed ones.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "adapters/http/http.h"
#include "adapters/http/renewed_certificate.h"
#include "core/result.h"

namespace understudy::adapters {

// The sockets of one server's TLS connections. Thread-safe.
class TlsConnections {
  public:
    void add(int socket);
    void remove(int socket);
    // Ends the reading side of all, also of later ones: idle connections close, running handlers
    // may still answer.
    void end_reading();

  private:
    std::mutex mutex_;
    std::set<int> sockets_;
    bool ended_ = false;
};

class TlsServerContext {
  public:
    // Whoever may connect at all.
    explicit TlsServerContext(std::vector<std::string> allowed_names);

    // The context must not outlive this object. False: the files cannot be used.
    bool configure(SSL_CTX& context, const TlsFiles& files);
    [[nodiscard]] bool allows(const std::string& common_name) const;
    TlsConnections& connections() { return connections_; }

  private:
    std::vector<std::string> allowed_names_;
    std::unique_ptr<RenewedCertificate> certificate_;
    TlsConnections connections_;
};

void require_tls_1_2(SSL_CTX& context);

// The common name of the other side's certificate; empty without one.
std::string peer_name(const SSL* ssl);

// Takes this thread's OpenSSL errors: the oldest, which caused the others, in OpenSSL's words, or
// empty.
std::string take_tls_error();

}  // namespace understudy::adapters
