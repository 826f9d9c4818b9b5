// A site on loopback: the real controller as a process, and agents that report what a test wants,
// shown in a browser.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "tests/bad_input/program.h"
#include "tests/page/chromium.h"
#include "tests/unit/controller/fake_agent.h"
#include "tests/unit/controller/simulated_site.h"

namespace understudy::page {

using namespace std::chrono_literals;

class ShownSite : public bad_input::ProgramTest {
  protected:
    ShownSite();
    ~ShownSite() override;

    // Starts the controller, opens its page and awaits that the page says "protected".
    void show_protected_site();
    void start_controller();
    void signal_controller(int number) { controller_->signal(number); }

    // Until a reader sees it; the failure says what is seen instead.
    void await_text(const std::string& text);
    // Until the expression is true.
    void await(const std::string& expression);
    void expect_quiet_console();
    // Kept in build/…/screenshots, for people.
    void keep_screenshot(const std::string& name);

    void command(const std::string& path, const std::string& body);
    controller::test::FakeAgent& agent(const std::string& host) {
        return *agents_.at(core::HostName(host));
    }
    // Of web2: its data are being copied.
    void publish_clone(std::uint64_t bytes, std::uint64_t total);

    Chromium browser_{directory_};

  private:
    [[nodiscard]] std::string configuration();
    core::Result<void> await_condition(const std::string& what,
                                       const std::function<std::string()>& lacking);

    std::map<core::HostName, std::unique_ptr<controller::test::FakeAgent>> agents_;
    std::unique_ptr<stack::Child> controller_;
    std::uint16_t web_port_ = bad_input::free_port();
    std::uint16_t api_port_ = bad_input::free_port();
    std::uint16_t page_port_ = bad_input::free_port();
};

}  // namespace understudy::page
