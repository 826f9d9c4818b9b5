// The agent's MySQL side: the keeper with its real adapters and threads.
#pragma once

#include <memory>

#include "adapters/files/orphan_folder.h"
#include "agent/config.h"
#include "agent/database_keeper.h"
#include "core/result.h"

namespace understudy::agent {

class DatabasePart {
  public:
    // With `tls` it asks other hosts' agents for the lease.
    DatabasePart(const MysqlConfig& config, const std::string& state_dir,
                 const adapters::TlsFiles& tls, const ports::Clock& clock, ReportBoard& board);
    ~DatabasePart();

    // Reads the stored assignment, then begins to watch and keep.
    core::Result<void> start();

    [[nodiscard]] DatabaseKeeper& keeper();
    // Nothing when no folder is configured.
    [[nodiscard]] const adapters::OrphanFolder* orphans() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace understudy::agent
