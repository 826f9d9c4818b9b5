#include "adapters/binlog/rewind.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "adapters/binlog/kept_bytes.h"

namespace understudy::adapters {

using core::Result;

Result<std::string> rewind(const RewindFiles& files, const core::RewindPlan& plan) {
    const LogFile log(files.log, O_RDWR);
    if (!log.is_open()) return io_error("open " + files.log);
    struct stat now {};
    if (::fstat(log.fd(), &now) != 0) return io_error("look at " + files.log);
    const auto size = static_cast<std::uint64_t>(now.st_size);
    core::KeptOrphans orphans;
    orphans.log = std::filesystem::path(files.log).filename().string();
    orphans.id =
        orphans.log + "." + std::to_string(plan.offset) + "." + std::to_string(now.st_mtim.tv_sec);
    orphans.kept_at = time_of_day();
    orphans.offset = plan.offset;
    orphans.gtids = plan.orphans;
    orphans.transactions = plan.orphans.count();
    orphans.bytes = size - plan.offset;
    orphans.way = "rewind";
    auto kept = keep_bytes(log.fd(), {{plan.offset, size}}, files.orphans_dir, orphans);
    if (!kept) return kept;
    if (::ftruncate(log.fd(), static_cast<off_t>(plan.offset)) != 0 || ::fsync(log.fd()) != 0) {
        return io_error("cut " + files.log);
    }
    return kept;
}

}  // namespace understudy::adapters
