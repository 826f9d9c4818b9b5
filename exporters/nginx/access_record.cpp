#include "exporters/nginx/access_record.h"

#include <charconv>
#include <cmath>

#include "exporters/text_fields.h"

namespace understudy::exporters {
namespace {

using core::Result;

constexpr std::uint16_t kLargestStatus = 999;

tl::unexpected<core::Error> not_understood(std::string_view what) {
    return core::failure(core::ErrorCode::kInvalid, "read a line of Nginx' access log",
                         std::string(what));
}

void skip_blanks(std::string_view& text) {
    const auto end = text.find_first_not_of(" \t\r\n");
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
}

bool take(std::string_view& text, char wanted) {
    skip_blanks(text);
    if (!text.starts_with(wanted)) return false;
    text.remove_prefix(1);
    return true;
}

// What is between the quotes, escapes as they stand.
bool take_quoted(std::string_view& text, std::string_view& value) {
    if (!take(text, '"')) return false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            value = text.substr(0, at);
            text.remove_prefix(at + 1);
            return true;
        }
    }
    return false;
}

bool take_value(std::string_view& text, std::string_view& value) {
    skip_blanks(text);
    if (text.starts_with('"')) return take_quoted(text, value);
    value = text.substr(0, text.find_first_of(",} \t\r\n"));
    text.remove_prefix(value.size());
    return !value.empty();
}

bool unescape_hexadecimal(std::string_view& text, std::string& into) {
    constexpr std::size_t kDigits = 4;
    const auto code = hexadecimal_from(text.substr(0, kDigits));
    // Nginx writes only control characters so.
    if (text.size() < kDigits || !code || *code > 0x7F) return false;
    into += static_cast<char>(*code);
    text.remove_prefix(kDigits);
    return true;
}

bool unescape(std::string_view text, std::string& into) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeaning = "\"\\/\b\f\n\r\t";
    into.clear();
    while (!text.empty()) {
        const auto plain = text.substr(0, text.find('\\'));
        into += plain;
        text.remove_prefix(plain.size());
        if (text.empty()) break;
        if (text.size() < 2) return false;
        const char letter = text[1];
        text.remove_prefix(2);
        const auto known = kLetters.find(letter);
        if (known != std::string_view::npos) {
            into += kMeaning[known];
        } else if (letter != 'u' || !unescape_hexadecimal(text, into)) {
            return false;
        }
    }
    return true;
}

template <class Number>
bool whole_number(std::string_view text, Number& into) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
    return error == std::errc{} && end == text.data() + text.size();
}

bool seconds_from(std::string_view text, double& into) {
    return whole_number(text, into) && std::isfinite(into) && into >= 0;
}

// "0.012", and of several attempts "0.001, 0.004 : 0.002" with "-" for one that gave no answer;
// empty or "-": no upstream was asked.
bool upstream_seconds_from(std::string_view text, std::optional<double>& into) {
    while (!text.empty()) {
        const auto end = text.find_first_of(", :");
        const auto attempt = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (attempt.empty() || attempt == "-") continue;
        double seconds = 0;
        if (!seconds_from(attempt, seconds)) return false;
        into = into.value_or(0) + seconds;
    }
    return !into || std::isfinite(*into);
}

// The fields of a record that a line has had so far.
class Fields {
  public:
    explicit Fields(AccessRecord& record) : record_(record) { record_.upstream_seconds.reset(); }

    bool set(std::string_view key, std::string_view value) {
        if (key == "vhost") return vhost_ = unescape(value, record_.vhost);
        if (key == "status") {
            return status_ =
                       whole_number(value, record_.status) && record_.status <= kLargestStatus;
        }
        if (key == "bytes") return bytes_ = whole_number(value, record_.bytes);
        if (key == "seconds") return seconds_ = seconds_from(value, record_.seconds);
        if (key != "upstream_seconds") return true;
        record_.upstream_seconds.reset();
        return upstream_seconds_from(value, record_.upstream_seconds);
    }

    [[nodiscard]] std::string_view missing() const {
        if (!vhost_) return "vhost";
        if (!status_) return "status";
        if (!bytes_) return "bytes";
        return seconds_ ? "" : "seconds";
    }

  private:
    AccessRecord& record_;
    bool vhost_ = false;
    bool status_ = false;
    bool bytes_ = false;
    bool seconds_ = false;
};

}  // namespace

Result<void> read_access_record(std::string_view line, AccessRecord& into) {
    const auto begin = line.find('{');
    if (begin == std::string_view::npos) return not_understood("no JSON object in it");
    auto text = line.substr(begin + 1);
    Fields fields(into);
    do {
        std::string_view key;
        std::string_view value;
        if (!take_quoted(text, key) || !take(text, ':') || !take_value(text, value)) {
            return not_understood("not a flat JSON object, or cut short");
        }
        if (!fields.set(key, value)) {
            return not_understood(std::string(key) + " cannot be " + std::string(value));
        }
    } while (take(text, ','));
    if (!take(text, '}')) return not_understood("not a flat JSON object, or cut short");
    if (!fields.missing().empty()) return not_understood("no " + std::string(fields.missing()));
    return {};
}

}  // namespace understudy::exporters
