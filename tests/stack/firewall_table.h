// Who may talk to whom, as compose/images/net/firewall.table says it.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/result.h"

namespace understudy::stack {

class FirewallTable {
  public:
    static core::Result<FirewallTable> read();

    // Servers and hosts by their names; "outside" is nobody of them.
    [[nodiscard]] bool allows(const std::string& from, const std::string& to,
                              std::uint16_t port) const;
    [[nodiscard]] const std::set<std::uint16_t>& ports() const { return ports_; }

  private:
    struct Row {
        std::string from;
        std::string to;
        std::set<std::uint16_t> ports;
    };
    [[nodiscard]] bool is(const std::string& name, const std::string& role) const;

    std::map<std::string, std::set<std::string>> roles_;
    std::vector<Row> rows_;
    std::set<std::uint16_t> ports_;
};

}  // namespace understudy::stack
