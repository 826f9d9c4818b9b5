// What a MySQL 9.7 that replicates answered.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "exporters/mysql/metrics.h"
#include "tests/unit/exporters/golden_text.h"

namespace understudy::exporters {

inline std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells{""};
    for (const char c : line) {
        if (c == '\t') {
            cells.emplace_back();
        } else {
            cells.back() += c;
        }
    }
    return cells;
}

inline MysqlTexts mysql_pairs(const std::string& name) {
    MysqlTexts texts;
    std::istringstream file(golden("mysql-9.7/" + name));
    for (std::string line; std::getline(file, line);)
        texts[cells_of(line)[0]] = cells_of(line).at(1);
    return texts;
}

inline MysqlAnswers mysql_answers() {
    MysqlAnswers made;
    made.status = mysql_pairs("status.tsv");
    made.variables = mysql_pairs("variables.tsv");
    std::istringstream file(golden("mysql-9.7/replica_status.tsv"));
    std::string names;
    std::string values;
    std::getline(file, names);
    std::getline(file, values);
    MysqlTexts channel;
    for (std::size_t i = 0; i < cells_of(names).size(); ++i) {
        if (cells_of(values).at(i) != "NULL") channel[cells_of(names)[i]] = cells_of(values)[i];
    }
    made.channels.push_back(channel);
    return made;
}

}  // namespace understudy::exporters
