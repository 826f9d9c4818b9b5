#include "exporters/netlink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "exporters/host/network_links.h"

namespace understudy::exporters {
namespace {

using testing::IsEmpty;
using testing::Not;

TEST(NetlinkMessages, BearDamage) {
    for (std::size_t size = 0; size < 200; ++size) {
        for (const char byte : {'\0', '\1', '\24', '\377'}) {
            const std::string bytes(size, byte);
            NetworkLinks links;
            visit_netlink_messages(
                bytes, [&](const NetlinkItem& message) { add_network_link(links, message); });
            add_network_link(links, {16, bytes});  // RTM_NEWLINK
            EXPECT_THAT(links, IsEmpty());
        }
    }
}

TEST(NetlinkMessages, NameTheKernelsError) {
    // nlmsghdr (length 36, type NLMSG_ERROR), then nlmsgerr with -EPERM.
    const std::string bytes = std::string("\44\0\0\0\2\0\0\0", 8) + std::string(8, '\0') +
                              "\377\377\377\377" + std::string(16, '\0');
    EXPECT_EQ(visit_netlink_messages(bytes, [](const NetlinkItem&) {}).error, EPERM);
}

TEST(NetlinkMessages, SayWhereTheyEnd) {
    const std::string bytes = std::string("\20\0\0\0\3\0\0\0", 8) + std::string(8, '\0');
    EXPECT_TRUE(visit_netlink_messages(bytes, [](const NetlinkItem&) {}).last);
    EXPECT_FALSE(visit_netlink_messages("", [](const NetlinkItem&) {}).last);
}

TEST(DumpNetlink, SaysWhyTheKernelRefuses) {
    const auto dumped = dump_netlink(-1, "", "ask", [](const NetlinkItem&) {});
    ASSERT_FALSE(dumped);
    EXPECT_EQ(dumped.error().operation, "ask");
    EXPECT_NE(dumped.error().number, 0);
}

TEST(NetworkLinks, HaveTheLoopbackDevice) {
    auto links = ask_network_links();
    ASSERT_TRUE(links) << describe(links.error());
    ASSERT_TRUE(links->contains("lo"));
    auto& files = links->at("lo").files;
    EXPECT_EQ(files["address"], "00:00:00:00:00:00");
    EXPECT_EQ(files["ifindex"], "1");
    EXPECT_EQ(files["iflink"], "1");
    EXPECT_THAT(files["mtu"], Not(IsEmpty()));
}

}  // namespace
}  // namespace understudy::exporters
