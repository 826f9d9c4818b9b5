// What libFuzzer hands over, as the parsers take it.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace understudy::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

// What must hold for every input.
inline void require(bool holds) {
    if (!holds) std::abort();
}

// The input as a file in memory, for parsers that open one.
class InputFile {
  public:
    explicit InputFile(std::string_view content) : fd_(::memfd_create("input", MFD_CLOEXEC)) {
        const auto written = ::write(fd_, content.data(), content.size());
        require(written == static_cast<ssize_t>(content.size()));
    }
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;
    ~InputFile() { ::close(fd_); }

    [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

  private:
    int fd_;
};

}  // namespace understudy::fuzz
