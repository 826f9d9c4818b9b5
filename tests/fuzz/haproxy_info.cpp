#include "exporters/haproxy/metrics.h"
#include "tests/fuzz/input.h"

using namespace understudy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto info = adapters::parse_info(fuzz::text_of(data, size));
    if (info) (void)exporters::haproxy_metrics(*info, {}).text();
    return 0;
}
