#include "exporters/host/mount_probe.h"

#include <sys/statvfs.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace understudy::exporters {

// One thread and the question it works on. Everything below the mutex is guarded by it.
struct MountProbe::Worker {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<std::string> question;
    std::optional<FilesystemUsage> answer;
    bool answered = false;
    bool dismissed = false;  // ends once it has nothing to do

    static std::shared_ptr<Worker> launch(const Ask& ask) {
        auto worker = std::make_shared<Worker>();
        std::thread([worker, ask] { worker->run(ask); }).detach();
        return worker;
    }

    void run(const Ask& ask) {
        std::unique_lock lock(mutex);
        for (;;) {
            changed.wait(lock, [this] { return question || dismissed; });
            if (!question) return;
            const auto mountpoint = *std::exchange(question, std::nullopt);
            lock.unlock();
            auto usage = ask(mountpoint);
            lock.lock();
            answer = usage;
            answered = true;
            changed.notify_all();
        }
    }

    bool has_answered() {
        const std::lock_guard lock(mutex);
        return answered;
    }

    void dismiss() {
        const std::lock_guard lock(mutex);
        dismissed = true;
        changed.notify_all();
    }
};

MountProbe::MountProbe(Ask ask) : ask_(std::move(ask)) {}

MountProbe::~MountProbe() {
    if (worker_) worker_->dismiss();
}

std::optional<FilesystemUsage> MountProbe::usage(const std::string& mountpoint,
                                                 core::Millis patience) {
    if (const auto found = hanging_.find(mountpoint); found != hanging_.end()) {
        if (!found->second->has_answered()) return std::nullopt;
        hanging_.erase(found);
    }
    if (!worker_) worker_ = Worker::launch(ask_);
    std::unique_lock lock(worker_->mutex);
    worker_->answered = false;
    worker_->question = mountpoint;
    worker_->changed.notify_all();
    if (worker_->changed.wait_for(lock, patience, [this] { return worker_->answered; })) {
        return worker_->answer;
    }
    worker_->dismissed = true;
    lock.unlock();
    hanging_[mountpoint] = std::move(worker_);
    return std::nullopt;
}

std::optional<FilesystemUsage> ask_statvfs(const std::string& mountpoint) {
    struct statvfs answer {};
    if (::statvfs(mountpoint.c_str(), &answer) != 0) return std::nullopt;
    const auto block = static_cast<double>(answer.f_frsize);
    return FilesystemUsage{
        static_cast<double>(answer.f_blocks) * block, static_cast<double>(answer.f_bfree) * block,
        static_cast<double>(answer.f_bavail) * block, static_cast<double>(answer.f_files),
        static_cast<double>(answer.f_ffree)};
}

}  // namespace understudy::exporters
