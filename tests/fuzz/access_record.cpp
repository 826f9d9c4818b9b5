#include "exporters/nginx/access_record.h"

#include <cmath>

#include "exporters/nginx/access_totals.h"
#include "tests/fuzz/input.h"

using namespace understudy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto line = fuzz::text_of(data, size);
    exporters::AccessRecord record;
    if (exporters::read_access_record(line, record)) {
        fuzz::require(record.status <= 999);
        fuzz::require(std::isfinite(record.seconds) && record.seconds >= 0);
        if (record.upstream_seconds) {
            fuzz::require(std::isfinite(*record.upstream_seconds) && *record.upstream_seconds >= 0);
        }
    }
    exporters::AccessTotals totals(1);
    totals.add_line(line);
    (void)totals.metrics(0).text();
    return 0;
}
