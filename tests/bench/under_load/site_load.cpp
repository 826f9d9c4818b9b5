#include "tests/bench/under_load/site_load.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/bench/command_line.h"
#include "tests/stack/command.h"
#include "tests/stack/process.h"
#include "tests/stack/site.h"
#include "tests/stack/wait.h"

namespace understudy::bench {

namespace {

using namespace std::chrono_literals;

constexpr int kReaders = 24;
constexpr int kPosters = 6;
constexpr const char* kRequestsPerSecondEach = "5";
constexpr const char* kAtMost = "3600s";
constexpr const char* kAuthor = "Benchmark";
// A client that began nothing new for that long has lost its connection, or waits for an answer.
constexpr auto kLostAfter = 2s;

std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

core::Result<std::filesystem::path> new_folder() {
    std::string folder =
        (std::filesystem::temp_directory_path() / "understudy-load-XXXXXX").string();
    if (::mkdtemp(folder.data()) != nullptr) return folder;
    return core::failure(core::ErrorCode::kIo, "make a folder", folder, errno);
}

std::string last_heard(const std::vector<Request>& requests, core::WallTime end) {
    if (requests.empty()) return "never answered";
    const auto ago = std::chrono::duration_cast<core::Millis>(end - requests.back().ended());
    return "no answer for " + std::to_string(ago.count()) + " ms, after status " +
           std::to_string(requests.back().status);
}

core::Result<void> take_entries_off() {
    const auto account = stack::login("guestbook_migrate", {stack::kVip, stack::kWriterPort});
    if (!account) return tl::unexpected(account.error());
    adapters::Connection connection(*account);
    const auto done = connection.query(
        "DELETE FROM guestbook.entries WHERE author = '" + std::string(kAuthor) + "'",
        adapters::deadline_in(30s));
    if (!done) return tl::unexpected(done.error());
    return {};
}

}  // namespace

core::Result<std::unique_ptr<SiteLoad>> SiteLoad::start() {
    const auto tool = stack::run_command({"h2load", "--version"}, 10s);
    if (!tool || tool->exit_status != 0) {
        return core::failure(core::ErrorCode::kNotFound, "h2load",
                             "it is not installed; apt-get install nghttp2-client");
    }
    const auto folder = new_folder();
    if (!folder) return tl::unexpected(folder.error());
    std::unique_ptr<SiteLoad> load(new SiteLoad(*folder));
    std::ofstream(*folder / "entry") << "author=" << kAuthor << "&message=Under+load";
    for (int i = 0; i < kReaders + kPosters; ++i) {
        const auto kind = i < kReaders ? RequestKind::kRead : RequestKind::kPost;
        if (auto done = load->start_client(kind); !done) return tl::unexpected(done.error());
    }
    return load;
}

core::Result<void> SiteLoad::start_client(RequestKind kind) {
    const auto number = std::to_string(clients_.size());
    Client client{kind, folder_ / ("requests." + number), nullptr};
    std::vector<std::string> arguments{"h2load",
                                       "--clients=1",
                                       "--max-concurrent-streams=1",
                                       std::string("--rps=") + kRequestsPerSecondEach,
                                       std::string("--duration=") + kAtMost,
                                       std::string("--connect-to=") + stack::kVip + ":443",
                                       "--log-file=" + client.log.string()};
    if (kind == RequestKind::kPost) {
        arguments.push_back("--data=" + (folder_ / "entry").string());
        arguments.emplace_back("--header=content-type: application/x-www-form-urlencoded");
    }
    arguments.push_back(std::string("https://") + stack::kSiteName + "/");
    auto tool = stack::Child::start(arguments);
    if (!tool) return tl::unexpected(tool.error());
    client.tool = std::move(*tool);
    clients_.push_back(std::move(client));
    return {};
}

SiteLoad::~SiteLoad() {
    clients_.clear();
    std::error_code ignored;  // a folder under /tmp that stays harms nobody
    std::filesystem::remove_all(folder_, ignored);
    if (const auto done = take_entries_off(); !done) {
        say("the entries of \"" + std::string(kAuthor) + "\" stay: " + describe(done.error()));
    }
}

std::size_t SiteLoad::answers() const {
    std::size_t lines = 0;
    for (const auto& client : clients_) {
        const auto text = text_of(client.log);
        lines += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }
    return lines;
}

core::Result<void> SiteLoad::await_answers(std::size_t count, core::Millis deadline) {
    const auto before = answers();
    return stack::wait_until("answers of the site", deadline, [&]() -> std::string {
        const auto more = answers() - before;
        return more >= count ? "" : std::to_string(more) + " of " + std::to_string(count) + " came";
    });
}

core::Result<LoadResult> SiteLoad::stop() {
    LoadResult result;
    const auto end = stack::wall_now();
    for (auto& client : clients_) {
        client.tool->signal(SIGTERM);
        if (const auto done = client.tool->wait(10s); !done) return tl::unexpected(done.error());
        const auto requests = requests_in(text_of(client.log), client.kind);
        if (!requests) return tl::unexpected(requests.error());
        if (requests->empty() || requests->back().ended() < end - kLostAfter) {
            ++result.clients_lost;
            say(client.log.filename().string() + ": " + last_heard(*requests, end) +
                "; h2load: " + stack::last_line(client.tool->output()));
        }
        result.requests.insert(result.requests.end(), requests->begin(), requests->end());
    }
    std::sort(result.requests.begin(), result.requests.end(),
              [](const Request& a, const Request& b) { return a.began < b.began; });
    return result;
}

}  // namespace understudy::bench
