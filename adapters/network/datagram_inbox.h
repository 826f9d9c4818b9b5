// A UDP socket of this host that takes what other programs of the host send: loopback alone, so
// that nobody else can. A thread fetches whatever gathers within 20 ms at once, which costs little
// however many come; idle it sleeps.
//
// What comes faster than it is fetched the kernel drops and counts (some 500 datagrams fit into
// Linux' usual bound, net.core.rmem_max).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "adapters/network/socket_thread.h"
#include "core/cluster.h"
#include "core/result.h"

namespace understudy::adapters {

struct Datagram {
    std::string_view bytes;
    bool whole = true;  // false: it was longer than 2 KiB, the rest is lost
};

class DatagramInbox {
  public:
    // `take` is called from a thread of its own, from begin() on.
    explicit DatagramInbox(std::function<void(std::span<const Datagram>)> take);

    // Once. kInvalid: not a loopback address; kIo: it cannot be bound (errno in `number`).
    core::Result<void> begin(const core::Address& address);

    // Where it listens, after begin(): the port that the kernel chose for 0.
    [[nodiscard]] std::uint16_t port() const;
    // Datagrams that the kernel dropped so far.
    [[nodiscard]] std::uint64_t dropped() const;

  private:
    std::function<void(std::span<const Datagram>)> take_;
    SocketThread thread_;
};

// kInvalid: it is not the numeric loopback address of this host ("127.0.0.1", "::1").
core::Result<void> check_inbox_address(const core::Address& address);

}  // namespace understudy::adapters
