// A program started by a test: its output collected, its end awaited, killed when the test is done.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "core/identity.h"
#include "core/result.h"

namespace understudy::stack {

class Child {
  public:
    // arguments[0] is looked up in PATH. kIo: no process or pipe could be made; a program that is
    // not there ends with status 127.
    static core::Result<std::unique_ptr<Child>> start(const std::vector<std::string>& arguments);
    ~Child();  // SIGKILL if it still runs
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    // Collects output until the program ends; its exit status, 128 + N when signal N ended it.
    // kTimeout: it was killed.
    core::Result<int> wait(core::Millis deadline);
    // Collects output until `text` appears in it or in the errors. kTimeout, kRefused: it ended.
    core::Result<void> wait_for_text(const std::string& text, core::Millis deadline);
    void signal(int number) const;
    [[nodiscard]] const std::string& output() const { return output_.text; }
    [[nodiscard]] const std::string& errors() const { return errors_.text; }
    [[nodiscard]] pid_t pid() const { return pid_; }

  private:
    struct Stream {
        int descriptor = -1;
        std::string text;
    };
    using Clock = std::chrono::steady_clock;

    Child(std::string name, pid_t pid, int output, int errors);
    // False when both streams have ended or the time has come.
    bool collect(Clock::time_point until);
    static void read_some(Stream& stream);
    int reap();

    std::string name_;
    pid_t pid_;
    Stream output_;
    Stream errors_;
    bool reaped_ = false;
};

}  // namespace understudy::stack
