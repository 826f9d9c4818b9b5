// Asks at the virtual address by HTTPS from several clients at once, each on a new connection each
// time, so that the time without any answer can be told although requests hang: with eight clients
// to some 20 ms, with two to some 60.
#pragma once

#include <memory>
#include <vector>

#include "core/identity.h"
#include "core/result.h"
#include "tests/stack/getting_client.h"

namespace understudy::stack {

class AddressProbe {
  public:
    explicit AddressProbe(int clients);

    // Until each client has had that many more good answers.
    core::Result<void> await_good(std::size_t each, core::Millis deadline);
    void stop();

    // The longest time between two good answers of which the later came after `from`; what ran
    // when it was stopped does not count.
    [[nodiscard]] core::Millis longest_silence(core::WallTime from) const;
    [[nodiscard]] std::size_t asked() const;
    // That began before `until`: answered late, wrongly, or not at all.
    [[nodiscard]] std::size_t failed_before(core::WallTime until) const;

  private:
    std::vector<std::unique_ptr<GettingClient>> clients_;
};

}  // namespace understudy::stack
