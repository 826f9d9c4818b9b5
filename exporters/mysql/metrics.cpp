#include "exporters/mysql/metrics.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "exporters/mysql/replication.h"
#include "exporters/mysql/values.h"

namespace understudy::exporters {
namespace {

constexpr std::string_view kStatusPrefix = "mysql_global_status_";

// A variable's or field's name as part of a metric's.
std::string plain(std::string name) {
    for (char& c : name) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        } else if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) {
            c = '_';
        }
    }
    return name;
}

std::string text_or_empty(const MysqlTexts& texts, const std::string& name) {
    const auto found = texts.find(name);
    return found == texts.end() ? std::string() : found->second;
}

// Each `from` in `text` that is a word of its own between underscores.
void replace_words(std::string& text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + 1)) {
        const auto end = at + from.size();
        const bool begins = at == 0 || text[at - 1] == '_';
        const bool ends = end == text.size() || text[end] == '_';
        if (begins && ends) text.replace(at, from.size(), to);
    }
}

// "seconds_behind_source" -> "seconds_behind_master"
std::string old_spelling(std::string name) {
    replace_words(name, "source", "master");
    replace_words(name, "replica", "slave");
    return name;
}

// Status variables that one family with a label takes together.
struct StatusGroup {
    std::string_view prefix;
    std::string_view family;
    std::string_view label;
    std::string_view help;
};

constexpr auto kGroups = std::to_array<StatusGroup>({
    {"com_", "commands_total", "command", "Statements executed, by command."},
    {"handler_", "handlers_total", "handler", "Handler statements executed, by kind."},
    {"connection_errors_", "connection_errors_total", "error",
     "Connections that failed, by error."},
    {"innodb_rows_", "innodb_row_ops_total", "operation", "Rows, by operation."},
    {"performance_schema_", "performance_schema_lost_total", "instrumentation",
     "Instrumentations that could not be made for want of memory."},
});

// The page's family of a status variable.
std::string status_family(std::string_view name) {
    std::string family;
    family.reserve(kStatusPrefix.size() + name.size());
    return family.append(kStatusPrefix).append(name);
}

void add_buffer_pool_pages(MetricPage& page, std::string_view kind, double value) {
    if (kind == "total") return;  // the sum of the states
    if (kind == "dirty") {
        page.gauge(status_family("buffer_pool_dirty_pages"), "Dirty pages of the buffer pool.",
                   value);
    } else if (kind == "data" || kind == "free" || kind == "misc" || kind == "old") {
        page.gauge(status_family("buffer_pool_pages"), "Pages of the buffer pool, by state.", value,
                   {{"state", kind}});
    } else {
        page.counter(status_family("buffer_pool_page_changes_total"),
                     "Changes of state of buffer pool pages.", value, {{"operation", kind}});
    }
}

void add_status(MetricPage& page, std::string_view name, double value) {
    constexpr std::string_view kPages = "innodb_buffer_pool_pages_";
    if (name.starts_with(kPages)) {
        add_buffer_pool_pages(page, name.substr(kPages.size()), value);
        return;
    }
    for (const auto& group : kGroups) {
        if (!name.starts_with(group.prefix)) continue;
        if (group.prefix == "com_" && value == 0) return;
        page.counter(status_family(group.family), group.help, value,
                     {{group.label, name.substr(group.prefix.size())}});
        return;
    }
    constexpr auto kHelp = "The field of that name in SHOW GLOBAL STATUS.";
    page.untyped(status_family(name), kHelp, value);
    if (name.starts_with("rpl_semi_sync_")) {
        if (const auto old = old_spelling(std::string(name)); old != name) {
            page.untyped(status_family(old), kHelp, value);
        }
    }
}

void add_variable(MetricPage& page, const std::string& name, double value) {
    constexpr auto kHelp = "The variable of that name in SHOW GLOBAL VARIABLES.";
    page.gauge("mysql_global_variables_" + name, kHelp, value);
    if (name.starts_with("rpl_semi_sync_")) {
        page.gauge("mysql_global_variables_" + old_spelling(name), kHelp, value);
    }
}

void add_version(MetricPage& page, const MysqlTexts& variables) {
    page.gauge("mysql_version_info", "The running server; always 1.", 1,
               {{"innodb_version", text_or_empty(variables, "innodb_version")},
                {"version", text_or_empty(variables, "version")},
                {"version_comment", text_or_empty(variables, "version_comment")}});
}

void add_isolation(MetricPage& page, const MysqlTexts& variables) {
    const auto level = text_or_empty(variables, "transaction_isolation");
    if (level.empty()) return;
    page.gauge("mysql_transaction_isolation",
               "The transactions' isolation where a session chooses none; always 1.", 1,
               {{"level", level}});
}

void add_channel(MetricPage& page, const MysqlTexts& channel) {
    MysqlTexts fields;
    for (const auto& [name, text] : channel) fields[plain(name)] = text;
    const auto either = [&](const char* name, const char* old) {
        const auto text = text_or_empty(fields, name);
        return text.empty() ? text_or_empty(fields, old) : text;
    };
    const Labels labels{{"channel_name", text_or_empty(fields, "channel_name")},
                        {"connection_name", text_or_empty(fields, "connection_name")},
                        {"master_host", either("source_host", "master_host")},
                        {"master_uuid", either("source_uuid", "master_uuid")}};
    for (const auto& [name, text] : fields) {
        const auto value = mysql_value(text);
        if (!value) continue;
        constexpr auto kHelp = "The field of that name in SHOW REPLICA STATUS.";
        page.untyped("mysql_slave_status_" + name, kHelp, *value, labels);
        if (const auto old = old_spelling(name); old != name) {
            page.untyped("mysql_slave_status_" + old, kHelp, *value, labels);
        }
    }
}

void add_heartbeats(MetricPage& page, const MysqlTexts& heartbeats, core::WallTime now) {
    for (const auto& [server_id, text] : heartbeats) {
        const auto stored = heartbeat_seconds(text);
        if (!stored) continue;
        page.gauge("mysql_heartbeat_now_timestamp_seconds", "When the heartbeat was read.",
                   std::chrono::duration<double>(now.time_since_epoch()).count(),
                   {{"server_id", server_id}});
        page.gauge("mysql_heartbeat_stored_timestamp_seconds",
                   "When the server of that id wrote its heartbeat.", *stored,
                   {{"server_id", server_id}});
    }
}

std::optional<double> seconds_behind(const MysqlAnswers& answers) {
    std::optional<double> most;
    for (const auto& channel : answers.channels) {
        for (const auto* name : {"Seconds_Behind_Source", "Seconds_Behind_Master"}) {
            const auto seconds = mysql_value(text_or_empty(channel, name));
            if (seconds) most = std::max(most.value_or(0), *seconds);
        }
    }
    return most;
}

MetricPage mysql_up(bool answers) {
    MetricPage page;
    page.gauge("mysql_up", "Whether MySQL answered (1) or not (0).", answers ? 1 : 0);
    return page;
}

}  // namespace

MetricPage mysql_metrics(const MysqlAnswers& answers) {
    auto page = mysql_up(true);
    add_version(page, answers.variables);
    add_isolation(page, answers.variables);
    for (const auto& [name, text] : answers.status) {
        if (const auto value = mysql_value(text)) add_status(page, plain(name), *value);
    }
    for (const auto& [name, text] : answers.variables) {
        const auto value = mysql_value(text);
        if (value && is_exported_variable(plain(name))) add_variable(page, plain(name), *value);
    }
    for (const auto& channel : answers.channels) add_channel(page, channel);
    add_heartbeats(page, answers.heartbeats, answers.now);
    add_lag(page, "seconds_behind", seconds_behind(answers));
    if (answers.applier_lag_seconds) add_lag(page, "applier", answers.applier_lag_seconds);
    return page;
}

MetricPage mysql_missing() {
    auto page = mysql_up(false);
    add_lag(page, "seconds_behind", std::nullopt);
    return page;
}

Collector mysql_collector(std::function<core::Result<MysqlAnswers>()> fetch,
                          core::Millis deadline) {
    return {"mysql", deadline, [fetch = std::move(fetch)] { return fetch().map(mysql_metrics); },
            mysql_missing};
}

}  // namespace understudy::exporters
