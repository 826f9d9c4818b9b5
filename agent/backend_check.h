// Whether this web server's chain can serve: its processes live, Nginx and PHP-FPM answer, and so
// does the optional page of the application. A dead process is known at once; a part that takes no
// connections (dead) or answers wrong or late (sick) by the next round.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "agent/report_board.h"
#include "core/result.h"

namespace understudy::agent {

class BackendCheck {
  public:
    // One part of the chain, in the order a request takes; bounded by its own deadline.
    struct Probe {
        std::string name;
        std::function<core::Result<void>()> run;
    };

    BackendCheck(std::vector<std::string> services, std::vector<Probe> probes, ReportBoard& board);

    // From any thread: a watched process ended or was found running.
    void service_changed(const std::string& service, bool running);

    // From any thread: counts from the next round on.
    void replace_probes(std::vector<Probe> probes);
    // One round of all probes; for one thread.
    void run();

  private:
    void publish();

    ReportBoard& board_;

    mutable std::mutex mutex_;
    std::shared_ptr<const std::vector<Probe>> probes_;
    std::map<std::string, bool> running_;
    std::string trouble_ = "not checked yet";
    bool unreachable_ = false;  // nobody takes connections there
};

}  // namespace understudy::agent
