#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <ostream>
#include <sstream>

#include "adapters/config/yaml_reader.h"
#include "cli/commands.h"
#include "controller/config.h"
#include "core/decide.h"
#include "core/reconcile.h"

namespace understudy::cli {

namespace {

int complain(const std::string& lines, std::ostream& errors) {
    std::istringstream stream(lines);
    for (std::string line; std::getline(stream, line);) errors << "understudy: " << line << "\n";
    return kBadConfiguration;
}

// Only the agent knows its file; it stands beside this program.
int hand_to_agent(const std::string& file, std::ostream& errors) {
    std::error_code failed;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", failed);
    const std::string agent = (self.parent_path() / "understudy-agent").string();
    ::execl(agent.c_str(), agent.c_str(), "--check-config", "--config", file.c_str(), nullptr);
    errors << "understudy: this is an agent's file, and " << agent
           << " cannot be run: " << std::strerror(errno) << "\n";
    return kFailed;
}

}  // namespace

int print_rules(std::ostream& out) {
    out << "The controller's rules; the first that holds fires.\n\n";
    for (const auto& row : core::rule_table()) {
        out << row.id << "\n    when  " << row.when << "\n    then  " << row.then << "\n";
    }
    out << "\nThe agents' rules; the first that holds is the next step.\n\n";
    for (const auto& row : core::reconcile_table()) {
        out << row.id << "\n    when  " << row.when << "\n    then  " << to_string(row.then)
            << "\n";
    }
    return kDone;
}

int check_config(const std::string& file, std::ostream& out, std::ostream& errors) {
    const auto root = adapters::YamlNode::load(file);
    if (!root) return complain(root.error().detail, errors);
    if (root->has("control")) return hand_to_agent(file, errors);
    if (root->has("controller")) {
        if (const auto good = load_config(file); !good) {
            return complain(good.error().detail, errors);
        }
    } else if (const auto good = controller::load_config(file); !good) {
        return complain(good.error().detail, errors);
    }
    out << file << ": good\n";
    return kDone;
}

}  // namespace understudy::cli
