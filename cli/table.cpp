#include "cli/table.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace understudy::cli {

namespace {

const char* escape_of(Tone tone) {
    switch (tone) {
        case Tone::kGood:
            return "\x1b[32m";
        case Tone::kWarning:
            return "\x1b[33m";
        case Tone::kBad:
            return "\x1b[31m";
        case Tone::kFaint:
            return "\x1b[2m";
        case Tone::kStrong:
            return "\x1b[1m";
        case Tone::kPlain:
            break;
    }
    return "";
}

// Characters, not bytes: UTF-8 continuation bytes do not count.
std::size_t width_of(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    }));
}

}  // namespace

Style Style::for_output(int descriptor) {
    const char* no_color = std::getenv("NO_COLOR");
    const bool unwanted = no_color != nullptr && *no_color != '\0';
    return !unwanted && ::isatty(descriptor) == 1 ? coloured() : plain();
}

Style Style::coloured() {
    Style style;
    style.colours_ = true;
    return style;
}

std::string Style::paint(const std::string& text, Tone tone) const {
    if (!colours_ || tone == Tone::kPlain || text.empty()) return text;
    return escape_of(tone) + text + "\x1b[0m";
}

std::string table(const std::vector<std::vector<Cell>>& rows, const Style& style) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], width_of(row[i].text));
        }
    }
    std::string text;
    for (const auto& row : rows) {
        const Tone heading = &row == &rows.front() ? Tone::kFaint : Tone::kPlain;
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += style.paint(row[i].text, heading == Tone::kPlain ? row[i].tone : heading);
            if (i + 1 < row.size()) text += std::string(widths[i] + 2 - width_of(row[i].text), ' ');
        }
        text += "\n";
    }
    return text;
}

}  // namespace understudy::cli
