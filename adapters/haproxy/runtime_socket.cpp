#include "adapters/haproxy/runtime_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>

namespace understudy::adapters {
namespace {

using core::ErrorCode;
using core::failure;
using core::Result;
using Instant = std::chrono::steady_clock::time_point;

std::string text_of(int error) { return std::generic_category().message(error); }

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int number() const { return number_; }

  private:
    int number_;
};

// One conversation with HAProxy: its socket's path (for errors) and when it has to be over.
class Conversation {
  public:
    Conversation(const std::string& path, Instant until)
        : path_(path),
          until_(until),
          socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}

    Result<std::string> run(const std::string& commands) {
        if (auto connected = connect(); !connected) return tl::unexpected(connected.error());
        if (auto sent = send(commands); !sent) return tl::unexpected(sent.error());
        return receive();
    }

  private:
    [[nodiscard]] std::string operation(const char* what) const {
        return std::string(what) + " HAProxy at " + path_;
    }

    Result<void> connect() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        if (path_.size() >= sizeof(address.sun_path)) {
            return failure(ErrorCode::kInvalid, operation("connect to"), "the path is too long");
        }
        std::copy(path_.begin(), path_.end(), std::begin(address.sun_path));
        const auto* generic = reinterpret_cast<const sockaddr*>(&address);
        while (::connect(socket_.number(), generic, sizeof(address)) != 0) {
            const int error = errno;
            if (error == EINTR) continue;
            if (error == EAGAIN) {
                return failure(ErrorCode::kUnreachable, operation("connect to"),
                               "its queue of connections is full", error);
            }
            return failure(ErrorCode::kUnreachable, operation("connect to"), text_of(error), error);
        }
        return {};
    }

    Result<void> wait_for(short events, const char* what) {
        for (;;) {
            const auto left =
                std::chrono::ceil<core::Millis>(until_ - std::chrono::steady_clock::now());
            pollfd waiting{socket_.number(), events, 0};
            const int ready =
                ::poll(&waiting, 1, static_cast<int>(std::max<core::Millis::rep>(left.count(), 0)));
            if (ready > 0) return {};
            if (ready == 0)
                return failure(ErrorCode::kTimeout, operation(what), "no answer in time");
            if (errno != EINTR) {
                return failure(ErrorCode::kIo, operation(what), text_of(errno), errno);
            }
        }
    }

    Result<void> send(std::string_view rest) {
        while (!rest.empty()) {
            const auto sent = ::send(socket_.number(), rest.data(), rest.size(), MSG_NOSIGNAL);
            if (sent >= 0) {
                rest.remove_prefix(static_cast<std::size_t>(sent));
            } else if (errno == EAGAIN) {
                if (auto ready = wait_for(POLLOUT, "write to"); !ready) return ready;
            } else if (errno != EINTR) {
                return failure(ErrorCode::kUnreachable, operation("write to"), text_of(errno),
                               errno);
            }
        }
        return {};
    }

    Result<std::string> receive() {
        std::string answer;
        std::array<char, 16384> buffer{};
        for (;;) {
            const auto got = ::recv(socket_.number(), buffer.data(), buffer.size(), 0);
            if (got == 0) return answer;
            if (got > 0) {
                answer.append(buffer.data(), static_cast<std::size_t>(got));
                if (answer.size() > RuntimeSocket::kMaxAnswerBytes) {
                    return failure(ErrorCode::kInvalid, operation("read from"), "answer too long");
                }
            } else if (errno == EAGAIN) {
                if (auto ready = wait_for(POLLIN, "read from"); !ready) {
                    return tl::unexpected(ready.error());
                }
            } else if (errno != EINTR) {
                return failure(ErrorCode::kUnreachable, operation("read from"), text_of(errno),
                               errno);
            }
        }
    }

    const std::string& path_;
    Instant until_;
    Descriptor socket_;
};

std::string joined(std::span<const std::string> commands) {
    std::string line;
    for (const auto& command : commands) {
        if (!line.empty()) line += ';';
        line += command;
    }
    return line + '\n';
}

}  // namespace

Result<std::vector<std::string>> split_answers(std::string_view text, std::size_t expected) {
    std::vector<std::string> answers;
    std::string answer;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.empty()) {
            answers.push_back(std::move(answer));
            answer.clear();
        } else {
            answer.append(line).push_back('\n');
        }
    }
    if (answers.size() != expected || !answer.empty()) {
        return failure(ErrorCode::kInvalid, "read HAProxy's answers",
                       std::to_string(answers.size()) + " complete answers to " +
                           std::to_string(expected) + " commands");
    }
    return answers;
}

Result<std::vector<std::string>> RuntimeSocket::ask(std::span<const std::string> commands,
                                                    core::Millis deadline) const {
    if (commands.empty()) return std::vector<std::string>{};
    Conversation conversation(path_, std::chrono::steady_clock::now() + deadline);
    auto text = conversation.run(joined(commands));
    if (!text) return tl::unexpected(text.error());
    return split_answers(*text, commands.size());
}

}  // namespace understudy::adapters
