#include "tests/unit/http/test_certificates.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace understudy::adapters {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

void extend(X509& certificate, int id, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value.c_str());
    if (extension == nullptr) throw std::runtime_error("bad extension " + value);
    X509_add_ext(&certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

Certificate certificate_for(EVP_PKEY& key, const std::string& name, long serial) {
    Certificate certificate(X509_new(), X509_free);
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), &key);
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    return certificate;
}

File open_file(const std::filesystem::path& path) {
    File file(std::fopen(path.c_str(), "w"), std::fclose);
    if (!file) throw std::runtime_error("cannot write " + path.string());
    return file;
}

}  // namespace

struct TestAuthority::Keys {
    Key key{EVP_EC_gen("P-256"), EVP_PKEY_free};
    Certificate certificate{certificate_for(*key, "test authority", 1)};
    long next_serial = 2;
};

TestAuthority::TestAuthority() : keys_(std::make_unique<Keys>()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "tls-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
    directory_ = pattern;
    X509& authority = *keys_->certificate;
    X509_set_issuer_name(&authority, X509_get_subject_name(&authority));
    extend(authority, NID_basic_constraints, "critical,CA:TRUE");
    X509_sign(&authority, keys_->key.get(), EVP_sha256());
    PEM_write_X509(open_file(directory_ / "ca.crt").get(), &authority);
}

TestAuthority::~TestAuthority() { std::filesystem::remove_all(directory_); }

TlsFiles TestAuthority::issue(const std::string& common_name, const std::string& address) {
    const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const Certificate certificate = certificate_for(*key, common_name, keys_->next_serial++);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(keys_->certificate.get()));
    extend(*certificate, NID_subject_alt_name, "IP:" + address);
    X509_sign(certificate.get(), keys_->key.get(), EVP_sha256());
    const std::filesystem::path cert = directory_ / (common_name + ".crt");
    const std::filesystem::path key_file = directory_ / (common_name + ".key");
    PEM_write_X509(open_file(cert).get(), certificate.get());
    PEM_write_PrivateKey(open_file(key_file).get(), key.get(), nullptr, nullptr, 0, nullptr,
                         nullptr);
    return {directory_ / "ca.crt", cert, key_file};
}

}  // namespace understudy::adapters
