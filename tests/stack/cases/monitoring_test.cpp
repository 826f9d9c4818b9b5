#include <algorithm>
#include <nlohmann/json.hpp>

#include "adapters/http/http.h"
#include "tests/stack/cases/running_stack.h"
#include "tests/stack/site.h"
#include "tests/stack/wait.h"

namespace understudy::stack {
namespace {

using Json = nlohmann::json;

class Monitoring : public RunningStack {
  protected:
    static core::Result<std::string> get(std::uint16_t port, const std::string& target) {
        adapters::HttpClientOptions to;
        to.server = {address_of("mon1"), port};
        const auto response = adapters::HttpClient(to).get(target, 5s);
        if (!response) return tl::unexpected(response.error());
        if (response->status != 200) {
            return core::failure(core::ErrorCode::kRefused, target,
                                 "status " + std::to_string(response->status));
        }
        return response->body;
    }

    static std::string target_down() {
        const auto text = get(9090, "/api/v1/targets?state=active");
        if (!text) return describe(text.error());
        const auto answer = Json::parse(*text, nullptr, false);
        if (answer.is_discarded()) return "not JSON: " + *text;
        const auto& targets = answer["data"]["activeTargets"];
        if (targets.size() < 7) return "only " + std::to_string(targets.size()) + " targets";
        for (const auto& target : targets) {
            if (target["health"] == "up") continue;
            return target["scrapeUrl"].get<std::string>() + " is " +
                   target["health"].get<std::string>() + ": " +
                   target["lastError"].get<std::string>();
        }
        return "";
    }

    // Until the receiver holds a delivery with all of these texts.
    static core::Result<void> await_received(const std::vector<std::string>& texts,
                                             core::Millis deadline) {
        return wait_until("a webhook with " + texts.back(), deadline, [&]() -> std::string {
            const auto text = get(9720, "/received");
            if (!text) return describe(text.error());
            const auto answer = Json::parse(*text, nullptr, false);
            if (answer.is_discarded()) return "not JSON";
            const auto& all = answer.is_array() ? answer : answer["received"];
            for (const auto& delivery : all) {
                const auto dumped = delivery.dump();
                const auto within = [&](const std::string& wanted) {
                    return dumped.find(wanted) != std::string::npos;
                };
                if (std::all_of(texts.begin(), texts.end(), within)) return "";
            }
            return "not among the " + std::to_string(all.size()) + " received";
        });
    }
};

TEST_F(Monitoring, HasEveryTargetUp) {
    EXPECT_TRUE(good(wait_until("every target up", 60s, [] { return target_down(); })));
}

TEST_F(Monitoring, HasAlertmanagerDeliverToTheReceiver) {
    const auto name = "StackTest" + std::to_string(wall_now().time_since_epoch().count());
    const Json alert = Json::array({{{"labels", {{"alertname", name}, {"severity", "info"}}}}});
    adapters::HttpClientOptions to;
    to.server = {address_of("mon1"), 9093};
    const auto response = adapters::HttpClient(to).post("/api/v2/alerts", alert.dump(), 5s);
    ASSERT_TRUE(good(response));
    ASSERT_EQ(response->status, 200);
    EXPECT_TRUE(good(await_received({"alertmanager", name}, 60s)));
}

TEST_F(Monitoring, HasTheControllerReportASwitchover) {
    const auto target = replica();
    ASSERT_TRUE(good(understudy({"switchover"}, 60s)));
    await_protected_again();
    EXPECT_EQ(primary(), target);
    const auto event = await_event("switchover", wall_now() - 120s, 20s);
    ASSERT_TRUE(good(event));
    EXPECT_TRUE(good(await_received({"controller", "switchover", target}, 20s)));
    EXPECT_TRUE(good(await_received({"controller", "recovered"}, 20s)));
}

}  // namespace
}  // namespace understudy::stack
