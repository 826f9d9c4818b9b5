#include "agent/vip_part.h"

#include <spdlog/spdlog.h>

#include <optional>

#include "adapters/network/address_news.h"
#include "adapters/network/interface_address.h"
#include "adapters/process/process_watch.h"
#include "agent/vip_keeper.h"

namespace understudy::agent {

struct VipPart::Parts {
    Parts(const KeepalivedConfig& config, const ports::Clock& clock, ReportBoard& board)
        : command(config.process),
          address(config.interface, config.vip),
          keeper(clock, address, board),
          news([this] { keeper.look(); }) {}

    void keepalived_gone() {
        const auto removed = keeper.keepalived_gone();
        if (!removed) {
            spdlog::error("{} is gone, and the virtual address stays here: {}", command,
                          core::describe(removed.error()));
        } else if (*removed) {
            spdlog::warn("{} is gone: the virtual address was taken off this host", command);
        }
    }

    std::string command;
    adapters::InterfaceAddress address;
    VipKeeper keeper;
    adapters::AddressNews news;
    std::optional<adapters::PidfdWatch> process;
};

VipPart::VipPart(const KeepalivedConfig& config, const ports::Clock& clock, ReportBoard& board)
    : parts_(std::make_unique<Parts>(config, clock, board)) {}

VipPart::~VipPart() { parts_->process.reset(); }

core::Result<void> VipPart::start() {
    auto& parts = *parts_;
    if (auto begun = parts.news.begin(); !begun) return begun;
    parts.keeper.look();
    parts.process.emplace(
        parts.command, ports::ProcessEvents{[&parts](core::WallTime) { parts.keepalived_gone(); },
                                            [&parts](std::uint64_t, core::WallTime) {
                                                parts.keeper.keepalived_started();
                                            }});
    return {};
}

}  // namespace understudy::agent
