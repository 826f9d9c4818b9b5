#include "exporters/nginx/stub_status.h"

#include "tests/fuzz/input.h"

using namespace understudy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto status = exporters::parse_stub_status(fuzz::text_of(data, size));
    if (status) (void)exporters::nginx_metrics(*status).text();
    return 0;
}
