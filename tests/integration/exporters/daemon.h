// A real daemon started for a test, in a directory of its own, ended with this object.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace understudy::integration {

// A new directory under /tmp, removed with this object.
class ScratchDirectory {
  public:
    ScratchDirectory();
    ~ScratchDirectory();
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;

    [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }
    void write(const std::string& name, const std::string& text) const;

  private:
    std::string path_;
};

class Daemon {
  public:
    // Starts arguments[0] with its messages in `log`, and returns once `ready` says so. Throws,
    // naming the Debian `package`, when the program is not there.
    Daemon(const std::vector<std::string>& arguments, const std::string& package,
           const std::string& log, const std::function<bool()>& ready);
    ~Daemon();
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    void stop_running() const;  // SIGSTOP, the daemon and its children
    void go_on() const;         // SIGCONT
    void end();                 // and waits
    [[nodiscard]] pid_t pid() const { return process_; }

  private:
    void signal_group(int signal) const;

    pid_t process_ = -1;
};

// Until `condition` holds; false after 10 s.
bool eventually(const std::function<bool()>& condition);

}  // namespace understudy::integration
