#include "exporters/certificates/certificates.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <utility>

#include "exporters/first_bytes.h"

namespace understudy::exporters {

using core::ErrorCode;
using core::failure;
using core::Result;

namespace {

constexpr auto kReadCertificates = "read certificates";
constexpr std::size_t kLargestFile = std::size_t{256} << 10U;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using OneCertificate = std::unique_ptr<X509, decltype(&X509_free)>;

std::string subject_of(const X509& certificate) {
    const Bio text(BIO_new(BIO_s_mem()), BIO_free);
    X509_NAME_print_ex(text.get(), X509_get_subject_name(&certificate), 0, XN_FLAG_RFC2253);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(text.get(), &bytes);
    return {bytes, static_cast<std::size_t>(std::max(size, 0L))};
}

void add_earliest(std::vector<CertificateEnd>& ends, CertificateEnd end) {
    for (auto& known : ends) {
        if (known.subject != end.subject) continue;
        known.unix_seconds = std::min(known.unix_seconds, end.unix_seconds);
        return;
    }
    ends.push_back(std::move(end));
}

// Parsed again only when its bytes are others: taking certificates apart is dear, by what a scrape
// costs, and keeps much of libcrypto in memory.
class KnownFile {
  public:
    explicit KnownFile(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] Result<std::vector<CertificateEnd>> ends() {
        auto text = first_bytes_of(path_, kLargestFile, kReadCertificates);
        if (!text) return tl::unexpected<core::Error>(text.error());
        if (*text != text_) {
            ends_ = parse_certificates(*text);
            text_ = std::move(*text);
        }
        return ends_;
    }

  private:
    std::string path_;
    std::string text_;
    Result<std::vector<CertificateEnd>> ends_ = parse_certificates("");  // of text_
};

}  // namespace

Result<std::vector<CertificateEnd>> parse_certificates(std::string_view pem) {
    const Bio source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
    std::vector<CertificateEnd> ends;
    for (;;) {
        const OneCertificate one(PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr),
                                 X509_free);
        if (!one) break;
        std::tm end{};
        if (ASN1_TIME_to_tm(X509_get0_notAfter(one.get()), &end) != 1) {
            return failure(ErrorCode::kInvalid, kReadCertificates, "a time that is none");
        }
        add_earliest(ends, {subject_of(*one), static_cast<double>(::timegm(&end))});
    }
    const auto reason = ERR_GET_REASON(ERR_peek_last_error());
    ERR_clear_error();
    if (reason != PEM_R_NO_START_LINE) {
        return failure(ErrorCode::kInvalid, kReadCertificates, "a broken certificate");
    }
    if (ends.empty()) return failure(ErrorCode::kInvalid, kReadCertificates, "there is none");
    return ends;
}

void add_certificates(MetricPage& page, const std::string& path,
                      const Result<std::vector<CertificateEnd>>& ends) {
    page.gauge("understudy_certificate_readable",
               "Whether the file holds certificates that can be read (1) or not (0).", ends ? 1 : 0,
               {{"path", path}});
    if (!ends) return;
    for (const auto& end : *ends) {
        page.gauge("understudy_certificate_expiry_timestamp_seconds",
                   "When the certificate ends, as Unix time.", end.unix_seconds,
                   {{"path", path}, {"subject", end.subject}});
    }
}

Collector certificates_collector(std::vector<std::string> paths, core::Millis deadline) {
    std::vector<KnownFile> files;
    files.reserve(paths.size());
    for (auto& path : paths) files.emplace_back(std::move(path));
    auto known = std::make_shared<std::vector<KnownFile>>(std::move(files));
    auto collect = [known = std::move(known)]() -> Result<MetricPage> {
        MetricPage page;
        for (auto& file : *known) add_certificates(page, file.path(), file.ends());
        return page;
    };
    return {"certificates", deadline, std::move(collect)};
}

}  // namespace understudy::exporters
