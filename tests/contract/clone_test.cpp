// A server's data replaced by another's: what is seen of it, how fast it goes, and what the death
// of either side leaves.
#include <chrono>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <vector>

#include "tests/contract/mysql_servers.h"

namespace understudy::contract {
namespace {

using core::CloneFacts;
using core::CloneState;
using core::StepKind;
using std::chrono::duration;
using std::chrono::steady_clock;

constexpr int kBallastMib = 96;  // beside some 70 MiB of the server's own
constexpr Millis kInTime{40000};
// MySQL tries again to reach a donor after 5 s, for 10 s.
constexpr double kFailedWithinS = 30;

double seconds_since(steady_clock::time_point then) {
    return duration<double>(steady_clock::now() - then).count();
}

class CloneContract : public MySqlContract {
  protected:
    CloneContract() {
        must(*a_, StepKind::kWaitForAcksOff);
        must(*a_, StepKind::kOpenWrites);
        a_server_.root("INSERT INTO guestbook.contract VALUES (1), (2), (3)");
        a_server_.add_ballast(kBallastMib);
        donor_ = observed(*a_);
        b_ = b_server_.database(24);
    }

    void begin_clone() {
        auto clone = step(StepKind::kClone);
        clone.source = a_server_.address();
        must(*b_, clone);
    }

    CloneFacts await_clone(const std::string& what,
                           const std::function<bool(const CloneFacts&)>& holds) {
        const auto of_clone = [&](const core::DatabaseFacts& facts) { return holds(facts.clone); };
        return contract::await(*b_, what, of_clone, sleep_for, kInTime).clone;
    }

    CloneFacts await_the_middle() {
        return await_clone("a quarter is copied", [](const CloneFacts& clone) {
            return clone.state == CloneState::kRunning && clone.bytes > clone.total_bytes / 4 &&
                   clone.bytes < clone.total_bytes;
        });
    }

    CloneFacts await_failure() {
        const auto begun = steady_clock::now();
        while (seconds_since(begun) < kFailedWithinS) {
            const auto facts = b_->observe(kSoon);
            if (!facts || facts->clone.state != CloneState::kFailed) {
                sleep_for(Millis{10});
                continue;
            }
            const auto& clone = facts->clone;
            std::cout << "failed after " << seconds_since(begun) << " s: " << clone.error_text
                      << '\n';
            EXPECT_NE(clone.error, 0);
            EXPECT_EQ(clone.bytes_per_second, 0U);
            return clone;
        }
        throw std::runtime_error("never: the clone fails");
    }

    // b's mysqld ends by itself and has the donor's data at its next start.
    void clone_completes() {
        const auto uuid = observed(*b_).server_uuid;
        begin_clone();
        b_server_.await_end();
        b_server_.start_again();
        const auto facts = observed(*b_);
        EXPECT_EQ(facts.clone.state, CloneState::kCompleted) << facts.clone.error_text;
        EXPECT_EQ(facts.server_uuid, uuid);
        EXPECT_EQ(facts.executed, donor_.executed);
        EXPECT_TRUE(facts.super_read_only);
        EXPECT_EQ(rows(b_server_), (std::vector<int>{1, 2, 3}));
        EXPECT_EQ(ballast_checksum(b_server_), ballast_checksum(a_server_));
    }

    core::DatabaseFacts donor_;
};

TEST_F(CloneContract, ACloneWhoseDonorWasKilledFailsAndALaterOneFromTheDonorThatIsBackCompletes) {
    begin_clone();
    const auto before = await_the_middle();
    a_server_.kill_hard();
    a_server_.start_again();
    EXPECT_EQ(await_failure().begun, before.begun);
    clone_completes();
}

TEST_F(CloneContract, AServerThatWasKilledWhileItClonedIsEmptySaysSoAndClonesAnew) {
    begin_clone();
    const auto before = await_the_middle();
    b_server_.kill_hard();
    b_server_.start_again();
    const auto facts = observed(*b_);
    EXPECT_EQ(facts.clone.state, CloneState::kFailed);
    EXPECT_EQ(facts.clone.begun, before.begun);
    EXPECT_NE(facts.clone.error, 0);
    EXPECT_TRUE(facts.executed.empty()) << facts.executed.to_string();
    EXPECT_TRUE(facts.super_read_only);
    clone_completes();
}

struct Sample {
    double at_s = 0;
    CloneFacts clone;
};

// What changes of a clone, until the server ends with it.
std::vector<Sample> samples_until_the_end(adapters::MySqlDatabase& database) {
    std::vector<Sample> samples;
    const auto begun = steady_clock::now();
    while (seconds_since(begun) < duration<double>(kInTime).count()) {
        const auto facts = database.observe(kSoon);
        if (!facts) break;
        if (facts->clone.state == CloneState::kRunning &&
            (samples.empty() || samples.back().clone != facts->clone)) {
            samples.push_back({seconds_since(begun), facts->clone});
        }
        sleep_for(Millis{10});
    }
    return samples;
}

// How evenly it goes is MySQL's affair: now and then it bursts far above the rate.
TEST_F(CloneContract, AThrottledCloneTakesItsTimeAndTellsHowFarItIs) {
    constexpr int kThrottleMib = 8;
    constexpr double kThrottle = kThrottleMib * 1024.0 * 1024.0;
    constexpr int kBursts = 6;  // a clone at full speed is faster than this by far
    b_ = b_server_.database(kThrottleMib);
    begin_clone();
    const auto throttle = b_server_.root("SELECT @@clone_max_data_bandwidth AS mib");
    EXPECT_EQ(throttle.front().number(0, "mib"), kThrottleMib);
    const auto samples = samples_until_the_end(*b_);
    std::uint64_t bytes = 0;
    std::size_t on_the_way = 0;
    for (const auto& sample : samples) {
        const auto& clone = sample.clone;
        std::cout << sample.at_s << " s: " << progress_text(clone) << '\n';
        EXPECT_GE(clone.bytes, bytes);
        bytes = clone.bytes;
        if (clone.bytes_per_second > 0 && clone.bytes < clone.total_bytes) ++on_the_way;
    }
    EXPECT_GT(on_the_way, 3U);
    EXPECT_GT(samples.back().at_s, static_cast<double>(bytes) / kThrottle / kBursts);
    b_server_.await_end();
    b_server_.start_again();
    const auto clone = observed(*b_).clone;
    EXPECT_EQ(clone.state, CloneState::kCompleted) << clone.error_text;
    EXPECT_EQ(clone.bytes, clone.total_bytes);
    EXPECT_GE(clone.bytes, bytes) << "the last pieces may come after the last look";
    EXPECT_EQ(clone.bytes_per_second, 0U);
}

}  // namespace
}  // namespace understudy::contract
