// The files of the controller's page, as they were when the program was built.
#pragma once

#include <span>
#include <string_view>

namespace understudy::web {

struct Asset {
    std::string_view name;  // "index.html"
    std::string_view content_type;
    std::string_view digest;  // differs where the content does
    std::string_view content;
};

std::span<const Asset> assets();

}  // namespace understudy::web
