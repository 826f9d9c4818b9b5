#include "exporters/php_fpm/pool_files.h"
#include "tests/fuzz/input.h"

using namespace understudy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    (void)exporters::parse_pool_file(fuzz::text_of(data, size));
    return 0;
}
