#include "adapters/network/datagram_inbox.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <semaphore>
#include <string>
#include <vector>

namespace understudy::adapters {
namespace {

using std::chrono::seconds;

constexpr auto kPatience = seconds(10);

class Sender {
  public:
    explicit Sender(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        const sockaddr_in to{AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}, {}};
        EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    }
    ~Sender() { ::close(socket_); }
    Sender(const Sender&) = delete;
    Sender& operator=(const Sender&) = delete;

    void send(const std::string& bytes) const {
        EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), 0),
                  static_cast<ssize_t>(bytes.size()));
    }

  private:
    int socket_;
};

TEST(DatagramInboxTest, TakesWhatComesInItsOrderAndTellsWhatIsNotWhole) {
    struct Received {
        std::string bytes;
        bool whole;
    };
    std::vector<Received> received;
    std::counting_semaphore<> arrived(0);
    DatagramInbox inbox([&](std::span<const Datagram> datagrams) {
        for (const auto& datagram : datagrams) {
            received.push_back({std::string(datagram.bytes), datagram.whole});
            arrived.release();
        }
    });
    ASSERT_TRUE(inbox.begin({"127.0.0.1", 0}));
    const Sender sender(inbox.port());
    constexpr int kMany = 100;
    for (int i = 0; i < kMany; ++i) sender.send(std::to_string(i));
    sender.send(std::string(5000, 'x'));
    for (int i = 0; i <= kMany; ++i) ASSERT_TRUE(arrived.try_acquire_for(kPatience)) << i;
    for (int i = 0; i < kMany; ++i) {
        EXPECT_EQ(received[static_cast<std::size_t>(i)].bytes, std::to_string(i));
        EXPECT_TRUE(received[static_cast<std::size_t>(i)].whole);
    }
    EXPECT_FALSE(received.back().whole);
    EXPECT_EQ(inbox.dropped(), 0U);
}

TEST(DatagramInboxTest, CountsWhatTheKernelDropsWhileItIsBusy) {
    std::counting_semaphore<> busy(0);
    std::counting_semaphore<> go_on(0);
    DatagramInbox inbox([&](std::span<const Datagram>) {
        busy.release();
        ASSERT_TRUE(go_on.try_acquire_for(kPatience));
    });
    ASSERT_TRUE(inbox.begin({"127.0.0.1", 0}));
    const Sender sender(inbox.port());
    sender.send("first");
    ASSERT_TRUE(busy.try_acquire_for(kPatience));
    const std::string large(2000, 'x');
    constexpr int kTooMany = 5000;  // 10 MB, where the buffer is 1 MiB
    for (int i = 0; i < kTooMany; ++i) sender.send(large);
    EXPECT_GT(inbox.dropped(), 1000U);
    EXPECT_LT(inbox.dropped(), 5000U);
    go_on.release(kTooMany);
}

TEST(DatagramInboxTest, IsNotForOtherMachines) {
    for (const auto* host : {"0.0.0.0", "198.18.0.21", "::", "localhost", ""}) {
        const auto bad = check_inbox_address({host, 1});
        ASSERT_FALSE(bad) << host;
        EXPECT_NE(bad.error().detail.find("127.0.0.1"), std::string::npos);
        DatagramInbox inbox([](std::span<const Datagram>) {});
        EXPECT_FALSE(inbox.begin({host, 0})) << host;
    }
    EXPECT_TRUE(check_inbox_address({"127.0.0.1", 1}));
    EXPECT_TRUE(check_inbox_address({"::1", 1}));
}

TEST(DatagramInboxTest, SaysThatThePortIsTaken) {
    DatagramInbox first([](std::span<const Datagram>) {});
    ASSERT_TRUE(first.begin({"127.0.0.1", 0}));
    DatagramInbox second([](std::span<const Datagram>) {});
    const auto begun = second.begin({"127.0.0.1", first.port()});
    ASSERT_FALSE(begun);
    EXPECT_EQ(begun.error().number, EADDRINUSE);
}

}  // namespace
}  // namespace understudy::adapters
