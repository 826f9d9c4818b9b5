// A program under test, with a configuration of its own in a temporary directory.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "tests/stack/child.h"
#include "tests/stack/command.h"
#include "tests/unit/http/test_certificates.h"

namespace understudy::bad_input {

using namespace std::chrono_literals;

// A port on loopback that nobody listens on.
std::uint16_t free_port();

class ProgramTest : public ::testing::Test {
  protected:
    ProgramTest();
    ~ProgramTest() override;

    // Writes a file into the directory, readable by its owner alone; its path.
    std::string write(const std::string& name, const std::string& content);
    [[nodiscard]] std::string path(const std::string& name) const { return directory_ / name; }

    // Runs it to its end.
    static stack::CommandResult run(const std::vector<std::string>& arguments);
    // Runs it on, in process numbers of its own: it sees no process but itself, so that it cannot
    // mistake one of this machine for its service.
    void start(const std::vector<std::string>& arguments);
    // The same, but among the processes of the container that this process is the first of.
    void start_beside(int process, const std::vector<std::string>& arguments);
    [[nodiscard]] stack::Child& program() { return *program_; }
    // To what start() runs.
    void signal(int number);

    // The answer of the program's plain port; empty when there is none.
    struct Answer {
        int status = 0;
        std::string body;
    };
    static Answer get(std::uint16_t port, const std::string& target);
    // Until the answer has this status and this text.
    static core::Result<void> await_answer(std::uint16_t port, const std::string& target,
                                           const Answer& wanted);
    // The value of the only sample with that name and these labels, as printed; empty for none.
    static std::string metric(std::uint16_t port, const std::string& series);

    std::filesystem::path directory_;
    adapters::TestAuthority authority_;
    std::unique_ptr<stack::Child> program_;
};

// It ended with that status, having said one line, which has all of these words.
void expect_one_line(const stack::CommandResult& result, int status,
                     const std::vector<std::string>& words);

}  // namespace understudy::bad_input
