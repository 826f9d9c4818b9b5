#include "core/clone.h"

#include <array>
#include <cstdio>

namespace understudy::core {

namespace {

std::string size_text(std::uint64_t bytes) {
    constexpr double kMega = 1e6;
    constexpr double kGiga = 1e9;
    std::array<char, 32> text{};
    const auto size = static_cast<double>(bytes);
    if (size < kGiga) {
        std::snprintf(text.data(), text.size(), "%.0f MB", size / kMega);
    } else {
        std::snprintf(text.data(), text.size(), "%.1f GB", size / kGiga);
    }
    return text.data();
}

}  // namespace

std::string progress_text(const CloneFacts& clone) {
    std::string text = size_text(clone.bytes);
    if (clone.total_bytes > 0) text += " of " + size_text(clone.total_bytes);
    if (clone.bytes_per_second == 0) return text;
    text += ", " + size_text(clone.bytes_per_second) + "/s";
    if (clone.total_bytes > clone.bytes) {
        const auto left = (clone.total_bytes - clone.bytes) / clone.bytes_per_second;
        text += ", " + std::to_string(left + 1) + " s left";
    }
    return text;
}

}  // namespace understudy::core
