#include "adapters/binlog/rewind.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>

#include "adapters/files/replace_file.h"
#include "wire/json.h"

namespace understudy::adapters {

namespace {

using core::ErrorCode;
using core::Result;

tl::unexpected<core::Error> io(const std::string& operation) {
    const int number = errno;
    return core::failure(ErrorCode::kIo, operation, std::strerror(number), number);
}

class File {
  public:
    File(const std::string& path, int flags, mode_t mode = 0)
        : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] bool is_open() const { return fd_ >= 0; }

  private:
    int fd_;
};

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
        return io("read the format description");
    }
    return kMagic + static_cast<off_t>(size[0] | size[1] << 8U | size[2] << 16U | size[3] << 24U);
}

bool sync_folder(const std::string& folder) {
    const File opened(folder, O_RDONLY | O_DIRECTORY);
    return opened.is_open() && ::fsync(opened.fd()) == 0;
}

Result<void> keep(int log, off_t from, off_t to, const std::string& kept,
                  const std::string& folder) {
    const auto preamble = preamble_size(log);
    if (!preamble) return tl::unexpected<core::Error>(preamble.error());
    const std::string partial = kept + ".partial";
    {
        const File target(partial, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (!target.is_open()) return io("create " + partial);
        if (!copy(log, 0, *preamble, target.fd()) || !copy(log, from, to, target.fd()) ||
            ::fsync(target.fd()) != 0) {
            return io("write " + partial);
        }
    }
    if (::rename(partial.c_str(), kept.c_str()) != 0 || !sync_folder(folder)) {
        return io("keep " + kept);
    }
    return {};
}

// Readable by the agent's group: it holds no rows.
constexpr unsigned kNoteMode = 0640;

Result<void> describe(const std::string& folder, const core::KeptOrphans& orphans) {
    return replace_file(folder + "/" + orphans.id + kOrphansNote, wire::to_json(orphans), kNoteMode,
                        Durability::kDurable);
}

core::WallTime time_of_day() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

}  // namespace

Result<std::string> rewind(const RewindFiles& files, const core::RewindPlan& plan) {
    const File log(files.log, O_RDWR);
    if (!log.is_open()) return io("open " + files.log);
    struct stat now {};
    if (::fstat(log.fd(), &now) != 0) return io("look at " + files.log);
    const auto offset = static_cast<off_t>(plan.offset);
    core::KeptOrphans orphans;
    orphans.log = std::filesystem::path(files.log).filename().string();
    orphans.id =
        orphans.log + "." + std::to_string(plan.offset) + "." + std::to_string(now.st_mtim.tv_sec);
    orphans.kept_at = time_of_day();
    orphans.offset = plan.offset;
    orphans.gtids = plan.orphans;
    orphans.transactions = plan.orphans.count();
    orphans.bytes = static_cast<std::uint64_t>(now.st_size - offset);
    orphans.way = "rewind";
    const std::string kept = files.orphans_dir + "/" + orphans.id + kOrphansLog;
    if (auto done = keep(log.fd(), offset, now.st_size, kept, files.orphans_dir); !done) {
        return tl::unexpected<core::Error>(done.error());
    }
    if (auto done = describe(files.orphans_dir, orphans); !done) {
        return tl::unexpected<core::Error>(done.error());
    }
    if (::ftruncate(log.fd(), offset) != 0 || ::fsync(log.fd()) != 0) {
        return io("cut " + files.log);
    }
    return kept;
}

}  // namespace understudy::adapters
