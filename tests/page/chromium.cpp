#include "tests/page/chromium.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <stdexcept>

namespace understudy::page {

namespace {

using nlohmann::json;

constexpr int kPatienceMs = 30'000;
// Chromium reads commands from descriptor 3 and writes answers to 4.
constexpr int kCommands = 3;
constexpr int kAnswers = 4;

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error("chromium: " + what); }

// Both ends where no descriptor of the child will be.
std::array<int, 2> pipe_apart() {
    std::array<int, 2> low{};
    if (::pipe2(low.data(), O_CLOEXEC) != 0) fail("no pipe");
    std::array<int, 2> high{};
    for (std::size_t end = 0; end < 2; ++end) {
        high[end] = ::fcntl(low[end], F_DUPFD_CLOEXEC, 10);
        ::close(low[end]);
    }
    return high;
}

std::string decoded_base64(const std::string& text) {
    const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    unsigned buffer = 0;
    int bits = 0;
    for (const char letter : text) {
        const auto value = letters.find(letter);
        if (value == std::string::npos) break;
        buffer = (buffer << 6U) | static_cast<unsigned>(value);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>((buffer >> static_cast<unsigned>(bits)) & 0xFFU);
    }
    return bytes;
}

}  // namespace

Chromium::Chromium(const std::filesystem::path& directory) {
    std::signal(SIGPIPE, SIG_IGN);
    start(directory);
    attach();
}

Chromium::~Chromium() {
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    ::close(to_);
    ::close(from_);
}

void Chromium::start(const std::filesystem::path& directory) {
    const auto commands = pipe_apart();
    const auto answers = pipe_apart();
    to_ = commands[1];
    from_ = answers[0];
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, commands[0], kCommands);
    posix_spawn_file_actions_adddup2(&files, answers[1], kAnswers);
    const std::string log = directory / "chromium.log";
    posix_spawn_file_actions_addopen(&files, 2, log.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    // Its sandbox refuses root; it opens nothing but our page.
    std::vector<std::string> command{"chromium",
                                     "--headless",
                                     "--remote-debugging-pipe",
                                     "--no-sandbox",
                                     "--disable-gpu",
                                     "--disable-dev-shm-usage",
                                     "--no-first-run",
                                     "--disable-background-networking",
                                     "--disable-extensions",
                                     "--user-data-dir=" + (directory / "profile").string()};
    std::vector<char*> arguments;
    for (auto& argument : command) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    const int error =
        ::posix_spawnp(&pid_, "chromium", &files, &attributes, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    ::close(commands[0]);
    ::close(answers[1]);
    if (error != 0) fail("it cannot be started; is the package chromium installed?");
}

void Chromium::attach() {
    const auto target = call("Target.createTarget", {{"url", "about:blank"}}).at("targetId");
    const auto attached = call("Target.attachToTarget", {{"targetId", target}, {"flatten", true}});
    session_ = attached.at("sessionId");
    for (const char* domain : {"Page.enable", "Runtime.enable", "Log.enable"}) {
        call(domain, json::object());
    }
}

void Chromium::send(const json& message) {
    std::string bytes = message.dump();
    bytes += '\0';
    for (std::size_t sent = 0; sent < bytes.size();) {
        const ssize_t wrote = ::write(to_, bytes.data() + sent, bytes.size() - sent);
        if (wrote <= 0) fail("it takes no commands any more");
        sent += static_cast<std::size_t>(wrote);
    }
}

// Messages end with a zero byte.
json Chromium::receive() {
    for (;;) {
        const auto end = received_.find('\0');
        if (end != std::string::npos) {
            auto message = json::parse(received_.substr(0, end));
            received_.erase(0, end + 1);
            return message;
        }
        pollfd readable{from_, POLLIN, 0};
        if (::poll(&readable, 1, kPatienceMs) != 1) fail("no answer in time");
        std::array<char, 65536> part{};
        const ssize_t got = ::read(from_, part.data(), part.size());
        if (got <= 0) fail("it ended");
        received_.append(part.data(), static_cast<std::size_t>(got));
    }
}

json Chromium::call(const std::string& method, json parameters) {
    const int id = ++calls_;
    json message{{"id", id}, {"method", method}, {"params", std::move(parameters)}};
    if (!session_.empty()) message["sessionId"] = session_;
    send(message);
    for (;;) {
        const json answer = receive();
        if (answer.value("id", 0) != id) {
            note(answer);
            continue;
        }
        if (answer.contains("error")) fail(method + ": " + answer["error"].dump());
        return answer.at("result");
    }
}

void Chromium::note(const json& event) {
    const std::string method = event.value("method", "");
    if (method == "Log.entryAdded") {
        const auto& entry = event.at("params").at("entry");
        const std::string level = entry.value("level", "");
        if (level != "error" && level != "warning") return;
        complaints_.push_back(
            {entry.value("source", ""), entry.value("text", "") + " " + entry.value("url", "")});
    } else if (method == "Runtime.exceptionThrown") {
        complaints_.push_back({"javascript", event.at("params").at("exceptionDetails").dump()});
    } else if (method == "Runtime.consoleAPICalled" && event.at("params").at("type") != "log") {
        complaints_.push_back({"console", event.at("params").dump()});
    }
}

void Chromium::resize(int width, int height) {
    call("Emulation.setDeviceMetricsOverride",
         {{"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", width < 600}});
}

void Chromium::prefer(Scheme scheme) {
    call("Emulation.setEmulatedMedia",
         {{"features",
           {{{"name", "prefers-color-scheme"},
             {"value", scheme == Scheme::kDark ? "dark" : "light"}}}}});
}

void Chromium::open(const std::string& url) {
    complaints_.clear();
    const auto answer = call("Page.navigate", {{"url", url}});
    if (answer.contains("errorText")) fail(url + ": " + answer["errorText"].get<std::string>());
}

json Chromium::evaluate(const std::string& expression) {
    const auto answer =
        call("Runtime.evaluate", {{"expression", expression}, {"returnByValue", true}});
    if (answer.contains("exceptionDetails")) fail(answer["exceptionDetails"].dump());
    return answer.at("result").value("value", json());
}

std::string Chromium::text() {
    return evaluate("document.body ? document.body.innerText : ''").get<std::string>();
}

void Chromium::screenshot(const std::filesystem::path& file) {
    const auto answer = call("Page.captureScreenshot", {{"captureBeyondViewport", true}});
    std::ofstream(file, std::ios::binary) << decoded_base64(answer.at("data"));
}

const std::vector<Complaint>& Chromium::complaints() {
    evaluate("0");  // takes what has arrived meanwhile
    return complaints_;
}

}  // namespace understudy::page
