// Text for people: aligned columns, and colours where they are wanted.
#pragma once

#include <string>
#include <vector>

namespace understudy::cli {

enum class Tone { kPlain, kGood, kWarning, kBad, kFaint, kStrong };

struct Cell {
    std::string text;
    Tone tone = Tone::kPlain;
};

class Style {
  public:
    // Colours: only for a terminal, and not with NO_COLOR set (no-color.org).
    static Style for_output(int descriptor);
    static Style plain() { return {}; }
    static Style coloured();

    [[nodiscard]] std::string paint(const std::string& text, Tone tone) const;

  private:
    bool colours_ = false;
};

// Columns two spaces apart, the last one not padded; the first row is the heading.
std::string table(const std::vector<std::vector<Cell>>& rows, const Style& style);

}  // namespace understudy::cli
