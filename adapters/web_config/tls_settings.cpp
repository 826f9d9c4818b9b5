#include "adapters/web_config/tls_settings.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "adapters/http/tls.h"

namespace understudy::adapters {

namespace {

using core::ErrorCode;
using core::failure;
using core::Result;

int settings_index() {
    static const int kIndex = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return kIndex;
}

core::Result<void> unusable(const std::string& file, const std::string& what) {
    return failure(ErrorCode::kInvalid, "use TLS file " + file,
                   file + ": " + what + ": " + take_tls_error());
}

bool is_one_of_us(X509* certificate, const std::string& name) {
    constexpr unsigned kNoCommonName = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT;
    const auto* text = name.c_str();
    return X509_check_host(certificate, text, name.size(), kNoCommonName, nullptr) == 1 ||
           X509_check_ip_asc(certificate, text, 0) == 1 ||
           X509_check_email(certificate, text, name.size(), kNoCommonName) == 1;
}

// OpenSSL checks no URIs by itself.
bool has_uri(X509* certificate, const std::string& name) {
    const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
        static_cast<GENERAL_NAMES*>(
            X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
        GENERAL_NAMES_free);
    if (!names) return false;
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const auto* one = sk_GENERAL_NAME_value(names.get(), i);
        if (one->type != GEN_URI) continue;
        const auto* uri = one->d.uniformResourceIdentifier;
        const std::string text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                               static_cast<std::size_t>(ASN1_STRING_length(uri)));
        if (text == name) return true;
    }
    return false;
}

}  // namespace

Result<std::shared_ptr<const TlsSettings>> TlsSettings::load(const WebTls& tls) {
    const std::shared_ptr<TlsSettings> settings(new TlsSettings(tls));
    take_tls_error();
    settings->context_.reset(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    if (!settings->context_) return failure(ErrorCode::kInvalid, "set up TLS", take_tls_error());
    if (auto read = settings->read_files(); !read) {
        return tl::unexpected<core::Error>(read.error());
    }
    if (auto chosen = settings->choose_ciphers(); !chosen) {
        return tl::unexpected<core::Error>(chosen.error());
    }
    return settings;
}

Result<void> TlsSettings::read_files() {
    auto* context = context_.get();
    if (SSL_CTX_use_certificate_chain_file(context, tls_.cert_file.c_str()) != 1) {
        return unusable(tls_.cert_file, "not a certificate that can be read");
    }
    if (SSL_CTX_use_PrivateKey_file(context, tls_.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
        return unusable(tls_.key_file, "not the certificate's private key, or not readable");
    }
    if (tls_.client_ca_file.empty()) return {};
    if (SSL_CTX_load_verify_locations(context, tls_.client_ca_file.c_str(), nullptr) != 1) {
        return unusable(tls_.client_ca_file, "not a CA certificate that can be read");
    }
    SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(tls_.client_ca_file.c_str()));
    return {};
}

Result<void> TlsSettings::choose_ciphers() {
    const auto unknown = [](const std::string& key, const std::string& name) {
        return failure(ErrorCode::kInvalid, "set up TLS",
                       "tls_server_config." + key + ": \"" + name + "\" is not known here");
    };
    std::string list;
    for (const auto& suite : tls_.cipher_suites) {
        const std::string name = OPENSSL_cipher_name(suite.c_str());
        if (name == "(NONE)") return unknown("cipher_suites", suite);
        // Those of TLS 1.3 are all used, as in Go.
        if (!name.starts_with("TLS_")) list += (list.empty() ? "" : ":") + name;
    }
    if (!list.empty() && SSL_CTX_set_cipher_list(context_.get(), list.c_str()) != 1) {
        return unknown("cipher_suites", list);
    }
    static const std::map<std::string, std::string> kCurves{{"CurveP256", "P-256"},
                                                            {"CurveP384", "P-384"},
                                                            {"CurveP521", "P-521"},
                                                            {"X25519", "X25519"}};
    for (const auto& curve : tls_.curve_preferences) {
        const auto found = kCurves.find(curve);
        if (found == kCurves.end()) return unknown("curve_preferences", curve);
        curves_ += (curves_.empty() ? "" : ":") + found->second;
    }
    return {};
}

void TlsSettings::apply(SSL* ssl) const {
    SSL_set_SSL_CTX(ssl, context_.get());
    SSL_set_min_proto_version(ssl, tls_.min_version);
    SSL_set_max_proto_version(ssl, tls_.max_version);
    if (!curves_.empty()) SSL_set1_groups_list(ssl, curves_.c_str());
    if (tls_.prefer_server_cipher_suites) SSL_set_options(ssl, SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_set_ex_data(ssl, settings_index(), const_cast<TlsSettings*>(this));
    if (tls_.client_auth_type == "NoClientCert") return;
    const bool required = tls_.client_auth_type.starts_with("Require");
    SSL_set_verify(ssl, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), judge);
}

int TlsSettings::judge(int chain_is_good, X509_STORE_CTX* store) {
    const auto* ssl = static_cast<const SSL*>(
        X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    const auto& settings = *static_cast<const TlsSettings*>(SSL_get_ex_data(ssl, settings_index()));
    const bool verifies = settings.tls_.client_auth_type.find("Verify") != std::string::npos;
    if (!verifies) return 1;
    if (chain_is_good == 0) return 0;
    if (X509_STORE_CTX_get_error_depth(store) != 0) return 1;
    if (settings.allows(X509_STORE_CTX_get_current_cert(store))) return 1;
    X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
}

bool TlsSettings::allows(X509* certificate) const {
    const auto& names = tls_.client_allowed_sans;
    return names.empty() || std::any_of(names.begin(), names.end(), [&](const auto& name) {
               return is_one_of_us(certificate, name) || has_uri(certificate, name);
           });
}

}  // namespace understudy::adapters
