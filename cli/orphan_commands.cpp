#include "cli/orphan_commands.h"

#include <ostream>
#include <utility>

#include "cli/history_view.h"

namespace understudy::cli {

namespace {

using core::ErrorCode;
using nlohmann::json;

std::string orphans_table(const json& orphans, const Style& style) {
    std::vector<std::vector<Cell>> rows{
        {{"HOST"}, {"ID"}, {"KEPT AT"}, {"TRANSACTIONS"}, {"BYTES"}, {"WAY"}, {"GTIDS"}}};
    for (const auto& kept : orphans) {
        rows.push_back({{kept.at("host").get<std::string>()},
                        {kept.at("id").get<std::string>()},
                        {short_time(kept.at("kept_at").get<std::string>())},
                        {kept.at("transactions").dump()},
                        {kept.at("bytes").dump()},
                        {kept.at("way").get<std::string>()},
                        {kept.at("gtids").get<std::string>()}});
    }
    return table(rows, style);
}

}  // namespace

int OrphanCommands::complain(const core::Error& error) {
    terminal_.errors << "understudy: " << error.operation << ": " << error.detail << "\n";
    const bool away = error.code == ErrorCode::kUnreachable || error.code == ErrorCode::kTimeout;
    return away ? kUnreachable : kFailed;
}

int OrphanCommands::refused(const ApiAnswer& answer) {
    terminal_.errors << "understudy: " << answer.body.value("error", "refused") << "\n";
    return kFailed;
}

int OrphanCommands::list(const std::string& host, bool as_json) {
    const auto answer = api_.get("/v1/orphans" + (host.empty() ? "" : "?host=" + host));
    if (!answer) return complain(answer.error());
    if (answer->status != 200) return refused(*answer);
    const auto& orphans = answer->body.at("orphans");
    if (as_json) {
        terminal_.out << answer->body.dump(2) << "\n";
    } else if (orphans.empty()) {
        terminal_.out << "No orphans are kept.\n";
    } else {
        terminal_.out << orphans_table(orphans, terminal_.style);
    }
    return kDone;
}

int OrphanCommands::show(const std::string& host, const std::string& id) {
    const std::string target = "/v1/orphans/sql?host=" + host + "&id=" + id + "&offset=";
    for (std::string offset = "0"; !offset.empty();) {
        const auto answer = api_.get(std::string(target).append(offset));
        if (!answer) return complain(answer.error());
        if (answer->status != 200) return refused(*answer);
        terminal_.out << answer->body.at("sql").get<std::string>();
        const auto& next = answer->body.at("next");
        offset = next.is_null() ? "" : next.dump();
    }
    return kDone;
}

int OrphanCommands::discard(const std::string& host, const std::string& id, bool confirmed) {
    if (!confirmed) {
        if (!terminal_.interactive) {
            terminal_.errors << "understudy: nobody can be asked here; add --yes\n";
            return kUsage;
        }
        terminal_.out << "These writes are nowhere else. Delete the orphans " << id << " of "
                      << host << "? Type yes to go on: " << std::flush;
        if (terminal_.read_line() != "yes") {
            terminal_.out << "Nothing was done.\n";
            return kFailed;
        }
    }
    const auto answer = api_.post("/v1/orphans/discard", {{"host", host}, {"id", id}});
    if (!answer) return complain(answer.error());
    if (answer->status != 200) return refused(*answer);
    terminal_.out << answer->body.value("reason", "") << "\n";
    return kDone;
}

}  // namespace understudy::cli
