// On the loopback interface of a network namespace of the test's own.
#include "adapters/network/interface_address.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <cstdlib>
#include <semaphore>
#include <stdexcept>
#include <string>

#include "adapters/network/address_news.h"

namespace understudy::adapters {
namespace {

using std::chrono::seconds;

class AddressOfAHost : public testing::Test {
  protected:
    AddressOfAHost() {
        if (::unshare(CLONE_NEWNET) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
            throw std::runtime_error("no network namespace can be made: run this test as root");
        }
    }
    static void ip(const std::string& arguments) {
        const auto command = "ip " + arguments;
        if (std::system(command.c_str()) != 0) throw std::runtime_error(command + " failed");
    }
};

TEST_F(AddressOfAHost, IsFoundOnItsInterfaceAloneAndRemovedWhateverItsPrefix) {
    ip("address add 198.18.7.10/20 dev lo");
    ip("address add 198.18.7.1/24 dev lo");
    InterfaceAddress address("lo", "198.18.7.10");
    EXPECT_TRUE(address.held());
    EXPECT_FALSE(InterfaceAddress("eth7", "198.18.7.10").held());
    EXPECT_FALSE(InterfaceAddress("lo", "198.18.7.11").held());

    EXPECT_TRUE(address.remove());
    EXPECT_FALSE(address.held());
    EXPECT_TRUE(InterfaceAddress("lo", "198.18.7.1").held()) << "another one stays";
    EXPECT_TRUE(address.remove()) << "once more does nothing";
}

TEST_F(AddressOfAHost, MayBeOfVersionSix) {
    ip("address add 2001:db8::10/64 dev lo");
    InterfaceAddress address("lo", "2001:db8::10");
    EXPECT_TRUE(address.held());
    EXPECT_TRUE(address.remove());
    EXPECT_FALSE(address.held());
}

TEST_F(AddressOfAHost, IsToldOfWhenItComesAndWhenItGoes) {
    ip("link set lo up");
    const InterfaceAddress address("lo", "198.18.7.10");
    std::counting_semaphore<> told(0);
    AddressNews news([&told] { told.release(); });
    ASSERT_TRUE(news.begin());
    const auto await = [&](bool held) {
        while (address.held() != held) {
            if (!told.try_acquire_for(seconds(10))) return false;
        }
        return true;
    };
    ip("address add 198.18.7.10/24 dev lo");
    ASSERT_TRUE(told.try_acquire_for(seconds(10)));
    EXPECT_TRUE(await(true));
    ip("address delete 198.18.7.10/24 dev lo");
    ASSERT_TRUE(told.try_acquire_for(seconds(10)));
    EXPECT_TRUE(await(false));
}

}  // namespace
}  // namespace understudy::adapters
