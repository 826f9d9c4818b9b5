#include "core/mariadb_gtid.h"

#include <algorithm>

#include "tests/fuzz/input.h"

using namespace understudy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using core::MariaDbPosition;
    const auto text = fuzz::text_of(data, size);
    const auto middle = std::min(text.find('\n'), text.size());
    const auto one = MariaDbPosition::parse(text.substr(0, middle));
    const auto two = MariaDbPosition::parse(text.substr(middle));
    if (!one) return 0;
    const auto again = MariaDbPosition::parse(one->to_string());
    fuzz::require(again.has_value() && *again == *one && one->contains(*again));
    if (!two) return 0;
    fuzz::require((*one < *two) == (*two > *one));
    fuzz::require((*one == *two) == (one->contains(*two) && two->contains(*one)));
    return 0;
}
