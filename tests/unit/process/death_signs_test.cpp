#include "adapters/process/death_signs.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>

namespace understudy::adapters {
namespace {

class LargeProcess {
  public:
    LargeProcess() : stop_event_(::eventfd(0, EFD_CLOEXEC)) {
        int ready[2];
        if (::pipe2(ready, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, ready[1], STDOUT_FILENO);
        std::string path = LARGE_PROCESS;
        char* arguments[] = {path.data(), nullptr};
        if (::posix_spawn(&pid_, path.c_str(), &actions, nullptr, arguments, environ) != 0) {
            throw std::runtime_error("spawn " + path);
        }
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(ready[1]);
        char byte = 0;
        if (::read(ready[0], &byte, 1) != 1) throw std::runtime_error(path + " did not start");
        ::close(ready[0]);
        pidfd_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
    }
    ~LargeProcess() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        ::close(pidfd_);
        ::close(stop_event_);
    }
    LargeProcess(const LargeProcess&) = delete;
    LargeProcess& operator=(const LargeProcess&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] int pidfd() const { return pidfd_; }
    [[nodiscard]] int stop_event() const { return stop_event_; }
    [[nodiscard]] bool over() const {
        pollfd ended{pidfd_, POLLIN, 0};
        return ::poll(&ended, 1, 0) > 0;
    }

  private:
    int stop_event_;
    pid_t pid_ = 0;
    int pidfd_ = -1;
};

bool seen_before_the_end(DeathHints hints) {
    LargeProcess process;
    DeathSigns signs(process.pid(), process.pidfd(), process.stop_event(), hints);
    std::jthread killer([&] { ::kill(process.pid(), SIGKILL); });
    return signs.await() && !process.over();
}

// One of several attempts is enough, since the machine may be busy.
bool ever_seen_before_the_end(DeathHints hints) {
    for (int attempt = 0; attempt < 5; ++attempt) {
        if (seen_before_the_end(hints)) return true;
    }
    return false;
}

TEST(DeathSigns, AreSeenBeforeTheKernelHasTakenTheMemoryBack) {
    EXPECT_TRUE(ever_seen_before_the_end(DeathHints::kThreads));
}

TEST(DeathSigns, AreSeenByLookingWhereTheKernelGivesNoHints) {
    EXPECT_TRUE(ever_seen_before_the_end(DeathHints::kNone));
}

TEST(DeathSigns, AreNotSeenInAProcessThatLives) {
    LargeProcess process;
    DeathSigns signs(process.pid(), process.pidfd(), process.stop_event());
    std::jthread stopper([&] { ::eventfd_write(process.stop_event(), 1); });
    EXPECT_FALSE(signs.await());
}

}  // namespace
}  // namespace understudy::adapters
