#include "tests/bench/vip/rounds.h"

#include "tests/stack/address_probe.h"
#include "tests/stack/load_balancers.h"
#include "tests/stack/process.h"
#include "tests/stack/site.h"

namespace understudy::bench {

namespace {

using namespace std::chrono_literals;
using stack::VipFault;

constexpr int kClients = 8;
constexpr std::size_t kAnswersBefore = 10;
constexpr std::size_t kAnswersAfter = 30;

core::Result<Move> move_once(VipFault fault) {
    Move move;
    move.fault = fault;
    const auto from = stack::holder_of_vip();
    if (!from) return tl::unexpected(from.error());
    move.from = *from;
    move.to = stack::peer_of(move.from);
    if (auto whole = stack::await_whole_pair(move.to, move.from, 60s); !whole) {
        return tl::unexpected(whole.error());
    }
    stack::AddressProbe probe(kClients);
    if (auto done = probe.await_good(kAnswersBefore, 20s); !done) {
        return tl::unexpected(done.error());
    }
    auto broken = stack::BrokenHolder::of(move.from, fault);
    if (!broken) return tl::unexpected(broken.error());
    if (auto done = stack::await_holder(move.to, 10s); !done) return tl::unexpected(done.error());
    if (auto done = probe.await_good(kAnswersBefore, 20s); !done) {
        return tl::unexpected(done.error());
    }
    const auto silence = probe.longest_silence(broken->since());
    const auto answered_again = broken->since() + silence;
    if (auto done = broken->mend(); !done) return tl::unexpected(done.error());
    const auto whole = stack::await_whole_pair(move.from, move.to, 60s);
    if (auto done = probe.await_good(kAnswersAfter, 30s); !done) {
        return tl::unexpected(done.error());
    }
    probe.stop();
    move.stayed = whole && stack::await_holder(move.to, 0s);
    move.silence_ms = silence.count();
    move.asked = probe.asked();
    move.failed = probe.failed_before(answered_again);
    move.failed_after = probe.failed_before(stack::wall_now()) - move.failed;
    return move;
}

}  // namespace

core::Result<std::vector<Move>> move_again_and_again(
    int rounds, const std::function<void(const std::string&)>& progress) {
    std::vector<Move> moves;
    for (int round = 1; round <= rounds; ++round) {
        for (const auto fault : stack::kVipFaults) {
            const auto move = move_once(fault);
            if (!move) return tl::unexpected(move.error());
            progress(std::to_string(round) + "/" + std::to_string(rounds) + " " + name_of(fault) +
                     ": " + move->from + " to " + move->to + ", " +
                     std::to_string(move->silence_ms) + " ms without an answer" +
                     (move->stayed ? "" : ", and it went back"));
            moves.push_back(*move);
        }
    }
    return moves;
}

}  // namespace understudy::bench
