#include "exporters/mysql/values.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

#include "exporters/text_fields.h"

namespace understudy::exporters {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                          [](char a, char b) { return lower(a) == b; });
    });
}

// In a form 'd' stands for a digit, 'a' for any character, the rest for itself.
bool has_form(std::string_view text, std::string_view form) {
    return std::equal(text.begin(), text.end(), form.begin(), form.end(),
                      [](char c, char f) { return f == 'a' || (f == 'd' ? is_digit(c) : c == f); });
}

unsigned digits(std::string_view text, std::size_t at, std::size_t length) {
    return number_from<unsigned>(text.substr(at, length)).value_or(0);
}

// `time` is "23:59:59".
std::optional<double> unix_time(const std::chrono::year_month_day& date, std::string_view time) {
    using namespace std::chrono;
    if (!date.ok()) return std::nullopt;
    const auto whole = sys_days(date).time_since_epoch() + hours(digits(time, 0, 2)) +
                       minutes(digits(time, 3, 2)) + seconds(digits(time, 6, 2));
    return static_cast<double>(duration_cast<seconds>(whole).count());
}

// "2026-01-31 23:59:59"
std::optional<double> plain_time(std::string_view text) {
    using namespace std::chrono;
    const year_month_day date{year(static_cast<int>(digits(text, 0, 4))), month(digits(text, 5, 2)),
                              day(digits(text, 8, 2))};
    return unix_time(date, text.substr(11));
}

// "Jan 31 23:59:59 2026 GMT"; a day of one digit comes after two blanks.
std::optional<double> certificate_time(std::string_view text) {
    using namespace std::chrono;
    constexpr auto kMonths = std::to_array<std::string_view>(
        {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"});
    const auto found = std::find(kMonths.begin(), kMonths.end(), text.substr(0, 3));
    if (found == kMonths.end()) return std::nullopt;
    const unsigned day_of_month = text[4] == ' ' ? digits(text, 5, 1) : digits(text, 4, 2);
    const year_month_day date{year(static_cast<int>(digits(text, 16, 4))),
                              month(static_cast<unsigned>(found - kMonths.begin()) + 1),
                              day(day_of_month)};
    return unix_time(date, text.substr(7, 8));
}

}  // namespace

std::optional<double> mysql_value(std::string_view text) {
    if (text.empty()) return std::nullopt;
    if (is(text, {"on", "yes"})) return 1;
    if (is(text, {"off", "no", "disabled", "connecting"})) return 0;
    if (is_digit(text.front()) || text.front() == '-') {
        if (has_form(text, "dddd-dd-dd dd:dd:dd")) return plain_time(text);
        return number_from<double>(text);
    }
    if (has_form(text, "aaa ad dd:dd:dd dddd GMT")) return certificate_time(text);
    const auto dot = text.rfind('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto number = number_from<unsigned>(text.substr(dot + 1));
    return number ? std::optional<double>(*number) : std::nullopt;
}

std::optional<double> heartbeat_seconds(std::string_view text) {
    constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd";
    const auto rest = text.substr(std::min(text.size(), kForm.size()));
    if (!has_form(text.substr(0, kForm.size()), kForm)) return std::nullopt;
    const auto whole = plain_time(text.substr(0, kForm.size()));
    const bool has_fraction = rest.size() > 1 && rest.front() == '.' &&
                              std::all_of(rest.begin() + 1, rest.end(), is_digit);
    if (!whole || (!rest.empty() && !has_fraction)) return std::nullopt;
    return *whole + (has_fraction ? number_from<double>("0" + std::string(rest)).value_or(0) : 0);
}

}  // namespace understudy::exporters
