// What a fallible call returns: a value, or an Error that says what failed and why.
// Invariant: an Error names the operation that failed; the caller at the edge reports it, once.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace understudy::core {

enum class ErrorCode {
    kTimeout,      // the outcome is unknown: look again
    kUnreachable,  // nothing answered
    kRefused,      // it answered no
    kConflict,     // somebody else changed it first, or a lower epoch
    kInvalid,      // the input is malformed
    kNotFound,
    kIo,
};

std::string_view to_string(ErrorCode code);

struct Error {
    ErrorCode code{};
    std::string operation;  // what was attempted, in the words of the domain
    std::string detail;     // what came back
    int number = 0;         // the foreign error number (errno, MySQL's), 0 when there is none
};

// "operation: detail (code)", one line.
std::string describe(const Error& error);

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(ErrorCode code, std::string operation, std::string detail,
                                     int number = 0) {
    return tl::unexpected<Error>(Error{code, std::move(operation), std::move(detail), number});
}

}  // namespace understudy::core
