#include "exporters/php_fpm/children.h"
#include "tests/fuzz/input.h"

using namespace understudy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kMostChildren = 1024;
    const auto text = fuzz::text_of(data, size);
    const auto children = exporters::parse_pool_children(text);
    if (children) fuzz::require(!children->empty() && children->size() <= kMostChildren);
    (void)exporters::parse_anonymous_pages(text);
    return 0;
}
