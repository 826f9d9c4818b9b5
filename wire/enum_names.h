// The enumerations' names on the wire.
#pragma once

#include <optional>
#include <string_view>

#include "core/cluster.h"
#include "core/facts.h"
#include "core/role.h"

namespace understudy::wire {

template <class T>
struct EnumNames;

template <>
struct EnumNames<core::Role> {
    static std::string_view name(core::Role role) { return core::to_string(role); }
    static std::optional<core::Role> value(std::string_view name) {
        return core::role_from_string(name);
    }
};

template <>
struct EnumNames<core::Phase> {
    static std::string_view name(core::Phase phase) { return core::to_string(phase); }
    static std::optional<core::Phase> value(std::string_view name) {
        return core::phase_from_string(name);
    }
};

template <>
struct EnumNames<core::OperationKind> {
    static std::string_view name(core::OperationKind kind) { return core::to_string(kind); }
    static std::optional<core::OperationKind> value(std::string_view name) {
        return core::operation_kind_from_string(name);
    }
};

template <>
struct EnumNames<core::ProcessState> {
    static std::string_view name(core::ProcessState state) {
        switch (state) {
            case core::ProcessState::kUnknown:
                return "unknown";
            case core::ProcessState::kRunning:
                return "running";
            case core::ProcessState::kGone:
                return "gone";
        }
        return "unknown";
    }
    static std::optional<core::ProcessState> value(std::string_view name) {
        if (name == "unknown") return core::ProcessState::kUnknown;
        if (name == "running") return core::ProcessState::kRunning;
        if (name == "gone") return core::ProcessState::kGone;
        return std::nullopt;
    }
};

template <>
struct EnumNames<core::CloneState> {
    static std::string_view name(core::CloneState state) {
        switch (state) {
            case core::CloneState::kNone:
                return "none";
            case core::CloneState::kRunning:
                return "running";
            case core::CloneState::kCompleted:
                return "completed";
            case core::CloneState::kFailed:
                return "failed";
        }
        return "none";
    }
    static std::optional<core::CloneState> value(std::string_view name) {
        if (name == "none") return core::CloneState::kNone;
        if (name == "running") return core::CloneState::kRunning;
        if (name == "completed") return core::CloneState::kCompleted;
        if (name == "failed") return core::CloneState::kFailed;
        return std::nullopt;
    }
};

template <>
struct EnumNames<core::ReceiverState> {
    static std::string_view name(core::ReceiverState state) {
        switch (state) {
            case core::ReceiverState::kStopped:
                return "stopped";
            case core::ReceiverState::kConnecting:
                return "connecting";
            case core::ReceiverState::kRunning:
                return "running";
        }
        return "stopped";
    }
    static std::optional<core::ReceiverState> value(std::string_view name) {
        if (name == "stopped") return core::ReceiverState::kStopped;
        if (name == "connecting") return core::ReceiverState::kConnecting;
        if (name == "running") return core::ReceiverState::kRunning;
        return std::nullopt;
    }
};

}  // namespace understudy::wire
