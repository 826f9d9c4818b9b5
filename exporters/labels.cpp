#include "exporters/labels.h"

#include <algorithm>

#include "exporters/metric_page.h"

namespace understudy::exporters {
namespace {

// Most values are: they are copied as they are.
bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

}  // namespace

void append_escaped(std::string& out, std::string_view text, Quotes quotes) {
    const auto is_special = [&](char c) {
        return c == '\\' || c == '\n' || (c == '"' && quotes == Quotes::kEscaped);
    };
    for (const auto* at = text.begin();;) {
        const auto* const special = std::find_if(at, text.end(), is_special);
        out.append(at, special);
        if (special == text.end()) return;
        out += '\\';
        out += *special == '\n' ? 'n' : *special;
        at = special + 1;
    }
}

Labels::Labels(std::initializer_list<Label> labels) {
    constexpr std::size_t kSigns = 4;  // ="",
    std::size_t size = 0;
    for (const auto& label : labels) size += label.name.size() + label.value.size() + kSigns;
    text_.reserve(size);
    for (const auto& label : labels) add(label.name, label.value);
}

void Labels::add(std::string_view name, std::string_view value) {
    if (!text_.empty()) text_ += ',';
    text_.append(name).append("=\"");
    if (is_plain(value)) {
        text_.append(value);
    } else {
        append_escaped(text_, valid_utf8(value), Quotes::kEscaped);
    }
    text_ += '"';
}

Labels Labels::with(std::string_view name, std::string_view value) const {
    auto labels = *this;
    labels.add(name, value);
    return labels;
}

}  // namespace understudy::exporters
