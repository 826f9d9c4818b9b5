#include "core/gtid_set.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <utility>

#include "core/text_parts.h"

namespace understudy::core {

namespace {

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) {
            return false;
        }
    }
    return true;
}

bool is_tag(std::string_view text) {
    if (text.empty() || text.size() > 32) return false;
    if (std::isdigit(static_cast<unsigned char>(text.front())) != 0) return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0;
    });
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

bool parse_number(std::string_view text, std::uint64_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number >= 1 &&
           number <= kGreatestGtidNumber;
}

bool parse_interval(std::string_view text, GtidInterval& interval) {
    const auto dash = text.find('-');
    if (!parse_number(trimmed(text.substr(0, dash)), interval.first)) return false;
    if (dash == std::string_view::npos) {
        interval.last = interval.first;
        return true;
    }
    return parse_number(trimmed(text.substr(dash + 1)), interval.last) &&
           interval.last >= interval.first;
}

tl::unexpected<Error> bad(std::string_view part) {
    return failure(ErrorCode::kInvalid, "read a GTID set",
                   "'" + std::string(part.substr(0, 80)) + "' is not UUID[:tag]:first[-last]");
}

Result<void> parse_entry(std::string_view entry, GtidSet& set) {
    std::string_view rest = entry;
    const auto uuid = next_part(rest, ':');
    if (!is_uuid(uuid) || rest.empty()) return bad(entry);
    std::string source = lower(uuid);
    bool interval_seen = false;
    while (!rest.empty()) {
        const auto part = next_part(rest, ':');
        GtidInterval interval;
        if (is_tag(part)) {
            source = lower(uuid) + ":" + lower(part);
            interval_seen = false;
        } else if (parse_interval(part, interval)) {
            set.add(source, interval);
            interval_seen = true;
        } else {
            return bad(entry);
        }
    }
    if (!interval_seen) return bad(entry);
    return {};
}

std::vector<GtidInterval> difference(const std::vector<GtidInterval>& left,
                                     const std::vector<GtidInterval>& right) {
    std::vector<GtidInterval> result;
    auto hole = right.begin();
    for (const auto& interval : left) {
        auto first = interval.first;
        while (hole != right.end() && hole->last < first) ++hole;
        for (auto next = hole; next != right.end() && next->first <= interval.last; ++next) {
            if (next->first > first) result.push_back({first, next->first - 1});
            first = next->last + 1;
        }
        if (first <= interval.last) result.push_back({first, interval.last});
    }
    return result;
}

std::string_view uuid_of(std::string_view source) { return source.substr(0, source.find(':')); }

}  // namespace

Result<GtidSet> GtidSet::parse(std::string_view text) {
    GtidSet set;
    std::string_view rest = trimmed(text);
    while (!rest.empty()) {
        const auto entry = next_part(rest, ',');
        if (entry.empty()) return bad(text);
        if (auto parsed = parse_entry(entry, set); !parsed) {
            return tl::unexpected<Error>(parsed.error());
        }
        rest = trimmed(rest);
    }
    return set;
}

void GtidSet::add(const std::string& source, GtidInterval interval) {
    auto& intervals = sources_[source];
    auto at = std::lower_bound(intervals.begin(), intervals.end(), interval,
                               [](const GtidInterval& have, const GtidInterval& want) {
                                   return have.last + 1 < want.first;
                               });
    auto end = at;
    while (end != intervals.end() && end->first <= interval.last + 1) {
        interval.first = std::min(interval.first, end->first);
        interval.last = std::max(interval.last, end->last);
        ++end;
    }
    at = intervals.erase(at, end);
    intervals.insert(at, interval);
}

void GtidSet::add(const GtidSet& other) {
    for (const auto& [source, intervals] : other.sources_) {
        for (const auto& interval : intervals) add(source, interval);
    }
}

GtidSet GtidSet::minus(const GtidSet& other) const {
    GtidSet result;
    for (const auto& [source, intervals] : sources_) {
        const auto found = other.sources_.find(source);
        auto left =
            found == other.sources_.end() ? intervals : difference(intervals, found->second);
        if (!left.empty()) result.sources_.emplace(source, std::move(left));
    }
    return result;
}

GtidSet GtidSet::united_with(const GtidSet& other) const {
    GtidSet result = *this;
    result.add(other);
    return result;
}

bool GtidSet::contains(const GtidSet& other) const { return other.minus(*this).empty(); }

bool GtidSet::contains(const std::string& source, std::uint64_t number) const {
    const auto found = sources_.find(source);
    if (found == sources_.end()) return false;
    return std::any_of(found->second.begin(), found->second.end(), [number](const auto& interval) {
        return interval.first <= number && number <= interval.last;
    });
}

GtidSet GtidSet::without_server(std::string_view uuid) const {
    GtidSet result;
    for (const auto& [source, intervals] : sources_) {
        if (uuid_of(source) != uuid) result.sources_.emplace(source, intervals);
    }
    return result;
}

std::uint64_t GtidSet::count() const {
    std::uint64_t total = 0;
    for (const auto& [source, intervals] : sources_) {
        for (const auto& interval : intervals) {
            const auto size = interval.last - interval.first + 1;
            if (total > std::numeric_limits<std::uint64_t>::max() - size) {
                return std::numeric_limits<std::uint64_t>::max();
            }
            total += size;
        }
    }
    return total;
}

std::string GtidSet::to_string() const {
    std::string text;
    for (const auto& [source, intervals] : sources_) {
        if (!text.empty()) text += ',';
        text += source;
        for (const auto& [first, last] : intervals) {
            text += ':' + std::to_string(first);
            if (last != first) text += '-' + std::to_string(last);
        }
    }
    return text;
}

}  // namespace understudy::core
