#include "tests/integration/exporters/daemon.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace understudy::integration {
namespace {

// In a process group of its own, so that its children can be signalled with it.
pid_t spawn(const std::vector<std::string>& arguments, const std::string& log) {
    std::vector<char*> texts;
    texts.reserve(arguments.size() + 1);
    for (const auto& argument : arguments) texts.push_back(const_cast<char*>(argument.c_str()));
    texts.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    for (const int output : {STDOUT_FILENO, STDERR_FILENO}) {
        ::posix_spawn_file_actions_addopen(&actions, output, log.c_str(),
                                           O_CREAT | O_WRONLY | O_APPEND, 0600);
    }
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    pid_t process = -1;
    const int error =
        ::posix_spawn(&process, texts[0], &actions, &attributes, texts.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    return error == 0 ? process : -1;
}

std::string content(const std::string& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

ScratchDirectory::ScratchDirectory() {
    std::string pattern = "/tmp/understudy-test-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no directory under /tmp");
    path_ = pattern;
    std::filesystem::permissions(path_, std::filesystem::perms::all);
}

ScratchDirectory::~ScratchDirectory() { std::filesystem::remove_all(path_); }

void ScratchDirectory::write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
}

Daemon::Daemon(const std::vector<std::string>& arguments, const std::string& package,
               const std::string& log, const std::function<bool()>& ready) {
    if (!std::filesystem::exists(arguments[0])) {
        throw std::runtime_error("this test needs " + arguments[0] +
                                 ": install the Debian package " + package);
    }
    process_ = spawn(arguments, log);
    if (process_ < 0) throw std::runtime_error(arguments[0] + " cannot be started");
    bool ended = false;
    const bool is_ready = eventually([&] {
        ended = ended || ::waitpid(process_, nullptr, WNOHANG) == process_;
        return ended || ready();
    });
    if (ended || !is_ready) {
        if (!ended) end();
        process_ = -1;
        throw std::runtime_error(arguments[0] + " did not start: " + content(log));
    }
}

Daemon::~Daemon() { end(); }

void Daemon::signal_group(int signal) const {
    if (process_ > 0) ::kill(-process_, signal);
}

void Daemon::stop_running() const { signal_group(SIGSTOP); }

void Daemon::go_on() const { signal_group(SIGCONT); }

void Daemon::end() {
    if (process_ <= 0) return;
    signal_group(SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
}

bool eventually(const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) return false;
        ::poll(nullptr, 0, 5);
    }
    return true;
}

}  // namespace understudy::integration
