// A certificate and its key that are replaced on disk while the program runs: each handshake
// presents what the files hold by then, and connections that exist go on.
//
// A pair that cannot be read or does not fit together (yet) changes nothing. The authority is not
// read again.
#pragma once

#include <openssl/types.h>
#include <sys/types.h>

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>

#include "adapters/http/http.h"

namespace understudy::adapters {

class RenewedCertificate {
  public:
    // To be made when the context has read the files. The context must not outlive this object.
    RenewedCertificate(TlsFiles files, SSL_CTX& context);
    RenewedCertificate(const RenewedCertificate&) = delete;
    RenewedCertificate& operator=(const RenewedCertificate&) = delete;

  private:
    struct Stamp {
        ino_t inode = 0;
        std::int64_t nanoseconds = 0;
        bool operator==(const Stamp&) const = default;
    };
    using Stamps = std::array<Stamp, 2>;  // of certificate and key

    static int present(SSL* ssl, void* self);
    [[nodiscard]] Stamps stamps() const;
    std::shared_ptr<SSL_CTX> newest();

    TlsFiles files_;
    std::mutex mutex_;
    Stamps seen_;
    std::shared_ptr<SSL_CTX> renewed_;  // nothing: the context's own still hold
};

}  // namespace understudy::adapters
