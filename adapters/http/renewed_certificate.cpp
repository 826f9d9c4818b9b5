#include "adapters/http/renewed_certificate.h"

#include <openssl/ssl.h>
#include <sys/stat.h>

#include <utility>

#include "adapters/http/tls.h"

namespace understudy::adapters {

RenewedCertificate::RenewedCertificate(TlsFiles files, SSL_CTX& context)
    : files_(std::move(files)), seen_(stamps()) {
    SSL_CTX_set_cert_cb(&context, &RenewedCertificate::present, this);
}

RenewedCertificate::Stamps RenewedCertificate::stamps() const {
    constexpr std::int64_t kPerSecond = 1'000'000'000;
    Stamps stamps;
    for (std::size_t i = 0; i < stamps.size(); ++i) {
        struct stat status {};
        if (::stat((i == 0 ? files_.cert : files_.key).c_str(), &status) != 0) continue;
        stamps[i] = {status.st_ino, status.st_mtim.tv_sec * kPerSecond + status.st_mtim.tv_nsec};
    }
    return stamps;
}

std::shared_ptr<SSL_CTX> RenewedCertificate::newest() {
    const std::lock_guard lock(mutex_);
    const auto now = stamps();
    if (now == seen_) return renewed_;
    const std::shared_ptr<SSL_CTX> holder(SSL_CTX_new(TLS_method()), SSL_CTX_free);
    if (holder && SSL_CTX_use_certificate_chain_file(holder.get(), files_.cert.c_str()) == 1 &&
        SSL_CTX_use_PrivateKey_file(holder.get(), files_.key.c_str(), SSL_FILETYPE_PEM) == 1) {
        renewed_ = holder;
        seen_ = now;
    }
    take_tls_error();
    return renewed_;
}

int RenewedCertificate::present(SSL* ssl, void* self) {
    constexpr int kGoOn = 1;
    constexpr int kReplace = 1;
    const auto holder = static_cast<RenewedCertificate*>(self)->newest();
    if (!holder) return kGoOn;
    STACK_OF(X509)* chain = nullptr;
    SSL_CTX_get0_chain_certs(holder.get(), &chain);
    SSL_use_cert_and_key(ssl, SSL_CTX_get0_certificate(holder.get()),
                         SSL_CTX_get0_privatekey(holder.get()), chain, kReplace);
    return kGoOn;
}

}  // namespace understudy::adapters
