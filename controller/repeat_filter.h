// Keeps a lasting trouble from filling the log: the first line, each different one, and a reminder.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "core/identity.h"

namespace understudy::controller {

class RepeatFilter {
  public:
    explicit RepeatFilter(std::chrono::seconds reminder = std::chrono::seconds(60))
        : reminder_(reminder) {}

    // Whether this text is worth a line for that subject now. An empty text is the end of trouble:
    // worth a line when there was some.
    bool worth(const std::string& subject, const std::string& text, core::MonotonicTime now);

  private:
    struct Last {
        std::string text;
        core::MonotonicTime at;
    };

    std::chrono::seconds reminder_;
    std::mutex mutex_;
    std::map<std::string, Last> last_;
};

}  // namespace understudy::controller
