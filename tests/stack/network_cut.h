// Cuts a server off from everybody else, as a broken cable would: nobody gets an answer, not even
// that a connection is refused. Its own processes go on.
#pragma once

#include <string>

#include "core/result.h"

namespace understudy::stack {

class NetworkCut {
  public:
    static core::Result<NetworkCut> of(const std::string& server);
    ~NetworkCut();  // mends it
    NetworkCut(NetworkCut&& other) noexcept;
    NetworkCut& operator=(NetworkCut&&) = delete;
    NetworkCut(const NetworkCut&) = delete;
    NetworkCut& operator=(const NetworkCut&) = delete;

    core::Result<void> mend();

  private:
    explicit NetworkCut(std::string interface) : interface_(std::move(interface)) {}
    std::string interface_;  // this machine's end of the server's cable; empty: mended
};

}  // namespace understudy::stack
