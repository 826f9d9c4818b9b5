// Against sockets that answer nothing, or nonsense; real servers are for tests/contract.
#include "adapters/mysql/connection.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

namespace understudy::adapters {
namespace {

using core::ErrorCode;
using core::Millis;
using std::chrono::steady_clock;

class Listener {
  public:
    Listener() : path_(std::filesystem::temp_directory_path() / "listenerXXXXXX") {
        if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp");
        folder_ = path_;
        path_ += "/s";
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
        file_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (::bind(file_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(file_, 8) != 0) {
            throw std::runtime_error("listen");
        }
    }
    ~Listener() {
        ::close(file_);
        std::filesystem::remove_all(folder_);
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    [[nodiscard]] MySqlLogin login() const { return {path_, "user", "secret"}; }

    // Takes the next connection, says this to it, and hangs up.
    void answer(std::string_view bytes) const {
        const int client = ::accept(file_, nullptr, nullptr);
        if (::write(client, bytes.data(), bytes.size()) < 0) throw std::runtime_error("write");
        ::close(client);
    }

  private:
    std::string path_;
    std::string folder_;
    int file_ = -1;
};

TEST(Connection, AServerThatSaysNothingIsATimeoutInTime) {
    const Listener listener;
    Connection connection(listener.login());
    const auto before = steady_clock::now();
    const auto opened = connection.open(deadline_in(Millis{80}));
    const auto took = steady_clock::now() - before;
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::kTimeout);
    EXPECT_GE(took, Millis{79});
    EXPECT_LT(took, Millis{500});
    EXPECT_FALSE(connection.is_open());
    EXPECT_EQ(describe(opened.error()).find("secret"), std::string::npos);
}

TEST(Connection, ADeadlineThatHasPassedIsATimeoutAtOnce) {
    const Listener listener;
    Connection connection(listener.login());
    const auto opened = connection.open(deadline_in(Millis{-1}));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::kTimeout);
}

TEST(Connection, NoSocketIsUnreachable) {
    Connection connection({"/nowhere/mysqld.sock", "user", "secret"});
    const auto opened = connection.open(deadline_in(Millis{1000}));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::kUnreachable);
    EXPECT_EQ(opened.error().number, 2002);
    EXPECT_NE(opened.error().operation.find("/nowhere/mysqld.sock"), std::string::npos);
}

TEST(Connection, AServersRefusalKeepsItsNumber) {
    const Listener listener;
    Connection connection(listener.login());
    // Error 1040, "Too many connections", as the first packet.
    constexpr std::string_view kPacket{"\x17\0\0\0\xff\x10\x04Too many connections", 27};
    std::jthread server([&] { listener.answer(kPacket); });
    const auto opened = connection.open(deadline_in(Millis{2000}));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::kRefused);
    EXPECT_EQ(opened.error().number, 1040);
}

TEST(Connection, NonsenseFromTheServerIsAnError) {
    for (const std::string_view bytes :
         {std::string_view("HTTP/1.1 400 Bad Request\r\n\r\n"), std::string_view("\1\0\0\0\x0a", 5),
          std::string_view("\xff\xff\xff\0\x0a", 5), std::string_view()}) {
        const Listener listener;
        Connection connection(listener.login());
        std::jthread server([&] { listener.answer(bytes); });
        EXPECT_FALSE(connection.open(deadline_in(Millis{1000})));
        EXPECT_FALSE(connection.is_open());
    }
}

TEST(Connection, ErrorsAreClassedByTheirNumbers) {
    for (const int number : {2002, 2003, 2006, 2013, 1053, 3169}) {
        EXPECT_EQ(error_code_of(number), ErrorCode::kUnreachable) << number;
    }
    for (const int number : {1040, 1045, 1203, 1227, 1290, 1064}) {
        EXPECT_EQ(error_code_of(number), ErrorCode::kRefused) << number;
    }
    EXPECT_EQ(error_code_of(1205), ErrorCode::kTimeout);
}

TEST(SqlQuoted, NeverEndsTheLiteralEarly) {
    EXPECT_EQ(sql_quoted("plain"), "'plain'");
    EXPECT_EQ(sql_quoted("it's"), "'it\\'s'");
    EXPECT_EQ(sql_quoted("\\'; DROP"), "'\\\\\\'; DROP'");
    EXPECT_EQ(sql_quoted(std::string_view("a\0b", 3)), "'a\\0b'");
}

}  // namespace
}  // namespace understudy::adapters
