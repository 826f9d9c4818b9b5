// A TCP server on 127.0.0.1 for tests: a thread for each connection, a port of the kernel's choice.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace understudy::integration {

class LoopbackServer {
  public:
    // Runs on the connection's own thread; the socket is closed when it returns.
    using Handler = std::function<void(int socket)>;

    explicit LoopbackServer(Handler handler);
    ~LoopbackServer();  // ends every connection
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    // From now on connections to it are being established for ever, as to a server that vanished.
    void vanish();

  private:
    struct Connection {
        int socket;
        std::atomic<bool> ended{false};
        std::jthread thread{};

        explicit Connection(int accepted) : socket(accepted) {}
        ~Connection();  // waits for its handler
        Connection(const Connection&) = delete;
        Connection& operator=(const Connection&) = delete;
    };

    void accept_all();

    Handler handler_;
    int listener_ = -1;
    std::atomic<bool> vanished_{false};
    std::vector<int> waiting_;  // connections that fill the queue
    std::uint16_t port_ = 0;
    std::mutex mutex_;
    std::list<Connection> connections_;  // those that ended go when the next one comes
    std::jthread acceptor_;
};

// A connection to 127.0.0.1:port, closed with this object.
class LoopbackClient {
  public:
    explicit LoopbackClient(std::uint16_t port);
    ~LoopbackClient();
    LoopbackClient(const LoopbackClient&) = delete;
    LoopbackClient& operator=(const LoopbackClient&) = delete;

    // What arrives next, up to 5 s; empty when the other side closed.
    std::string receive();

  private:
    int socket_ = -1;
};

// A port that nobody listened on a moment ago.
std::uint16_t free_port();

}  // namespace understudy::integration
