#include "tests/fuzz/input.h"
#include "wire/json.h"

using namespace understudy;

namespace {

// What was read can be written, and read again as the same.
template <class Message, class Read>
void require_same_again(const core::Result<Message>& message, Read read) {
    if (!message) return;
    const auto again = read(wire::to_json(*message));
    fuzz::require(again.has_value() && wire::to_json(*again) == wire::to_json(*message));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    require_same_again(wire::report_from_json(text), wire::report_from_json);
    require_same_again(wire::held_assignment_from_json(text), wire::held_assignment_from_json);
    require_same_again(wire::assignment_from_json(text), wire::assignment_from_json);
    require_same_again(wire::rejoin_order_from_json(text), wire::rejoin_order_from_json);
    require_same_again(wire::route_from_json(text), wire::route_from_json);
    require_same_again(wire::record_from_json(text), wire::record_from_json);
    require_same_again(wire::operation_from_json(text), wire::operation_from_json);
    require_same_again(wire::waiting_from_json(text), wire::waiting_from_json);
    return 0;
}
