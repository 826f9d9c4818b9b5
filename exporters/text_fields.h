// Cutting lines of text into fields: what the parsers of status pages and of /proc files share.
#pragma once

#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace understudy::exporters {

// Removes the first line of `text` and returns it, without its end.
std::string_view take_line(std::string_view& text);

// The parts of a line between blanks (spaces and tabs).
std::vector<std::string_view> fields_of(std::string_view line);

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The whole of `text` as a number.
template <class Number>
std::optional<Number> number_from(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// The whole of `text` as a hexadecimal number without a prefix.
std::optional<std::uint64_t> hexadecimal_from(std::string_view text);

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> all);

}  // namespace understudy::exporters
