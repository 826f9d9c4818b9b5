// What a statement returned: named columns, rows of texts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::adapters {

struct Table {
    std::vector<std::string> columns;
    std::vector<std::vector<std::optional<std::string>>> rows;  // nothing: NULL

    // Nothing: NULL, or no such row or column.
    [[nodiscard]] std::optional<std::string> text(std::size_t row, std::string_view column) const;
    // As text(), and nothing for what is not a whole number.
    [[nodiscard]] std::optional<std::int64_t> number(std::size_t row,
                                                     std::string_view column) const;
    // "1", "ON" and "YES" in any case.
    [[nodiscard]] bool is_on(std::size_t row, std::string_view column) const;

    // Column names to values of one row; NULLs are left out.
    [[nodiscard]] std::map<std::string, std::string> row_as_map(std::size_t row) const;
    // First column to second, as SHOW STATUS prints them; NULLs are left out.
    [[nodiscard]] std::map<std::string, std::string> as_map() const;
};

}  // namespace understudy::adapters
