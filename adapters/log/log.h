// The structured log, to standard error: text ("TIME level message key=value …") or JSON lines.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace understudy::adapters {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

using LogFields = std::vector<std::pair<std::string, std::string>>;

// Once, before the first line; level and format as the configuration names them.
void start_log(const std::string& program, const std::string& level, const std::string& format);

// Of the lines from now on; any thread.
void set_log_level(const std::string& level);

void log(LogLevel level, const std::string& message, const LogFields& fields = {});

// For a field of a line: "one, two"; of none, "nothing".
std::string list_text(const std::vector<std::string>& words);

// The line's content without time and level; for start_log's formats.
std::string text_line(const std::string& message, const LogFields& fields);
std::string json_line(const std::string& time, const std::string& level, const std::string& message,
                      const LogFields& fields);

}  // namespace understudy::adapters
