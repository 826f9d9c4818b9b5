#include "wire/json.h"

#include <utility>

#include "wire/codec.h"
#include "wire/fields.h"

namespace understudy::wire {

namespace {

using core::ErrorCode;
using core::failure;
using core::Result;

template <class T>
std::string text_of(const T& message) {
    // Error texts of MySQL may hold bytes that are no UTF-8.
    return encode(message).dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <class T>
Result<T> read(std::string_view text, const char* operation) {
    try {
        const Json json = Json::parse(text);
        std::optional<std::string> error;
        T message;
        decode(Position(json, "", error), message);
        if (error) return failure(ErrorCode::kInvalid, operation, *error);
        return message;
    } catch (const Json::exception& e) {
        return failure(ErrorCode::kInvalid, operation, e.what());
    }
}

}  // namespace

std::string to_json(const core::HostReport& report) { return text_of(report); }
std::string to_json(const core::Assignment& assignment) { return text_of(assignment); }
std::string to_json(const core::HeldAssignment& held) { return text_of(held); }
std::string to_json(const core::RejoinOrder& order) { return text_of(order); }
std::string to_json(const core::KeptOrphans& orphans) { return text_of(orphans); }
std::string to_json(const core::LastStart& start) { return text_of(start); }
std::string to_json(const core::Route& route) { return text_of(route); }
std::string to_json(const core::Record& record) { return text_of(record); }
std::string to_json(const core::Operation& operation) { return text_of(operation); }
std::string to_json(const HostWaiting& waiting) { return text_of(waiting); }

Result<core::HostReport> report_from_json(std::string_view text) {
    return read<core::HostReport>(text, "read report");
}

Result<core::Assignment> assignment_from_json(std::string_view text) {
    return read<core::Assignment>(text, "read assignment");
}

Result<core::HeldAssignment> held_assignment_from_json(std::string_view text) {
    return read<core::HeldAssignment>(text, "read held assignment");
}

Result<core::RejoinOrder> rejoin_order_from_json(std::string_view text) {
    return read<core::RejoinOrder>(text, "read rejoin order");
}

Result<core::KeptOrphans> kept_orphans_from_json(std::string_view text) {
    return read<core::KeptOrphans>(text, "read kept orphans");
}

Result<core::LastStart> last_start_from_json(std::string_view text) {
    return read<core::LastStart>(text, "read how mysqld started");
}

Result<core::Route> route_from_json(std::string_view text) {
    return read<core::Route>(text, "read route");
}

Result<core::Record> record_from_json(std::string_view text) {
    return read<core::Record>(text, "read record");
}

Result<core::Operation> operation_from_json(std::string_view text) {
    return read<core::Operation>(text, "read operation");
}

Result<HostWaiting> waiting_from_json(std::string_view text) {
    return read<HostWaiting>(text, "read how many wait");
}

}  // namespace understudy::wire
