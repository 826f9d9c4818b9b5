#include <memory_resource>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "exporters/metric_content.h"
#include "exporters/metric_page.h"

namespace understudy::exporters {
namespace {

constexpr std::string_view kTotal = "_total";

const char* type_text(MetricType type, MetricFormat format) {
    switch (type) {
        case MetricType::kGauge:
            return "gauge";
        case MetricType::kCounter:
            return "counter";
        case MetricType::kHistogram:
            return "histogram";
        case MetricType::kUntyped:
            break;
    }
    return format == MetricFormat::kText ? "untyped" : "unknown";
}

void append_heading(std::string& out, std::string_view name, std::string_view help, MetricType type,
                    MetricFormat format) {
    out.append("# HELP ").append(name).append(" ");
    append_escaped(out, help,
                   format == MetricFormat::kOpenMetrics ? Quotes::kEscaped : Quotes::kPlain);
    out.append("\n# TYPE ").append(name).append(" ").append(type_text(type, format)).append("\n");
}

// The families of some pages in the order of their first samples, those of one name chained.
class MergedFamilies {
  public:
    explicit MergedFamilies(const MetricPages& pages) {
        std::size_t count = 0;
        for (const auto& page : pages) {
            count += page->content().families.size();
            size_ += page->content().samples.size();
        }
        links_.reserve(count);
        by_name_.reserve(count);
        for (const auto& page : pages) {
            for (const auto& family : page->content().families) add(page->content(), family);
        }
    }

    std::string text(MetricFormat format) const {
        std::string out;
        out.reserve(size_);
        for (const auto& link : links_) {
            if (link.is_first) append(out, link, format);
        }
        if (format == MetricFormat::kOpenMetrics) out += "# EOF\n";
        return out;
    }

  private:
    struct Link {
        const MetricContent* page;
        const MetricFamily* family;
        bool is_first;
        std::size_t next = 0;  // of the same name; 0: none, as the first is nobody's next
        std::size_t last = 0;  // of the first: the chain's end
    };

    void add(const MetricContent& page, const MetricFamily& family) {
        constexpr std::size_t kHeading = 32;
        const auto at = links_.size();
        const auto [known, is_new] = by_name_.try_emplace(family.name, at);
        if (!is_new) {
            auto& first = links_[known->second];
            if (first.family->type != family.type) return;  // the name belongs to another type
            links_[first.last].next = at;
            first.last = at;
        }
        links_.push_back({&page, &family, is_new, 0, at});
        if (is_new) size_ += family.help.size() + 2 * family.name.size() + kHeading;
    }

    void append(std::string& out, const Link& first, MetricFormat format) const {
        std::string_view name = first.family->name;
        auto type = first.family->type;
        if (format == MetricFormat::kOpenMetrics && type == MetricType::kCounter) {
            const bool total = name.size() > kTotal.size() && name.ends_with(kTotal);
            const auto stem = total ? name.substr(0, name.size() - kTotal.size()) : "";
            type = total && !by_name_.contains(stem) ? type : MetricType::kUntyped;
            name = type == MetricType::kCounter ? stem : name;
        }
        append_heading(out, name, first.family->help, type, format);
        for (const auto* link = &first;; link = &links_[link->next]) {
            link->page->visit_runs(*link->family, [&](auto lines) { out.append(lines); });
            if (link->next == 0) return;
        }
    }

    std::pmr::monotonic_buffer_resource arena_;
    std::pmr::vector<Link> links_{&arena_};
    std::pmr::unordered_map<std::string_view, std::size_t> by_name_{&arena_};
    std::size_t size_ = 16;
};

}  // namespace

std::string text_of(const MetricPages& pages, MetricFormat format) {
    return MergedFamilies(pages).text(format);
}

}  // namespace understudy::exporters
