#include "tests/page/shown_site.h"

#include <gmock/gmock.h>

#include <csignal>

#include "tests/stack/wait.h"

namespace understudy::page {

namespace {

constexpr const char* kScreenshots = UNDERSTUDY_SCREENSHOTS;
constexpr std::uint64_t kBytesPerSecond = 110'000'000;

std::string quoted(const core::Address& address) {
    return "\"" + address.host + ":" + std::to_string(address.port) + "\"";
}

}  // namespace

ShownSite::ShownSite() {
    std::filesystem::create_directory(path("state"));
    std::filesystem::create_directories(kScreenshots);
    for (auto [host, report] : controller::test::first_reports()) {
        if (report.database) {
            report.database->version = "9.7.4";
            report.database->executed.add("11111111-1111-1111-1111-111111111111", {1, 4711});
            report.database->client_sessions = host == controller::test::kWeb1 ? 12 : 3;
        }
        agents_[host] = std::make_unique<controller::test::FakeAgent>(
            report, authority_.issue(host.value), "ctl1");
        const std::optional nobody{wire::TierWaiting{0}};
        agents_[host]->let_wait(report.database ? wire::HostWaiting{{}, nobody, nobody}
                                                : wire::HostWaiting{nobody, {}, {}});
    }
}

ShownSite::~ShownSite() {
    if (controller_) controller_->signal(SIGKILL);
    controller_.reset();
}

std::string ShownSite::configuration() {
    const auto tls = authority_.issue("ctl1");
    const auto at = [](std::uint16_t port) { return quoted({"127.0.0.1", port}); };
    const auto agent_of = [this](const char* host) { return quoted(agent(host).address()); };
    return "state_dir: " + path("state") + "\nweb: {listen: " + at(web_port_) +
           "}\npage: {listen: " + at(page_port_) + "}\napi:\n  listen: " + at(api_port_) +
           "\n  tls: {ca: " + tls.ca + ", cert: " + tls.cert + ", key: " + tls.key +
           "}\n  allowed_names: [operator]\n"
           "cluster:\n  name: main\n  hosts:\n"
           "    - {name: web1, agent: " +
           agent_of("web1") +
           ", mysql: \"198.18.0.21:3306\"}\n"
           "    - {name: web2, agent: " +
           agent_of("web2") +
           ", mysql: \"198.18.0.22:3306\"}\n"
           "  load_balancers:\n    - {name: lb1, agent: " +
           agent_of("lb1") + "}\n    - {name: lb2, agent: " + agent_of("lb2") +
           "}\n  web_backends: [web1, web2]\n";
}

void ShownSite::start_controller() {
    auto started = stack::Child::start(
        {UNDERSTUDY_CONTROLLER, "--config", write("controller.yaml", configuration())});
    ASSERT_TRUE(started) << describe(started.error());
    controller_ = std::move(*started);
    ASSERT_TRUE(await_answer(web_port_, "/-/healthy", {200, "ok"}));
}

void ShownSite::show_protected_site() {
    ASSERT_NO_FATAL_FAILURE(start_controller());
    browser_.resize(1100, 900);
    browser_.prefer(Scheme::kLight);
    browser_.open("http://127.0.0.1:" + std::to_string(page_port_) + "/");
    await_text("main: protected.");
}

core::Result<void> ShownSite::await_condition(const std::string& what,
                                              const std::function<std::string()>& lacking) {
    return stack::wait_until(what, 20s, lacking);
}

void ShownSite::await_text(const std::string& text) {
    const auto seen = await_condition("the page saying \"" + text + "\"", [&] {
        const std::string now = browser_.text();
        return now.find(text) != std::string::npos ? "" : "it says: " + now;
    });
    ASSERT_TRUE(seen) << describe(seen.error());
}

void ShownSite::await(const std::string& expression) {
    const auto seen = await_condition(expression, [&]() -> std::string {
        return browser_.evaluate(expression) == true ? "" : "it is not so";
    });
    ASSERT_TRUE(seen) << describe(seen.error());
}

void ShownSite::expect_quiet_console() {
    for (const auto& complaint : browser_.complaints()) {
        ADD_FAILURE() << complaint.source << ": " << complaint.text;
    }
}

void ShownSite::keep_screenshot(const std::string& name) {
    browser_.screenshot(std::filesystem::path(kScreenshots) / (name + ".png"));
}

void ShownSite::command(const std::string& path, const std::string& body) {
    adapters::HttpClientOptions to;
    to.server = {"127.0.0.1", api_port_};
    to.tls = authority_.issue("operator");
    const auto answer = adapters::HttpClient(to).post(path, body, 10s);
    ASSERT_TRUE(answer) << describe(answer.error());
    ASSERT_EQ(answer->status, 200) << answer->body;
}

void ShownSite::publish_clone(std::uint64_t bytes, std::uint64_t total) {
    agent("web2").publish([=](core::HostReport& report) {
        auto& clone = report.database->clone;
        clone.state = core::CloneState::kRunning;
        clone.begun = "2026-03-01 10:20:30";
        clone.bytes = bytes;
        clone.total_bytes = total;
        clone.bytes_per_second = kBytesPerSecond;
        report.applied->detail = "its data are copied";
    });
}

}  // namespace understudy::page
