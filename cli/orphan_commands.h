// `understudy orphans`: what rewinds cut off. The answers are exit codes (docs/cli.md).
#pragma once

#include <string>

#include "cli/commands.h"

namespace understudy::cli {

class OrphanCommands {
  public:
    OrphanCommands(Commands::Api api, Terminal terminal)
        : api_(std::move(api)), terminal_(std::move(terminal)) {}

    // Of one host, or of all when it is empty.
    int list(const std::string& host, bool as_json);
    // The rows, as mysqlbinlog writes them.
    int show(const std::string& host, const std::string& id);
    int discard(const std::string& host, const std::string& id, bool confirmed);

  private:
    int complain(const core::Error& error);
    int refused(const ApiAnswer& answer);

    Commands::Api api_;
    Terminal terminal_;
};

}  // namespace understudy::cli
