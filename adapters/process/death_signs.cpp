#include "adapters/process/death_signs.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "adapters/process/process_table.h"

namespace understudy::adapters {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr unsigned kPidfdThread = O_EXCL;  // PIDFD_THREAD, which older headers lack
constexpr std::size_t kThreadsWatched = 6;
constexpr int kThreadsMayHaveComeMs = 1000;  // a server starts its threads after itself
constexpr int kLookWithoutHintsMs = 10;
constexpr int kLookWhenSuspiciousMs = 1;
// The other threads of a killed process follow the first one within this time.
constexpr milliseconds kSuspicion{50};

}  // namespace

DeathSigns::DeathSigns(pid_t pid, int pidfd, int stop_event, DeathHints hints)
    : pid_(pid),
      pidfd_(pidfd),
      stop_event_(stop_event),
      threads_can_be_watched_(hints == DeathHints::kThreads) {}

DeathSigns::~DeathSigns() {
    for (const auto& thread : threads_) ::close(thread.pidfd);
}

void DeathSigns::watch_threads() {
    for (const auto id : threads_of(pid_)) {
        if (threads_.size() >= kThreadsWatched) return;
        const bool watched = std::any_of(threads_.begin(), threads_.end(),
                                         [id](const Thread& thread) { return thread.id == id; });
        if (id == pid_ || watched) continue;
        const int opened = static_cast<int>(::syscall(SYS_pidfd_open, id, kPidfdThread));
        if (opened >= 0) {
            threads_.push_back({id, opened});
        } else if (errno == EINVAL) {
            threads_can_be_watched_ = false;
            return;
        }
    }
}

int DeathSigns::wait_ms(SteadyTime now) const {
    if (now < suspicious_until_) return kLookWhenSuspiciousMs;
    if (!threads_can_be_watched_) return kLookWithoutHintsMs;
    return threads_.size() < kThreadsWatched ? kThreadsMayHaveComeMs : -1;
}

bool DeathSigns::thread_ended(const std::vector<bool>& readable) {
    std::vector<Thread> living;
    for (std::size_t i = 0; i < threads_.size(); ++i) {
        if (readable[i]) {
            ::close(threads_[i].pidfd);
        } else {
            living.push_back(threads_[i]);
        }
    }
    const bool ended = living.size() < threads_.size();
    threads_ = std::move(living);
    return ended;
}

bool DeathSigns::dying() const {
    const auto process = read_process(pid_);
    return !process || process->dead;
}

bool DeathSigns::await() {
    if (threads_can_be_watched_) watch_threads();
    // It may have begun to die before its threads were watched.
    suspicious_until_ = steady_clock::now() + kSuspicion;
    for (;;) {
        auto now = steady_clock::now();
        if (now >= suspicious_until_ && threads_can_be_watched_) watch_threads();
        std::vector<pollfd> watched{{pidfd_, POLLIN, 0}, {stop_event_, POLLIN, 0}};
        for (const auto& thread : threads_) watched.push_back({thread.pidfd, POLLIN, 0});
        const int ready = ::poll(watched.data(), watched.size(), wait_ms(now));
        if (ready < 0) continue;
        if (watched[1].revents != 0) return false;
        if (watched[0].revents != 0) return true;
        std::vector<bool> readable;
        for (std::size_t i = 2; i < watched.size(); ++i)
            readable.push_back(watched[i].revents != 0);
        now = steady_clock::now();
        if (thread_ended(readable)) suspicious_until_ = now + kSuspicion;
        const bool look = now < suspicious_until_ || !threads_can_be_watched_;
        if (look && dying()) return true;
    }
}

}  // namespace understudy::adapters
