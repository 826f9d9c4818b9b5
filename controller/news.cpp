// What is recorded for people alone, when nothing else is to be done.
#include <nlohmann/json.hpp>

#include "controller/cluster_loop.h"
#include "controller/orphan_news.h"
#include "wire/json.h"

namespace understudy::controller {

using core::Record;

void ClusterLoop::report_news(Outgoing& out) {
    if (store_trouble_ || record_.revision == core::Revision{}) return;
    report_silence(out);
    if (!store_trouble_) report_orphans(out);
    if (!store_trouble_) report_vip(out);
}

void ClusterLoop::report_silence(Outgoing& out) {
    const auto notice = watch_.next(view_, clock_.now().monotonic);
    if (!notice) return;
    std::string reason = notice->reason;
    const auto why = unheard_.find(notice->host);
    if (notice->silent && why != unheard_.end()) reason += " (" + why->second + ")";
    Record next = record_;
    next.revision.value += 1;
    const char* kind = notice->silent ? "host_silent" : "host_heard";
    if (!write(next, entry(next, kind, reason, true), out)) return;
    watch_.told(*notice);
    out.urgent_work_left = true;
}

void ClusterLoop::report_orphans(Outgoing& out) {
    const auto news = next_orphan_news(record_, view_);
    if (!news) return;
    const Record next = told(record_, *news);
    auto written = entry(next, "orphans", news->reason, true);
    auto detail = nlohmann::json::parse(written.detail_json);
    detail["host"] = news->host.value;
    detail["orphans"] = nlohmann::json::parse(wire::to_json(news->orphans));
    written.detail_json = detail.dump();
    if (write(next, std::move(written), out)) out.urgent_work_left = true;
}

void ClusterLoop::report_vip(Outgoing& out) {
    const auto notice = vip_.next(view_, clock_.now().monotonic);
    if (!notice) return;
    Record next = record_;
    next.revision.value += 1;
    auto written = entry(next, notice->kind, notice->reason, true);
    auto detail = nlohmann::json::parse(written.detail_json);
    detail["vip_holders"] = nlohmann::json::array();
    for (const auto& host : notice->holders) detail["vip_holders"].push_back(host.value);
    written.detail_json = detail.dump();
    if (!write(next, std::move(written), out)) return;
    vip_.told(*notice);
    out.urgent_work_left = true;
}

}  // namespace understudy::controller
