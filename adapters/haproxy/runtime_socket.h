// HAProxy's Runtime API over its Unix socket.
//
// A call is one connection: the commands go out in one write, joined by ';', HAProxy answers each
// in order and closes. An answer ends with an empty line (2.6 and 3.0: also an empty answer).
// Safe to call from several threads.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/identity.h"
#include "core/result.h"

namespace understudy::adapters {

// The answers in `text`, one for each command. kInvalid unless there are exactly `expected`.
core::Result<std::vector<std::string>> split_answers(std::string_view text, std::size_t expected);

class RuntimeSocket {
  public:
    static constexpr std::size_t kMaxAnswerBytes = std::size_t{16} << 20U;

    explicit RuntimeSocket(std::string path) : path_(std::move(path)) {}

    // kUnreachable: no socket, or nobody behind it (errno in `number`); kTimeout: HAProxy did not
    // answer all of it, what was done is unknown; kInvalid: the answer is too long or not of the
    // expected form.
    [[nodiscard]] core::Result<std::vector<std::string>> ask(std::span<const std::string> commands,
                                                             core::Millis deadline) const;

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string path_;
};

}  // namespace understudy::adapters
