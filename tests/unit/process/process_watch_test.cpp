// With real child processes. Their command is unique to each test, so that tests may run at once.
#include "adapters/process/process_watch.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "adapters/process/process_table.h"

namespace understudy::adapters {
namespace {

using core::ProcessState;
using std::chrono::seconds;

// A child of the given command that lives until it is killed; it may have a child of its own, of
// the same command, as servers with workers have.
class Child {
  public:
    enum class Workers { kNone, kOne };

    explicit Child(const std::string& command, Workers workers = Workers::kNone) {
        int ready[2];
        if (::pipe(ready) != 0) throw std::runtime_error("pipe");
        pid_ = ::fork();
        if (pid_ == 0) {
            ::prctl(PR_SET_NAME, command.c_str());
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (workers == Workers::kOne && ::fork() == 0) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (::write(ready[1], "", 1) != 1) ::_exit(1);
            for (;;) ::pause();
        }
        const int count = workers == Workers::kOne ? 2 : 1;
        char byte = 0;
        for (int i = 0; i < count; ++i) {
            if (::read(ready[0], &byte, 1) != 1) throw std::runtime_error("child");
        }
        ::close(ready[0]);
        ::close(ready[1]);
    }
    ~Child() { end(); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    void kill_only() const { ::kill(pid_, SIGKILL); }
    void end() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }

  private:
    pid_t pid_ = 0;
};

std::string unique_command(const std::string& stem) { return stem + std::to_string(::getpid()); }

// What was told, in order, for a test to wait for.
class Told {
  public:
    ports::ProcessEvents events() {
        return {[this](core::WallTime at) { tell("death", at); },
                [this](std::uint64_t, core::WallTime at) { tell("start", at); }};
    }
    // Empty: not told in time.
    std::string next() {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, seconds(10), [this] { return !told_.empty(); })) return {};
        auto first = told_.front();
        told_.erase(told_.begin());
        return first;
    }
    core::WallTime last() {
        const std::lock_guard lock(mutex_);
        return last_;
    }

  private:
    void tell(const std::string& what, core::WallTime at) {
        const std::lock_guard lock(mutex_);
        told_.push_back(what);
        last_ = at;
        changed_.notify_all();
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> told_;
    core::WallTime last_;
};

TEST(ProcessWatch, TellsOfADeathAtOnce) {
    // The quickest of several, since the machine may be busy. Commonly 0.1 ms.
    auto quickest = std::chrono::system_clock::duration::max();
    for (int attempt = 0; attempt < 5; ++attempt) {
        Told told;
        Child child(unique_command("ud"));
        PidfdWatch watch(unique_command("ud"), told.events());
        ASSERT_EQ(told.next(), "start");
        EXPECT_EQ(watch.state(), ProcessState::kRunning);
        const auto before = std::chrono::system_clock::now();
        child.kill_only();
        ASSERT_EQ(told.next(), "death");
        EXPECT_EQ(watch.state(), ProcessState::kGone);
        EXPECT_GE(told.last(), std::chrono::floor<std::chrono::microseconds>(before));
        quickest = std::min(quickest, told.last() - before);
    }
    EXPECT_LT(quickest, std::chrono::milliseconds(30))
        << "as by looking, not by the kernel's event";
}

TEST(ProcessWatch, FindsTheSuccessorAsANewIncarnation) {
    Told told;
    Child first(unique_command("us"));
    PidfdWatch watch(unique_command("us"), told.events());
    ASSERT_EQ(told.next(), "start");
    const auto incarnation = watch.incarnation();
    EXPECT_NE(incarnation, 0U);

    first.end();
    ASSERT_EQ(told.next(), "death");
    EXPECT_EQ(watch.incarnation(), incarnation);
    Child second(unique_command("us"));
    ASSERT_EQ(told.next(), "start");
    EXPECT_EQ(watch.state(), ProcessState::kRunning);
    EXPECT_NE(watch.incarnation(), incarnation);
}

TEST(ProcessWatch, AZombieIsNotItsOwnSuccessor) {
    Told told;
    Child child(unique_command("uz"));
    PidfdWatch watch(unique_command("uz"), told.events());
    ASSERT_EQ(told.next(), "start");
    child.kill_only();  // not waited for: it stays as a zombie
    ASSERT_EQ(told.next(), "death");
    EXPECT_FALSE(find_process(unique_command("uz")));
}

TEST(ProcessWatch, TheMastersDeathIsTheDeathOfTheService) {
    Told told;
    Child master(unique_command("um"), Child::Workers::kOne);
    PidfdWatch watch(unique_command("um"), told.events());
    ASSERT_EQ(told.next(), "start");
    const auto found = find_process(unique_command("um"));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->pid, master.pid());
    master.kill_only();
    EXPECT_EQ(told.next(), "death");
}

TEST(ProcessWatch, KillsHard) {
    Told told;
    Child child(unique_command("uk"));
    PidfdWatch watch(unique_command("uk"), told.events());
    ASSERT_EQ(told.next(), "start");
    ASSERT_TRUE(watch.kill_hard());
    ASSERT_EQ(told.next(), "death");
    int status = 0;
    ASSERT_EQ(::waitpid(child.pid(), &status, 0), child.pid());
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

TEST(ProcessWatch, ThatNoneRunsAtTheFirstLookIsADeathToo) {
    Told told;
    PidfdWatch watch("no-such-command", told.events());
    EXPECT_EQ(told.next(), "death");
    EXPECT_EQ(watch.state(), ProcessState::kGone);
    EXPECT_EQ(watch.incarnation(), 0U);
    EXPECT_TRUE(watch.kill_hard()) << "what is gone needs no killing";
}

TEST(ProcessWatch, EndsPromptlyWhileItWaits) {
    Child child(unique_command("ue"));
    const auto before = std::chrono::steady_clock::now();
    {
        Told told;
        PidfdWatch watch(unique_command("ue"), told.events());
        ASSERT_EQ(told.next(), "start");
    }
    EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(5));
}

}  // namespace
}  // namespace understudy::adapters
