#include "wire/codec.h"

namespace understudy::wire {

void decode(const Position& from, std::string& text) {
    if (!from.value.is_string()) return from.fail("expected a text");
    text = from.value.get<std::string>();
}

void decode(const Position& from, core::HostName& host) { decode(from, host.value); }

void decode(const Position& from, core::Epoch& epoch) { decode(from, epoch.value); }

void decode(const Position& from, core::Revision& revision) { decode(from, revision.value); }

void decode(const Position& from, core::Millis& duration) {
    std::int64_t count = 0;
    decode(from, count);
    duration = core::Millis(count);
}

void decode(const Position& from, core::WallTime& time) {
    std::int64_t count = 0;
    decode(from, count);
    time = core::WallTime(std::chrono::microseconds(count));
}

void decode(const Position& from, core::GtidSet& gtids) {
    std::string text;
    decode(from, text);
    auto parsed = core::GtidSet::parse(text);
    if (!parsed) return from.fail(parsed.error().detail);
    gtids = std::move(*parsed);
}

void decode(const Position& from, bool& flag) {
    if (!from.value.is_boolean()) return from.fail("expected true or false");
    flag = from.value.get<bool>();
}

void decode(const Position& from, double& number) {
    if (!from.value.is_number()) return from.fail("expected a number");
    number = from.value.get<double>();
}

void decode(const Position& from, std::set<core::HostName>& hosts) {
    std::vector<core::HostName> list;
    decode(from, list);
    hosts = {list.begin(), list.end()};
}

std::int64_t decode_signed(const Position& from, std::int64_t least, std::int64_t most) {
    const Json& value = from.value;
    const bool too_great = value.is_number_unsigned() &&
                           value.get<std::uint64_t>() >
                               static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!value.is_number_integer() || too_great || value.get<std::int64_t>() < least ||
        value.get<std::int64_t>() > most) {
        from.fail("expected a whole number from " + std::to_string(least) + " to " +
                  std::to_string(most));
        return 0;
    }
    return value.get<std::int64_t>();
}

Json encode(const std::set<core::HostName>& hosts) {
    Json array = Json::array();
    for (const auto& host : hosts) array.push_back(host.value);
    return array;
}

}  // namespace understudy::wire
