// The logs of a real server under tests/fuzz/seeds/binlog, and whole files as texts and back.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "adapters/binlog/binlog_reader.h"

namespace understudy::adapters {

// The server that wrote the real logs.
inline const std::string kOwn = "11111111-2222-3333-4444-555555555555";

inline std::string content_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

// What is read of a log with that content.
inline core::Result<core::LastLog> read_content(const std::string& content) {
    std::string path = std::filesystem::temp_directory_path() / "binlogXXXXXX";
    ::close(::mkstemp(path.data()));
    std::ofstream(path, std::ios::binary) << content;
    auto log = read_binlog(path);
    std::filesystem::remove(path);
    return log;
}

}  // namespace understudy::adapters
