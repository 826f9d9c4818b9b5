#include "core/gtid_set.h"

#include <algorithm>

#include "tests/fuzz/input.h"

using namespace understudy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using core::GtidSet;
    const auto text = fuzz::text_of(data, size);
    const auto middle = std::min(text.find('\n'), text.size());
    const auto one = GtidSet::parse(text.substr(0, middle));
    const auto two = GtidSet::parse(text.substr(middle));
    if (!one) return 0;
    const auto again = GtidSet::parse(one->to_string());
    fuzz::require(again.has_value() && *again == *one);
    if (!two) return 0;
    const auto all = one->united_with(*two);
    fuzz::require(all == two->united_with(*one) && all.contains(*one) && all.contains(*two));
    const auto rest = all.minus(*two);
    fuzz::require(rest == one->minus(*two) && rest.united_with(*two) == all);
    fuzz::require(rest.minus(*one).empty() && rest.minus(*two) == rest);
    return 0;
}
