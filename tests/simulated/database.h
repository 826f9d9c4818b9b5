// One MySQL server as the agent sees it: state that steps change, and outages that are set.
#pragma once

#include <optional>
#include <vector>

#include "ports/database.h"

namespace understudy::simulated {

class Database final : public ports::Database {
  public:
    core::DatabaseFacts facts;
    std::vector<core::StepKind> performed;     // in order
    std::optional<core::Error> not_answering;  // what observe() and perform() return
    std::optional<core::StepKind> refuses;     // this step fails

    Database() {
        facts.super_read_only = true;
        facts.semi_sync.source_enabled = true;
    }

    core::Result<core::DatabaseFacts> observe(core::Millis) override {
        if (not_answering) return tl::unexpected<core::Error>(*not_answering);
        return facts;
    }

    core::Result<void> perform(const core::Step& step, core::Millis) override {
        if (not_answering) return tl::unexpected<core::Error>(*not_answering);
        if (refuses == step.kind) {
            return core::failure(core::ErrorCode::kRefused, std::string(to_string(step.kind)),
                                 "no");
        }
        performed.push_back(step.kind);
        change(step);
        return {};
    }

  private:
    void change(const core::Step& step) {
        using core::ReceiverState;
        using core::StepKind;
        auto& replication = facts.replication;
        switch (step.kind) {
            case StepKind::kStopReceiver:
                replication.receiver = ReceiverState::kStopped;
                break;
            case StepKind::kStartReceiver:
                replication.receiver = ReceiverState::kRunning;
                facts.semi_sync.replica_active = facts.semi_sync.replica_enabled;
                break;
            case StepKind::kStartApplier:
                replication.applier_running = true;
                break;
            case StepKind::kDrain:
                facts.executed.add(replication.retrieved);
                break;
            case StepKind::kFollow:
                replication = {};
                replication.configured = true;
                replication.source_host = step.source->host;
                replication.source_port = step.source->port;
                break;
            case StepKind::kForgetSource:
                replication = {};
                break;
            case StepKind::kAcknowledgeOn:
                facts.semi_sync.replica_enabled = true;
                // The receiver is restarted, and asks for acknowledgements.
                facts.semi_sync.replica_active = replication.receiver != ReceiverState::kStopped;
                break;
            case StepKind::kAcknowledgeOff:
                facts.semi_sync.replica_enabled = facts.semi_sync.replica_active = false;
                break;
            case StepKind::kWaitForAcksOn:
                facts.semi_sync.source_enabled = true;
                break;
            case StepKind::kWaitForAcksOff:
                facts.semi_sync.source_enabled = false;
                break;
            case StepKind::kOpenWrites:
                facts.super_read_only = facts.closing = false;
                break;
            case StepKind::kCloseWrites:
                facts.super_read_only = true;
                break;
            case StepKind::kKillSessions:
                facts.client_sessions = 0;
                break;
            default:
                break;
        }
    }
};

}  // namespace understudy::simulated
