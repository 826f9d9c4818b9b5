#include "adapters/binlog/kept_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "adapters/binlog/rewind.h"
#include "adapters/files/replace_file.h"
#include "wire/json.h"

namespace understudy::adapters {

namespace {

using core::ErrorCode;
using core::Result;

constexpr unsigned kLogMode = 0600;
// Readable by the agent's group: it holds no rows.
constexpr unsigned kNoteMode = 0640;

// [from, to) of one file to the end of another.
bool copy(int source, off_t from, off_t to, int target) {
    std::array<char, 1U << 16U> buffer{};
    while (from < to) {
        const auto wanted = std::min<off_t>(to - from, static_cast<off_t>(buffer.size()));
        const auto got = ::pread(source, buffer.data(), static_cast<std::size_t>(wanted), from);
        if (got <= 0) {
            if (got == 0) errno = EIO;
            return false;
        }
        for (ssize_t written = 0; written < got;) {
            const auto more =
                ::write(target, buffer.data() + written, static_cast<std::size_t>(got - written));
            if (more < 0) return false;
            written += more;
        }
        from += got;
    }
    return true;
}

// The magic number and the format description event: what makes the kept bytes a log of their own.
Result<off_t> preamble_size(int log) {
    std::array<unsigned char, 4> size{};
    constexpr off_t kMagic = 4;
    constexpr off_t kSizeField = kMagic + 9;
    if (::pread(log, size.data(), size.size(), kSizeField) != static_cast<ssize_t>(size.size())) {
        return io_error("read the format description");
    }
    return kMagic + static_cast<off_t>(size[0] | size[1] << 8U | size[2] << 16U | size[3] << 24U);
}

bool sync_folder(const std::string& folder) {
    const LogFile opened(folder, O_RDONLY | O_DIRECTORY);
    return opened.is_open() && ::fsync(opened.fd()) == 0;
}

bool copy_ranges(int log, const std::vector<ByteRange>& ranges, int target) {
    return std::all_of(ranges.begin(), ranges.end(), [&](const ByteRange& range) {
        return copy(log, static_cast<off_t>(range.from), static_cast<off_t>(range.to), target);
    });
}

}  // namespace

LogFile::LogFile(const std::string& path, int flags, unsigned mode)
    : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}

LogFile::~LogFile() {
    if (fd_ >= 0) ::close(fd_);
}

core::WallTime time_of_day() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

tl::unexpected<core::Error> io_error(const std::string& operation) {
    const int number = errno;
    return core::failure(ErrorCode::kIo, operation, std::strerror(number), number);
}

Result<std::string> keep_bytes(int log, const std::vector<ByteRange>& ranges,
                               const std::string& folder, const core::KeptOrphans& orphans) {
    const std::string kept = folder + "/" + orphans.id + kOrphansLog;
    const auto preamble = preamble_size(log);
    if (!preamble) return tl::unexpected<core::Error>(preamble.error());
    const std::string partial = kept + ".partial";
    {
        const LogFile target(partial, O_WRONLY | O_CREAT | O_TRUNC, kLogMode);
        if (!target.is_open()) return io_error("create " + partial);
        if (!copy(log, 0, *preamble, target.fd()) || !copy_ranges(log, ranges, target.fd()) ||
            ::fsync(target.fd()) != 0) {
            return io_error("write " + partial);
        }
    }
    if (::rename(partial.c_str(), kept.c_str()) != 0 || !sync_folder(folder)) {
        return io_error("keep " + kept);
    }
    auto described = replace_file(folder + "/" + orphans.id + kOrphansNote, wire::to_json(orphans),
                                  kNoteMode, Durability::kDurable);
    if (!described) return tl::unexpected<core::Error>(described.error());
    return kept;
}

}  // namespace understudy::adapters
