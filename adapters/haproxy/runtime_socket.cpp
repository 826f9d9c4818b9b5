#include "adapters/haproxy/runtime_socket.h"

#include "adapters/stream/exchange.h"

namespace understudy::adapters {
namespace {

using core::ErrorCode;
using core::failure;
using core::Result;

std::string joined(std::span<const std::string> commands) {
    std::string line;
    for (const auto& command : commands) {
        if (!line.empty()) line += ';';
        line += command;
    }
    return line + '\n';
}

}  // namespace

Result<std::vector<std::string>> split_answers(std::string_view text, std::size_t expected) {
    std::vector<std::string> answers;
    std::string answer;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.empty()) {
            answers.push_back(std::move(answer));
            answer.clear();
        } else {
            answer.append(line).push_back('\n');
        }
    }
    if (answers.size() != expected || !answer.empty()) {
        return failure(ErrorCode::kInvalid, "read HAProxy's answers",
                       std::to_string(answers.size()) + " complete answers to " +
                           std::to_string(expected) + " commands");
    }
    return answers;
}

Result<std::vector<std::string>> RuntimeSocket::ask(std::span<const std::string> commands,
                                                    core::Millis deadline) const {
    if (commands.empty()) return std::vector<std::string>{};
    return exchange({path_, {}}, "HAProxy at " + path_, joined(commands),
                    {deadline, kMaxAnswerBytes})
        .and_then([&](const std::string& text) { return split_answers(text, commands.size()); });
}

}  // namespace understudy::adapters
