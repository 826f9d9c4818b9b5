// Values to and from JSON: the primitive and container types, and the archives that walk a
// message's fields (wire/fields.h lists them once for both directions).
//
// Reading: a missing or wrongly typed key is an error that names its path; an optional field may be
// absent or null; unknown keys are passed over. The first error stays.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "core/cluster.h"
#include "core/facts.h"
#include "wire/enum_names.h"

namespace understudy::wire {

using Json = nlohmann::json;

// Where in the message the reader is, and what went wrong first.
class Position {
  public:
    Position(const Json& at_value, std::string at_path, std::optional<std::string>& error)
        : value(at_value), path(std::move(at_path)), error_(error) {}

    [[nodiscard]] Position at(const Json& inner, const std::string& key) const {
        return {inner, path.empty() ? key : path + "." + key, error_};
    }
    void fail(const std::string& what) const {
        if (!error_) error_ = (path.empty() ? "message" : path) + ": " + what;
    }

    const Json& value;
    const std::string path;

  private:
    std::optional<std::string>& error_;
};

class Writer {
  public:
    explicit Writer(Json& object) : object_(object) {}
    template <class T>
    void operator()(const char* key, const T& field);
    template <class T, class AddedLater>
    void operator()(const char* key, const T& field, AddedLater) {
        (*this)(key, field);
    }

  private:
    Json& object_;
};

class Reader {
  public:
    explicit Reader(const Position& position) : position_(position) {}
    template <class T>
    void operator()(const char* key, T& field);
    template <class T, class AddedLater>
    void operator()(const char* key, T& field, AddedLater) {
        if (position_.value.contains(key)) (*this)(key, field);
    }

  private:
    const Position& position_;
};

// A message: a type for which wire/fields.h says which fields it has.
template <class T>
concept Message = requires(Writer& writer, const T& message) {
    fields(writer, message);
};

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

inline Json encode(const std::string& text) { return text; }
inline Json encode(const core::HostName& host) { return host.value; }
inline Json encode(const core::Epoch& epoch) { return epoch.value; }
inline Json encode(const core::Revision& revision) { return revision.value; }
inline Json encode(const core::Millis& duration) { return duration.count(); }
inline Json encode(const core::WallTime& time) { return time.time_since_epoch().count(); }
inline Json encode(const core::GtidSet& gtids) { return gtids.to_string(); }

template <class T>
requires std::is_arithmetic_v<T> Json encode(T number) { return number; }
template <class T>
requires std::is_enum_v<T> Json encode(T value) { return std::string(EnumNames<T>::name(value)); }
template <Message T>
Json encode(const T& message);
template <class T>
Json encode(const std::optional<T>& value);
template <class T>
Json encode(const std::vector<T>& values);
Json encode(const std::set<core::HostName>& hosts);
template <class T>
Json encode(const std::map<core::HostName, T>& values);

void decode(const Position& from, std::string& text);
void decode(const Position& from, core::HostName& host);
void decode(const Position& from, core::Epoch& epoch);
void decode(const Position& from, core::Revision& revision);
void decode(const Position& from, core::Millis& duration);
void decode(const Position& from, core::WallTime& time);
void decode(const Position& from, core::GtidSet& gtids);
void decode(const Position& from, bool& flag);
void decode(const Position& from, double& number);
void decode(const Position& from, std::set<core::HostName>& hosts);
std::int64_t decode_signed(const Position& from, std::int64_t least, std::int64_t most);

template <class T>
requires std::is_integral_v<T>
void decode(const Position& from, T& number) {
    if constexpr (std::is_same_v<T, std::uint64_t>) {
        if (!from.value.is_number_unsigned()) return from.fail("expected a whole number >= 0");
        number = from.value.get<std::uint64_t>();
    } else {
        number = static_cast<T>(
            decode_signed(from, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
    }
}
template <class T>
requires std::is_enum_v<T>
void decode(const Position& from, T& value) {
    std::string name;
    decode(from, name);
    const auto known = EnumNames<T>::value(name);
    if (!known) return from.fail("unknown value \"" + name + "\"");
    value = *known;
}
template <Message T>
void decode(const Position& from, T& message);
template <class T>
void decode(const Position& from, std::optional<T>& value);
template <class T>
void decode(const Position& from, std::vector<T>& values);
template <class T>
void decode(const Position& from, std::map<core::HostName, T>& values);

template <Message T>
Json encode(const T& message) {
    Json object = Json::object();
    Writer writer(object);
    fields(writer, message);
    return object;
}

template <class T>
Json encode(const std::optional<T>& value) {
    return value ? encode(*value) : Json(nullptr);
}

template <class T>
Json encode(const std::vector<T>& values) {
    Json array = Json::array();
    for (const auto& value : values) array.push_back(encode(value));
    return array;
}

template <class T>
Json encode(const std::map<core::HostName, T>& values) {
    Json object = Json::object();
    for (const auto& [host, value] : values) object[host.value] = encode(value);
    return object;
}

template <Message T>
void decode(const Position& from, T& message) {
    if (!from.value.is_object()) return from.fail("expected an object");
    Reader reader(from);
    fields(reader, message);
}

template <class T>
void decode(const Position& from, std::optional<T>& value) {
    value.reset();
    if (!from.value.is_null()) decode(from, value.emplace());
}

template <class T>
void decode(const Position& from, std::vector<T>& values) {
    if (!from.value.is_array()) return from.fail("expected an array");
    values.clear();
    for (const auto& element : from.value) {
        const auto position = from.at(element, std::to_string(values.size()));
        decode(position, values.emplace_back());
    }
}

template <class T>
void decode(const Position& from, std::map<core::HostName, T>& values) {
    if (!from.value.is_object()) return from.fail("expected an object");
    values.clear();
    for (const auto& [host, value] : from.value.items()) {
        decode(from.at(value, host), values[core::HostName(host)]);
    }
}

template <class T>
void Writer::operator()(const char* key, const T& field) {
    object_[key] = encode(field);
}

template <class T>
void Reader::operator()(const char* key, T& field) {
    const auto found = position_.value.find(key);
    if (found != position_.value.end()) return decode(position_.at(*found, key), field);
    if constexpr (IsOptional<T>::value) {
        field.reset();
    } else {
        position_.at(position_.value, key).fail("missing");
    }
}

}  // namespace understudy::wire
