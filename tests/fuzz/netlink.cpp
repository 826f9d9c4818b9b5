#include "exporters/netlink.h"

#include "exporters/host/network_links.h"
#include "tests/fuzz/input.h"

using namespace understudy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    exporters::NetworkLinks links;
    exporters::visit_netlink_messages(fuzz::text_of(data, size),
                                      [&](const exporters::NetlinkItem& message) {
                                          exporters::add_network_link(links, message);
                                      });
    return 0;
}
