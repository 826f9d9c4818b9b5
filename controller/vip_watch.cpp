#include "controller/vip_watch.h"

#include <utility>

namespace understudy::controller {

namespace {

using core::HostName;

constexpr core::Millis kLonelyFor{2000};
constexpr core::Millis kTwiceBeyondFresh{1000};

std::string list(const std::set<HostName>& hosts) {
    std::string text;
    for (const auto& host : hosts) text += (text.empty() ? "" : " and ") + host.value;
    return text;
}

bool heard(const core::ClusterView& view, const HostName& host, core::Millis fresh,
           core::MonotonicTime now) {
    const auto seen = view.find(host);
    return seen != view.end() && now - seen->second.heard <= fresh;
}

}  // namespace

VipWatch::VipWatch(std::vector<HostName> load_balancers, core::Millis fresh)
    : load_balancers_(std::move(load_balancers)), fresh_(fresh) {}

std::optional<VipWatch::Holders> VipWatch::holders(const core::ClusterView& view,
                                                   core::MonotonicTime now) const {
    std::optional<Holders> found;
    for (const auto& host : load_balancers_) {
        if (!heard(view, host, fresh_, now)) continue;
        const auto& vip = view.at(host).report.vip;
        if (!vip) continue;
        if (!found) found.emplace();
        if (vip->held) found->insert(host);
    }
    return found;
}

std::string VipWatch::unheard(const core::ClusterView& view, core::MonotonicTime now) const {
    std::set<HostName> hosts;
    for (const auto& host : load_balancers_) {
        if (!heard(view, host, fresh_, now)) hosts.insert(host);
    }
    return hosts.empty() ? "" : "; " + list(hosts) + " cannot be asked";
}

std::optional<VipWatch::Notice> VipWatch::next(const core::ClusterView& view,
                                               core::MonotonicTime now) {
    auto current = holders(view, now);
    if (current != seen_) {
        seen_ = std::move(current);
        since_ = now;
    }
    if (!seen_ || seen_ == told_) return std::nullopt;
    if (seen_->empty()) {
        if (now - since_ < kLonelyFor) return std::nullopt;
        return Notice{"vip_lost", "no load balancer holds the virtual address" + unheard(view, now),
                      *seen_};
    }
    if (seen_->size() > 1) {
        if (now - since_ < fresh_ + kTwiceBeyondFresh) return std::nullopt;
        return Notice{"vip_held_twice", list(*seen_) + " hold the virtual address", *seen_};
    }
    if (!told_) {  // where it was when this controller began to look
        told_ = last_alone_ = *seen_;
        return std::nullopt;
    }
    const bool moved = !last_alone_.empty() && last_alone_ != *seen_;
    if (moved) {
        return Notice{"vip_moved",
                      "the virtual address moved from " + list(last_alone_) + " to " + list(*seen_),
                      *seen_};
    }
    return Notice{"vip_held", list(*seen_) + " alone holds the virtual address", *seen_};
}

void VipWatch::told(const Notice& notice) {
    told_ = notice.holders;
    if (notice.holders.size() == 1) last_alone_ = notice.holders;
}

}  // namespace understudy::controller
