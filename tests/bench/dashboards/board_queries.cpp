#include "tests/bench/dashboards/board_queries.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

namespace understudy::bench {

namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* kAnnotations = "annotations";

void add_panel(const std::string& uid, const Json& panel, Boards& boards) {
    for (const auto& target : panel.value("targets", Json::array())) {
        boards.queries.push_back({uid, panel.at("title"), target.at("legendFormat"),
                                  target.at("expr"), target.at("range")});
    }
}

void add_annotation(const Json& annotation, Boards& boards) {
    BoardQuery query{kAnnotations, annotation.at("name"), "", annotation.at("expr"), true};
    const auto same = [&](const BoardQuery& other) {
        return other.dashboard == kAnnotations && other.expr == query.expr;
    };
    if (std::none_of(boards.queries.begin(), boards.queries.end(), same)) {
        boards.queries.push_back(std::move(query));
    }
}

void add_variable(const std::string& uid, const Json& variable, Boards& boards) {
    if (variable.at("type") != "query") return;
    static const std::regex kForm(R"(label_values\((.*), (\w+)\))");
    const std::string query = variable.at("query").at("query");
    std::smatch parts;
    if (!std::regex_match(query, parts, kForm)) {
        throw std::invalid_argument("a variable that is no label_values(METRIC, LABEL): " + query);
    }
    boards.variables.push_back({uid, variable.at("name"), parts[1], parts[2]});
}

}  // namespace

void add_board(const Json& dashboard, Boards& boards) {
    const std::string uid = dashboard.at("uid");
    for (const auto& panel : dashboard.at("panels")) add_panel(uid, panel, boards);
    for (const auto& one : dashboard.at("annotations").at("list")) add_annotation(one, boards);
    for (const auto& one : dashboard.at("templating").at("list")) add_variable(uid, one, boards);
}

core::Result<Boards> boards_in(const std::string& folder) {
    Boards boards;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() != ".json") continue;
        try {
            std::ifstream file(entry.path());
            add_board(Json::parse(file), boards);
        } catch (const std::exception& error) {
            return core::failure(core::ErrorCode::kInvalid, entry.path().string(), error.what());
        }
    }
    if (boards.queries.empty()) {
        return core::failure(core::ErrorCode::kNotFound, folder, "there is no dashboard");
    }
    return boards;
}

std::string replaced(const std::string& expr,
                     const std::vector<std::pair<std::string, std::string>>& values) {
    auto longest_first = values;
    std::sort(longest_first.begin(), longest_first.end(),
              [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
    std::string text = expr;
    for (const auto& [name, value] : longest_first) {
        const auto variable = "$" + name;
        for (auto at = text.find(variable); at != std::string::npos;
             at = text.find(variable, at + value.size())) {
            text.replace(at, variable.size(), value);
        }
    }
    return text;
}

}  // namespace understudy::bench
