#include "exporters/host/network_links.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

namespace understudy::exporters {
namespace {

// By number, IF_OPER_UNKNOWN the first (RFC 2863).
constexpr auto kStates = std::to_array<const char*>(
    {"unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up"});

struct NumberAttribute {
    std::uint16_t type;
    const char* file;
};
constexpr auto kNumbers = std::to_array<NumberAttribute>({
    {IFLA_CARRIER_CHANGES, "carrier_changes"},
    {IFLA_CARRIER_UP_COUNT, "carrier_up_count"},
    {IFLA_CARRIER_DOWN_COUNT, "carrier_down_count"},
    {IFLA_GROUP, "netdev_group"},
    {IFLA_LINK, "iflink"},
    {IFLA_MTU, "mtu"},
    {IFLA_TXQLEN, "tx_queue_len"},
});

// "52:54:00:12:34:56"
std::string address_text(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        if (!text.empty()) text += ':';
        text += {kDigits[value >> 4U], kDigits[value & 0xFU]};
    }
    return text;
}

std::string text_before_zero(std::string_view bytes) {
    return std::string(bytes.substr(0, bytes.find('\0')));
}

template <class Number>
std::string number_in(std::string_view bytes) {
    const auto value = netlink_front<Number>(bytes);
    return value ? std::to_string(*value) : "";
}

// What one device's attributes say.
class LinkReader {
  public:
    explicit LinkReader(const ifinfomsg& head) : flags_(head.ifi_flags) {
        link_.index = static_cast<std::uint32_t>(head.ifi_index);
        link_.is_up = (head.ifi_flags & IFF_UP) != 0;
        const auto index = std::to_string(head.ifi_index);
        // Of a device without addresses, a name, or a lower device the kernel says nothing.
        link_.files = {{"address", ""},      {"broadcast", ""}, {"ifalias", ""},
                       {"ifindex", index},   {"iflink", index}, {"type", number(head.ifi_type)},
                       {"operstate", "down"}};
        link_.files["dormant"] = link_.is_up ? number((flags_ & IFF_DORMANT) != 0 ? 1 : 0) : "";
    }

    void take(const NetlinkItem& attribute) {
        const auto bytes = attribute.body;
        switch (attribute.type) {
            case IFLA_IFNAME:
                name_ = text_before_zero(bytes);
                return;
            case IFLA_IFALIAS:
                link_.files["ifalias"] = text_before_zero(bytes);
                return;
            case IFLA_ADDRESS:
                link_.files["address"] = address_text(bytes);
                return;
            case IFLA_BROADCAST:
                link_.files["broadcast"] = address_text(bytes);
                return;
            case IFLA_CARRIER:
                link_.files["carrier"] = link_.is_up ? number_in<std::uint8_t>(bytes) : "";
                return;
            case IFLA_LINKMODE:
                link_.files["link_mode"] = number_in<std::uint8_t>(bytes);
                return;
            case IFLA_OPERSTATE:
                take_state(netlink_front<std::uint8_t>(bytes).value_or(0));
                return;
            case IFLA_PROMISCUITY:
                take_mode(bytes, IFF_PROMISC);
                return;
            case kAllMulticast:
                take_mode(bytes, IFF_ALLMULTI);
                return;
            case IFLA_STATS64:
                take_unhandled(bytes);
                return;
            default:
                take_number(attribute);
        }
    }

    void add_to(NetworkLinks& links) {
        if (name_.empty()) return;
        link_.files["flags"] = std::to_string(flags_ & ~kOfTheState);
        links[name_] = std::move(link_);
    }

  private:
    // IFLA_ALLMULTI of Linux 6.0, which older headers do not have.
    static constexpr std::uint16_t kAllMulticast = 61;
    // Among the flags of the answer, but not of the file.
    static constexpr unsigned kOfTheState =
        unsigned{IFF_RUNNING} | unsigned{IFF_LOWER_UP} | unsigned{IFF_DORMANT};

    static std::string number(unsigned value) { return std::to_string(value); }

    void take_state(std::uint8_t state) {
        link_.files["operstate"] = state < kStates.size() ? kStates[state] : kStates[0];
    }

    // The answer has the flag that an administrator set, the file whether the mode is on for
    // anybody's sake (a bridge's).
    void take_mode(std::string_view bytes, unsigned flag) {
        const auto wanted_by = netlink_front<std::uint32_t>(bytes);
        if (wanted_by) flags_ = *wanted_by > 0 ? flags_ | flag : flags_ & ~flag;
    }

    void take_unhandled(std::string_view bytes) {
        constexpr auto kAt = offsetof(rtnl_link_stats64, rx_nohandler);
        if (bytes.size() > kAt) {
            link_.files["statistics/rx_nohandler"] = number_in<std::uint64_t>(bytes.substr(kAt));
        }
    }

    void take_number(const NetlinkItem& attribute) {
        for (const auto& known : kNumbers) {
            if (known.type == attribute.type) {
                link_.files[known.file] = number_in<std::uint32_t>(attribute.body);
            }
        }
    }

    NetworkLink link_;
    std::string name_;
    unsigned flags_;
};

struct LinkQuestion {
    nlmsghdr head{};
    ifinfomsg body{};
};

}  // namespace

void add_network_link(NetworkLinks& links, const NetlinkItem& message) {
    const auto head = netlink_front<ifinfomsg>(message.body);
    if (message.type != RTM_NEWLINK || !head) return;
    LinkReader reader(*head);
    visit_netlink_attributes(message.body.substr(sizeof *head),
                             [&](const NetlinkItem& attribute) { reader.take(attribute); });
    reader.add_to(links);
}

core::Result<NetworkLinks> ask_network_links() {
    LinkQuestion question;
    question.head.nlmsg_len = sizeof question;
    question.head.nlmsg_type = RTM_GETLINK;
    question.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    NetworkLinks links;
    return dump_netlink(NETLINK_ROUTE, {reinterpret_cast<const char*>(&question), sizeof question},
                        "ask the kernel for network devices",
                        [&](const NetlinkItem& message) { add_network_link(links, message); })
        .map([&] { return std::move(links); });
}

}  // namespace understudy::exporters
