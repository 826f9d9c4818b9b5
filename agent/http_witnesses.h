// The witnesses' agents over HTTPS, each asked by a thread of its own, so that one that does not
// answer holds up nobody else's grant.
#pragma once

#include <memory>

#include "adapters/http/http.h"
#include "ports/witnesses.h"

namespace understudy::agent {

// ask() is for one thread.
class HttpWitnesses final : public ports::Witnesses {
  public:
    explicit HttpWitnesses(adapters::TlsFiles tls);
    ~HttpWitnesses() override;

    int ask(core::Epoch epoch, const std::vector<core::Witness>& witnesses,
            core::Millis deadline) override;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace understudy::agent
