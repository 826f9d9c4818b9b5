#include "cli/history_view.h"

#include <cstdint>
#include <cstdio>

namespace understudy::cli {

namespace {

using nlohmann::json;

Tone tone_of(const std::string& kind) {
    if (kind == "degraded" || kind == "failover_started" || kind == "host_silent" ||
        kind == "switchover_aborted" || kind == "paused" || kind == "orphans" ||
        kind == "vip_lost" || kind == "vip_held_twice") {
        return Tone::kWarning;
    }
    if (kind == "failover" || kind == "switchover" || kind == "recovered") return Tone::kGood;
    return Tone::kPlain;
}

std::string millis(std::int64_t micros) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", static_cast<double>(micros) / 1000);
    return text;
}

std::string entry_text(const json& entry, const Style& style) {
    const std::string kind = entry.value("kind", "");
    std::string text = style.paint(short_time(entry.value("at", "")), Tone::kFaint) + "  " +
                       style.paint(kind, tone_of(kind)) + "  " + entry.value("reason", "");
    const std::string rule = entry.value("rule", "");
    if (!rule.empty()) text += style.paint("  [" + rule + "]", Tone::kFaint);
    text += "\n";
    const bool whole = kind == "failover" || kind == "switchover" || kind == "bootstrap";
    const std::string parts = whole ? parts_text(entry.at("detail")) : "";
    if (!parts.empty()) text += "                     " + parts + "\n";
    return text;
}

}  // namespace

std::string short_time(const std::string& iso) {
    if (iso.size() < 19) return iso;
    return iso.substr(0, 10) + " " + iso.substr(11, 8);
}

std::string parts_text(const json& operation) {
    if (!operation.is_object() || !operation.contains("marks") || operation["marks"].empty()) {
        return "";
    }
    const auto& marks = operation["marks"];
    const auto first = marks.front().at("at_us").get<std::int64_t>();
    std::string text;
    for (const auto& mark : marks) {
        const std::string name = mark.at("name").get<std::string>();
        if (name == "completed") continue;
        const std::string time = millis(mark.at("at_us").get<std::int64_t>() - first);
        const bool first_part = text.empty();
        if (!first_part) text += ", ";
        text.append(name).append(" ").append(time);
        if (first_part) text += " ms";
    }
    return text;
}

std::string history_text(const json& history, const Style& style) {
    const auto& entries = history.at("entries");
    if (entries.empty()) return "Nothing happened yet.\n";
    std::string text;
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        text += entry_text(*entry, style);
    }
    return text;
}

}  // namespace understudy::cli
