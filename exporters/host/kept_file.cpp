#include "exporters/host/kept_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace understudy::exporters {
namespace {

using core::ErrorCode;
using core::failure;
using core::Result;

constexpr std::size_t kFirstSize = 4096;
constexpr std::size_t kLongest = std::size_t{8} << 20U;

tl::unexpected<core::Error> unreadable(const std::string& path, int number) {
    const bool absent = number == ENOENT || number == ENOTDIR;
    return failure(absent ? ErrorCode::kNotFound : ErrorCode::kIo, "read " + path,
                   std::strerror(number), number);
}

}  // namespace

KeptFile::~KeptFile() { close(); }

Result<void> KeptFile::open() {
    if (fd_ >= 0) return {};
    fd_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd_ < 0) return unreadable(path_, errno);
    return {};
}

void KeptFile::close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Result<std::string_view> KeptFile::read() {
    if (auto opened = open(); !opened) return tl::unexpected<core::Error>(opened.error());
    std::size_t length = 0;
    for (;;) {
        if (length == text_.size()) text_.resize(text_.empty() ? kFirstSize : 2 * text_.size());
        const auto got =
            ::pread(fd_, text_.data() + length, text_.size() - length, static_cast<off_t>(length));
        if (got == 0) return std::string_view(text_).substr(0, length);
        if (got < 0) {
            const int number = errno;
            if (number == EINTR) continue;
            close();
            return unreadable(path_, number);
        }
        length += static_cast<std::size_t>(got);
        if (length > kLongest) {
            text_ = {};
            return failure(ErrorCode::kInvalid, "read " + path_, "longer than 8 MiB");
        }
    }
}

}  // namespace understudy::exporters
