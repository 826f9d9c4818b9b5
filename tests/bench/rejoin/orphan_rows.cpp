#include "tests/bench/rejoin/orphan_rows.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace understudy::bench {

std::set<std::uint64_t> rows_inserted(std::string_view sql, const std::string& table) {
    const std::string wanted = "### INSERT INTO `guestbook`.`" + table + "`";
    constexpr std::array<std::string_view, 3> kStatements{"### INSERT", "### UPDATE", "### DELETE"};
    constexpr std::string_view kFirstColumn = "###   @1=";
    std::set<std::uint64_t> rows;
    bool inside = false;
    while (!sql.empty()) {
        const auto end = std::min(sql.find('\n'), sql.size());
        const auto line = sql.substr(0, end);
        sql.remove_prefix(std::min(end + 1, sql.size()));
        const bool begins = std::any_of(kStatements.begin(), kStatements.end(),
                                        [line](auto kind) { return line.starts_with(kind); });
        if (begins) inside = line == wanted;
        if (!inside || !line.starts_with(kFirstColumn)) continue;
        std::uint64_t row = 0;
        const auto value = line.substr(kFirstColumn.size());
        const auto [stopped, error] =
            std::from_chars(value.data(), value.data() + value.size(), row);
        if (error == std::errc() && stopped != value.data()) rows.insert(row);
    }
    return rows;
}

}  // namespace understudy::bench
