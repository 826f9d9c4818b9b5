#include "exporters/metric_page.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace understudy::exporters {
namespace {

constexpr std::string_view kTotal = "_total";

bool belongs_in_a_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == ':';
}

// Whole numbers without an exponent: they are what most samples are, and easier to read.
void append_number(std::string& out, double value) {
    constexpr double kExactly = 1e15;
    std::array<char, 32> text{};
    auto* const begin = text.data();
    auto* const end = begin + text.size();
    if (std::isnan(value)) {
        out += "NaN";
    } else if (std::isinf(value)) {
        out += value > 0 ? "+Inf" : "-Inf";
    } else if (std::abs(value) < kExactly && value == std::trunc(value)) {
        out.append(begin, std::to_chars(begin, end, static_cast<std::int64_t>(value)).ptr);
    } else {
        out.append(begin, std::to_chars(begin, end, value).ptr);
    }
}

// `le`: of a bucket; empty for other samples.
void append_sample(std::string& out, std::string_view name, std::string_view suffix,
                   const Labels& labels, std::string_view le, double value) {
    constexpr std::size_t kRest = 32;  // signs and the number
    const std::string_view text = labels.text();
    if (out.empty()) out.reserve(name.size() + suffix.size() + text.size() + le.size() + kRest);
    out.append(name).append(suffix);
    if (!text.empty() || !le.empty()) {
        out += '{';
        out.append(text);
        if (!le.empty()) out.append(text.empty() ? "le=\"" : ",le=\"").append(le).append("\"");
        out += '}';
    }
    out += ' ';
    append_number(out, value);
    out += '\n';
}

// OpenMetrics wants a decimal point in bounds; both formats take it.
std::string bound_text(double bound) {
    auto text = number_text(bound);
    if (text.find_first_not_of("0123456789-") == std::string::npos) text += ".0";
    return text;
}

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

}  // namespace

std::string number_text(double value) {
    std::string text;
    append_number(text, value);
    return text;
}

std::string name_from(std::string_view text) {
    std::string name(text);
    for (char& c : name) {
        if (!belongs_in_a_name(c)) c = '_';
    }
    if (name.empty() || (name.front() >= '0' && name.front() <= '9')) name.insert(0, 1, '_');
    return name;
}

MetricFamily& MetricPage::family(std::string_view name, std::string_view help, MetricType type) {
    // Samples come family by family, or again and again in the same order of families.
    for (const auto at : {last_, last_ + 1}) {
        if (at < families_.size() && families_[at].name == name) return families_[last_ = at];
    }
    if (const auto found = index_.find(name); found != index_.end()) {
        return families_[last_ = found->second];
    }
    auto valid = name_from(name);
    if (const auto found = index_.find(valid); found != index_.end()) {
        return families_[last_ = found->second];
    }
    last_ = families_.size();
    auto& made = families_.emplace_back(MetricFamily{std::move(valid), valid_utf8(help), type, {}});
    index_.emplace(made.name, last_);
    return made;
}

void MetricPage::add(std::string_view name, std::string_view help, MetricType type, double value,
                     const Labels& labels) {
    auto& into = family(name, help, type);
    if (into.type == MetricType::kHistogram) return;  // the name belongs to another type
    append_sample(into.samples, into.name, "", labels, "", value);
}

void MetricPage::gauge(std::string_view name, std::string_view help, double value,
                       const Labels& labels) {
    add(name, help, MetricType::kGauge, value, labels);
}

void MetricPage::counter(std::string_view name, std::string_view help, double value,
                         const Labels& labels) {
    add(name, help, MetricType::kCounter, value, labels);
}

void MetricPage::untyped(std::string_view name, std::string_view help, double value,
                         const Labels& labels) {
    add(name, help, MetricType::kUntyped, value, labels);
}

void MetricPage::histogram(std::string_view name, std::string_view help,
                           const HistogramValue& value, const Labels& labels) {
    auto& into = family(name, help, MetricType::kHistogram);
    if (into.type != MetricType::kHistogram) return;  // the name belongs to another type
    for (const auto& bucket : value.buckets) {
        append_sample(into.samples, into.name, "_bucket", labels, bound_text(bucket.upper_bound),
                      static_cast<double>(bucket.cumulative_count));
    }
    append_sample(into.samples, into.name, "_sum", labels, "", value.sum);
    append_sample(into.samples, into.name, "_count", labels, "", static_cast<double>(value.count));
}

void MetricPage::append(const MetricPage& other) {
    for (const auto& from : other.families_) {
        auto& into = family(from.name, from.help, from.type);
        if (into.type == from.type) into.samples += from.samples;
    }
}

std::string MetricPage::text(MetricFormat format) const {
    // Not owned: it is there as long as it is needed.
    return text_of({std::shared_ptr<const MetricPage>(std::shared_ptr<const MetricPage>(), this)},
                   format);
}

namespace {

// The families of some pages in the order of their first samples, those of one name chained.
class MergedFamilies {
  public:
    explicit MergedFamilies(const MetricPages& pages) {
        std::size_t count = 0;
        for (const auto& page : pages) count += page->families().size();
        links_.reserve(count);
        by_name_.reserve(count);
        for (const auto& page : pages) {
            for (const auto& family : page->families()) add(family);
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
        const MetricFamily* family;
        bool is_first;
        std::size_t next = 0;  // of the same name; 0: none, as the first is nobody's next
        std::size_t last = 0;  // of the first: the chain's end
    };

    void add(const MetricFamily& family) {
        constexpr std::size_t kHeading = 32;
        const auto at = links_.size();
        const auto [known, is_new] = by_name_.try_emplace(family.name, at);
        if (!is_new) {
            auto& first = links_[known->second];
            if (first.family->type != family.type) return;  // the name belongs to another type
            links_[first.last].next = at;
            first.last = at;
        }
        links_.push_back({&family, is_new, 0, at});
        size_ += family.samples.size();
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
            out += link->family->samples;
            if (link->next == 0) return;
        }
    }

    std::vector<Link> links_;
    std::unordered_map<std::string_view, std::size_t> by_name_;
    std::size_t size_ = 16;
};

}  // namespace

std::string text_of(const MetricPages& pages, MetricFormat format) {
    return MergedFamilies(pages).text(format);
}

}  // namespace understudy::exporters
