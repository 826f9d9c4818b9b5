#include <cstdio>

#include "adapters/http/http.h"
#include "tests/stack/cases/running_stack.h"
#include "tests/stack/containers.h"
#include "tests/stack/site.h"
#include "tests/stack/wait.h"
#include "tests/stack/within_network.h"
#include "wire/json.h"

namespace understudy::stack {
namespace {

constexpr std::uint16_t kControlPort = 9701;

// Nobody is left who could tell HAProxy where to write: no controller, no agent beside it.
class StaleRoute : public RunningStack {
  protected:
    void TearDown() override {
        for (const auto& service : away_) EXPECT_TRUE(good(start_container(service)));
        // The controller cannot know what was done by hand: it is told, before the former primary
        // is back.
        EXPECT_TRUE(good(wait_until("the controller failing over by word", 60s, [this]() {
            const auto told =
                understudy({"failover", "--to", peer_of(former_), "--accept-loss", "--yes"}, 20s);
            return told ? std::string() : describe(told.error());
        })));
        EXPECT_TRUE(good(start_container(former_ + "-mysql")));
        await_protected_again();
        EXPECT_EQ(primary(), peer_of(former_));
        if (writer_) expect_every_acknowledged_row();
        RunningStack::TearDown();
    }

    void take_away(const std::string& service) {
        ASSERT_TRUE(good(stop_container(service)));
        away_.push_back(service);
    }

    // As an operator would who has the controller's certificate and nothing else.
    static core::Result<void> promote_by_hand(const std::string& host) {
        const auto controllers_network = main_process("ctl1", "catatonit");
        if (!controllers_network) return tl::unexpected(controllers_network.error());
        const auto files = in_repository("compose/.secrets/ctl1-controller/tls/");
        core::Result<void> told;
        const auto entered = within_network_of(controllers_network->pid(), [&] {
            adapters::HttpClient agent(
                {.server = {address_of(host), kControlPort},
                 .tls =
                     adapters::TlsFiles{files + "ca.crt", files + "tls.crt", files + "tls.key"}});
            told = tell_to_be_primary(agent);
        });
        return entered ? told : entered;
    }

    static core::Result<void> tell_to_be_primary(adapters::HttpClient& agent) {
        const auto answer = agent.get("/v1/report", 5s);
        if (!answer) return tl::unexpected(answer.error());
        const auto report = wire::report_from_json(answer->body);
        if (!report) return tl::unexpected(report.error());
        core::Assignment primary;
        primary.role = core::Role::kPrimaryAlone;
        primary.token = report->applied.value().token;
        ++primary.token.revision.value;
        const auto told = agent.post("/v1/assignment", wire::to_json(primary), 5s);
        if (!told) return tl::unexpected(told.error());
        if (told->status == 200) return {};
        return core::failure(core::ErrorCode::kRefused, "tell the agent", told->body);
    }

    std::string former_;
    std::vector<std::string> away_;
};

TEST_F(StaleRoute, HaproxyFollowsByItsOwnChecks) {
    ASSERT_NO_FATAL_FAILURE(start_writing());
    former_ = primary();
    for (const auto* service : {"ctl1-controller", "lb1-agent", "lb2-agent"}) {
        ASSERT_NO_FATAL_FAILURE(take_away(service));
    }
    ASSERT_TRUE(good(stop_container(former_ + "-mysql")));
    const auto promoted = wall_now();
    ASSERT_TRUE(good(promote_by_hand(peer_of(former_))));
    ASSERT_TRUE(good(balancers_.await_writer(peer_of(former_), 10s)));
    const std::chrono::duration<double, std::milli> followed = wall_now() - promoted;
    ASSERT_TRUE(good(writer_->await_acknowledged_after(promoted, 10s)));
    std::printf("both HAProxy wrote to %s %.0f ms after it was told\n", peer_of(former_).c_str(),
                followed.count());
}

}  // namespace
}  // namespace understudy::stack
