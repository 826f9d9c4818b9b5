#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <climits>
#include <cstring>

#include "exporters/host/network_links.h"

namespace understudy::exporters {
namespace {

// Any socket will do, and stays open as long as the program runs.
int settings_socket() {
    static int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return fd;
}

// The question, and behind it room for three sets of link modes, whose length the kernel chooses.
constexpr std::size_t kHead = sizeof(ethtool_link_settings);
constexpr std::size_t kSets = std::size_t{3} * SCHAR_MAX * sizeof(std::uint32_t);
using SettingsQuestion = std::array<char, kHead + kSets>;

// With the number of words of each set; afterwards the answer.
bool ask_settings(const std::string& device, ethtool_link_settings& settings) {
    ifreq request{};
    if (device.size() >= sizeof request.ifr_name) return false;
    std::memcpy(request.ifr_name, device.c_str(), device.size() + 1);
    settings.cmd = ETHTOOL_GLINKSETTINGS;
    alignas(ethtool_link_settings) SettingsQuestion question{};
    std::memcpy(question.data(), &settings, kHead);
    request.ifr_data = question.data();
    if (::ioctl(settings_socket(), SIOCETHTOOL, &request) != 0) return false;
    std::memcpy(&settings, question.data(), kHead);
    return true;
}

}  // namespace

std::optional<LinkSettings> ask_link_settings(const std::string& device) {
    // The kernel answers a wrong number of words by the right one, negated.
    static std::atomic<std::int8_t> words = 0;
    ethtool_link_settings settings{};
    settings.link_mode_masks_nwords = words;
    if (!ask_settings(device, settings)) return std::nullopt;
    if (settings.link_mode_masks_nwords < 0) {
        words = static_cast<std::int8_t>(-settings.link_mode_masks_nwords);
        settings.link_mode_masks_nwords = words;
        if (!ask_settings(device, settings)) return std::nullopt;
    }
    const auto duplex = settings.duplex;
    return LinkSettings{std::to_string(static_cast<std::int32_t>(settings.speed)),
                        duplex == DUPLEX_FULL   ? "full"
                        : duplex == DUPLEX_HALF ? "half"
                                                : "unknown"};
}

}  // namespace understudy::exporters
