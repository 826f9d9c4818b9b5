#include "adapters/haproxy/session_list.h"
#include "adapters/haproxy/stat_table.h"
#include "exporters/haproxy/metrics.h"
#include "tests/fuzz/input.h"

using namespace understudy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto table = adapters::StatTable::parse(fuzz::text_of(data, size));
    (void)adapters::sessions_from(fuzz::text_of(data, size));
    if (table) (void)exporters::haproxy_metrics({}, *table).text();
    return 0;
}
