// The running stack's Prometheus, asked as Grafana asks it.
#pragma once

#include <string>
#include <vector>

#include "adapters/http/http.h"
#include "core/identity.h"

namespace understudy::bench {

// Whether an answer of the query API has at least one sample that is a number (NaN is none).
// kInvalid: it is no answer; kRefused: Prometheus says what is wrong with the query.
core::Result<bool> has_number(const std::string& answer);

class Prometheus {
  public:
    Prometheus();
    // Whether the query yields a number now, or at some moment since `from`, asked every 5 s.
    core::Result<bool> answers_now(const std::string& expr);
    core::Result<bool> answers_since(const std::string& expr, core::WallTime from);
    core::Result<std::vector<std::string>> label_values(const std::string& metric,
                                                        const std::string& label);

  private:
    core::Result<std::string> get(const std::string& target);
    adapters::HttpClient client_;
};

}  // namespace understudy::bench
