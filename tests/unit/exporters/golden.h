// What every parser has to bear of the real daemons' outputs when they come damaged.
#pragma once

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>
#include <string_view>

#include "tests/unit/exporters/golden_text.h"

namespace understudy::exporters {

// `parse` returns, whatever part of the text arrived and whatever byte was changed.
template <class Parse>
void bears_damage(const std::string& text, Parse parse) {
    const auto step = 1 + text.size() / 500;
    for (std::size_t length = 0; length < text.size(); length += step) {
        (void)parse(std::string_view(text).substr(0, length));
    }
    EXPECT_TRUE(rc::check("a changed byte", [&] {
        auto damaged = text;
        const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
        damaged[at] = *rc::gen::arbitrary<char>();
        (void)parse(std::string_view(damaged));
    }));
}

}  // namespace understudy::exporters
