// Where operators' requests wait for their end: the API's threads ask, the decision thread answers.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>

#include "controller/cluster_loop.h"

namespace understudy::controller {

class RequestDesk {
  public:
    // A number for a request to come; end it with await().
    RequestId open();

    // The answer; nothing when `patience` ended first (the request goes on).
    std::optional<Answer> await(RequestId id, core::Millis patience);

    void answer(Answer answer);
    // Nobody will be answered any more.
    void close();

  private:
    std::mutex mutex_;
    std::condition_variable answered_;
    RequestId last_ = 0;
    std::map<RequestId, std::optional<Answer>> requests_;
    bool closed_ = false;
};

}  // namespace understudy::controller
