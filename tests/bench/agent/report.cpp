#include "tests/bench/agent/report.h"

#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

namespace understudy::bench {
namespace {

constexpr double kMostMib = 12;
constexpr double kMostCpuMs = 5;
constexpr double kMostP99Ms = 15;
constexpr double kMostGrowthMib = 1;
constexpr int kMostNewDescriptors = 2;  // a question that is in flight

std::string rounded(double value, int digits = 2) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(digits) << value;
    return text.str();
}

void add(ScrapeFigures& sum, const ScrapeFigures& one) {
    sum.cpu_ms += one.cpu_ms;
    sum.p50_ms += one.p50_ms;
    sum.p99_ms += one.p99_ms;
    sum.bytes += one.bytes;
}

std::string line(const std::string& name, const std::vector<std::string>& cells) {
    constexpr int kName = 18;
    constexpr int kCell = 9;
    std::ostringstream text;
    text << "  " << std::left << std::setw(kName) << name << std::right;
    for (const auto& cell : cells) text << std::setw(kCell) << cell;
    text << "\n";
    return text.str();
}

std::string line(const Figures& one) {
    return line(one.name,
                {std::to_string(one.series), std::to_string(one.useful_series),
                 rounded(one.rss_mib, 1), rounded(one.plain.cpu_ms), rounded(one.gzip.cpu_ms),
                 rounded(one.gzip.p50_ms), rounded(one.gzip.p99_ms),
                 std::to_string(one.plain.bytes), std::to_string(one.gzip.bytes)});
}

nlohmann::json json_of(const ScrapeFigures& one) {
    return {{"cpu_ms_per_scrape", one.cpu_ms},
            {"p50_ms", one.p50_ms},
            {"p99_ms", one.p99_ms},
            {"bytes", one.bytes}};
}

nlohmann::json json_of(const std::vector<Holding>& holdings) {
    auto list = nlohmann::json::array();
    for (const auto& at : holdings) {
        list.push_back(
            {{"scrapes", at.scrapes}, {"rss_mib", at.rss_mib}, {"descriptors", at.descriptors}});
    }
    return list;
}

nlohmann::json json_of(const Figures& one) {
    return {{"scrapes", one.scrapes},
            {"series", one.series},
            {"useful_series", one.useful_series},
            {"rss_mib", one.rss_mib},
            {"rss_growth_mib", one.rss_growth_mib},
            {"descriptors", one.descriptors},
            {"descriptors_growth", one.descriptors_growth},
            {"holdings", json_of(one.holdings)},
            {"idle_cpu_ms_per_second", one.idle_cpu_ms_per_second},
            {"cpu_ms_per_scrape", one.gzip.cpu_ms},
            {"plain", json_of(one.plain)},
            {"gzip", json_of(one.gzip)}};
}

}  // namespace

Figures sum_of(const std::vector<Figures>& exporters) {
    Figures sum;
    sum.name = "all exporters";
    for (const auto& one : exporters) {
        sum.scrapes += one.scrapes;
        sum.series += one.series;
        sum.useful_series += one.useful_series;
        sum.rss_mib += one.rss_mib;
        sum.rss_growth_mib += one.rss_growth_mib;
        sum.descriptors += one.descriptors;
        sum.descriptors_growth += one.descriptors_growth;
        sum.idle_cpu_ms_per_second += one.idle_cpu_ms_per_second;
        add(sum.plain, one.plain);
        add(sum.gzip, one.gzip);
    }
    return sum;
}

std::vector<std::string> broken_promises(const AgentFigures& figures) {
    const auto& agent = figures.agent;
    const auto theirs = sum_of(figures.exporters).useful_series;
    std::vector<std::string> broken;
    const auto at_most = [&](const std::string& what, double value, double most) {
        if (value > most) {
            broken.push_back(what + ": " + rounded(value) + ", promised: " + rounded(most));
        }
    };
    at_most("resident MiB", agent.rss_mib, kMostMib);
    at_most("MiB more than at the beginning", agent.rss_growth_mib, kMostGrowthMib);
    at_most("descriptors more than at the beginning", agent.descriptors_growth,
            kMostNewDescriptors);
    for (const auto* one : {&agent.plain, &agent.gzip}) {
        at_most("ms of CPU per scrape", one->cpu_ms, kMostCpuMs);
        at_most("ms for 99 % of the scrapes", one->p99_ms, kMostP99Ms);
    }
    if (agent.useful_series < theirs) {
        broken.push_back("series: " + std::to_string(agent.useful_series) +
                         ", the exporters together: " + std::to_string(theirs));
    }
    return broken;
}

std::string report_as_text(const AgentFigures& figures) {
    std::string text = "\n" + line("", {"series", "useful", "MiB", "CPU ms", "(gzip)", "p50 ms",
                                        "p99 ms", "bytes", "(gzip)"});
    text += line(figures.agent);
    for (const auto& one : figures.exporters) text += line(one);
    if (!figures.exporters.empty()) text += line(sum_of(figures.exporters));
    text += "\n  the agent after " + std::to_string(figures.agent.scrapes) +
            " scrapes: " + rounded(figures.agent.rss_growth_mib, 1) + " MiB and " +
            std::to_string(figures.agent.descriptors_growth) + " descriptors more\n";
    for (const auto& at : figures.agent.holdings) {
        text += "    after " + std::to_string(at.scrapes) + ": " + rounded(at.rss_mib) + " MiB, " +
                std::to_string(at.descriptors) + " descriptors\n";
    }
    return text;
}

std::string report_as_json(const AgentFigures& figures) {
    auto report = json_of(figures.agent);
    report["benchmark"] = "agent";
    for (const auto& one : figures.exporters) report["exporters"][one.name] = json_of(one);
    if (!figures.exporters.empty()) report["exporters"]["sum"] = json_of(sum_of(figures.exporters));
    report["broken"] = broken_promises(figures);
    return report.dump(2);
}

}  // namespace understudy::bench
