// The controller, put together: store, decision thread, lines to the agents, webhooks, interfaces.
#pragma once

#include <memory>
#include <string>

#include "controller/config.h"
#include "core/result.h"

namespace understudy::controller {

class Controller {
  public:
    Controller(ControllerConfig config, std::string version);
    ~Controller();  // stops: interfaces first, then the lines to the agents, then the decisions
    Controller(const Controller&) = delete;
    Controller& operator=(const Controller&) = delete;

    // kInvalid: the store or a certificate cannot be used; kIo with EADDRINUSE: a port is in use;
    // the store's errors.
    core::Result<void> start();

    // What the file says now, or why it cannot be read. Policy, priorities and sites count from now
    // on; where anything else differs, it is named in the log: it needs a restart, and until then
    // nothing of the file counts. The metrics say which.
    void reload(const core::Result<ControllerConfig>& fresh);

    [[nodiscard]] std::uint16_t api_port() const;
    [[nodiscard]] std::uint16_t web_port() const;
    [[nodiscard]] std::uint16_t page_port() const;  // 0: no page is served

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace understudy::controller
