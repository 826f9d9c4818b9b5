#include "exporters/scrape.h"

#include <algorithm>
#include <utility>

namespace understudy::exporters {
namespace {

bool is_in(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

}  // namespace

Scrape::Scrape() = default;

Scrape::~Scrape() {
    launch_once();  // a thread that was never launched would not end
    for (const auto& thread : threads_) thread->stop();
}

void Scrape::add(Collector collector) {
    if (!is_in(names_, collector.name)) names_.push_back(collector.name);
    auto thread = collector.thread.empty() ? nullptr : shared_[collector.thread];
    if (thread == nullptr) {
        thread = std::make_shared<CollectorThread>();
        threads_.push_back(thread);
    }
    if (!collector.thread.empty()) shared_[collector.thread] = thread;
    thread->add(std::move(collector));
}

void Scrape::add_instant(std::string name, std::function<MetricPage()> collect) {
    names_.push_back(name);
    instant_.push_back({std::move(name), std::move(collect)});
}

void Scrape::launch_once() {
    std::call_once(launched_, [this] {
        for (const auto& thread : threads_) CollectorThread::launch(thread);
    });
}

core::Result<void> Scrape::check(const Selection& selection) const {
    constexpr auto kOperation = "choose collectors";
    if (!selection.only.empty() && !selection.without.empty()) {
        return core::failure(core::ErrorCode::kInvalid, kOperation,
                             "collect[] and exclude[] do not go together");
    }
    for (const auto* list : {&selection.only, &selection.without}) {
        for (const auto& name : *list) {
            if (is_in(names_, name)) continue;
            return core::failure(
                core::ErrorCode::kInvalid, kOperation,
                "no collector \"" + name + "\" runs here; there are: " + joined(names_));
        }
    }
    return {};
}

std::vector<std::string> Scrape::chosen(const Selection& selection) const {
    if (!selection.only.empty()) return selection.only;
    std::vector<std::string> rest;
    for (const auto& name : names_) {
        if (!is_in(selection.without, name)) rest.push_back(name);
    }
    return rest;
}

std::string Scrape::text(const ScrapeOptions& options) {
    launch_once();
    const auto until = std::chrono::steady_clock::now() + options.budget;
    const auto names = chosen(options.selection);
    std::vector<std::vector<CollectorThread::Ticket>> tickets;
    tickets.reserve(threads_.size());
    for (const auto& thread : threads_) tickets.push_back(thread->ask(names));
    MetricPages pages;
    for (const auto& part : instant_) {
        if (!is_in(names, part.name)) continue;
        pages.push_back(std::make_shared<const MetricPage>(part.collect()));
    }
    for (std::size_t i = 0; i < threads_.size(); ++i) {
        threads_[i]->add_answers(tickets[i], until, pages);
    }
    return text_of(pages, options.format);
}

std::vector<std::string> Scrape::names() const { return names_; }

std::vector<CollectorState> Scrape::states() const {
    std::vector<CollectorState> states;
    for (const auto& thread : threads_) {
        for (auto& state : thread->states()) states.push_back(std::move(state));
    }
    return states;
}

}  // namespace understudy::exporters
