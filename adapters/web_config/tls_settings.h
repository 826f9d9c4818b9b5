// The TLS part of a web configuration file as OpenSSL takes it.
#pragma once

#include <openssl/types.h>

#include <memory>

#include "adapters/web_config/web_config.h"
#include "core/result.h"

namespace understudy::adapters {

class TlsSettings {
  public:
    // kInvalid: a file, cipher suite or curve that cannot be used, named.
    static core::Result<std::shared_ptr<const TlsSettings>> load(const WebTls& tls);

    // To be called while a connection's ClientHello is looked at: all of this connection's settings
    // are these from here on. They must not end before it has.
    void apply(SSL* ssl) const;

  private:
    explicit TlsSettings(WebTls tls) : tls_(std::move(tls)) {}

    core::Result<void> read_files();
    core::Result<void> choose_ciphers();
    static int judge(int chain_is_good, X509_STORE_CTX* store);
    [[nodiscard]] bool allows(X509* certificate) const;

    WebTls tls_;
    std::shared_ptr<SSL_CTX> context_;
    std::string curves_;
};

}  // namespace understudy::adapters
