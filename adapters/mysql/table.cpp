#include "adapters/mysql/table.h"

#include <strings.h>

#include <algorithm>
#include <charconv>

namespace understudy::adapters {

std::optional<std::string> Table::text(std::size_t row, std::string_view column) const {
    const auto found = std::find(columns.begin(), columns.end(), column);
    if (row >= rows.size() || found == columns.end()) return std::nullopt;
    const auto& cells = rows[row];
    const auto index = static_cast<std::size_t>(found - columns.begin());
    return index < cells.size() ? cells[index] : std::nullopt;
}

std::optional<std::int64_t> Table::number(std::size_t row, std::string_view column) const {
    const auto cell = text(row, column);
    if (!cell) return std::nullopt;
    std::int64_t value = 0;
    const auto* end = cell->data() + cell->size();
    const auto parsed = std::from_chars(cell->data(), end, value);
    if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
    return value;
}

bool Table::is_on(std::size_t row, std::string_view column) const {
    const auto cell = text(row, column);
    return cell && (*cell == "1" || ::strcasecmp(cell->c_str(), "ON") == 0 ||
                    ::strcasecmp(cell->c_str(), "YES") == 0);
}

std::map<std::string, std::string> Table::row_as_map(std::size_t row) const {
    std::map<std::string, std::string> result;
    if (row >= rows.size()) return result;
    for (std::size_t i = 0; i < columns.size() && i < rows[row].size(); ++i) {
        if (rows[row][i]) result.emplace(columns[i], *rows[row][i]);
    }
    return result;
}

std::map<std::string, std::string> Table::as_map() const {
    std::map<std::string, std::string> result;
    for (const auto& row : rows) {
        if (row.size() >= 2 && row[0] && row[1]) result.emplace(*row[0], *row[1]);
    }
    return result;
}

}  // namespace understudy::adapters
