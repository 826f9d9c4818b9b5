#include "tests/integration/haproxy/haproxy_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace understudy::integration {
namespace {

constexpr auto kProgram = "/usr/sbin/haproxy";

void read_to_the_end(int socket) {
    std::array<char, 256> buffer{};
    while (::recv(socket, buffer.data(), buffer.size(), 0) > 0) {
    }
}

void send_all(int socket, const std::string& text) {
    if (::send(socket, text.data(), text.size(), MSG_NOSIGNAL) < 0) return;  // the peer has gone
}

std::string server(const std::string& name, const FakeHost& host) {
    return "    server " + name + " 127.0.0.1:" + std::to_string(host.database_port()) + " port " +
           std::to_string(host.agent_port());
}

void write_configuration(const std::string& directory, std::uint16_t port, const FakeHost& web1,
                         const FakeHost& web2) {
    const std::string servers = server("web1", web1) + "\n" + server("web2", web2) + "\n";
    std::ofstream file(directory + "/haproxy.cfg");
    file << "global\n"
            "    stats socket "
         << directory
         << "/admin.sock level admin\n"
            "defaults\n"
            "    mode tcp\n"
            "    timeout connect 1s\n"
            "    timeout client 1m\n"
            "    timeout server 1m\n"
            "    option redispatch 1\n"
            "    option httpchk GET /primary\n"
            "    default-server check inter 50ms rise 2 fall 2\n"
            "listen mysql_writer\n"
            "    bind 127.0.0.1:"
         << port << "\n"
         << servers << "backend mysql_reader\n"
         << servers << "backend web\n"
         << servers << "backend other_names\n"
         << server("db-a", web1) + "\n" + server("db-b", web2) + " fall 1\n";
}

pid_t start(const std::string& directory) {
    const auto configuration = directory + "/haproxy.cfg";
    const auto log = directory + "/haproxy.log";
    std::array<const char*, 5> arguments{kProgram, "-db", "-f", configuration.c_str(), nullptr};
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(), O_CREAT | O_WRONLY,
                                       0600);
    pid_t process = -1;
    const int error = ::posix_spawn(&process, kProgram, &actions, nullptr,
                                    const_cast<char* const*>(arguments.data()), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        throw std::runtime_error("this test needs HAProxy at " + std::string(kProgram) +
                                 ": install the Debian package haproxy");
    }
    return process;
}

}  // namespace

FakeHost::FakeHost(std::string name)
    : database_([name](int socket) {
          send_all(socket, name);
          read_to_the_end(socket);
      }),
      agent_([this](int socket) { answer_check(socket); }) {}

void FakeHost::answer_check(int socket) {
    std::string request;
    std::array<char, 512> buffer{};
    while (request.find("\r\n\r\n") == std::string::npos) {
        const auto got = ::recv(socket, buffer.data(), buffer.size(), 0);
        if (got <= 0) return;
        request.append(buffer.data(), static_cast<std::size_t>(got));
    }
    send_all(socket, verdict() ? "HTTP/1.0 200 OK\r\n\r\n" : "HTTP/1.0 503 No\r\n\r\n");
    ::shutdown(socket, SHUT_WR);
    read_to_the_end(socket);  // HAProxy closes once it has read the verdict
    const std::lock_guard lock(mutex_);
    ++answered_;
    changed_.notify_all();
}

bool FakeHost::verdict() {
    std::unique_lock lock(mutex_);
    if (!hold_) return passes_;
    ++held_;
    changed_.notify_all();
    changed_.wait_for(lock, std::chrono::seconds(10), [this] { return !hold_; });
    --held_;
    return verdict_of_held_;
}

void FakeHost::hold_checks() {
    const std::lock_guard lock(mutex_);
    hold_ = true;
}

void FakeHost::wait_for_a_held_check() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(10), [this] { return held_ > 0; })) {
        throw std::runtime_error("HAProxy sent no check within 10 s");
    }
}

void FakeHost::release_checks(bool passes) {
    const std::lock_guard lock(mutex_);
    verdict_of_held_ = passes;
    hold_ = false;
    changed_.notify_all();
}

void FakeHost::wait_for_checks(int count) {
    std::unique_lock lock(mutex_);
    const int until = answered_ + count;
    if (!changed_.wait_for(lock, std::chrono::seconds(10), [&] { return answered_ >= until; })) {
        throw std::runtime_error("HAProxy did not check within 10 s");
    }
}

HaproxyProcess::HaproxyProcess(const FakeHost& web1, const FakeHost& web2)
    : writer_port_(free_port()) {
    std::string pattern = "/tmp/understudy-haproxy-XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
    write_configuration(directory_, writer_port_, web1, web2);
    process_ = start(directory_);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!std::filesystem::exists(options().socket)) {
        if (::waitpid(process_, nullptr, WNOHANG) == process_ ||
            std::chrono::steady_clock::now() > until) {
            std::ifstream log(directory_ + "/haproxy.log");
            throw std::runtime_error("HAProxy did not start: " +
                                     std::string(std::istreambuf_iterator<char>(log), {}));
        }
        ::poll(nullptr, 0, 5);
    }
}

void HaproxyProcess::stop_running() const { ::kill(process_, SIGSTOP); }

void HaproxyProcess::go_on() const { ::kill(process_, SIGCONT); }

HaproxyProcess::~HaproxyProcess() {
    ::kill(process_, SIGTERM);
    go_on();
    ::waitpid(process_, nullptr, 0);
    std::filesystem::remove_all(directory_);
}

adapters::HaproxyOptions HaproxyProcess::options() const {
    return {directory_ + "/admin.sock", "mysql_writer", "mysql_reader", "web"};
}

}  // namespace understudy::integration
