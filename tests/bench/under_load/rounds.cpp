#include "tests/bench/under_load/rounds.h"

#include <array>
#include <cstdio>
#include <memory>

#include "tests/bench/under_load/site_load.h"
#include "tests/stack/process.h"
#include "tests/stack/site.h"
#include "tests/stack/writing_client.h"

namespace understudy::bench {

namespace {

using namespace std::chrono_literals;

constexpr const char* kTable = "bench_under_load";
constexpr std::size_t kAnswersBetween = 300;  // some 2 s of the load

bool moves_primary(Disturbance disturbance) {
    return disturbance == Disturbance::kSwitchover || disturbance == Disturbance::kPrimaryKill;
}

Promises promises_of(Disturbance disturbance) {
    constexpr double kLongestWaitMs = 1000;
    Promises promises;
    if (disturbance == Disturbance::kSwitchover) promises.p99_9_below_ms = kLongestWaitMs;
    if (disturbance == Disturbance::kPrimaryKill) {
        promises.no_failed_read = false;
        promises.no_failed_post = false;
    }
    if (disturbance == Disturbance::kBackendKill) promises.no_failed_post = false;
    return promises;
}

double milliseconds(std::chrono::microseconds duration) {
    return static_cast<double>(duration.count()) / 1000.0;
}

// Beside the load, for the write gap: a row every 5 ms through the virtual address.
class GapClient {
  public:
    core::Result<void> start() {
        auto writer = stack::login("guestbook_rw", {stack::kVip, stack::kWriterPort});
        if (!writer) return tl::unexpected(writer.error());
        auto migrate = stack::login("guestbook_migrate", {stack::kVip, stack::kWriterPort});
        if (!migrate) return tl::unexpected(migrate.error());
        if (auto done = stack::make_table(*migrate, kTable); !done) return done;
        migrate_ = *migrate;
        client_ = std::make_unique<stack::WritingClient>(stack::WritingOptions{*writer, kTable});
        return client_->await_acknowledged(100, 20s);
    }
    core::Result<double> gap(const Happening& happening) {
        auto again = client_->await_acknowledged_after(happening.over, 30s);
        if (!again) return tl::unexpected(again.error());
        const auto pause = client_->ledger().longest_pause(happening.begun, stack::wall_now());
        return pause ? milliseconds(pause->length()) : 0;
    }
    core::Result<void> stop() {
        client_->stop();
        return stack::drop_table(migrate_, kTable);
    }

  private:
    adapters::MySqlLogin migrate_;
    std::unique_ptr<stack::WritingClient> client_;
};

core::Result<LoadedRound> one_round(Disturbance disturbance, int round, SiteLoad& load,
                                    GapClient& writer) {
    if (auto done = load.await_answers(kAnswersBetween, 30s); !done) {
        return tl::unexpected(done.error());
    }
    const auto happening = disturb(disturbance, round);
    if (!happening) return tl::unexpected(happening.error());
    LoadedRound result{happening->what, happening->begun, happening->over, 0};
    result.milliseconds = milliseconds(happening->over - happening->begun);
    if (moves_primary(disturbance)) {
        const auto gap = writer.gap(*happening);
        if (!gap) return tl::unexpected(gap.error());
        result.milliseconds = *gap;
    }
    return result;
}

}  // namespace

core::Result<Measurement> measure_under_load(
    Disturbance disturbance, int rounds, const std::function<void(const std::string&)>& progress) {
    Measurement measurement;
    measurement.benchmark = name_of(disturbance);
    measurement.promises = promises_of(disturbance);
    auto load = SiteLoad::start();
    if (!load) return tl::unexpected(load.error());
    GapClient writer;
    if (moves_primary(disturbance)) {
        if (auto done = writer.start(); !done) return tl::unexpected(done.error());
    }
    for (int i = 0; i < rounds; ++i) {
        auto round = one_round(disturbance, i, **load, writer);
        if (!round) return tl::unexpected(round.error());
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%.1f ms", round->milliseconds);
        progress(std::to_string(i + 1) + "/" + std::to_string(rounds) + " " + round->what + ": " +
                 text.data());
        measurement.rounds.push_back(std::move(*round));
    }
    if (auto done = (*load)->await_answers(kAnswersBetween * 2, 30s); !done) {
        return tl::unexpected(done.error());
    }
    auto result = (*load)->stop();
    if (!result) return tl::unexpected(result.error());
    measurement.requests = std::move(result->requests);
    measurement.clients_lost = result->clients_lost;
    if (moves_primary(disturbance)) {
        if (auto done = writer.stop(); !done) return tl::unexpected(done.error());
    }
    return measurement;
}

}  // namespace understudy::bench
