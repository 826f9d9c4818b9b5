#include "exporters/php_fpm/fastcgi.h"

#include "tests/fuzz/input.h"

using namespace understudy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    (void)exporters::parse_fastcgi_response(fuzz::text_of(data, size));
    return 0;
}
