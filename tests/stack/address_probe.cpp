#include "tests/stack/address_probe.h"

#include <algorithm>
#include <chrono>

#include "tests/stack/process.h"
#include "tests/stack/site.h"

namespace understudy::stack {

namespace {

constexpr core::Millis kBetweenQuestions{80};
// After that long a client asks anew: its packets went to a server that is gone.
constexpr core::Millis kAnswerWithin{120};

}  // namespace

AddressProbe::AddressProbe(int clients) {
    GettingOptions options;
    options.server = {kVip, 443};
    options.authority = authority();
    options.interval = kBetweenQuestions;
    options.deadline = kAnswerWithin;
    for (int i = 0; i < clients; ++i) {
        clients_.push_back(std::make_unique<GettingClient>(options));
    }
}

core::Result<void> AddressProbe::await_good(std::size_t each, core::Millis deadline) {
    const auto began = wall_now();
    for (const auto& client : clients_) {
        if (auto done = client->await_good_since(began, each, deadline); !done) return done;
    }
    return {};
}

void AddressProbe::stop() {
    for (const auto& client : clients_) client->stop();
}

core::Millis AddressProbe::longest_silence(core::WallTime from) const {
    std::vector<core::WallTime> answers;
    for (const auto& client : clients_) {
        for (const auto& result : client->results()) {
            if (result.failure.empty()) answers.push_back(result.ended);
        }
    }
    std::sort(answers.begin(), answers.end());
    auto longest = core::WallTime::duration::zero();
    for (std::size_t i = 1; i < answers.size(); ++i) {
        if (answers[i] > from) longest = std::max(longest, answers[i] - answers[i - 1]);
    }
    return std::chrono::duration_cast<core::Millis>(longest);
}

std::size_t AddressProbe::asked() const {
    std::size_t count = 0;
    for (const auto& client : clients_) count += client->results().size();
    return count;
}

std::size_t AddressProbe::failed_before(core::WallTime until) const {
    std::size_t count = 0;
    for (const auto& client : clients_) {
        const auto failures = client->failures();
        count += static_cast<std::size_t>(
            std::count_if(failures.begin(), failures.end(),
                          [&](const GetResult& failure) { return failure.began < until; }));
    }
    return count;
}

}  // namespace understudy::stack
