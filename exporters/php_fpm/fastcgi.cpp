#include "exporters/php_fpm/fastcgi.h"

#include <cstddef>
#include <cstdint>
#include <optional>

#include "exporters/text_fields.h"

namespace understudy::exporters {
namespace {

using core::ErrorCode;
using core::failure;
using core::Result;

constexpr char kVersion = 1;
constexpr std::size_t kHeaderBytes = 8;
constexpr auto kParse = "read the FastCGI response";

enum RecordType : std::uint8_t {
    kBeginRequest = 1,
    kEndRequest = 3,
    kParams = 4,
    kStdin = 5,
    kStdout = 6,
    kStderr = 7,
};

char low_byte(std::size_t number) { return static_cast<char>(number & 0xFFU); }

void append_record(std::string& out, RecordType type, std::string_view content) {
    constexpr char kRequestId = 1;
    out += kVersion;
    out += static_cast<char>(type);
    out += '\0';
    out += kRequestId;
    out += low_byte(content.size() >> 8U);
    out += low_byte(content.size());
    out += '\0';  // padding
    out += '\0';  // reserved
    out += content;
}

void append_length(std::string& out, std::size_t length) {
    constexpr std::size_t kLongestInOneByte = 127;
    if (length > kLongestInOneByte) {
        out += low_byte((length >> 24U) | 0x80U);
        out += low_byte(length >> 16U);
        out += low_byte(length >> 8U);
    }
    out += low_byte(length);
}

struct Record {
    std::uint8_t type = 0;
    std::string_view content;
};

// Nothing: no whole record is left.
std::optional<Record> take_record(std::string_view& bytes) {
    if (bytes.size() < kHeaderBytes || bytes[0] != kVersion) return std::nullopt;
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
    const std::size_t length = (std::size_t{byte(4)} << 8U) | byte(5);
    const std::size_t padding = byte(6);
    if (bytes.size() < kHeaderBytes + length + padding) return std::nullopt;
    const Record record{byte(1), bytes.substr(kHeaderBytes, length)};
    bytes.remove_prefix(kHeaderBytes + length + padding);
    return record;
}

// Headers as of a CGI script, an empty line, the body.
Result<FastcgiResponse> parse_cgi(std::string_view text) {
    constexpr std::string_view kStatus = "Status: ";
    FastcgiResponse response;
    while (!text.empty()) {
        const auto line = take_line(text);
        if (line.empty()) {
            response.body = text;
            return response;
        }
        if (line.starts_with(kStatus)) {
            const auto status = number_from<int>(line.substr(kStatus.size(), 3));
            if (!status) break;
            response.status = *status;
        }
    }
    return failure(ErrorCode::kInvalid, kParse, "no end of the headers");
}

Result<FastcgiResponse> ended(const Record& end, std::string_view output, std::string errors) {
    constexpr std::size_t kProtocolStatus = 4;
    if (end.content.size() <= kProtocolStatus || end.content[kProtocolStatus] != 0) {
        return failure(ErrorCode::kRefused, kParse, "the request was turned down");
    }
    return parse_cgi(output).map([&](FastcgiResponse response) {
        response.errors = std::move(errors);
        return response;
    });
}

}  // namespace

std::string fastcgi_request(const FastcgiParameters& parameters) {
    constexpr std::string_view kResponderThatCloses("\0\1\0\0\0\0\0\0", 8);
    std::string content;
    for (const auto& [name, value] : parameters) {
        append_length(content, name.size());
        append_length(content, value.size());
        content += name;
        content += value;
    }
    std::string request;
    append_record(request, kBeginRequest, kResponderThatCloses);
    append_record(request, kParams, content);
    append_record(request, kParams, {});
    append_record(request, kStdin, {});
    return request;
}

Result<FastcgiResponse> parse_fastcgi_response(std::string_view bytes) {
    std::string output;
    std::string errors;
    while (const auto record = take_record(bytes)) {
        if (record->type == kStdout) output += record->content;
        if (record->type == kStderr) errors += record->content;
        if (record->type == kEndRequest) return ended(*record, output, std::move(errors));
    }
    return failure(ErrorCode::kInvalid, kParse, "no end of the answer");
}

}  // namespace understudy::exporters
