#include "tests/stack/command.h"

#include "tests/stack/child.h"

namespace understudy::stack {

core::Result<CommandResult> run_command(const std::vector<std::string>& arguments,
                                        core::Millis deadline) {
    auto child = Child::start(arguments);
    if (!child) return tl::unexpected(child.error());
    auto status = (*child)->wait(deadline);
    if (!status) return tl::unexpected(status.error());
    return CommandResult{*status, (*child)->output(), (*child)->errors()};
}

core::Result<std::string> output_of(const std::vector<std::string>& arguments,
                                    core::Millis deadline) {
    auto result = run_command(arguments, deadline);
    if (!result) return tl::unexpected(result.error());
    if (result->exit_status != 0) {
        return core::failure(
            core::ErrorCode::kRefused, arguments.front(),
            "exit " + std::to_string(result->exit_status) + ": " + last_line(result->errors),
            result->exit_status);
    }
    auto& text = result->output;
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return std::move(text);
}

std::string last_line(const std::string& text) {
    const auto end = text.find_last_not_of(" \t\r\n");
    if (end == std::string::npos) return "";
    const auto before = text.rfind('\n', end);
    const auto begin = before == std::string::npos ? 0 : before + 1;
    return text.substr(begin, end + 1 - begin);
}

}  // namespace understudy::stack
