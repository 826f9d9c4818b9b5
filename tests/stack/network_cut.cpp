#include "tests/stack/network_cut.h"

#include <net/if.h>

#include <array>
#include <utility>

#include "tests/stack/command.h"
#include "tests/stack/containers.h"

namespace understudy::stack {

namespace {

constexpr core::Millis kLinkChange{5000};

core::Result<void> set_link(const std::string& interface, const std::string& state) {
    const auto done = output_of({"ip", "link", "set", "dev", interface, state}, kLinkChange);
    if (!done) return tl::unexpected(done.error());
    return {};
}

// The interface in this machine's namespace that is the other end of the server's eth0.
core::Result<std::string> cable_of(const std::string& server) {
    const auto container = container_of(server);
    if (!container) return tl::unexpected(container.error());
    const auto links =
        output_of({"nsenter", "--net", "--target", std::to_string(container->main_process), "ip",
                   "-oneline", "link", "show", "dev", "eth0"},
                  kLinkChange);
    if (!links) return tl::unexpected(links.error());
    // "7: eth0@if8: <…"
    const auto at = links->find("@if");
    std::array<char, IF_NAMESIZE> name{};
    if (at == std::string::npos ||
        ::if_indextoname(static_cast<unsigned>(std::stoul(links->substr(at + 3))), name.data()) ==
            nullptr) {
        return core::failure(core::ErrorCode::kNotFound, "the cable of " + server, *links);
    }
    return std::string(name.data());
}

}  // namespace

core::Result<NetworkCut> NetworkCut::of(const std::string& server) {
    const auto interface = cable_of(server);
    if (!interface) return tl::unexpected(interface.error());
    if (auto cut = set_link(*interface, "down"); !cut) return tl::unexpected(cut.error());
    return NetworkCut(*interface);
}

NetworkCut::NetworkCut(NetworkCut&& other) noexcept
    : interface_(std::exchange(other.interface_, {})) {}

NetworkCut::~NetworkCut() { static_cast<void>(mend()); }

core::Result<void> NetworkCut::mend() {
    if (interface_.empty()) return {};
    return set_link(std::exchange(interface_, {}), "up");
}

}  // namespace understudy::stack
