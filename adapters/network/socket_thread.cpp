#include "adapters/network/socket_thread.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace understudy::adapters {

SocketThread::~SocketThread() {
    if (thread_.joinable()) {
        thread_.request_stop();
        ::eventfd_write(stop_event_, 1);
        thread_.join();
    }
    if (socket_ >= 0) ::close(socket_);
    if (stop_event_ >= 0) ::close(stop_event_);
}

bool SocketThread::own(int socket) {
    socket_ = socket;
    if (socket_ < 0) return false;
    stop_event_ = ::eventfd(0, EFD_CLOEXEC);
    return stop_event_ >= 0;
}

void SocketThread::begin(Work work) {
    thread_ = std::jthread([this, work = std::move(work)](const std::stop_token& stop) {
        std::array<pollfd, 2> watched{{{socket_, POLLIN, 0}, {stop_event_, POLLIN, 0}}};
        while (!stop.stop_requested()) {
            if (::poll(watched.data(), watched.size(), -1) < 0) continue;
            if (watched[0].revents != 0) work(stop);
        }
    });
}

void SocketThread::pause(int milliseconds) const {
    pollfd stop{stop_event_, POLLIN, 0};
    ::poll(&stop, 1, milliseconds);
}

}  // namespace understudy::adapters
