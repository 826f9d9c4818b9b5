#include "core/result.h"

namespace understudy::core {

std::string_view to_string(ErrorCode code) {
    switch (code) {
        case ErrorCode::kTimeout:
            return "timeout";
        case ErrorCode::kUnreachable:
            return "unreachable";
        case ErrorCode::kRefused:
            return "refused";
        case ErrorCode::kConflict:
            return "conflict";
        case ErrorCode::kInvalid:
            return "invalid";
        case ErrorCode::kNotFound:
            return "not found";
        case ErrorCode::kIo:
            return "input/output";
    }
    return "unknown";
}

std::string describe(const Error& error) {
    std::string text =
        error.operation + ": " + error.detail + " (" + std::string(to_string(error.code));
    if (error.number != 0) text += " " + std::to_string(error.number);
    return text + ")";
}

}  // namespace understudy::core
