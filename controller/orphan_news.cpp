#include "controller/orphan_news.h"

namespace understudy::controller {

namespace {

core::WallTime newest_told(const core::Record& record, const core::HostName& host) {
    if (!record.orphans_told) return {};
    const auto found = record.orphans_told->find(host);
    return found == record.orphans_told->end() ? core::WallTime{} : found->second;
}

std::string reason_of(const core::HostName& host, const core::KeptOrphans& orphans) {
    const bool cut = orphans.way == "rewind";
    return host.value + " keeps " + std::to_string(orphans.transactions) + " transactions that " +
           (cut ? "nobody acknowledged (" : "only it had (") + orphans.gtids.to_string() +
           (cut ? "), cut off by a rewind" : "), before its data are replaced") +
           ": understudy orphans show " + host.value + " " + orphans.id;
}

}  // namespace

std::optional<OrphanNews> next_orphan_news(const core::Record& record,
                                           const core::ClusterView& view) {
    for (const auto& [host, seen] : view) {
        if (!seen.report.orphans) continue;
        const auto newest = newest_told(record, host);
        for (const auto& orphans : *seen.report.orphans) {
            if (orphans.kept_at > newest)
                return OrphanNews{host, orphans, reason_of(host, orphans)};
        }
    }
    return std::nullopt;
}

core::Record told(core::Record record, const OrphanNews& news) {
    if (!record.orphans_told) record.orphans_told.emplace();
    (*record.orphans_told)[news.host] = news.orphans.kept_at;
    record.revision.value += 1;
    return record;
}

}  // namespace understudy::controller
