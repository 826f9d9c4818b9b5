// What each subcommand of `understudy` does. The answer is the exit code (docs/cli.md).
#pragma once

#include <functional>
#include <iosfwd>
#include <string>

#include "cli/api_client.h"
#include "cli/table.h"

namespace understudy::cli {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kBadConfiguration = 3;
constexpr int kUnreachable = 5;

struct Terminal {
    std::ostream& out;
    std::ostream& errors;
    Style style;
    bool interactive = false;                // a person can be asked
    std::function<std::string()> read_line;  // the person's answer
};

enum class Confirmation { kAsk, kGiven };
enum class Force { kNo, kYes };
enum class Loss { kRefused, kAccepted };

// How often something is looked at until it has come about, and what passes in between.
struct Patience {
    int looks = 0;  // 0: it is not waited for
    std::function<void()> pause;
};

class Commands {
  public:
    // How the API is asked, so that tests can answer.
    struct Api {
        std::function<core::Result<ApiAnswer>(const std::string& target)> get;
        std::function<core::Result<ApiAnswer>(const std::string& target,
                                              const nlohmann::json& body)>
            post;
    };

    Commands(Api api, Terminal terminal, std::string user);

    int status(bool as_json);
    int history(int limit, bool as_json);
    int switchover(const std::string& to);
    int failover(const std::string& to, Confirmation confirmation, Loss loss);
    int pause(const std::string& reason);
    int resume();
    int detach(const std::string& host);
    int rebuild(const std::string& host, Force force, Confirmation confirmation);
    int attach(const std::string& host);
    int rejoin(const std::string& host);
    int begin_maintenance(const std::string& host, const std::string& reason);
    int end_maintenance(const std::string& host);
    // Waits until no load balancer sends the host requests and none is under way.
    int drain(const std::string& host, const Patience& patience);
    int undrain(const std::string& host);

  private:
    int operation(const std::string& target, const nlohmann::json& body);
    // The body of a 200 answer; else prints what is wrong and gives the exit code.
    std::optional<nlohmann::json> fetch(const std::string& target, int& exit_code);
    int complain(const core::Error& error);
    bool confirm(const std::string& question);
    // What a failover to that host, or to the best, would cost; from the status.
    std::optional<std::string> price_of_failover(const std::string& to, Loss loss, int& exit_code);

    Api api_;
    Terminal terminal_;
    std::string user_;
};

// No controller needed.
int print_rules(std::ostream& out);
// A controller's or the command line's file; an agent's is handed to understudy-agent.
int check_config(const std::string& file, std::ostream& out, std::ostream& errors);

}  // namespace understudy::cli
