// The logs of a real server under tests/fuzz/seeds/binlog, and whole files as texts.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace understudy::adapters {

// The server that wrote the real logs.
inline const std::string kOwn = "11111111-2222-3333-4444-555555555555";

inline std::string content_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace understudy::adapters
