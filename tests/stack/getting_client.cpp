#include "tests/stack/getting_client.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "adapters/http/http.h"
#include "tests/stack/process.h"

namespace understudy::stack {

GetResult get_once(const GettingOptions& options) {
    GetResult result;
    result.began = wall_now();
    adapters::HttpClientOptions to;
    to.server = options.server;
    to.authority = options.authority;
    adapters::HttpClient client(to);
    const auto response = client.get(options.target, options.deadline);
    result.ended = wall_now();
    if (!response) {
        result.failure = describe(response.error());
    } else if (response->status != 200) {
        result.failure = "status " + std::to_string(response->status);
    } else if (const auto name = response->headers.find("X-Served-By");
               name != response->headers.end()) {
        result.served_by = name->second;
    }
    return result;
}

std::map<std::string, int> served(const std::vector<GetResult>& results) {
    std::map<std::string, int> counts;
    for (const auto& result : results) {
        if (result.failure.empty()) ++counts[result.served_by];
    }
    return counts;
}

GettingClient::GettingClient(GettingOptions options)
    : options_(std::move(options)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

GettingClient::~GettingClient() { stop(); }

void GettingClient::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

std::vector<GetResult> GettingClient::results() const {
    const std::scoped_lock lock(mutex_);
    return results_;
}

std::vector<GetResult> GettingClient::failures() const {
    std::vector<GetResult> failed;
    const auto all = results();
    std::copy_if(all.begin(), all.end(), std::back_inserter(failed),
                 [](const GetResult& result) { return !result.failure.empty(); });
    return failed;
}

core::Result<void> GettingClient::await_good(std::size_t count, core::Millis deadline) {
    return await_good_since(wall_now(), count, deadline);
}

core::Result<void> GettingClient::await_good_since(core::WallTime began, std::size_t count,
                                                   core::Millis deadline) {
    std::unique_lock lock(mutex_);
    const auto enough = [&] {
        return std::count_if(results_.begin(), results_.end(), [&](const GetResult& result) {
                   return result.failure.empty() && result.began >= began;
               }) >= static_cast<std::ptrdiff_t>(count);
    };
    if (changed_.wait_for(lock, deadline, enough)) return {};
    return core::failure(core::ErrorCode::kTimeout,
                         "waiting for " + std::to_string(count) + " good answers",
                         results_.empty() ? "no answer at all" : results_.back().failure);
}

void GettingClient::run(const std::stop_token& stop) {
    std::mutex nobody_else;
    std::condition_variable_any never;
    while (!stop.stop_requested()) {
        const auto next = std::chrono::steady_clock::now() + options_.interval;
        auto result = get_once(options_);
        {
            const std::scoped_lock lock(mutex_);
            results_.push_back(std::move(result));
            changed_.notify_all();
        }
        std::unique_lock lock(nobody_else);
        never.wait_until(lock, stop, next, [] { return false; });
    }
}

}  // namespace understudy::stack
