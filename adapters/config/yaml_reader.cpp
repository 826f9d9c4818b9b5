#include "adapters/config/yaml_reader.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <utility>

#include "adapters/config/spelling.h"

namespace understudy::adapters {

using core::ErrorCode;
using core::failure;
using core::Result;

struct YamlNode::Value {
    YAML::Node node;
};

// What is read of a file so far, and what was found wrong.
struct YamlNode::Document {
    struct Problem {
        int line;
        std::string text;
    };

    void report(int line, const std::string& path, const std::string& what) {
        problems.push_back({line, file + ":" + std::to_string(line) + ": " +
                                      (path.empty() ? "" : path + ": ") + what});
    }

    std::string file;
    std::vector<Problem> problems;
    std::vector<std::shared_ptr<Position>> positions;  // every mapping that was looked at
};

// One mapping, and the keys that were asked for in it.
struct YamlNode::Position {
    struct Entry {
        int line;
        YAML::Node value;
    };

    [[nodiscard]] const Entry* find(const std::string& key) const {
        const auto found = entries.find(key);
        return found == entries.end() ? nullptr : &found->second;
    }
    [[nodiscard]] std::string path_of(const std::string& key) const {
        return path.empty() ? key : path + "." + key;
    }
    [[nodiscard]] int line_of(const std::string& key) const {
        const Entry* entry = find(key);
        return entry == nullptr ? line : entry->line;
    }

    std::string path;
    int line = 1;
    bool exists = true;  // false: stands in for a section that is missing, which was reported
    std::map<std::string, Entry> entries;
    std::set<std::string> asked;
};

namespace {

int line_of(const YAML::Node& node) { return node.Mark().line < 0 ? 1 : node.Mark().line + 1; }

Result<std::string> content_of(const std::string& file) {
    std::error_code error;
    if (std::filesystem::is_directory(file, error)) {
        return failure(ErrorCode::kNotFound, "read " + file, file + ": is a directory");
    }
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        return failure(ErrorCode::kNotFound, "read " + file,
                       file + ": " + std::strerror(errno) + "; give the path of a readable file");
    }
    return std::string{std::istreambuf_iterator<char>(stream), {}};
}

Result<YAML::Node> parse(const std::string& file, const std::string& content) {
    try {
        return YAML::Load(content);
    } catch (const YAML::Exception& e) {
        const std::string at = e.mark.is_null() ? "" : ":" + std::to_string(e.mark.line + 1);
        return failure(ErrorCode::kInvalid, "read " + file, file + at + ": not YAML: " + e.msg);
    }
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

}  // namespace

YamlNode::YamlNode(std::shared_ptr<Document> document, std::shared_ptr<Position> position)
    : document_(std::move(document)), position_(std::move(position)) {}

Result<YamlNode> YamlNode::load(const std::string& file) {
    const auto content = content_of(file);
    if (!content) return tl::unexpected(content.error());
    const auto root = parse(file, *content);
    if (!root) return tl::unexpected(root.error());
    if (!root->IsMap()) {
        return failure(ErrorCode::kInvalid, "read " + file,
                       file + ":1: expected \"key: value\" lines");
    }
    auto document = std::make_shared<Document>();
    document->file = file;
    YamlNode whole(document, nullptr);
    return whole.enter({*root}, "");
}

YamlNode YamlNode::enter(const Value& mapping, const std::string& path) const {
    auto position = std::make_shared<Position>();
    position->path = path;
    position->line = line_of(mapping.node);
    for (const auto& pair : mapping.node) {
        const std::string key = pair.first.IsScalar() ? pair.first.Scalar() : "?";
        const int line = line_of(pair.first);
        const bool first =
            position->entries.emplace(key, Position::Entry{line, pair.second}).second;
        if (!first) {
            document_->report(line, position->path_of(key), "given twice; keep one of them");
        }
    }
    document_->positions.push_back(position);
    return {document_, position};
}

YamlNode YamlNode::missing(const std::string& path) const {
    auto position = std::make_shared<Position>();
    position->path = path;
    position->line = position_->line;
    position->exists = false;
    return {document_, position};
}

bool YamlNode::has(const std::string& key) const { return position_->find(key) != nullptr; }

std::vector<std::string> YamlNode::keys() const {
    std::vector<std::string> keys;
    for (const auto& entry : position_->entries) keys.push_back(entry.first);
    return keys;
}

YamlNode YamlNode::section(const std::string& key) {
    if (auto found = optional_section(key)) return *found;
    error(key, "missing; add this section");
    return missing(position_->path_of(key));
}

std::optional<YamlNode> YamlNode::optional_section(const std::string& key) {
    position_->asked.insert(key);
    const auto* entry = position_->find(key);
    if (entry == nullptr) return std::nullopt;
    if (entry->value.IsMap()) return enter({entry->value}, position_->path_of(key));
    error(key, "expected a section with keys of its own");
    return missing(position_->path_of(key));
}

std::vector<YamlNode> YamlNode::list(const std::string& key) {
    position_->asked.insert(key);
    const auto* entry = position_->find(key);
    if (entry == nullptr || !entry->value.IsSequence()) {
        error(key, entry == nullptr ? "missing; add this list" : "expected a list");
        return {};
    }
    std::vector<YamlNode> nodes;
    for (const auto& element : entry->value) {
        const std::string path = position_->path_of(key) + "[" + std::to_string(nodes.size()) + "]";
        if (!element.IsMap()) {
            document_->report(line_of(element), path, "expected {key: value, …}");
            continue;
        }
        nodes.push_back(enter({element}, path));
    }
    return nodes;
}

std::optional<std::string> YamlNode::scalar(const std::string& key) {
    position_->asked.insert(key);
    const auto* entry = position_->find(key);
    if (entry == nullptr) return std::nullopt;
    if (entry->value.IsScalar() && !entry->value.Scalar().empty()) return entry->value.Scalar();
    error(key, entry->value.IsNull() || entry->value.IsScalar() ? "empty; give a value"
                                                                : "expected a single value");
    return std::nullopt;
}

std::string YamlNode::text(const std::string& key) {
    if (auto value = scalar(key)) return *value;
    if (!has(key)) error(key, "missing; add it");
    return "";
}

std::string YamlNode::text_or(const std::string& key, const std::string& otherwise) {
    return scalar(key).value_or(otherwise);
}

std::vector<std::string> YamlNode::texts_or(const std::string& key,
                                            std::vector<std::string> otherwise) {
    position_->asked.insert(key);
    const auto* entry = position_->find(key);
    if (entry == nullptr) return otherwise;
    if (!entry->value.IsSequence()) {
        error(key, "expected a list");
        return otherwise;
    }
    std::vector<std::string> texts;
    for (const auto& element : entry->value) {
        if (element.IsScalar() && !element.Scalar().empty()) {
            texts.push_back(element.Scalar());
        } else {
            document_->report(line_of(element), position_->path_of(key),
                              "expected a list of texts");
        }
    }
    return texts;
}

std::int64_t YamlNode::integer_or(const std::string& key, std::int64_t otherwise,
                                  std::int64_t least, std::int64_t most) {
    const auto value = scalar(key);
    if (!value) return otherwise;
    std::int64_t number = 0;
    const char* end = value->data() + value->size();
    const auto [stopped, problem] = std::from_chars(value->data(), end, number);
    if (problem == std::errc{} && stopped == end && number >= least && number <= most)
        return number;
    error(key, "\"" + *value + "\" is not a whole number from " + std::to_string(least) + " to " +
                   std::to_string(most));
    return otherwise;
}

bool YamlNode::flag_or(const std::string& key, bool otherwise) {
    const auto value = scalar(key);
    if (!value || *value == "true" || *value == "false")
        return value ? *value == "true" : otherwise;
    error(key, "\"" + *value + "\" is not true or false");
    return otherwise;
}

std::string YamlNode::choice_or(const std::string& key, const std::string& otherwise,
                                const std::vector<std::string>& choices) {
    const auto value = scalar(key);
    if (!value) return otherwise;
    if (std::find(choices.begin(), choices.end(), *value) != choices.end()) return *value;
    error(key, "\"" + *value + "\" is not one of " + joined(choices));
    return otherwise;
}

core::Address YamlNode::address(const std::string& key) {
    const std::string value = text(key);
    if (value.empty()) return {};
    const auto colon = value.rfind(':');
    unsigned port = 0;
    if (colon != std::string::npos && colon > 0) {
        const char* end = value.data() + value.size();
        const auto [stopped, problem] = std::from_chars(value.data() + colon + 1, end, port);
        if (problem != std::errc{} || stopped != end || port > 65535) port = 0;
    }
    if (port != 0) return {value.substr(0, colon), static_cast<std::uint16_t>(port)};
    error(key, "\"" + value + R"(" is not host:port; write for example "198.18.0.21:9701")");
    return {};
}

std::string YamlNode::where(const std::string& key) const {
    return document_->file + ":" + std::to_string(position_->line_of(key)) + ": " +
           position_->path_of(key);
}

void YamlNode::error(const std::string& key, const std::string& what) {
    if (!position_->exists) return;
    document_->report(position_->line_of(key), position_->path_of(key), what);
}

Result<void> YamlNode::finish() {
    for (const auto& position : document_->positions) {
        for (const auto& [key, entry] : position->entries) {
            if (position->asked.count(key) > 0) continue;
            std::string what = "unknown key";
            const std::string meant = key.empty() ? "" : nearest(key, position->asked);
            what += meant.empty() ? "; remove it" : "; did you mean \"" + meant + "\"?";
            document_->report(entry.line, position->path_of(key), what);
        }
    }
    auto& problems = document_->problems;
    if (problems.empty()) return {};
    std::stable_sort(problems.begin(), problems.end(),
                     [](const auto& left, const auto& right) { return left.line < right.line; });
    std::string lines;
    for (const auto& problem : problems) lines += (lines.empty() ? "" : "\n") + problem.text;
    return failure(ErrorCode::kInvalid, "read " + document_->file, lines);
}

}  // namespace understudy::adapters
