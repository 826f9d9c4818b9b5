#include "agent/vip_keeper.h"

namespace understudy::agent {

namespace {

core::VipFacts& facts_of(core::HostReport& report) {
    return report.vip ? *report.vip : report.vip.emplace();
}

}  // namespace

VipKeeper::VipKeeper(const ports::Clock& clock, ports::VirtualAddress& address, ReportBoard& board)
    : clock_(clock), address_(address), board_(board) {}

void VipKeeper::look() {
    const std::lock_guard lock(mutex_);
    look_locked();
}

void VipKeeper::look_locked() {
    const bool held = address_.held();
    const auto now = clock_.now().wall;
    board_.publish([&](core::HostReport& report) {
        const bool first = !report.vip;
        auto& facts = facts_of(report);
        if (first) {
            facts.held = held;
            return true;
        }
        if (facts.held == held) return false;
        facts.held = held;
        facts.changed = now;
        if (held) ++facts.taken;
        return true;
    });
}

void VipKeeper::keepalived_started() {
    board_.publish([](core::HostReport& report) {
        auto& facts = facts_of(report);
        facts.keepalived = core::ProcessState::kRunning;
        facts.trouble.clear();
        return true;
    });
}

core::Result<bool> VipKeeper::keepalived_gone() {
    const std::lock_guard lock(mutex_);
    const bool held = address_.held();
    auto removed = held ? address_.remove() : core::Result<void>{};
    look_locked();
    board_.publish([&](core::HostReport& report) {
        auto& facts = facts_of(report);
        facts.keepalived = core::ProcessState::kGone;
        facts.trouble = removed ? "" : core::describe(removed.error());
        if (held && removed) ++facts.removed;
        return true;
    });
    if (!removed) return tl::unexpected(removed.error());
    return held;
}

}  // namespace understudy::agent
