// A two-database site in values, for tests of the rules: state is set, decide() is asked, outcomes
// are read from the record.
#pragma once

#include <string>

#include "core/decide.h"

namespace understudy::core::test {

inline const HostName kWeb1{"web1"};
inline const HostName kWeb2{"web2"};
inline const HostName kWeb3{"web3"};  // of tests with a third host
inline const HostName kLb1{"lb1"};
inline const HostName kLb2{"lb2"};
inline const std::string kUuid1 = "11111111-1111-1111-1111-111111111111";
inline const std::string kUuid2 = "22222222-2222-2222-2222-222222222222";

struct Site {
    Topology topology{"main",
                      {{kWeb1, {"198.18.0.21", 3306}, 100}, {kWeb2, {"198.18.0.22", 3306}, 100}},
                      {kLb1, kLb2},
                      {kWeb1, kWeb2}};
    Policy policy;
    Record record;
    ClusterView view;
    Now now{MonotonicTime{std::chrono::hours(1)}, WallTime{std::chrono::hours(500'000)}};

    Site();

    // A site in its usual state: web1 primary, web2 in sync.
    static Site protected_site();
    // A third host, seen to be what web2 is.
    void add_web3();

    DatabaseFacts& database(const HostName& host) { return *view.at(host).report.database; }
    HostReport& report(const HostName& host) { return view.at(host).report; }

    Decision ask(const Request* request = nullptr) const;
    // Asks, expects a record, keeps it; the rule's name.
    std::string step(const Request* request = nullptr);
    // Every agent has stored what the record tells its host.
    void take_up();
    // Every database host has done what the record tells it.
    void obey();
    void pass(Millis time);  // nobody is heard meanwhile
    void hear(const HostName& host) { view.at(host).heard = now.monotonic; }
    void hear_all();
    void kill_mysqld(const HostName& host);
};

GtidSet gtids(const std::string& text);

}  // namespace understudy::core::test
