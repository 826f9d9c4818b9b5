#include "tests/bench/dashboards/expected_empty.h"

#include <algorithm>

#include "adapters/config/yaml_reader.h"

namespace understudy::bench {

core::Result<std::vector<ExpectedEmpty>> read_expected_empty(const std::string& file,
                                                             const Boards& boards) {
    auto root = adapters::YamlNode::load(file);
    if (!root) return tl::unexpected(root.error());
    std::vector<ExpectedEmpty> all;
    for (auto& item : root->list("expected_empty")) {
        ExpectedEmpty one{item.text("dashboard"), item.text("panel"), item.text("reason")};
        const auto covered = [&](const BoardQuery& query) { return one.covers(query); };
        if (std::none_of(boards.queries.begin(), boards.queries.end(), covered)) {
            item.error("panel", "no dashboard \"" + one.dashboard + "\" has a panel \"" +
                                    one.panel +
                                    "\" with a query; correct it, or take the entry out");
        }
        all.push_back(std::move(one));
    }
    if (auto done = root->finish(); !done) return tl::unexpected(done.error());
    return all;
}

}  // namespace understudy::bench
