// The labels of a sample, as both formats write them: name="value",name="value".
//
// They are written out when they are added: values are made valid UTF-8 and escaped, and nothing is
// kept of what they were given as. Samples with the same labels should share one object.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace understudy::exporters {

struct Label {
    std::string_view name;
    std::string_view value;
};

class Labels {
  public:
    Labels() = default;
    Labels(std::initializer_list<Label> labels);

    void add(std::string_view name, std::string_view value);
    // These, and one more behind them.
    [[nodiscard]] Labels with(std::string_view name, std::string_view value) const;

    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    std::string text_;
};

// Puts a backslash before backslashes, before line feeds (as \n), and before quotes where they end
// what the text stands in.
enum class Quotes : std::uint8_t { kPlain, kEscaped };
void append_escaped(std::string& out, std::string_view text, Quotes quotes);

}  // namespace understudy::exporters
