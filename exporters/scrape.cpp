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
    for (const auto& each : threads_) each.thread->stop();
}

void Scrape::add(Collector collector) {
    const std::lock_guard lock(mutex_);
    start(std::move(collector));
}

void Scrape::add_instant(const std::string& name, std::function<MetricPage()> collect) {
    remove_instant(name);
    const std::lock_guard lock(mutex_);
    instant_.push_back({name, std::move(collect)});
}

void Scrape::remove_instant(const std::string& name) {
    const std::lock_guard lock(mutex_);
    std::erase_if(instant_, [&](const Instant& part) { return part.name == name; });
}

void Scrape::replace(std::vector<Collector> collectors) {
    std::vector<Running> former;  // what goes is destroyed when nobody waits for the mutex
    const std::lock_guard lock(mutex_);
    former.swap(running_);
    for (auto& collector : collectors) {
        const auto same = std::find_if(former.begin(), former.end(), [&](const Running& one) {
            return one.name == collector.name && one.deadline == collector.deadline &&
                   one.settings == collector.settings;
        });
        if (same == former.end()) {
            start(std::move(collector));
        } else {
            running_.push_back(std::move(*same));
            former.erase(same);
        }
    }
    for (const auto& one : former) one.thread->remove(one.entry);
    std::erase_if(threads_, [this](const Thread& each) {
        const bool idle = std::none_of(running_.begin(), running_.end(), [&](const Running& one) {
            return one.thread == each.thread;
        });
        if (idle) each.thread->retire();
        return idle;
    });
}

void Scrape::start(Collector collector) {
    Running one{collector.name, collector.deadline, collector.settings, thread_of(collector.thread),
                nullptr};
    one.entry = one.thread->add(std::move(collector));
    running_.push_back(std::move(one));
}

std::shared_ptr<CollectorThread> Scrape::thread_of(const std::string& word) {
    for (const auto& each : threads_) {
        if (!word.empty() && each.word == word) return each.thread;
    }
    auto thread = std::make_shared<CollectorThread>();
    if (launched_) CollectorThread::launch(thread);
    threads_.push_back({word, thread});
    return thread;
}

void Scrape::launch_once() {
    if (launched_) return;
    launched_ = true;
    for (const auto& each : threads_) CollectorThread::launch(each.thread);
}

std::vector<std::string> Scrape::names() const {
    std::vector<std::string> names;
    const auto add = [&names](const std::string& name) {
        if (!is_in(names, name)) names.push_back(name);
    };
    for (const auto& part : instant_) add(part.name);
    for (const auto& one : running_) add(one.name);
    return names;
}

core::Result<void> Scrape::check(const Selection& selection) const {
    constexpr auto kOperation = "choose collectors";
    if (!selection.only.empty() && !selection.without.empty()) {
        return core::failure(core::ErrorCode::kInvalid, kOperation,
                             "collect[] and exclude[] do not go together");
    }
    const std::lock_guard lock(mutex_);
    const auto all = names();
    for (const auto* list : {&selection.only, &selection.without}) {
        for (const auto& name : *list) {
            if (is_in(all, name)) continue;
            return core::failure(
                core::ErrorCode::kInvalid, kOperation,
                "no collector \"" + name + "\" runs here; there are: " + joined(all));
        }
    }
    return {};
}

std::vector<std::string> Scrape::chosen(const Selection& selection) const {
    if (!selection.only.empty()) return selection.only;
    std::vector<std::string> rest;
    for (auto& name : names()) {
        if (!is_in(selection.without, name)) rest.push_back(std::move(name));
    }
    return rest;
}

std::string Scrape::text(const ScrapeOptions& options) {
    const auto until = std::chrono::steady_clock::now() + options.budget;
    std::vector<std::pair<std::shared_ptr<CollectorThread>, std::vector<CollectorThread::Ticket>>>
        asked;
    std::vector<Instant> instant;
    {
        const std::lock_guard lock(mutex_);
        launch_once();
        const auto names = chosen(options.selection);
        asked.reserve(threads_.size());
        for (const auto& each : threads_) asked.emplace_back(each.thread, each.thread->ask(names));
        for (const auto& part : instant_) {
            if (is_in(names, part.name)) instant.push_back(part);
        }
    }
    MetricPages pages;
    for (const auto& part : instant) {
        pages.push_back(std::make_shared<const MetricPage>(part.collect()));
    }
    for (const auto& [thread, tickets] : asked) thread->add_answers(tickets, until, pages);
    return text_of(pages, options.format);
}

std::vector<CollectorState> Scrape::states() const {
    std::vector<CollectorState> states;
    const std::lock_guard lock(mutex_);
    for (const auto& each : threads_) {
        for (auto& state : each.thread->states()) states.push_back(std::move(state));
    }
    return states;
}

}  // namespace understudy::exporters
