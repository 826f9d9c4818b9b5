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

GtidSet::Source::Source(std::string_view name) {
    std::copy_n(name.data(), std::min(name.size(), text.size() - 1), text.begin());
}

void GtidSet::add(std::string_view source, GtidInterval interval) { add(Source(source), interval); }

void GtidSet::add(const Source& source, GtidInterval interval) {
    auto at = std::lower_bound(runs_.begin(), runs_.end(), interval.first,
                               [&source](const Run& run, std::uint64_t first) {
                                   if (run.source != source) return run.source < source;
                                   return run.numbers.last + 1 < first;
                               });
    auto end = at;
    while (end != runs_.end() && end->source == source && end->numbers.first <= interval.last + 1) {
        interval.first = std::min(interval.first, end->numbers.first);
        interval.last = std::max(interval.last, end->numbers.last);
        ++end;
    }
    if (at == end) {
        runs_.insert(at, Run{source, interval});
    } else {
        at->numbers = interval;
        runs_.erase(at + 1, end);
    }
}

void GtidSet::add(const GtidSet& other) {
    for (const auto& run : other.runs_) add(run.source, run.numbers);
}

GtidSet GtidSet::minus(const GtidSet& other) const {
    GtidSet result;
    auto hole = other.runs_.begin();
    const auto end = other.runs_.end();
    for (const auto& [source, numbers] : runs_) {
        auto first = numbers.first;
        while (hole != end &&
               (hole->source < source || (hole->source == source && hole->numbers.last < first))) {
            ++hole;
        }
        for (auto next = hole;
             next != end && next->source == source && next->numbers.first <= numbers.last; ++next) {
            if (next->numbers.first > first) {
                result.runs_.push_back({source, {first, next->numbers.first - 1}});
            }
            first = next->numbers.last + 1;
        }
        if (first <= numbers.last) result.runs_.push_back({source, {first, numbers.last}});
    }
    return result;
}

GtidSet GtidSet::united_with(const GtidSet& other) const {
    GtidSet result = *this;
    result.add(other);
    return result;
}

bool GtidSet::contains(const GtidSet& other) const {
    auto have = runs_.begin();
    for (const auto& [source, numbers] : other.runs_) {
        while (have != runs_.end() &&
               (have->source < source ||
                (have->source == source && have->numbers.last < numbers.first))) {
            ++have;
        }
        if (have == runs_.end() || have->source != source || have->numbers.first > numbers.first ||
            have->numbers.last < numbers.last) {
            return false;
        }
    }
    return true;
}

bool GtidSet::contains(std::string_view source, std::uint64_t number) const {
    return std::any_of(runs_.begin(), runs_.end(), [&](const Run& run) {
        return run.numbers.first <= number && number <= run.numbers.last &&
               run.source.name() == source;
    });
}

GtidSet GtidSet::without_server(std::string_view uuid) const {
    GtidSet result;
    for (const auto& run : runs_) {
        if (uuid_of(run.source.name()) != uuid) result.runs_.push_back(run);
    }
    return result;
}

std::uint64_t GtidSet::count() const {
    std::uint64_t total = 0;
    for (const auto& run : runs_) {
        const auto size = run.numbers.last - run.numbers.first + 1;
        if (total > std::numeric_limits<std::uint64_t>::max() - size) {
            return std::numeric_limits<std::uint64_t>::max();
        }
        total += size;
    }
    return total;
}

std::string GtidSet::to_string() const {
    std::string text;
    const Source* before = nullptr;
    for (const auto& [source, numbers] : runs_) {
        if (before == nullptr || *before != source) {
            if (!text.empty()) text += ',';
            text += source.name();
        }
        before = &source;
        text += ':' + std::to_string(numbers.first);
        if (numbers.last != numbers.first) text += '-' + std::to_string(numbers.last);
    }
    return text;
}

}  // namespace understudy::core
