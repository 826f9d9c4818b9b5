#include "adapters/haproxy/runtime_socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <thread>

namespace understudy::adapters {
namespace {

using core::ErrorCode;
using core::Millis;
using testing::ElementsAre;
using testing::HasSubstr;

// Listens, accepts one connection, writes `answer`, and closes or stays silent.
class OneAnswer {
  public:
    OneAnswer(std::string answer, bool then_close)
        : answer_(std::move(answer)), then_close_(then_close) {
        std::string pattern = "/tmp/understudy-socket-XXXXXX";
        directory_ = ::mkdtemp(pattern.data());
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path().copy(address.sun_path, sizeof(address.sun_path) - 1);
        listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
        EXPECT_EQ(::listen(listener_, 1), 0);
        thread_ = std::jthread([this] { serve(); });
    }
    ~OneAnswer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
        std::filesystem::remove_all(directory_);
    }
    OneAnswer(const OneAnswer&) = delete;
    OneAnswer& operator=(const OneAnswer&) = delete;

    [[nodiscard]] std::string path() const { return directory_ + "/admin.sock"; }
    [[nodiscard]] const std::string& received() const { return received_; }

  private:
    void serve() {
        const int peer = ::accept(listener_, nullptr, nullptr);
        if (peer < 0) return;
        while (!received_.ends_with('\n')) {
            char byte = 0;
            if (::recv(peer, &byte, 1, 0) != 1) break;
            received_.push_back(byte);
        }
        EXPECT_EQ(::send(peer, answer_.data(), answer_.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(answer_.size()));
        char byte = 0;
        if (!then_close_) {
            EXPECT_EQ(::recv(peer, &byte, 1, 0), 0);
        }
        ::close(peer);
    }

    std::string answer_;
    bool then_close_;
    std::string directory_;
    std::string received_;
    int listener_ = -1;
    std::jthread thread_;
};

TEST(SplitAnswers, CountsAnEmptyAnswerAsOne) {
    EXPECT_THAT(*split_answers("\nNo such server.\n\n\n", 3),
                ElementsAre("", "No such server.\n", ""));
}

TEST(SplitAnswers, RefusesAnAnswerThatIsCutShort) {
    EXPECT_FALSE(split_answers("\nNo such ser", 2));
    EXPECT_FALSE(split_answers("\n", 2));
    EXPECT_FALSE(split_answers("", 1));
}

TEST(RuntimeSocketTest, SendsAllCommandsInOneLine) {
    OneAnswer haproxy("\nfour\n\n", true);
    const RuntimeSocket socket(haproxy.path());
    const auto answers = socket.ask(std::vector<std::string>{"one", "two three"}, Millis(5000));
    ASSERT_TRUE(answers) << describe(answers.error());
    EXPECT_THAT(*answers, ElementsAre("", "four\n"));
    EXPECT_EQ(haproxy.received(), "one;two three\n");
}

TEST(RuntimeSocketTest, NamesTheSocketThatIsNotThere) {
    const RuntimeSocket socket("/nonexistent/admin.sock");
    const auto answers = socket.ask(std::vector<std::string>{"show info"}, Millis(100));
    ASSERT_FALSE(answers);
    EXPECT_EQ(answers.error().code, ErrorCode::kUnreachable);
    EXPECT_EQ(answers.error().number, ENOENT);
    EXPECT_THAT(describe(answers.error()), HasSubstr("/nonexistent/admin.sock"));
}

TEST(RuntimeSocketTest, GivesUpWhenHaproxyIsSilent) {
    OneAnswer haproxy("\n", false);
    const RuntimeSocket socket(haproxy.path());
    const auto answers = socket.ask(std::vector<std::string>{"one"}, Millis(30));
    ASSERT_FALSE(answers);
    EXPECT_EQ(answers.error().code, ErrorCode::kTimeout);
}

TEST(RuntimeSocketTest, RefusesAPathThatDoesNotFit) {
    const RuntimeSocket socket("/" + std::string(200, 'a'));
    const auto answers = socket.ask(std::vector<std::string>{"one"}, Millis(30));
    ASSERT_FALSE(answers);
    EXPECT_EQ(answers.error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace understudy::adapters
