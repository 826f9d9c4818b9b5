#include "exporters/first_bytes.h"

#include <algorithm>
#include <array>
#include <fstream>

namespace understudy::exporters {

core::Result<std::string> first_bytes_of(const std::string& path, std::size_t most,
                                         const char* operation) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return core::failure(core::ErrorCode::kNotFound, operation, path + " cannot be read");
    }
    // Block by block: few files are as long as they may be, and some texts are kept.
    std::array<char, 4096> block{};
    std::string text;
    while (text.size() < most && file) {
        const auto wanted = std::min(block.size(), most - text.size());
        file.read(block.data(), static_cast<std::streamsize>(wanted));
        text.append(block.data(), static_cast<std::size_t>(file.gcount()));
    }
    return text;
}

}  // namespace understudy::exporters
