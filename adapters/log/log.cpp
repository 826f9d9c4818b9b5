#include "adapters/log/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <nlohmann/json.hpp>

#include "adapters/log/time_text.h"

namespace understudy::adapters {

namespace {

std::atomic<bool> as_json{false};

spdlog::level::level_enum level_of(LogLevel level) {
    switch (level) {
        case LogLevel::kDebug:
            return spdlog::level::debug;
        case LogLevel::kInfo:
            return spdlog::level::info;
        case LogLevel::kWarn:
            return spdlog::level::warn;
        case LogLevel::kError:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

const char* name_of(LogLevel level) {
    switch (level) {
        case LogLevel::kDebug:
            return "debug";
        case LogLevel::kInfo:
            return "info";
        case LogLevel::kWarn:
            return "warn";
        case LogLevel::kError:
            return "error";
    }
    return "info";
}

bool needs_quotes(const std::string& value) {
    return value.empty() || value.find_first_of(" \"=\n\t") != std::string::npos;
}

std::string now_text() {
    return time_text(
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()));
}

}  // namespace

std::string text_line(const std::string& message, const LogFields& fields) {
    std::string line = message;
    for (const auto& [key, value] : fields) {
        line += " " + key + "=";
        line += needs_quotes(value) ? nlohmann::json(value).dump(
                                          -1, ' ', false, nlohmann::json::error_handler_t::replace)
                                    : value;
    }
    return line;
}

std::string json_line(const std::string& time, const std::string& level, const std::string& message,
                      const LogFields& fields) {
    nlohmann::ordered_json line{{"time", time}, {"level", level}, {"message", message}};
    for (const auto& [key, value] : fields) line[key] = value;
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void set_log_level(const std::string& level) {
    spdlog::set_level(spdlog::level::from_str(level == "error" ? "err" : level));
}

std::string list_text(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text.empty() ? "nothing" : text;
}

void start_log(const std::string& program, const std::string& level, const std::string& format) {
    as_json = format == "json";
    auto logger = std::make_shared<spdlog::logger>(
        program, std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_pattern("%v");
    logger->flush_on(spdlog::level::debug);
    spdlog::set_default_logger(logger);
    set_log_level(level);
}

void log(LogLevel level, const std::string& message, const LogFields& fields) {
    if (!spdlog::should_log(level_of(level))) return;
    const std::string name = name_of(level);
    const std::string line = as_json ? json_line(now_text(), name, message, fields)
                                     : now_text() + " " + name + " " + text_line(message, fields);
    spdlog::log(level_of(level), "{}", line);
}

}  // namespace understudy::adapters
