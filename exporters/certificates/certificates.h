// When certificates end: PEM files, whatever program uses them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "exporters/metric_page.h"
#include "exporters/scrape.h"

namespace understudy::exporters {

struct CertificateEnd {
    std::string subject;  // as RFC 2253 writes it, "CN=web1,O=Understudy"
    double unix_seconds = 0;
    bool operator==(const CertificateEnd&) const = default;
};

// Each subject once, with its earliest end; keys and whatever else stands between are passed over.
// kInvalid: no certificate, or a broken one.
core::Result<std::vector<CertificateEnd>> parse_certificates(std::string_view pem);

// Nothing, for a file that cannot be read or parsed: readable 0.
void add_certificates(MetricPage& page, const std::string& path,
                      const core::Result<std::vector<CertificateEnd>>& ends);

// Reads the files at each scrape, of each at most 256 KiB; parses those that changed.
Collector certificates_collector(std::vector<std::string> paths, core::Millis deadline);

}  // namespace understudy::exporters
