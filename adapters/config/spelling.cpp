#include "adapters/config/spelling.h"

#include <algorithm>
#include <vector>

namespace understudy::adapters {

namespace {

std::size_t edits_between(const std::string& left, const std::string& right) {
    std::vector<std::vector<std::size_t>> table(left.size() + 1,
                                                std::vector<std::size_t>(right.size() + 1));
    for (std::size_t i = 0; i <= left.size(); ++i) table[i][0] = i;
    for (std::size_t j = 0; j <= right.size(); ++j) table[0][j] = j;
    for (std::size_t i = 1; i <= left.size(); ++i) {
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t changed = left[i - 1] == right[j - 1] ? 0 : 1;
            table[i][j] =
                std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + changed});
            const bool swapped =
                i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
            if (swapped) table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
        }
    }
    return table[left.size()][right.size()];
}

}  // namespace

std::string nearest(const std::string& text, const std::set<std::string>& words) {
    std::string best;
    std::size_t fewest = std::min<std::size_t>(2, (text.size() - 1) / 2) + 1;
    for (const std::string& word : words) {
        const std::size_t edits = edits_between(text, word);
        if (edits >= fewest) continue;
        fewest = edits;
        best = word;
    }
    return best;
}

}  // namespace understudy::adapters
