// The metrics as docs/metrics.md lists them, read from pages that the programs' own code wrote.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace understudy::reference {

struct Metric {
    std::string name;
    std::string type;
    std::vector<std::string> labels;  // in the order of the page
    std::string help;
};

// Of a page in Prometheus' text format, as families of it come. Families whose help says "of that
// name in" take the names that a daemon or the kernel gives: they become one, with the name that
// they have in common and a '*'.
std::vector<Metric> metrics_in(std::string_view page);

// One collector's part of a page.
struct CollectorPart {
    std::string collector;  // as `collect[]` takes it; empty: it is no collector's
    std::string page;
};

struct Section {
    std::string title;
    std::string about;  // a paragraph of Markdown: where the values come from
    std::vector<CollectorPart> parts;
};

// docs/metrics.md, whole.
std::string reference_text(const std::vector<Section>& sections);

// What the metric's name says that it counts in, "" where it counts things.
std::string_view unit_of(std::string_view name);

}  // namespace understudy::reference
