#include "exporters/certificates/certificates.h"

#include "tests/fuzz/input.h"

using namespace understudy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    exporters::MetricPage page;
    exporters::add_certificates(page, "fuzzed",
                                exporters::parse_certificates(fuzz::text_of(data, size)));
    (void)page.text();
    return 0;
}
