// A socket and the thread that waits for what comes on it. Its owner declares it last, so that it
// ends before what its work uses.
#pragma once

#include <functional>
#include <thread>

namespace understudy::adapters {

class SocketThread {
  public:
    SocketThread() = default;
    ~SocketThread();
    SocketThread(const SocketThread&) = delete;
    SocketThread& operator=(const SocketThread&) = delete;

    // Once: the socket is closed with it. False: it is none, or nothing more can be opened (errno).
    bool own(int socket);
    [[nodiscard]] int socket() const { return socket_; }

    // Once, after own(): calls `work` from its thread whenever something can be read. It returns
    // soon once it is asked to stop.
    using Work = std::function<void(const std::stop_token& stop)>;
    void begin(Work work);

    // From within `work`; ends early when it is asked to stop.
    void pause(int milliseconds) const;

  private:
    int socket_ = -1;
    int stop_event_ = -1;
    std::jthread thread_;
};

}  // namespace understudy::adapters
