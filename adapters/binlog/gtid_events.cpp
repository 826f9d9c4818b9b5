#include "adapters/binlog/gtid_events.h"

#include <algorithm>
#include <array>
#include <bit>

namespace understudy::adapters {

namespace {

constexpr std::size_t kUuidSize = 16;
constexpr std::size_t kLongestTag = 32;

using Uuid = std::array<std::uint8_t, kUuidSize>;

std::string uuid_text(const Uuid& uuid) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < uuid.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += kDigits[uuid[i] >> 4U];
        text += kDigits[uuid[i] & 0xFU];
    }
    return text;
}

bool is_number(std::uint64_t number) { return number >= 1 && number <= core::kGreatestGtidNumber; }

// Takes bytes from the front. What was asked for beyond the end is zero, and ok() false from then.
class Cursor {
  public:
    explicit Cursor(Bytes bytes) : rest_(bytes) {}

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] std::size_t left() const { return rest_.size(); }
    void fail() { ok_ = false; }

    std::uint8_t byte() { return static_cast<std::uint8_t>(fixed(1)); }
    std::uint64_t fixed64() { return fixed(8); }

    Uuid uuid() {
        Uuid uuid{};
        if (rest_.size() < uuid.size()) {
            rest_ = {};
            fail();
            return uuid;
        }
        std::copy_n(rest_.begin(), uuid.size(), uuid.begin());
        rest_ = rest_.subspan(uuid.size());
        return uuid;
    }

    // The ones at the low end of the first byte say how many bytes follow it; the value is what
    // remains of these bytes without them and the zero after them.
    std::uint64_t variable() {
        const auto first = byte();
        const auto more = static_cast<unsigned>(std::countr_one(first));
        if (more == 8) return fixed(8);
        const std::uint64_t high = fixed(more);
        return (high << (7U - more)) | (std::uint64_t{first} >> (more + 1U));
    }

    std::string tag() {
        const auto length = variable();
        if (length > kLongestTag) fail();
        std::string tag;
        for (std::uint64_t i = 0; ok_ && i < length; ++i) tag += static_cast<char>(byte());
        return tag;
    }

  private:
    std::uint64_t fixed(unsigned size) {
        if (rest_.size() < size) ok_ = false;
        if (!ok_) return 0;
        std::uint64_t value = 0;
        for (unsigned i = size; i > 0; --i) value = value << 8U | rest_[i - 1];
        rest_ = rest_.subspan(size);
        return value;
    }

    Bytes rest_;
    bool ok_ = true;
};

// "uuid" or "uuid:tag"; nothing when the tag is none.
std::optional<std::string> source_of(const Uuid& uuid, const std::string& tag) {
    if (tag.empty()) return uuid_text(uuid);
    const bool good = std::all_of(tag.begin(), tag.end(), [](char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    });
    if (!good || (tag.front() >= '0' && tag.front() <= '9')) return std::nullopt;
    return uuid_text(uuid) + ":" + tag;
}

std::optional<Gtid> gtid_of(const Uuid& uuid, const std::string& tag, std::uint64_t number) {
    auto source = source_of(uuid, tag);
    if (!source || !is_number(number)) return std::nullopt;
    return Gtid{std::move(*source), number};
}

bool add_source(Cursor& body, bool tagged, core::GtidSet& set) {
    const auto uuid = body.uuid();
    const auto source = source_of(uuid, tagged ? body.tag() : std::string());
    const auto intervals = body.fixed64();
    if (!body.ok() || !source || intervals > body.left() / 16) return false;
    for (std::uint64_t n = 0; n < intervals; ++n) {
        const auto first = body.fixed64();
        const auto end = body.fixed64();
        if (end <= first || !is_number(first) || !is_number(end - 1)) return false;
        set.add(*source, {first, end - 1});
    }
    return true;
}

}  // namespace

std::optional<Gtid> parse_gtid(Bytes body) {
    Cursor cursor(body);
    cursor.byte();
    const auto uuid = cursor.uuid();
    const auto number = cursor.fixed64();
    if (!cursor.ok()) return std::nullopt;
    return gtid_of(uuid, "", number);
}

// Version 1, the message's size, the last field that must be understood; then the fields, each
// after its number: 0 flags, 1 UUID (each byte as a number), 2 number (signed), 3 tag. Later ones
// are not needed.
std::optional<Gtid> parse_tagged_gtid(Bytes body) {
    constexpr std::uint64_t kVersion = 1;
    Cursor cursor(body);
    if (cursor.variable() != kVersion) return std::nullopt;
    cursor.variable();
    cursor.variable();
    const auto expect = [&cursor](std::uint64_t field) {
        if (cursor.variable() != field) cursor.fail();
    };
    expect(0);
    cursor.variable();
    expect(1);
    Uuid uuid{};
    for (auto& part : uuid) {
        const auto value = cursor.variable();
        if (value > 0xFF) cursor.fail();
        part = static_cast<std::uint8_t>(value);
    }
    expect(2);
    const auto zigzag = cursor.variable();
    if ((zigzag & 1U) != 0) cursor.fail();  // negative
    expect(3);
    const auto tag = cursor.tag();
    if (!cursor.ok()) return std::nullopt;
    return gtid_of(uuid, tag, zigzag >> 1U);
}

// The highest byte of the first number tells the format: 0, or 1 with tags, where the number of
// sources is then in the six bytes in the middle.
std::optional<core::GtidSet> parse_previous_gtids(Bytes body) {
    Cursor cursor(body);
    const auto head = cursor.fixed64();
    const auto format = head >> 56U;
    if (!cursor.ok() || format > 1) return std::nullopt;
    const bool tagged = format == 1;
    const auto sources = tagged ? (head >> 8U) & 0xFFFF'FFFF'FFFFU : head;
    core::GtidSet set;
    for (std::uint64_t i = 0; i < sources; ++i) {
        if (!add_source(cursor, tagged, set)) return std::nullopt;
    }
    return set;
}

}  // namespace understudy::adapters
