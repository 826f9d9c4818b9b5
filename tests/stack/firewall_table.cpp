#include "tests/stack/firewall_table.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/stack/site.h"

namespace understudy::stack {

namespace {

std::set<std::uint16_t> ports_from(const std::string& list) {
    std::set<std::uint16_t> ports;
    std::istringstream stream(list);
    for (std::string port; std::getline(stream, port, ',');) {
        ports.insert(static_cast<std::uint16_t>(std::stoi(port)));
    }
    return ports;
}

}  // namespace

core::Result<FirewallTable> FirewallTable::read() {
    const auto path = in_repository("compose/images/net/firewall.table");
    std::ifstream file(path);
    FirewallTable table;
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string kind;
        std::string name;
        std::string second;
        words >> kind >> name >> second;
        if (kind == "server") {
            for (std::string role; words >> role;) table.roles_[name].insert(role);
        } else if (kind == "allow") {
            std::string protocol;
            std::string ports;
            words >> protocol >> ports;
            if (protocol != "tcp") continue;
            table.rows_.push_back({name, second, ports_from(ports)});
            table.ports_.merge(ports_from(ports));
        }
    }
    if (table.rows_.empty()) return core::failure(core::ErrorCode::kNotFound, path, "no rows");
    return table;
}

bool FirewallTable::is(const std::string& name, const std::string& role) const {
    const auto known = roles_.find(name);
    return role == "outside" || role == name ||
           (known != roles_.end() && known->second.contains(role));
}

bool FirewallTable::allows(const std::string& from, const std::string& to,
                           std::uint16_t port) const {
    return std::any_of(rows_.begin(), rows_.end(), [&](const Row& row) {
        return is(from, row.from) && is(to, row.to) && row.ports.contains(port);
    });
}

}  // namespace understudy::stack
