// Strict reading of a YAML configuration file: every key is asked for by name, and one that nobody
// asked for is an error, as is a missing, doubled or malformed one. An error is one line,
// "FILE:LINE: key.path: what is wrong; remedy". All are collected: an Error's detail holds one or
// more such lines, in the file's order, to be shown as they are.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/cluster.h"
#include "core/result.h"

namespace understudy::adapters {

class YamlNode {
  public:
    // Parses the file; kInvalid for broken YAML or no mapping, kNotFound for a file that cannot be
    // read.
    static core::Result<YamlNode> load(const std::string& file);

    [[nodiscard]] bool has(const std::string& key) const;
    // Of a mapping whose keys are not known beforehand.
    [[nodiscard]] std::vector<std::string> keys() const;
    // A required mapping; an absent one records an error and yields an empty node.
    YamlNode section(const std::string& key);
    std::optional<YamlNode> optional_section(const std::string& key);
    std::vector<YamlNode> list(const std::string& key);  // required, of mappings

    std::string text(const std::string& key);
    std::string text_or(const std::string& key, const std::string& otherwise);
    std::vector<std::string> texts_or(const std::string& key, std::vector<std::string> otherwise);
    std::int64_t integer_or(const std::string& key, std::int64_t otherwise, std::int64_t least,
                            std::int64_t most);
    bool flag_or(const std::string& key, bool otherwise);
    std::string choice_or(const std::string& key, const std::string& otherwise,
                          const std::vector<std::string>& choices);
    core::Address address(const std::string& key);  // "host:port"
    // The key's own line, for errors found later ("FILE:LINE: key.path").
    [[nodiscard]] std::string where(const std::string& key) const;
    void error(const std::string& key, const std::string& what);

    // Call on the root when everything was read: errors, including keys that nobody asked for.
    core::Result<void> finish();

  private:
    struct Document;
    struct Position;
    struct Value;  // of the YAML library
    YamlNode(std::shared_ptr<Document> document, std::shared_ptr<Position> position);
    [[nodiscard]] YamlNode enter(const Value& mapping, const std::string& path) const;
    [[nodiscard]] YamlNode missing(const std::string& path) const;
    std::optional<std::string> scalar(const std::string& key);

    std::shared_ptr<Document> document_;
    std::shared_ptr<Position> position_;
};

// A secret's content without its final newline; kInvalid for a file that is missing, empty, over
// 4 KiB, or readable by others (mode), naming the remedy.
core::Result<std::string> read_secret(const std::string& file);

}  // namespace understudy::adapters
