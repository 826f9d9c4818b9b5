#include "tests/stack/child.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

namespace understudy::stack {

namespace {

struct Pipe {
    int read = -1;
    int write = -1;
    Pipe() {
        std::array<int, 2> ends{-1, -1};
        if (::pipe2(ends.data(), O_CLOEXEC) == 0) {
            read = ends[0];
            write = ends[1];
        }
    }
    ~Pipe() {
        if (read >= 0) ::close(read);
        if (write >= 0) ::close(write);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    int take_read() { return std::exchange(read, -1); }
};

// 127 as a shell says it.
[[noreturn]] void become(const std::vector<char*>& arguments, const Pipe& output,
                         const Pipe& errors) {
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(output.write, STDOUT_FILENO);
    ::dup2(errors.write, STDERR_FILENO);
    ::execvp(arguments[0], arguments.data());
    constexpr std::string_view kWhy = "cannot be executed\n";
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kWhy.data(), kWhy.size());
    ::_exit(127);
}

}  // namespace

core::Result<std::unique_ptr<Child>> Child::start(const std::vector<std::string>& arguments) {
    Pipe output;
    Pipe errors;
    if (output.read < 0 || errors.read < 0) {
        return core::failure(core::ErrorCode::kIo, "pipe", std::strerror(errno), errno);
    }
    auto copies = arguments;
    std::vector<char*> pointers;
    for (auto& argument : copies) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    const pid_t pid = ::fork();
    if (pid < 0) return core::failure(core::ErrorCode::kIo, "fork", std::strerror(errno), errno);
    if (pid == 0) become(pointers, output, errors);
    return std::unique_ptr<Child>(
        new Child(arguments.front(), pid, output.take_read(), errors.take_read()));
}

Child::Child(std::string name, pid_t pid, int output, int errors)
    : name_(std::move(name)), pid_(pid), output_{output, {}}, errors_{errors, {}} {}

Child::~Child() {
    if (!reaped_) {
        signal(SIGKILL);
        reap();
    }
    for (auto* stream : {&output_, &errors_}) {
        if (stream->descriptor >= 0) ::close(stream->descriptor);
    }
}

void Child::signal(int number) const {
    if (!reaped_) ::kill(pid_, number);
}

core::Result<int> Child::wait(core::Millis deadline) {
    const auto until = Clock::now() + deadline;
    while (collect(until)) {
    }
    const bool ended = output_.descriptor < 0 && errors_.descriptor < 0;
    if (!ended) signal(SIGKILL);
    const auto status = reap();
    if (!ended) {
        return core::failure(core::ErrorCode::kTimeout, name_,
                             "did not end within " + std::to_string(deadline.count()) + " ms");
    }
    return status;
}

core::Result<void> Child::wait_for_text(const std::string& text, core::Millis deadline) {
    const auto until = Clock::now() + deadline;
    const auto found = [&] {
        return output_.text.find(text) != std::string::npos ||
               errors_.text.find(text) != std::string::npos;
    };
    while (!found() && collect(until)) {
    }
    if (found()) return {};
    const bool ended = output_.descriptor < 0 && errors_.descriptor < 0;
    return core::failure(ended ? core::ErrorCode::kRefused : core::ErrorCode::kTimeout,
                         name_ + ": waiting for \"" + text + "\"",
                         (ended ? "it ended: " : "it said: ") + output_.text + errors_.text);
}

bool Child::collect(Clock::time_point until) {
    std::array<pollfd, 2> ready{{{output_.descriptor, POLLIN, 0}, {errors_.descriptor, POLLIN, 0}}};
    if (output_.descriptor < 0 && errors_.descriptor < 0) return false;
    const auto left = std::chrono::ceil<core::Millis>(until - Clock::now()).count();
    if (left <= 0) return false;
    const int count = ::poll(ready.data(), ready.size(), static_cast<int>(left));
    if (count == 0) return false;
    if (ready[0].revents != 0) read_some(output_);
    if (ready[1].revents != 0) read_some(errors_);
    return true;
}

void Child::read_some(Stream& stream) {
    std::array<char, 16384> buffer{};
    const auto count = ::read(stream.descriptor, buffer.data(), buffer.size());
    if (count > 0) {
        stream.text.append(buffer.data(), static_cast<std::size_t>(count));
    } else if (count == 0 || errno != EINTR) {
        ::close(stream.descriptor);
        stream.descriptor = -1;
    }
}

int Child::reap() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    reaped_ = true;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace understudy::stack
