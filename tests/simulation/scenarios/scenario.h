// A settled site of two database hosts, to which one thing is done; the judge watches.
#pragma once

#include <gtest/gtest.h>

#include <utility>

#include "tests/simulation/site/site.h"

namespace understudy::simulation {

inline SiteOptions of_hosts(int databases, SiteOptions options = {}) {
    options.databases = databases;
    return options;
}

class Scenario : public testing::Test {
  protected:
    explicit Scenario(SiteOptions options = {})
        : site{7, std::move(options), Trace::Mode::kLines} {}
    void SetUp() override {
        ASSERT_TRUE(reaches([this] { return site.settled(); }, 20s)) << last_lines();
        site.run_for(2s);
        primary = site.primary();
        replica = site.replica();
    }
    void TearDown() override {
        EXPECT_FALSE(site.judge().violation()) << site.judge().violation()->text << last_lines();
    }

    bool reaches(const std::function<bool()>& condition, Micros within) {
        const Micros until = site.engine().queue.now() + within;
        // A site that broke a property stands still.
        while (!condition() && !site.judge().violation() && site.engine().queue.now() < until) {
            site.run_for(10ms);
        }
        return condition();
    }
    bool settles(Micros within = 60s) {
        return reaches([this] { return site.settled(); }, within);
    }
    bool fails_over(Micros within) {
        return reaches([this] { return site.server(replica).writable(); }, within);
    }
    // Everything is whole again, and everybody has it all.
    void expect_whole() {
        site.heal();
        site.run_for(5s);
        EXPECT_TRUE(settles()) << last_lines();
        site.run_for(2s);
        site.judge().finish(site.record(), site.routed_writer(),
                            site.clients().last_acknowledged());
    }
    void isolate(Node node, bool on) {
        site.network().isolate(node, on);
        site.review();
    }
    void cut(Node one, Node other) {
        site.network().cut(one, other);
        site.network().cut(other, one);
        site.review();
    }
    void cut_replication() {
        site.network().cut(primary, replica);
        site.network().cut(replica, primary);
        site.review();
    }
    [[nodiscard]] int count(const std::string& what) const {
        const auto found = site.judge().counts().find(what);
        return found == site.judge().counts().end() ? 0 : found->second;
    }
    [[nodiscard]] std::string last_lines() {
        std::string text = "\n";
        for (const auto& line : site.engine().trace.lines()) text += line.substr(0, 200) + "\n";
        return text;
    }

    mutable Site site;
    int primary = 0;
    int replica = 1;
};

// With more database hosts, all of them in sync.
template <int kHosts>
class ScenarioAmong : public Scenario {
  protected:
    ScenarioAmong() : Scenario(of_hosts(kHosts)) {}
    void SetUp() override {
        Scenario::SetUp();
        const auto all_in_sync = [this] { return site.record().in_sync.size() == kHosts - 1; };
        ASSERT_TRUE(reaches(all_in_sync, 60s)) << last_lines();
    }
};

}  // namespace understudy::simulation
