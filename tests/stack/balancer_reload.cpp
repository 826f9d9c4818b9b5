#include "tests/stack/balancer_reload.h"

#include <csignal>
#include <optional>
#include <thread>
#include <vector>

#include "adapters/haproxy/runtime_socket.h"
#include "adapters/haproxy/server_pool.h"
#include "tests/stack/containers.h"

namespace understudy::stack {

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto kNewWorkerWithin = 30s;
constexpr auto kBetweenLooks = 1ms;
constexpr const char* kWriters = "mysql_writer";

struct Answer {
    std::string worker;  // its process number
    adapters::ServerPool writers;
};

core::Result<Answer> ask(const std::string& balancer) {
    const auto process = main_process(balancer + "-haproxy", "haproxy");
    if (!process) return tl::unexpected(process.error());
    const adapters::RuntimeSocket socket("/proc/" + std::to_string(process->pid()) +
                                         "/root/run/haproxy/admin.sock");
    const std::vector<std::string> commands{"show info",
                                            std::string("show stat ") + kWriters + " 4 -1"};
    const auto answers = socket.ask(commands, 1000ms);
    if (!answers) return tl::unexpected(answers.error());
    const auto table = adapters::StatTable::parse((*answers)[1]);
    if (!table) return tl::unexpected(table.error());
    constexpr std::string_view kPid = "\nPid: ";
    const auto& info = answers->front();
    const auto found = info.find(kPid);
    if (found == std::string::npos) {
        return core::failure(core::ErrorCode::kInvalid, "show info", "no process number");
    }
    const auto begin = found + kPid.size();
    return Answer{info.substr(begin, info.find('\n', begin) - begin),
                  adapters::pool_from(*table, kWriters, {})};
}

bool only_up(const adapters::ServerPool& writers, const std::string& writer) {
    for (const auto& [name, state] : writers.servers) {
        if (state.facts.up != (name.value == writer)) return false;
    }
    return !writers.servers.empty();
}

}  // namespace

core::Result<std::chrono::microseconds> begin_anew(const std::string& balancer,
                                                   const std::string& writer, NewBeginning how) {
    const auto before = ask(balancer);
    if (!before) return tl::unexpected(before.error());
    const auto master = main_process(balancer + "-haproxy", "haproxy");
    if (!master) return tl::unexpected(master.error());
    const int number = how == NewBeginning::kReload ? SIGUSR2 : SIGKILL;
    if (auto sent = master->signal(number); !sent) return tl::unexpected(sent.error());
    const auto until = steady_clock::now() + kNewWorkerWithin;
    std::optional<steady_clock::time_point> first_answer;
    while (steady_clock::now() < until) {
        const auto answer = ask(balancer);
        const auto now = steady_clock::now();
        if (answer && answer->worker != before->worker) {
            if (!first_answer) first_answer = now;
            if (only_up(answer->writers, writer)) {
                return std::chrono::duration_cast<std::chrono::microseconds>(now - *first_answer);
            }
        }
        std::this_thread::sleep_for(kBetweenLooks);
    }
    return core::failure(core::ErrorCode::kTimeout, "begin HAProxy of " + balancer + " anew",
                         first_answer ? "its route stays wrong" : "no new worker answers");
}

}  // namespace understudy::stack
