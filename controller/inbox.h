// A bounded queue with one reader: posters wait while it is full, the reader takes all at once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

namespace understudy::controller {

template <class T>
class Inbox {
  public:
    explicit Inbox(std::size_t capacity) : capacity_(capacity) {}

    // False: closed, the item is not taken.
    bool post(T item) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return items_.size() < capacity_ || closed_; });
        if (closed_) return false;
        items_.push_back(std::move(item));
        changed_.notify_all();
        return true;
    }

    // Everything that is there, once something is, or after `longest`, or when closed.
    std::vector<T> take(std::chrono::milliseconds longest) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, longest, [this] { return !items_.empty() || closed_; });
        std::vector<T> taken = std::exchange(items_, {});
        if (!taken.empty()) changed_.notify_all();
        return taken;
    }

    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        changed_.notify_all();
    }

    [[nodiscard]] bool closed() const {
        const std::lock_guard lock(mutex_);
        return closed_;
    }

  private:
    const std::size_t capacity_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<T> items_;
    bool closed_ = false;
};

}  // namespace understudy::controller
