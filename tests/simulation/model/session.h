// A client's connection to a server, through a load balancer or not.
#pragma once

#include <functional>

namespace understudy::simulation {

struct Session {
    int client = 0;
    int balancer = -1;
    int server = -1;
    bool open = true;        // at the server
    bool abandoned = false;  // the client is gone or was told that it is over
    std::function<void()> on_close;

    // The client's side learns of it; what it waits for is unknown.
    void close() {
        if (!open) return;
        open = false;
        if (on_close) on_close();
    }
};

}  // namespace understudy::simulation
