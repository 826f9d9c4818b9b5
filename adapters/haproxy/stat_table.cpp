#include "adapters/haproxy/stat_table.h"

#include <algorithm>
#include <charconv>

namespace understudy::adapters {
namespace {

using core::ErrorCode;
using core::failure;
using core::Result;

std::string_view take_line(std::string_view& text) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

// Nothing: the closing quote is missing.
std::optional<std::string> take_quoted(std::string_view& line) {
    std::string field;
    line.remove_prefix(1);
    for (;;) {
        const auto quote = line.find('"');
        if (quote == std::string_view::npos) return std::nullopt;
        field.append(line.substr(0, quote));
        line.remove_prefix(quote + 1);
        if (!line.starts_with('"')) return field;
        field.push_back('"');
        line.remove_prefix(1);
    }
}

std::optional<std::vector<std::string>> fields_of(std::string_view line) {
    std::vector<std::string> fields;
    for (;;) {
        if (line.starts_with('"')) {
            auto field = take_quoted(line);
            if (!field) return std::nullopt;
            fields.push_back(std::move(*field));
        } else {
            fields.emplace_back(line.substr(0, line.find(',')));
            line.remove_prefix(fields.back().size());
        }
        if (!line.starts_with(',')) break;
        line.remove_prefix(1);
    }
    if (!line.empty()) return std::nullopt;        // text after a closing quote
    if (fields.back().empty()) fields.pop_back();  // every line ends with a comma
    return fields;
}

}  // namespace

Result<StatTable> StatTable::parse(std::string_view text) {
    constexpr auto kOperation = "read HAProxy's statistics";
    StatTable table;
    auto header = take_line(text);
    if (!header.starts_with("# pxname,svname,")) {
        return failure(ErrorCode::kInvalid, kOperation,
                       "no header, but: " + std::string(header.substr(0, 100)));
    }
    auto columns = fields_of(header.substr(2));
    if (!columns) return failure(ErrorCode::kInvalid, kOperation, "malformed header");
    table.columns_ = std::move(*columns);
    while (!text.empty()) {
        const auto line = take_line(text);
        if (line.empty()) continue;
        auto fields = fields_of(line);
        if (!fields || fields->size() > table.columns_.size()) {
            return failure(ErrorCode::kInvalid, kOperation,
                           "malformed line: " + std::string(line.substr(0, 100)));
        }
        table.rows_.push_back(std::move(*fields));
    }
    return table;
}

StatTable::Column StatTable::column(std::string_view name) const {
    const auto found = std::find(columns_.begin(), columns_.end(), name);
    if (found == columns_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - columns_.begin());
}

std::string_view StatTable::text(std::size_t row, Column column) const {
    if (row >= rows_.size() || !column || *column >= rows_[row].size()) return {};
    return rows_[row][*column];
}

std::optional<double> StatTable::number(std::size_t row, Column column) const {
    const auto field = text(row, column);
    double value = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (error != std::errc{} || end != field.data() + field.size()) return std::nullopt;
    return value;
}

Result<std::map<std::string, std::string, std::less<>>> parse_info(std::string_view text) {
    std::map<std::string, std::string, std::less<>> values;
    while (!text.empty()) {
        const auto line = take_line(text);
        if (line.empty()) continue;
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) {
            return failure(ErrorCode::kInvalid, "read HAProxy's information",
                           "malformed line: " + std::string(line.substr(0, 100)));
        }
        auto value = line.substr(colon + 1);
        if (value.starts_with(' ')) value.remove_prefix(1);
        values.insert_or_assign(std::string(line.substr(0, colon)), std::string(value));
    }
    if (values.empty()) {
        return failure(ErrorCode::kInvalid, "read HAProxy's information", "it is empty");
    }
    return values;
}

}  // namespace understudy::adapters
