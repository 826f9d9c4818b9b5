#include "exporters/php_fpm/pool_status.h"

#include "tests/fuzz/input.h"

using namespace understudy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto status = exporters::parse_pool_status(fuzz::text_of(data, size));
    if (status) (void)exporters::pool_metrics(*status, {status->pool, "unix:///socket"}).text();
    return 0;
}
