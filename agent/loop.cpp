#include "agent/loop.h"

#include <utility>

namespace understudy::agent {

Loop::Loop(std::function<core::Millis()> round)
    : round_(std::move(round)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

Loop::~Loop() { thread_.request_stop(); }

void Loop::wake() {
    {
        const std::lock_guard lock(mutex_);
        woken_ = true;
    }
    news_.notify_all();
}

void Loop::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto pause = round_();
        std::unique_lock lock(mutex_);
        news_.wait_for(lock, stop, pause, [this] { return woken_; });
        woken_ = false;
    }
}

}  // namespace understudy::agent
