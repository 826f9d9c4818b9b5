#include "adapters/log/time_text.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace understudy::adapters {

std::string time_text(core::WallTime time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const std::time_t whole = std::chrono::system_clock::to_time_t(seconds);
    std::tm parts{};
    ::gmtime_r(&whole, &parts);
    std::array<char, 32> date{};
    std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%s.%06dZ", date.data(),
                  static_cast<int>((time - seconds).count()));
    return text.data();
}

}  // namespace understudy::adapters
