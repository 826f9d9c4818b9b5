#include "agent/report_board.h"

#include <utility>

namespace understudy::agent {

ReportBoard::ReportBoard(core::HostName host, std::uint64_t agent_start) {
    report_.host = std::move(host);
    report_.agent_start = agent_start;
    report_.sequence = 1;
}

core::HostReport ReportBoard::current() const {
    const std::lock_guard lock(mutex_);
    return report_;
}

std::pair<std::uint64_t, std::uint64_t> ReportBoard::position() const {
    const std::lock_guard lock(mutex_);
    return {report_.agent_start, report_.sequence};
}

core::HostReport ReportBoard::wait_for_news(std::uint64_t agent_start, std::uint64_t after,
                                            core::Millis wait) const {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, wait, [&] {
        return closed_ || report_.agent_start != agent_start || report_.sequence != after;
    });
    return report_;
}

void ReportBoard::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    changed_.notify_all();
}

}  // namespace understudy::agent
