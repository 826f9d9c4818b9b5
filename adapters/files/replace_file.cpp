#include "adapters/files/replace_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace understudy::adapters {

namespace {

using core::ErrorCode;
using core::Result;

tl::unexpected<core::Error> io(const std::string& operation) {
    const int number = errno;
    return core::failure(ErrorCode::kIo, operation, std::strerror(number), number);
}

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

bool write_new(const std::string& path, std::string_view text, unsigned mode,
               Durability durability) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0) return false;
    // The umask must not decide who can read it.
    const bool written = ::fchmod(fd, mode) == 0 && write_all(fd, text) &&
                         (durability == Durability::kUntilReboot || ::fdatasync(fd) == 0);
    const int number = errno;
    ::close(fd);
    errno = number;
    return written;
}

bool sync_folder_of(const std::string& path) {
    const auto folder = std::filesystem::path(path).parent_path();
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return false;
    const bool synced = ::fsync(fd) == 0;
    const int number = errno;
    ::close(fd);
    errno = number;
    return synced;
}

}  // namespace

Result<void> replace_file(const std::string& path, std::string_view text, unsigned mode,
                          Durability durability) {
    const std::string next = path + ".next";
    if (!write_new(next, text, mode, durability)) return io("write " + next);
    if (::rename(next.c_str(), path.c_str()) != 0) return io("replace " + path);
    if (durability == Durability::kDurable && !sync_folder_of(path)) return io("sync " + path);
    return {};
}

}  // namespace understudy::adapters
