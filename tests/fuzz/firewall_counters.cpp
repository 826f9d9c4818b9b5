#include "exporters/firewall/counters.h"
#include "tests/fuzz/input.h"

using namespace understudy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto counters = exporters::parse_firewall_counters(fuzz::text_of(data, size));
    if (counters) (void)exporters::firewall_metrics(*counters).text();
    return 0;
}
