// `show stat` and `show info`, as values.
//
// Format: HAProxy management guide, "9.1. CSV format": a header "# pxname,svname,…," then a line
// for each frontend, backend, server and listener; a field with a comma or a quote is quoted, a
// quote inside doubled. Columns are found by name: each version adds some.
// Invariant: each row has at most as many fields as there are columns.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace understudy::adapters {

// Asks for every backend, without its servers.
inline constexpr auto kShowBackends = "show stat -1 2 -1";

class StatTable {
  public:
    using Column = std::optional<std::size_t>;  // nothing: this version has no such column

    // kInvalid: no header, an unfinished quote, or a row longer than the header.
    static core::Result<StatTable> parse(std::string_view text);

    [[nodiscard]] std::size_t rows() const { return rows_.size(); }
    [[nodiscard]] Column column(std::string_view name) const;
    // Empty where the field is empty or absent.
    [[nodiscard]] std::string_view text(std::size_t row, Column column) const;
    [[nodiscard]] std::optional<double> number(std::size_t row, Column column) const;

  private:
    std::vector<std::string> columns_;
    std::vector<std::vector<std::string>> rows_;
};

// "Name: value" lines. kInvalid: a line without a colon, or no line at all.
core::Result<std::map<std::string, std::string, std::less<>>> parse_info(std::string_view text);

}  // namespace understudy::adapters
