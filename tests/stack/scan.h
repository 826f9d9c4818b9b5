// Tries ports from inside another network namespace of this machine, all at once.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/identity.h"
#include "core/result.h"

namespace understudy::stack {

enum class Knock {
    kOpen,     // somebody listens
    kRefused,  // nobody listens, and the server says so
    kSilent,   // no answer: the firewall dropped it
};

// From the network of that process (0: this machine's own). A port that is named several times is
// tried as often. kIo: the namespace cannot be entered.
core::Result<std::map<std::uint16_t, Knock>> knock(pid_t network_of, const std::string& address,
                                                   const std::vector<std::uint16_t>& ports,
                                                   core::Millis patience);

// Opens connections as if from many addresses of the network (128 to 250), none of which will go
// on.
core::Result<void> flood_with_syn(pid_t network_of, const std::string& address, std::uint16_t port,
                                  int packets);

}  // namespace understudy::stack
