#include "exporters/first_bytes.h"

#include <fstream>

namespace understudy::exporters {

core::Result<std::string> first_bytes_of(const std::string& path, std::size_t most,
                                         const char* operation) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return core::failure(core::ErrorCode::kNotFound, operation, path + " cannot be read");
    }
    std::string text(most, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

}  // namespace understudy::exporters
