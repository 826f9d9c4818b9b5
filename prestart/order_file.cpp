#include "prestart/order_file.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "wire/json.h"

namespace understudy::prestart {

namespace {

using core::ErrorCode;
using core::failure;
using core::Result;

class FolderWatch {
  public:
    explicit FolderWatch(const std::string& folder)
        : fd_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
        watching_ = fd_ >= 0 && ::inotify_add_watch(fd_, folder.c_str(), IN_MOVED_TO) >= 0;
    }
    ~FolderWatch() {
        if (fd_ >= 0) ::close(fd_);
    }
    FolderWatch(const FolderWatch&) = delete;
    FolderWatch& operator=(const FolderWatch&) = delete;

    [[nodiscard]] bool watching() const { return watching_; }

    void wait(core::Millis most) const {
        pollfd poll{fd_, POLLIN, 0};
        if (::poll(&poll, 1, static_cast<int>(most.count())) <= 0) return;
        std::array<char, 4096> events{};
        while (::read(fd_, events.data(), events.size()) > 0) {
        }
    }

  private:
    int fd_;
    bool watching_ = false;
};

}  // namespace

Result<core::RejoinOrder> await_order(const std::string& file, core::Millis most) {
    const auto until = std::chrono::steady_clock::now() + most;
    const FolderWatch folder(std::filesystem::path(file).parent_path().string());
    if (!folder.watching()) {
        return failure(ErrorCode::kNotFound, "wait for " + file, std::strerror(errno), errno);
    }
    while (!std::filesystem::exists(file)) {
        const auto left =
            std::chrono::duration_cast<core::Millis>(until - std::chrono::steady_clock::now());
        if (left <= core::Millis{0}) {
            return failure(ErrorCode::kTimeout, "wait for " + file,
                           "the agent has not said what this host is now");
        }
        folder.wait(left);
    }
    std::ifstream stream(file);
    std::stringstream text;
    text << stream.rdbuf();
    return wire::rejoin_order_from_json(text.str());
}

}  // namespace understudy::prestart
