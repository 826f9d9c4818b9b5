#include "core/mariadb_gtid.h"

#include <charconv>

#include "core/text_parts.h"

namespace understudy::core {

namespace {

template <class Number>
bool parse_decimal(std::string_view text, Number& number) {
    const auto* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    return parsed.ec == std::errc() && parsed.ptr == end;
}

bool parse_gtid(std::string_view text, std::uint32_t& domain, MariaDbGtid& gtid) {
    const auto first = text.find('-');
    const auto second = text.find('-', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) return false;
    return parse_decimal(text.substr(0, first), domain) &&
           parse_decimal(text.substr(first + 1, second - first - 1), gtid.server) &&
           parse_decimal(text.substr(second + 1), gtid.sequence);
}

tl::unexpected<Error> unreadable(std::string_view part, std::string_view why) {
    return failure(ErrorCode::kInvalid, "read a MariaDB GTID position",
                   "'" + std::string(part.substr(0, 80)) + "' " + std::string(why));
}

}  // namespace

Result<MariaDbPosition> MariaDbPosition::parse(std::string_view text) {
    MariaDbPosition position;
    std::string_view rest = trimmed(text);
    bool more = !rest.empty();
    while (more) {
        more = rest.find(',') != std::string_view::npos;
        const auto part = next_part(rest, ',');
        std::uint32_t domain = 0;
        MariaDbGtid gtid;
        if (!parse_gtid(part, domain, gtid)) {
            return unreadable(part, "is not domain-server-sequence");
        }
        if (!position.domains_.emplace(domain, gtid).second) {
            return unreadable(part, "names a domain for the second time");
        }
    }
    return position;
}

bool MariaDbPosition::contains(const MariaDbPosition& other) const {
    for (const auto& [domain, gtid] : other.domains_) {
        const auto mine = domains_.find(domain);
        if (mine == domains_.end() || mine->second.sequence < gtid.sequence) return false;
        if (mine->second.sequence == gtid.sequence && mine->second.server != gtid.server) {
            return false;
        }
    }
    return true;
}

std::partial_ordering MariaDbPosition::operator<=>(const MariaDbPosition& other) const {
    const bool holds = contains(other);
    const bool is_held = other.contains(*this);
    if (holds && is_held) return std::partial_ordering::equivalent;
    if (holds) return std::partial_ordering::greater;
    return is_held ? std::partial_ordering::less : std::partial_ordering::unordered;
}

std::string MariaDbPosition::to_string() const {
    std::string text;
    for (const auto& [domain, gtid] : domains_) {
        if (!text.empty()) text += ',';
        text += std::to_string(domain) + '-' + std::to_string(gtid.server) + '-' +
                std::to_string(gtid.sequence);
    }
    return text;
}

}  // namespace understudy::core
