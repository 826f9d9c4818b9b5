#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "adapters/binlog/binlog_reader.h"
#include "adapters/binlog/kept_bytes.h"
#include "adapters/binlog/rewind.h"
#include "wire/json.h"

namespace understudy::adapters {

namespace {

using core::GtidSet;
using core::Result;

// Kept by an earlier attempt. By content: the log's time may have changed since.
bool is_kept(const std::string& folder, const core::KeptOrphans& wanted) {
    std::error_code error;
    for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
         at.increment(error)) {
        if (at->path().extension() != kOrphansNote) continue;
        std::ifstream file(at->path());
        std::stringstream text;
        text << file.rdbuf();
        const auto note = wire::kept_orphans_from_json(text.str());
        if (note && note->log == wanted.log && note->offset == wanted.offset &&
            note->gtids == wanted.gtids) {
            return true;
        }
    }
    return false;
}

// Each transaction reaches to the beginning of the next one.
std::vector<ByteRange> ranges_of(const std::vector<core::LoggedTransaction>& transactions,
                                 std::uint64_t size, const GtidSet& elsewhere) {
    std::vector<ByteRange> ranges;
    for (std::size_t i = 0; i < transactions.size(); ++i) {
        if (elsewhere.contains(transactions[i].source, transactions[i].number)) continue;
        const auto from = transactions[i].offset;
        const auto to = i + 1 < transactions.size() ? transactions[i + 1].offset : size;
        if (!ranges.empty() && ranges.back().to == from) {
            ranges.back().to = to;
        } else {
            ranges.push_back({from, to});
        }
    }
    return ranges;
}

Result<GtidSet> keep_of(const std::string& file, const core::LastLog& content,
                        const std::string& folder, const GtidSet& elsewhere) {
    core::KeptOrphans orphans;
    for (const auto& each : content.transactions) {
        if (elsewhere.contains(each.source, each.number)) continue;
        orphans.gtids.add(each.source, {each.number, each.number});
    }
    if (orphans.gtids.empty()) return GtidSet{};
    const LogFile log(file, O_RDONLY);
    struct stat now {};
    if (!log.is_open() || ::fstat(log.fd(), &now) != 0) return io_error("open " + file);
    const auto ranges =
        ranges_of(content.transactions, static_cast<std::uint64_t>(now.st_size), elsewhere);
    orphans.log = std::filesystem::path(file).filename().string();
    orphans.offset = ranges.front().from;
    orphans.id = orphans.log + "." + std::to_string(orphans.offset) + "." +
                 std::to_string(now.st_mtim.tv_sec);
    orphans.kept_at = time_of_day();
    orphans.transactions = orphans.gtids.count();
    for (const auto& range : ranges) orphans.bytes += range.to - range.from;
    orphans.way = "rebuild";
    if (is_kept(folder, orphans)) return orphans.gtids;
    const auto kept = keep_bytes(log.fd(), ranges, folder, orphans);
    if (!kept) return tl::unexpected<core::Error>(kept.error());
    return orphans.gtids;
}

}  // namespace

Result<GtidSet> keep_surplus(const std::string& index_file, const std::string& orphans_dir,
                             const GtidSet& elsewhere) {
    auto logs = all_binlogs(index_file);
    if (!logs) return tl::unexpected<core::Error>(logs.error());
    GtidSet kept;
    // From the last one backwards, as long as earlier ones hold any.
    for (auto file = logs->rbegin(); file != logs->rend(); ++file) {
        const auto content = read_binlog(*file, [&elsewhere](const auto& transaction) {
            return !elsewhere.contains(transaction.source, transaction.number);
        });
        if (!content) return tl::unexpected<core::Error>(content.error());
        auto of_this = keep_of(*file, *content, orphans_dir, elsewhere);
        if (!of_this) return of_this;
        kept.add(*of_this);
        if (elsewhere.contains(content->previous)) break;
    }
    return kept;
}

}  // namespace understudy::adapters
