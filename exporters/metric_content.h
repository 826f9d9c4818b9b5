// What a page of metric families holds: names and help texts in an arena, the lines of all samples
// in one text, and for each family which parts of that text are its own.
//
// Samples come family by family, or again and again in the same order of families: a family's lines
// are few runs. Nothing is ever taken out.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "exporters/metric_page.h"

namespace understudy::exporters {

// Whole lines that follow each other in `samples`.
struct MetricRun {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t next = 0;  // the family's next; 0: none, as the first run is nobody's next
};

struct MetricFamily {
    std::string_view name;
    std::string_view help;
    MetricType type = MetricType::kGauge;
    std::size_t first = 0;  // of its runs
    std::size_t last = 0;
    std::size_t runs = 0;
};

struct MetricContent {
    MetricContent() = default;
    MetricContent(const MetricContent&) = delete;  // views point into the arena
    MetricContent& operator=(const MetricContent&) = delete;

    // The family of that name; made, with that type, where there is none. Good until the next call.
    MetricFamily& family(std::string_view name, std::string_view help, MetricType type);
    // What was written to `samples` from `begin` on belongs to the family.
    void take(MetricFamily& family, std::size_t begin);
    // Calls visit(lines) for each run of the family.
    template <class Visit>
    void visit_runs(const MetricFamily& family, Visit visit) const {
        if (family.runs == 0) return;
        for (auto at = family.first;; at = runs_[at].next) {
            visit(
                std::string_view(samples).substr(runs_[at].begin, runs_[at].end - runs_[at].begin));
            if (at == family.last) return;
        }
    }

    std::vector<MetricFamily> families;
    std::string samples;

  private:
    std::string_view kept(std::string_view text);
    std::string_view kept_help(std::string_view help);

    std::pmr::monotonic_buffer_resource arena_;
    std::pmr::unordered_map<std::string_view, std::size_t> index_{&arena_};
    std::vector<MetricRun> runs_;
    std::size_t latest_ = 0;  // of the family that was asked for last
};

}  // namespace understudy::exporters
