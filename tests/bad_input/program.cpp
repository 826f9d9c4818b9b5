#include "tests/bad_input/program.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>

#include "adapters/http/http.h"
#include "tests/stack/wait.h"

namespace understudy::bad_input {

std::uint16_t free_port() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener, generic, length) != 0 || ::getsockname(listener, generic, &length) != 0) {
        std::abort();
    }
    ::close(listener);
    return ntohs(address.sin_port);
}

ProgramTest::ProgramTest() {
    std::string name = std::filesystem::temp_directory_path() / "understudy-bad-input-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    directory_ = name;
}

ProgramTest::~ProgramTest() {
    program_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

std::string ProgramTest::write(const std::string& name, const std::string& content) {
    const auto file = path(name);
    std::ofstream(file) << content;
    std::filesystem::permissions(
        file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return file;
}

stack::CommandResult ProgramTest::run(const std::vector<std::string>& arguments) {
    auto result = stack::run_command(arguments, 20s);
    if (result) return *result;
    ADD_FAILURE() << describe(result.error());
    return {};
}

void ProgramTest::start(const std::vector<std::string>& arguments) {
    std::vector<std::string> command{"unshare", "--pid", "--fork", "--kill-child", "--mount-proc"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    auto started = stack::Child::start(command);
    ASSERT_TRUE(started) << describe(started.error());
    program_ = std::move(*started);
}

// The only child of `unshare`.
void ProgramTest::signal(int number) {
    const auto parent = std::to_string(program_->pid());
    std::ifstream children("/proc/" + parent + "/task/" + parent + "/children");
    pid_t child = 0;
    ASSERT_TRUE(children >> child);
    ASSERT_EQ(::kill(child, number), 0);
}

void ProgramTest::start_beside(int process, const std::vector<std::string>& arguments) {
    std::vector<std::string> command{"nsenter", "--pid",       "--target", std::to_string(process),
                                     "setpriv", "--pdeathsig", "KILL",     "unshare",
                                     "--mount", "--mount-proc"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    auto started = stack::Child::start(command);
    ASSERT_TRUE(started) << describe(started.error());
    program_ = std::move(*started);
}

ProgramTest::Answer ProgramTest::get(std::uint16_t port, const std::string& target) {
    adapters::HttpClientOptions to;
    to.server = {"127.0.0.1", port};
    const auto response = adapters::HttpClient(to).get(target, 5s);
    if (!response) return {0, describe(response.error())};
    return {response->status, response->body};
}

core::Result<void> ProgramTest::await_answer(std::uint16_t port, const std::string& target,
                                             const Answer& wanted) {
    return stack::wait_until(target + " saying \"" + wanted.body + "\"", 20s, [&]() -> std::string {
        const auto answer = get(port, target);
        const bool as_wanted =
            answer.status == wanted.status && answer.body.find(wanted.body) != std::string::npos;
        return as_wanted ? "" : std::to_string(answer.status) + " " + answer.body;
    });
}

std::string ProgramTest::metric(std::uint16_t port, const std::string& series) {
    const auto page = "\n" + get(port, "/metrics").body;
    const auto at = page.find("\n" + series + " ");
    if (at == std::string::npos) return "";
    const auto begin = at + series.size() + 2;
    return page.substr(begin, page.find('\n', begin) - begin);
}

void expect_one_line(const stack::CommandResult& result, int status,
                     const std::vector<std::string>& words) {
    EXPECT_EQ(result.exit_status, status) << result.output << result.errors;
    EXPECT_EQ(std::count(result.errors.begin(), result.errors.end(), '\n'), 1) << result.errors;
    for (const auto& word : words) {
        EXPECT_NE(result.errors.find(word), std::string::npos)
            << "no \"" << word << "\" in: " << result.errors;
    }
}

}  // namespace understudy::bad_input
